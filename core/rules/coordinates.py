"""Coordinates of people: reading them, and the one normal form in which they are compared (domain.md P1, P2).

Two people are the same only if a coordinate is equal, so everything that differs in writing alone is removed
here: separators and national prefixes of phones, case and width of letters, invisible characters. What was
said stays beside it as `Address.original`. Nothing here raises: what cannot be read is None.
"""

import re
import unicodedata
from collections.abc import Callable

import phonenumbers

from core.enums import AddressKind
from core.values import Address

MAX_ADDRESS_LENGTH = 320
"""Longer text is no phone, e-mail, messenger name or site (RFC 5321, 4.5.3.1: 64 + 1 + 255)."""

_MAX_LOCAL_PART = 64
_MAX_DOMAIN = 253
_MAX_PASSES = 4

_EXTENSION = re.compile(
    r"\s*[,;]?\s*(?:доб|вн|ext|extension|x|#)\.?\s*(?::|=)?\s*\d{1,7}\s*\Z", re.IGNORECASE
)
_PHONE_LABEL = re.compile(r"\A\s*(?:tel|тел|phone|телефон|моб|mobile)\b\.?\s*:?", re.IGNORECASE)
_ATOM = re.compile(r"[^\s\"(),:;<>@\[\\\]]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_ADDRESS_LITERAL = re.compile(r"\[[0-9a-f:.]{2,64}\]")
_MESSENGER = re.compile(
    r"(?:@|(?:https?://)?(?:t|telegram)\.me/)([a-z][a-z0-9_]{2,31})/?", re.IGNORECASE | re.ASCII
)
_SITE = re.compile(r"(?:https?://)?([^\s/?#@:]+)(:\d{1,5})?([/?#]\S*)?", re.IGNORECASE)


def plain_text(text: str) -> str:
    """Text in one width and composition (NFKC), without invisible characters, spaces collapsed."""
    visible = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFKC", text)
        if character.isspace() or unicodedata.category(character) not in {"Cf", "Cc", "Cs", "Co", "Cn"}
    )
    return " ".join(visible.split())


def name_key(name: str) -> str:
    """What equality of names compares: casefolded, ё as е, spaces collapsed. Idempotent."""
    return _settle(name, lambda text: plain_text(text).casefold().replace("ё", "е"))


def parse_phone(text: str, country: str) -> Address | None:
    """Read a phone number as E.164.

    Args:
        text: The number as written; an extension is read over, since it is no part of E.164.
        country: ISO 3166 code whose national form numbers without ``+`` have (the team's country).
    """
    number = _read_number(text, country)
    if number is None:
        return None
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Address(AddressKind.PHONE, value, text.strip())


def _read_number(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    if len(text) > MAX_ADDRESS_LENGTH:
        return None
    plain = _EXTENSION.sub("", _PHONE_LABEL.sub("", plain_text(text)))
    if any(character.isalpha() for character in plain):
        return None
    region = country.upper() if country else None
    forms = [plain] if not plain.startswith("00") else [plain, f"+{plain[2:]}"]
    for form in forms:
        try:
            number = phonenumbers.parse(form, region)
        except phonenumbers.NumberParseException:
            continue
        if is_full_number(number):
            return number
    return None


def is_full_number(number: phonenumbers.PhoneNumber) -> bool:
    """Whether the number has the length of a full one; an area-less local number names nobody."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE


def parse_email(text: str) -> Address | None:
    """Read an addr-spec (RFC 5322, 3.4.1), with or without ``mailto:`` or angle brackets.

    The whole is compared in lower case, the domain in its ASCII form (IDNA); quotes that are not needed go.
    """
    if len(text) > 2 * MAX_ADDRESS_LENGTH:
        return None
    plain = plain_text(text).strip("<> ")
    if plain[:7].lower() == "mailto:":
        plain = plain[7:]
    local, at, domain = plain.rpartition("@")
    if not at:
        return None
    local_part, domain_part = _parse_local_part(local), parse_domain(domain)
    if local_part is None or domain_part is None:
        return None
    return Address(AddressKind.EMAIL, f"{local_part}@{domain_part}", text.strip())


def _parse_local_part(text: str) -> str | None:
    quoted = _QUOTED.fullmatch(text)
    content = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text
    content = _settle(content, lambda part: plain_text(part).lower())
    if not 0 < len(content) <= _MAX_LOCAL_PART:
        return None
    if _ATOM.fullmatch(content):
        return content
    if not quoted:
        return None
    escaped = content.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def parse_domain(text: str) -> str | None:
    """A host name in its ASCII form and lower case, or a bracketed address literal (RFC 5321, 4.1.3)."""
    domain = plain_text(text).lower().rstrip(".")
    if _ADDRESS_LITERAL.fullmatch(domain):
        return domain
    if not 0 < len(domain) <= _MAX_DOMAIN:
        return None
    try:
        ascii_form = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = ascii_form.split(".")
    if len(ascii_form) > _MAX_DOMAIN or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return ascii_form


def parse_messenger(text: str) -> Address | None:
    """Read ``@name`` or a ``t.me/name`` link; the value is ``@name`` in lower case."""
    match = _MESSENGER.fullmatch(plain_text(text)) if len(text) <= MAX_ADDRESS_LENGTH else None
    return Address(AddressKind.MESSENGER, f"@{match[1].lower()}", text.strip()) if match else None


def parse_site(text: str) -> Address | None:
    """Read a web address; the value is host, port and path, without scheme, ``www.`` and a last slash."""
    if len(text) > 2000:
        return None
    match = _SITE.fullmatch(plain_text(text))
    host = parse_domain(match[1]) if match else None
    if match is None or host is None or "." not in host:
        return None
    path = (match[3] or "").rstrip("/")
    return Address(AddressKind.SITE, f"{host.removeprefix('www.')}{match[2] or ''}{path}", text.strip())


def parse_post(text: str) -> Address | None:
    """Read a postal address: any words; compared without regard to case and spacing."""
    value = name_key(text)
    return Address(AddressKind.POST, value, text.strip()) if value and len(value) <= 1000 else None


def parse_address(kind: AddressKind, text: str, country: str) -> Address | None:
    """Read a coordinate of a known kind."""
    if kind is AddressKind.PHONE:
        return parse_phone(text, country)
    readers: dict[AddressKind, Callable[[str], Address | None]] = {
        AddressKind.EMAIL: parse_email,
        AddressKind.MESSENGER: parse_messenger,
        AddressKind.SITE: parse_site,
        AddressKind.POST: parse_post,
    }
    return readers[kind](text)


def phone_tail(value: str) -> str:
    """The digits of a phone reversed, so that a search by its last digits is a prefix search."""
    return "".join(
        str(unicodedata.digit(character)) for character in reversed(value) if character.isdecimal()
    )


def address_tail(address: Address) -> str | None:
    """What is stored as the tail of an address: phones alone have one."""
    return phone_tail(address.value) if address.kind is AddressKind.PHONE else None


def _settle(text: str, step: Callable[[str], str]) -> str:
    """Apply a normalisation until it changes nothing: case mappings can undo compositions once."""
    for _ in range(_MAX_PASSES):
        changed = step(text)
        if changed == text:
            break
        text = changed
    return text
