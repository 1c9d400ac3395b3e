"""Which zone does a calendar mean? IANA names, those of Windows, and zones told by their rules alone.

Zones of one calendar are its own: two senders call different rules by one name ("Customized Time Zone").
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from core.errors import TimeInvalid
from core.rules.recurrence import next_start
from core.rules.user_day import load_zone
from mail.calendar_lines import Component, Property

_IANA = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{1,30}(?:/[A-Za-z0-9_+-]{2,30}){0,2}")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})(?::?\d{2})?")
_DISPLAYED = re.compile(r"\((?:UTC|GMT)([+-]\d{2}:\d{2})?\)")
"""How Windows shows its zones to people; some programs send that."""

_NO_PLACES = frozenset({"localtime", "Factory", "posixrules"})
_WINDOWS = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}
_UTC_NAMES = frozenset({"utc", "z", "gmt", "etc/utc", "coordinated universal time"})

LIKELY = (
    *(
        "Europe/Moscow",
        "Europe/London",
        "Europe/Berlin",
        "Europe/Kyiv",
        "Europe/Kaliningrad",
        "Europe/Samara",
    ),
    *("Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk"),
    *("Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka", "Asia/Almaty", "Asia/Tashkent", "Asia/Tbilisi"),
    *("Asia/Dubai", "Asia/Jerusalem", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"),
    *("America/Sao_Paulo", "America/Halifax", "America/Anchorage", "Pacific/Honolulu", "Pacific/Auckland"),
)
"""Zones that rules without a name are compared with; whichever is first has the same clock in that year."""


def iana_name(text: str) -> str | None:
    """The IANA zone that a TZID names: itself, behind a vendor's prefix, or by the name Windows gives it."""
    name = text.strip().strip('"').strip()[:200]
    if name.lower() in _UTC_NAMES or name.lower().endswith("/utc"):
        return "UTC"
    if name.lower() in _WINDOWS:
        return _WINDOWS[name.lower()]
    parts = name.split("/")
    for length in (3, 2, 1):
        candidate = "/".join(parts[-length:])
        if len(parts) >= length and _is_zone(candidate):
            return candidate
    return None


def _is_zone(name: str) -> bool:
    if _IANA.fullmatch(name) is None or name in _NO_PLACES:
        return False
    try:
        load_zone(name)
    except TimeInvalid:
        return False
    return True


def displayed_offset(text: str) -> timedelta | None:
    """The offset that the shown name of a Windows zone tells: "(UTC+03:00) Moscow, St. Petersburg"."""
    match = _DISPLAYED.search(text[:200])
    if match is None:
        return None
    return read_offset(match[1]) if match[1] else timedelta(0)


def read_offset(text: str) -> timedelta | None:
    """UTC-OFFSET (RFC 5545, 3.3.14), in hours and minutes; None when it is none of a zone."""
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    if offset > timedelta(hours=16):
        return None
    return -offset if match[1] == "-" else offset


@dataclass(frozen=True, slots=True)
class _Observance:
    """A stretch of one offset (RFC 5545, 3.6.5): when it begins, again and again, and what the clock shows then."""

    starts: datetime
    before: timedelta
    offset: timedelta
    rule: str
    more: tuple[datetime, ...]

    def last_onset(self, wall: datetime) -> datetime | None:
        """The last time it began, up to a wall time."""
        onsets = [one for one in (self.starts, *self.more) if one <= wall]
        if self.rule:
            yearly = (_first_onset(self, year) for year in (wall.year - 1, wall.year))
            onsets += [one for one in yearly if one is not None and one <= wall]
        return max(onsets, default=None)

    def wall_of(self, instant: datetime) -> datetime:
        """What the clock shows just before it begins."""
        return (instant + self.before).replace(tzinfo=None)


@lru_cache(maxsize=256)
def _first_onset(observance: _Observance, year: int) -> datetime | None:
    """When it first begins in a year or after it."""
    eve = datetime(year, 1, 1) - timedelta(seconds=1)  # noqa: DTZ001 - a wall clock has no zone
    return next_start(observance.rule, observance.starts, eve, observance.wall_of)


