"""How is a stream of bytes from an IMAP server cut into responses and read?

Everything here is linear in the bytes received and free of recursion: the library's own reader recurses per
line and rescans per line (mail-notes.md, 3). RFC 3501, section 9.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeAlias

from mail.errors import ProtocolViolation

Segments: TypeAlias = tuple[bytes, ...]
"""One response: text and literals in turn, the text first and last."""

Value: TypeAlias = "bytes | list[Value] | None"

MAX_LINE_BYTES = 4 * 1024 * 1024
"""A line without literals: a search over half a million UIDs fits."""

_LITERAL = re.compile(rb"~?\{(\d{1,18})\+?\}\Z")
_PROSE = re.compile(rb"(?:\+|\S+ (?:OK|NO|BAD|BYE|PREAUTH)\b)", re.IGNORECASE)
_ATOM = re.compile(rb'[^\s()"\[]*(?:\[[^\]]*\](?:<\d+>)?)?')
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_MONTHS = {
    month: number
    for number, month in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_INTERNALDATE = re.compile(
    rb"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})"
)


class ResponseReader:
    """Cuts what arrives into whole responses.

    Args:
        max_literal: Bytes that one literal may have; a larger one ends the conversation.
    """

    def __init__(self, max_literal: int) -> None:
        self._max_literal = max_literal
        self._buffer = bytearray()
        self._scanned = 0
        self._segments: list[bytes] = []
        self._literal: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left over from a response that is not whole yet."""
        return not self._buffer and not self._segments

    def feed(self, data: bytes) -> list[Segments]:
        """Take bytes and give the responses that are whole now.

        Raises:
            ProtocolViolation: A line or a literal is too long.
        """
        self._buffer += data
        done: list[Segments] = []
        position = 0
        while (step := self._take(position, done)) is not None:
            position = step
        del self._buffer[:position]
        self._scanned = max(0, self._scanned - position)
        return done

    def _take(self, position: int, done: list[Segments]) -> int | None:
        """Take one literal or line at the position; None when it is not there in full."""
        if self._literal is not None:
            end = position + self._literal
            if len(self._buffer) < end:
                return None
            self._segments.append(bytes(self._buffer[position:end]))
            self._literal = None
            return end
        end = self._buffer.find(b"\r\n", max(position, self._scanned))
        if end < 0:
            self._scanned = max(position, len(self._buffer) - 1)
            if len(self._buffer) - position > MAX_LINE_BYTES:
                raise ProtocolViolation
            return None
        self._scanned = end + 2
        self._take_line(bytes(self._buffer[position:end]), done)
        return end + 2

    def _take_line(self, line: bytes, done: list[Segments]) -> None:
        match = _LITERAL.search(line)
        if match and (self._segments or not _PROSE.match(line)):
            self._literal = int(match[1])
            if self._literal > self._max_literal:
                raise ProtocolViolation
            self._segments.append(line[: match.start()])
            return
        done.append((*self._segments, line))
        self._segments.clear()


def read_values(segments: Segments) -> list[Value]:
    """The values of a response: atoms and strings as bytes, NIL as None, parentheses as lists.

    Raises:
        ProtocolViolation: Parentheses or quotes do not match.
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
    """The items of `* n FETCH (...)` by upper-case name, in whatever order they came; None for another response."""
    if re.match(rb"\* \d+ FETCH ", segments[0], re.IGNORECASE) is None:
        return None
    values = read_values(segments)
    items = values[-1]
    if not isinstance(items, list) or len(items) % 2:
        raise ProtocolViolation
    names = [item.decode("ascii", "replace").upper() for item in items[::2] if isinstance(item, bytes)]
    return dict(zip(names, items[1::2], strict=False))


def read_number(value: Value) -> int | None:
    """A number of the grammar (up to 63 bits), None when it is none."""
    if isinstance(value, bytes) and value.isdigit() and len(value) <= 18:
        return int(value)
    return None


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
