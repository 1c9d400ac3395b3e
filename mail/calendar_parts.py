"""Which invitations does a letter carry? Its text/calendar parts, as they were sent (RFC 5545; RFC 6047)."""

from collections.abc import Iterator
from dataclasses import dataclass

from mail.charsets import decode_text
from mail.mime import Part

MAX_CALENDARS = 3
MAX_CALENDAR_BYTES = 256 * 1024

CALENDAR_TYPES = frozenset({"text/calendar", "application/ics"})
"""Exchange and Gmail send the same invitation under both; what is the same is taken once."""


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """A text/calendar part of a letter (RFC 6047), as it was sent.

    Attributes:
        content: The iCalendar bytes, transfer encoding undone, in UTF-8; 256 KB at most.
        method: The media type's method parameter in upper case (REQUEST, CANCEL, REPLY); empty when not declared.
    """

    content: bytes
    method: str = ""


def find_calendars(root: Part, defects: list[str]) -> tuple[CalendarPart, ...]:
    """The calendar parts of a letter in order, within the caps; never raises.

    Args:
        root: The letter.
        defects: What was left out is added here.
    """
    found: dict[bytes, CalendarPart] = {}
    for leaf in leaves_of(root):
        if leaf.content_type.value not in CALENDAR_TYPES:
            continue
        content = _to_utf8(leaf.content(), leaf.charset)
        if len(content) > MAX_CALENDAR_BYTES:
            defects.append("calendar_too_large")
            continue
        method = leaf.content_type.parameters.get("method", "").strip().upper()
        found.setdefault(b"".join(content.split()), CalendarPart(content, method))
    if len(found) > MAX_CALENDARS:
        defects.append("too_many_calendars")
    return tuple(found.values())[:MAX_CALENDARS]


def leaves_of(root: Part) -> Iterator[Part]:
    """The leaves of a letter in order, without recursion."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.children:
            waiting.extend(reversed(part.children))
        else:
            yield part


def _to_utf8(content: bytes, charset: str | None) -> bytes:
    """UTF-8 is the default (RFC 5545, 3.1.4) and what most send whatever they declare; else as for any text."""
    if not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError:
            return decode_text(content, charset)[0].encode()
    return content
