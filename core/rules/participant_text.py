"""Reading participants out of what a person wrote: the coordinates, and the rest as presentation (domain.md P1)."""

import re
from dataclasses import dataclass

import phonenumbers

from core.enums import AddressKind
from core.rules.coordinates import is_full_number, parse_email, parse_messenger, plain_text
from core.values import Address, ParticipantDraft

MAX_TEXT = 20_000
"""Coordinates are looked for in so many characters from the start; nobody lists people beyond."""

_EMAIL = re.compile(r"(?:mailto:)?[^\s@<>()\[\],;:\"«»]{1,64}@[^\s@<>()\[\],;:\"«»/?!]{1,253}", re.IGNORECASE)
_MESSENGER = re.compile(
    r"(?<![\w@.])(?:@|(?:https?://)?(?:t|telegram)\.me/)[a-z][a-z0-9_]{4,31}(?![\w@])",
    re.IGNORECASE | re.ASCII,
)
_AREA = re.compile(r"\(\d{2,5}\)")
_SEPARATOR = re.compile(r"[;\r\n]+")
_LABEL = re.compile(
    r"(?:\b(?:tel|phone|mob|mobile|cell|тел|телефон|моб|мобильный|сот|e-?mail|mail|почта|telegram|тг)\b\.?\s*:?\s*)\Z",
    re.IGNORECASE,
)
_EDGE = " ,;:.-\u2013\u2014/|"
_EMPTY_PAIR = re.compile(r"\(\s*\)|<\s*>|\[\s*\]")
_LOST_OPENER = re.compile(r"[(<\[][\s,;:.-]*\Z")
_LOST_CLOSER = re.compile(r"\A[\s,;:.-]*[)>\]]")


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """A coordinate found in a text, and where: ``text[start:end]``."""

    address: Address
    start: int
    end: int


def find_coordinates(text: str, country: str) -> tuple[FoundAddress, ...]:
    """Phones, e-mails and messenger names in a text, in their order, never overlapping.

    A number without ``+`` and without an area code in brackets counts as a phone only if it is valid in
    `country`, since sums and dates are made of digits too.
    """
    text = text[:MAX_TEXT]
    found: list[FoundAddress] = []
    for candidate in (*_find_emails(text), *_find_messengers(text), *_find_phones(text, country)):
        if all(candidate.end <= one.start or candidate.start >= one.end for one in found):
            found.append(candidate)
    return tuple(sorted(found, key=lambda one: one.start))


def _find_emails(text: str) -> list[FoundAddress]:
    found = []
    for match in _EMAIL.finditer(text):
        said = match[0].rstrip(".'…-")
        address = parse_email(said)
        if address is not None and "." in address.value.rpartition("@")[2]:
            found.append(FoundAddress(address, match.start(), match.start() + len(said)))
    return found


def _find_messengers(text: str) -> list[FoundAddress]:
    found = []
    for match in _MESSENGER.finditer(text):
        address = parse_messenger(match[0])
        if address is not None:
            found.append(FoundAddress(address, match.start(), match.end()))
    return found


def _find_phones(text: str, country: str) -> list[FoundAddress]:
    region = country.upper() if country else None
    found = []
    for match in phonenumbers.PhoneNumberMatcher(text, region, phonenumbers.Leniency.POSSIBLE):
        international = match.raw_string.lstrip("(").startswith(("+", "＋"))
        is_phone = (
            international or _AREA.search(match.raw_string) or phonenumbers.is_valid_number(match.number)
        )
        if is_phone and is_full_number(match.number):
            value = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            address = Address(AddressKind.PHONE, value, match.raw_string)
            found.append(FoundAddress(address, match.start, match.end))
    return found


def participant_from_text(text: str, country: str) -> ParticipantDraft:
    """One participant: "John Smith, Acme +7 916 123-45-67" is "John Smith, Acme" and a phone.

    Where nothing but coordinates was written, the first of them is the presentation.
    """
    found = find_coordinates(text, country)
    addresses = _unique(tuple(one.address for one in found))
    presentation = _presentation(text, found)
    if not presentation and addresses:
        presentation = addresses[0].original
    return ParticipantDraft(presentation=presentation, addresses=addresses)


def participants_from_text(text: str, country: str) -> tuple[ParticipantDraft, ...]:
    """Several participants, separated by semicolons or lines; empty parts are nobody."""
    drafts = (participant_from_text(part, country) for part in _SEPARATOR.split(text))
    return tuple(draft for draft in drafts if draft.presentation)


def _presentation(text: str, found: tuple[FoundAddress, ...]) -> str:
    parts: list[str] = []
    position = 0
    for one in found:
        parts.append(_LABEL.sub("", text[position : one.start]))
        position = one.end
    parts.append(text[position:])
    words = [_trim(part) for part in parts]
    return ", ".join(word for word in words if word)


def _trim(part: str) -> str:
    words = _EMPTY_PAIR.sub(" ", plain_text(part))
    words = _LOST_CLOSER.sub("", _LOST_OPENER.sub("", words)).strip(_EDGE)
    if words.count('"') == 2 and words[0] == words[-1] == '"':
        words = words.strip('"').strip()
    return words


def _unique(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple({(one.kind, one.value): one for one in reversed(addresses)}.values())[::-1]
