"""What does a whole response of an IMAP server say: its values, the items of a FETCH, dates and numbers?

Linear and free of recursion, as mail/imap_reader.py is. RFC 3501, section 9.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeAlias

from mail.errors import ProtocolViolation
from mail.imap_reader import Segments

Value: TypeAlias = "bytes | list[Value] | None"

MAX_DEPTH = 32
"""Parentheses in parentheses; what we ask for needs three."""

HIGHEST_UID = 0xFFFF_FFFF
"""UIDs and UIDVALIDITY have 32 bits (RFC 3501, 2.3.1.1)."""

_ATOM = re.compile(rb'[^\s()"\[]*(?:\[[^\]]*\][^\s()"\[]*)*')
_QUOTED = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_FETCH = re.compile(rb"\* \d+ FETCH ", re.IGNORECASE)
_MONTHS = {
    month: number
    for number, month in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_INTERNALDATE = re.compile(
    rb"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})"
)


def read_values(segments: Segments) -> list[Value]:
    """The values of a response: atoms and strings as bytes, NIL as None, parentheses as lists.

    Raises:
        ProtocolViolation: Parentheses or quotes do not match, or the nesting is absurd.
    """
    top: list[Value] = []
    stack = [top]
    for index, segment in enumerate(segments):
        if index % 2:
            stack[-1].append(segment)
        else:
            _read_text(segment, stack)
    if len(stack) != 1:
        raise ProtocolViolation
    return top


def _read_text(text: bytes, stack: list[list[Value]]) -> None:
    position = 0
    while position < len(text):
        character = text[position : position + 1]
        if character == b"(":
            if len(stack) > MAX_DEPTH:
                raise ProtocolViolation
            inner: list[Value] = []
            stack[-1].append(inner)
            stack.append(inner)
            position += 1
        elif character == b")":
            if len(stack) == 1:
                raise ProtocolViolation
            stack.pop()
            position += 1
        elif character.isspace():
            position += 1
        else:
            value, position = _read_scalar(text, position)
            stack[-1].append(value)


def _read_scalar(text: bytes, position: int) -> tuple[bytes | None, int]:
    if text[position] == ord('"'):
        match = _QUOTED.match(text, position)
        if match is None:
            raise ProtocolViolation
        return re.sub(rb"\\(.)", rb"\1", match[1]), match.end()
    match = _ATOM.match(text, position)
    if match is None or match.end() == position:
        raise ProtocolViolation
    atom = match[0]
    return (None if atom.upper() == b"NIL" else atom), match.end()


def read_fetch(segments: Segments) -> dict[str, Value] | None:
    """The items of `* n FETCH (...)` by upper-case name, in whatever order they came; None for another response.

    Raises:
        ProtocolViolation: It is a FETCH, but not a list of names and values.
    """
    if _FETCH.match(segments[0]) is None:
        return None
    values = read_values(segments)
    items = values[-1]
    if len(values) != 4 or not isinstance(items, list) or len(items) % 2:
        raise ProtocolViolation
    found: dict[str, Value] = {}
    for name, value in zip(items[::2], items[1::2], strict=True):
        if not isinstance(name, bytes):
            raise ProtocolViolation
        found[name.decode("ascii", "replace").upper()] = value
    return found


def read_number(value: Value) -> int | None:
    """A number of the grammar (up to 63 bits), None when it is none."""
    if isinstance(value, bytes) and value.isdigit() and len(value) <= 18:
        return int(value)
    return None


def read_uid(value: Value) -> int | None:
    """A UID, None when it is none: zero and what has more than 32 bits are no UIDs."""
    number = read_number(value)
    return number if number is not None and 0 < number <= HIGHEST_UID else None


def read_internaldate(value: Value) -> datetime | None:
    """INTERNALDATE as an aware UTC instant, None when it cannot be read."""
    match = _INTERNALDATE.match(value) if isinstance(value, bytes) else None
    if match is None:
        return None
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    try:
        zone = timezone(offset if sign == b"+" else -offset)
        number = _MONTHS[month.decode("ascii").lower()]
        local = datetime(
            int(year), number, int(day), int(hour), int(minute), min(int(second), 59), tzinfo=zone
        )
        return local.astimezone(UTC)
    except (ValueError, KeyError, OverflowError):
        return None