@dataclass(slots=True)
class CalendarZones:
    """The zones of one calendar, by TZID."""

    components: dict[str, Component]
    _observances: dict[str, tuple[_Observance, ...]] = field(default_factory=dict)
    _names: dict[tuple[str, int], str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, calendar: Component) -> "CalendarZones":
        """The zones that a calendar defines."""
        return cls({one.text("TZID"): one for one in calendar.named("VTIMEZONE")})

    def find(self, tzid: str, wall: datetime) -> tuple[str | None, timedelta | None]:
        """The IANA zone of a TZID, or else its offset at a wall time; neither, where nothing is known of it."""
        named = iana_name(tzid)
        component = self.components.get(tzid)
        if named is None and component is not None:
            named = iana_name(component.text("X-LIC-LOCATION"))
        if named is None and component is not None:
            named = self._alike(tzid, wall.year)
        if named is not None:
            return named, None
        offset = self._offset(tzid, wall)
        return None, offset if offset is not None else displayed_offset(tzid)

    def only(self, year: int) -> str | None:
        """The zone of a calendar that defines one: the organiser's, also where its times are in UTC."""
        if len(self.components) != 1:
            return None
        (tzid,) = self.components
        return self.find(tzid, datetime(year, 1, 1))[0]  # noqa: DTZ001 - a wall clock has no zone

    def _alike(self, tzid: str, year: int) -> str | None:
        """A well-known zone whose clock is the same all through a year."""
        if (tzid, year) not in self._names:
            days = [datetime(year, month, day, 12) for month in range(1, 13) for day in (1, 15)]  # noqa: DTZ001
            offsets = [self._offset(tzid, one) for one in days]
            known = offsets[0] is not None
            alike = (name for name in LIKELY if known and _offsets_of(name, days) == offsets)
            self._names[tzid, year] = next(alike, None)
        return self._names[tzid, year]

    def _offset(self, tzid: str, wall: datetime) -> timedelta | None:
        observances = self._load(tzid)
        if not observances:
            return None
        onsets = [(onset, one) for one in observances if (onset := one.last_onset(wall)) is not None]
        if onsets:
            return max(onsets, key=lambda pair: pair[0])[1].offset
        return min(observances, key=lambda one: one.starts).before

    def _load(self, tzid: str) -> tuple[_Observance, ...]:
        component = self.components.get(tzid)
        if component is not None and tzid not in self._observances:
            parts = component.named("STANDARD", "DAYLIGHT")[:20]
            self._observances[tzid] = tuple(one for part in parts if (one := _read_observance(part)))
        return self._observances.get(tzid, ())


def _offsets_of(zone: str, days: list[datetime]) -> list[timedelta | None]:
    return [day.replace(tzinfo=ZoneInfo(zone)).utcoffset() for day in days]


def _read_observance(part: Component) -> _Observance | None:
    starts, offset = _wall_of(part.first("DTSTART")), read_offset(part.text("TZOFFSETTO"))
    if starts is None or offset is None:
        return None
    rule = part.first("RRULE")
    more = [
        wall
        for one in part.all("RDATE")[:50]
        for text in one.value.split(",")[:50]
        if (wall := read_wall(text)) is not None
    ]
    before = read_offset(part.text("TZOFFSETFROM"))
    return _Observance(
        starts, before if before is not None else offset, offset, rule.value if rule else "", tuple(more)
    )


def _wall_of(found: Property | None) -> datetime | None:
    return read_wall(found.value) if found is not None else None


def read_wall(text: str) -> datetime | None:
    """DATE-TIME without a zone, or DATE (RFC 5545, 3.3.4 and 3.3.5); None when it is neither."""
    plain = text.strip().upper().removesuffix("Z")
    for pattern in ("%Y%m%dT%H%M%S", "%Y%m%dT%H%M", "%Y%m%d"):
        try:
            return datetime.strptime(plain, pattern)  # noqa: DTZ007 - a wall clock has no zone
        except ValueError:
            continue
    return None
