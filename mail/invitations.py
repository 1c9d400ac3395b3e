"""What do a letter's calendars say about meetings? iTIP messages (RFC 5545, 5546, 6047). Pure; never raises.

calendar_lines ── components ──┬── calendar_zones ── times
                               └── this module ── people, texts, what it is for
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from core.itip import Attendance, Attendee, CalendarTime, ItipMessage, ItipMethod
from core.rules.coordinates import parse_email, plain_text
from mail.body_text import clean_body
from mail.calendar_lines import Component, Property, read_components
from mail.calendar_parts import CalendarPart
from mail.calendar_zones import CalendarZones, iana_name, read_wall
from mail.html_text import html_to_text

MAX_EVENTS = 20
"""Events of one letter; an invitation has one, a series with exceptions a few."""

MAX_ATTENDEES = 100
MAX_TEXT = 10_000
MAX_LINE = 500
MAX_NAME = 200
MAX_UID = 1_000
MAX_EXCEPTIONS = 200
LAST_SEQUENCE = 2**31 - 1

_YEARS = range(1971, 2200)
_DATE = re.compile(r":(\d{8}(?:T\d{4}(?:\d{2})?Z?)?)\s*\Z", re.IGNORECASE)
_TZID = re.compile(r';TZID=("?)(.*?)\1(?:;[A-Z0-9-]+=[^;:]*)*\Z', re.IGNORECASE)
_DURATION = re.compile(
    r"\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?", re.IGNORECASE
)
_HTML = re.compile(r"<(?:br|p|div|a|span|html|ul|b)\b[^<>]*>", re.IGNORECASE)
_ROOMS = frozenset({"ROOM", "RESOURCE"})
_LINKS = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


def read_invitations(calendars: Sequence[CalendarPart]) -> tuple[ItipMessage, ...]:
    """The messages of a letter's calendars, each once, in order.

    What has no UID or an unknown method is no message; a calendar that cannot be read has none.
    """
    found: dict[tuple[ItipMethod, str, CalendarTime | None], ItipMessage] = {}
    for part in calendars:
        root = read_components(part.content)
        for calendar in (root, *root.named("VCALENDAR")):
            for message in _read_calendar(calendar, part.method):
                found.setdefault((message.method, message.uid, message.recurrence_id), message)
    return tuple(found.values())[:MAX_EVENTS]


def _read_calendar(calendar: Component, declared: str) -> list[ItipMessage]:
    method = _read_method(calendar.text("METHOD") or declared)
    if method is None:
        return []
    zones = CalendarZones.of(calendar)
    shown = calendar.text("X-WR-TIMEZONE")
    events = calendar.named("VEVENT")[:MAX_EVENTS]
    return [found for event in events if (found := _read_event(event, method, zones, shown)) is not None]


def _read_method(text: str) -> ItipMethod | None:
    if not text.strip():
        return ItipMethod.PUBLISH
    try:
        return ItipMethod(text.strip().lower())
    except ValueError:
        return None


def _read_event(
    event: Component, method: ItipMethod, zones: CalendarZones, shown_zone: str
) -> ItipMessage | None:
    uid = event.text("UID")[:MAX_UID]
    if not uid:
        return None
    if method is ItipMethod.REQUEST and event.text("STATUS").upper() == "CANCELLED":
        method = ItipMethod.CANCEL
    starts = _read_time(event.first("DTSTART"), zones)
    rule = event.first("RRULE")
    return ItipMessage(
        method=method,
        uid=uid,
        recurrence_id=_read_time(event.first("RECURRENCE-ID"), zones),
        sequence=_read_sequence(event.text("SEQUENCE")),
        dtstamp=_read_stamp(event),
        summary=_one_line(event.text("SUMMARY")),
        description=_read_description(event.text("DESCRIPTION")),
        location=_read_place(event),
        starts=starts,
        ends=_read_end(event, starts, zones),
        zone=_zone_of(starts, zones, shown_zone),
        organiser=_read_person(event.first("ORGANIZER")),
        attendees=_read_attendees(event),
        rrule=rule.value if rule is not None else "",
        without=_read_exceptions(event, zones),
    )


def _read_time(found: Property | None, zones: CalendarZones) -> CalendarTime | None:
    """A moment or a day; read from the line's end, since some senders leave a zone with a colon unquoted."""
    if found is None:
        return None
    match = _DATE.search(found.line)
    if match is None:
        return None
    return _to_time(match[1], _TZID.search(found.line[: match.start()]), zones)


