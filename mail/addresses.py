"""Whom does an address field name? Lists, groups, comments, quotes, and what senders make of them.

Linear and never raising; RFC 5322, 3.4, read generously: an address without brackets, a name without an
address, commas missing their spaces are all taken for what they show.
"""

import re
from functools import lru_cache

from core.rules.coordinates import parse_email
from core.values import MailAddress
from mail.header_fields import Fields
from mail.header_text import decode_header

MAX_ADDRESSES = 500
MAX_ADDRESS_CHARACTERS = 1000
"""RFC 5321 allows 254; what is longer names nobody."""

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[(),:;<>]|\s+|[^"\\(),:;<>\s]+|.', re.DOTALL)
_PLAIN = re.compile(
    rb'[ \t]*+(?:(?:"([^"\\]*)"[ \t]*|([A-Za-z0-9 =?_.+/-]*[A-Za-z0-9 =?_+/-]))?'
    rb"<([A-Za-z0-9._%+=-]+@[A-Za-z0-9.-]+)>|([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+))[ \t]*(?:,|\Z)"
)
"""One person as nearly all letters name them, and what ends them."""

_ROUTE = re.compile(r"\A\s*@[^:]*:")
"""A source route before the address; receivers ignore it (RFC 5322, 4.4)."""


class _Reader:
    """Takes the pieces of one field and gathers addresses."""

    def __init__(self, hint: str | None) -> None:
        self.found: list[MailAddress] = []
        self._hint = hint
        self._clear()

    def _clear(self) -> None:
        self._words: list[str] = []
        self._comment: list[str] = []
        self._bracketed: list[str] | None = None
        self._in_brackets = False
        self._depth = 0

    def take(self, piece: str) -> None:
        """Take one piece."""
        if piece == "(" and not self._in_brackets:
            self._depth += 1
        elif self._depth:
            self._take_in_comment(piece)
        elif self._in_brackets:
            self._take_in_brackets(piece)
        elif piece == "<":
            self._bracketed, self._in_brackets = [], True
        elif piece in {",", ";"}:
            self.finish()
        elif piece == ":" and not any("@" in word for word in self._words):
            self._clear()  # The name of a group says nothing about its members.
        else:
            self._words.append(piece)

    def _take_in_comment(self, piece: str) -> None:
        if piece == ")":
            self._depth -= 1
        else:
            self._comment.append(piece)

    def _take_in_brackets(self, piece: str) -> None:
        if piece == ">":
            self._in_brackets = False
        elif self._bracketed is not None:
            self._bracketed.append(piece)

    def finish(self) -> None:
        """The address gathered so far is whole."""
        words = [_unquote(word) for word in self._words]
        if self._bracketed is not None:
            spec, name = _ROUTE.sub("", "".join(self._bracketed)), "".join(words)
        else:
            at = next((index for index, word in enumerate(self._words) if "@" in word), None)
            spec = _join_spec(self._words, at)
            name = "".join(words) if at is None else ""
        name = name if name.strip() else "".join(self._comment)
        self._clear()
        self._keep(spec.strip(), name)

    def _keep(self, spec: str, name: str) -> None:
        shown = decode_header(name.encode("latin-1"), self._hint)
        written = decode_header(spec.encode("latin-1"), self._hint)
        if (shown or written) and len(self.found) < MAX_ADDRESSES:
            self.found.append(_address_of(shown, written))


def _address_of(shown: str, written: str) -> MailAddress:
    normal = _normalise(written)
    return MailAddress(shown or ("" if normal else written), normal, written)


@lru_cache(maxsize=4096)
def _normalise(written: str) -> str:
    """The normal form of an address, empty when it is none; a mailbox sees the same ones again and again."""
    address = parse_email(written) if 0 < len(written) <= MAX_ADDRESS_CHARACTERS else None
    return address.value if address is not None else ""


def _unquote(word: str) -> str:
    if len(word) > 1 and word[0] == word[-1] == '"':
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    return word


def _join_spec(words: list[str], at: int | None) -> str:
    """The word with the at sign, and a quoted local part before it."""
    if at is None:
        return ""
    if words[at].startswith("@") and at > 0 and words[at - 1].startswith('"'):
        return words[at - 1] + words[at]
    return words[at]


def parse_addresses(raw: bytes, hint: str | None = None) -> tuple[MailAddress, ...]:
    """The addresses of a field in order.

    Args:
        raw: The field's value.
        hint: The charset of the letter's text, for names in undeclared 8-bit letters.

    Returns:
        What was found; `address` is empty where a name has no readable address.
    """
    plain = _read_plain(raw, hint)
    if plain is not None:
        return plain
    reader = _Reader(hint)
    for match in _PIECE.finditer(raw.decode("latin-1")):
        reader.take(match[0])
    reader.finish()
    return tuple(reader.found)


def read_senders(fields: Fields, hint: str | None = None) -> tuple[MailAddress, ...]:
    """Who wrote a letter: From, or Sender where there is none.

    Args:
        fields: Its header.
        hint: As for `parse_addresses`.
    """
    return parse_addresses(fields.first("from") or fields.first("sender") or b"", hint)


def _read_plain(raw: bytes, hint: str | None) -> tuple[MailAddress, ...] | None:
    """The addresses of a field in which all are plain; None for one that is to be taken piece by piece."""
    found: list[MailAddress] = []
    position = 0
    while position < len(raw):
        match = _PLAIN.match(raw, position)
        if match is None or len(found) >= MAX_ADDRESSES:
            return None
        name, written = match[1] or match[2] or b"", match[3] or match[4]
        found.append(_address_of(decode_header(name, hint), written.decode("ascii")))
        position = match.end()
    return tuple(found)
