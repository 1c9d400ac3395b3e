"""Events as an iCalendar (RFC 5545): the feed of a user, and the file of one meeting.

Times are in UTC, so that no program needs a zone's rules from us; a day alone stays a day. What a stamp says is when
the event was changed, not when the calendar was written: the same events give the same bytes.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from bot.i18n import Translator
from bot.texts.interactions import STATES
from bot.texts.kinds import TYPE_NAMES, TYPE_SIGNS
from core.enums import InteractionState, InteractionType
from core.queries.calendar import CalendarEvent

PRODID = "-//Zveno//Zveno//EN"
REFRESH = timedelta(minutes=30)
"""How often programs are asked to look again."""

CONTENT_TYPE = "text/calendar"
TEXT_LIMIT = 2_000
TITLE_LIMIT = 200

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_BLOCKING = frozenset({InteractionType.MEETING, InteractionType.CALL})


def write_calendar(
    events: Sequence[CalendarEvent], tr: Translator, *, host: str, name: str = "", timezone: str = "UTC"
) -> bytes:
    """The calendar.

    Args:
        events: What it tells.
        tr: The reader's language.
        host: Where the product lives: makes the identities of events those of this place alone.
        name: What a feed is called; empty for the file of one meeting.
        timezone: The reader's zone, for programs that ask.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", _plain(name, TITLE_LIMIT))
        calendar.add("x-wr-calname", _plain(name, TITLE_LIMIT))
        calendar.add("x-wr-timezone", timezone)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", f"PT{int(REFRESH.total_seconds()) // 60}M")
    for event in events:
        calendar.add_component(_event(event, tr, host))
    return bytes(calendar.to_ical())


def _event(event: CalendarEvent, tr: Translator, host: str) -> Event:
    made = Event()
    made.add("uid", f"{event.uid}@{host}")
    made.add("dtstamp", _whole(event.changed_at))
    made.add("created", _whole(event.created_at))
    made.add("last-modified", _whole(event.changed_at))
    made.add("sequence", event.sequence)
    made.add("summary", _summary(event, tr))
    for name, value in _times(event).items():
        made.add(name, value)
    if event.place.strip():
        made.add("location", _plain(event.place, TITLE_LIMIT))
    made.add("description", _description(event, tr))
    made.add("categories", [tr._(TYPE_NAMES[event.type])])
    made.add("status", "CANCELLED" if event.state is InteractionState.CANCELLED else "CONFIRMED")
    is_busy = event.type in _BLOCKING and event.due_on is None
    made.add("transp", "OPAQUE" if is_busy else "TRANSPARENT")
    made.add("class", "PRIVATE" if event.private else "PUBLIC")
    return made


def _times(event: CalendarEvent) -> dict[str, Any]:
    """Beginning and end; an end that is no later than the beginning is left out (RFC 5545, 3.8.2.2)."""
    if event.due_on is not None:
        return {"dtstart": event.due_on}
    starts = _whole(event.starts)
    ends = event.ends
    if ends is None and event.duration_s:
        ends = event.starts + timedelta(seconds=event.duration_s)
    if ends is None or _whole(ends) <= starts:
        return {"dtstart": starts}
    return {"dtstart": starts, "dtend": _whole(ends)}


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _summary(event: CalendarEvent, tr: Translator) -> str:
    who = ", ".join(event.who)
    what = event.title if event.title != "—" or who else tr._(TYPE_NAMES[event.type])
    said = f"{who}: {what}" if who and what != "—" else who or what
    return f"{TYPE_SIGNS[event.type]} {_plain(said, TITLE_LIMIT)}"


def _description(event: CalendarEvent, tr: Translator) -> str:
    """What it is and its reference in the chat, then what is to be done."""
    state = f", {tr._(STATES[event.state])}" if event.state in STATES else ""
    head = f"{tr._(TYPE_NAMES[event.type])}{state} · /i{event.id}"
    text = _plain(event.text, TEXT_LIMIT)
    return f"{head}\n\n{text}" if text else head


def _plain(text: str, limit: int) -> str:
    """Text without what no calendar may hold; cut at a length that programs still show."""
    clean = _UNSEEN.sub(" ", text.replace("\r\n", "\n")).strip()
    return clean if len(clean) <= limit else f"{clean[: limit - 1]}…"