def _to_time(text: str, named: re.Match[str] | None, zones: CalendarZones) -> CalendarTime | None:
    wall = read_wall(text)
    if wall is None or wall.year not in _YEARS:
        return None
    if "T" not in text.upper():
        return CalendarTime(wall, is_day=True)
    if text.upper().endswith("Z"):
        return CalendarTime(wall, "UTC")
    zone, offset = zones.find(named[2], wall) if named is not None else (None, None)
    return CalendarTime(wall, zone, offset)


def _read_end(event: Component, starts: CalendarTime | None, zones: CalendarZones) -> CalendarTime | None:
    ends = _read_time(event.first("DTEND"), zones)
    length = event.first("DURATION")
    if ends is not None or starts is None or length is None:
        return ends
    match = _DURATION.fullmatch(length.value.strip())
    if match is None:
        return None
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in match.groups())
    span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if span > timedelta(days=5 * 366):
        return None
    return CalendarTime(starts.wall + span, starts.zone, starts.offset, starts.is_day)


def _zone_of(starts: CalendarTime | None, zones: CalendarZones, shown: str) -> str | None:
    """The organiser's zone: that of the start, or where this is in UTC, what else the calendar tells."""
    if starts is None or starts.zone != "UTC":
        return starts.zone if starts is not None else None
    return (iana_name(shown) if shown else None) or zones.only(starts.wall.year)


def _read_exceptions(event: Component, zones: CalendarZones) -> tuple[CalendarTime, ...]:
    found: list[CalendarTime] = []
    for one in event.all("EXDATE"):
        head, _, values = one.line.rpartition(":")
        named = _TZID.search(head)
        times = [_to_time(text.strip(), named, zones) for text in values.split(",")[:MAX_EXCEPTIONS]]
        found += [time for time in times if time is not None]
    return tuple(found[:MAX_EXCEPTIONS])


def _read_sequence(text: str) -> int:
    plain = text.strip()
    is_number = plain.isascii() and plain.isdigit() and len(plain) <= len(str(LAST_SEQUENCE))
    return min(int(plain), LAST_SEQUENCE) if is_number else 0


def _read_stamp(event: Component) -> datetime:
    """DTSTAMP, in UTC whatever it says (RFC 5545, 3.8.7.2); else when the event was changed."""
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        found = event.first(name)
        wall = read_wall(found.value) if found is not None else None
        if wall is not None and wall.year in _YEARS:
            return wall.replace(tzinfo=UTC)
    return _UNDATED


def _one_line(text: str) -> str:
    return plain_text(text)[:MAX_LINE].strip()


def _read_description(text: str) -> str:
    plain = html_to_text(text.replace("\n", "<br>")) if _HTML.search(text) else text
    return clean_body(plain)[:MAX_TEXT].strip()


def _read_place(event: Component) -> str:
    """Where it is: as told, else the rooms that are booked, else the link of the call."""
    rooms = [person.name for one in event.all("ATTENDEE")[:MAX_ATTENDEES] if (person := _read_room(one))]
    links = [one.text for name in _LINKS for one in event.all(name)[:1]]
    return _one_line(event.text("LOCATION") or "; ".join(rooms) or next(iter(links), ""))


def _read_room(found: Property) -> Attendee | None:
    is_room = found.parameters.get("CUTYPE", "").upper() == "ROOM"
    return _read_person(found) if is_room else None


def _read_attendees(event: Component) -> tuple[Attendee, ...]:
    people: dict[str, Attendee] = {}
    for found in event.all("ATTENDEE"):
        person = _read_person(found)
        if person is None or found.parameters.get("CUTYPE", "").upper() in _ROOMS:
            continue
        people.setdefault(person.address or person.original or person.name, person)
        if len(people) >= MAX_ATTENDEES:
            break
    return tuple(people.values())


def _read_person(found: Property | None) -> Attendee | None:
    """CAL-ADDRESS (RFC 5545, 3.3.3); where it is no e-mail, as in iCloud, the EMAIL parameter (RFC 7986, 6.2)."""
    if found is None:
        return None
    told = (found.value, found.parameters.get("EMAIL", ""))
    address = next((one for text in told if text and (one := parse_email(text))), None)
    name = _one_line(found.parameters.get("CN", "").strip("'\""))[:MAX_NAME]
    original = address.original if address is not None else _one_line(found.value)
    if address is None and not name:
        return None
    return Attendee(
        name=name,
        address=address.value if address is not None else "",
        original=re.sub(r"\Amailto:", "", original, flags=re.IGNORECASE),
        attendance=_read_answer(found.parameters.get("PARTSTAT", "")),
    )


def _read_answer(text: str) -> Attendance | None:
    try:
        return Attendance(text.strip().lower())
    except ValueError:
        return None
