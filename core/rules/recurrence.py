"""When does a repeated event come next? RFC 5545, 3.3.10, as far as calendars use it.

Days are tested against the rule instead of generated from it, within a bounded stretch, so that no rule, however
it is made up, costs more than a few thousand steps.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

MAX_RULE = 500
STRETCH = timedelta(days=5 * 366)
"""How far ahead an occurrence is looked for: once in four years is the rarest that calendars offer."""

_MAX_COUNTED = 20_000
"""Days that are gone through where a rule ends after so many times; what began earlier is taken for ended."""

_DAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?", re.ASCII)
_KNOWN = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
)


@dataclass(frozen=True, slots=True)
class _Rule:
    frequency: str
    interval: int
    count: int | None
    until: datetime | None
    days: tuple[tuple[int, int], ...]
    """Weekdays, each with its place in the month (or year); 0: every one."""
    month_days: tuple[int, ...]
    months: tuple[int, ...]
    places: tuple[int, ...]
    week_starts: int


WallOf = Callable[[datetime], datetime]
"""From an aware UTC instant to what a wall clock shows."""


def next_start(rule: str, first: datetime, after: datetime, wall_of: WallOf) -> datetime | None:
    """The first start of an event that lies after a moment.

    Args:
        rule: The value of RRULE.
        first: DTSTART, as the wall clock of its zone shows it.
        after: A moment on the same clock.
        wall_of: That clock; rules tell their end in UTC.

    Returns:
        None when the event has ended, or the rule is one that cannot be read and its first time is over.
    """
    read = _read(rule, wall_of)
    if first > after:
        return first
    if read is None:
        return None
    counted = _count_until(read, first, after) if read.count is not None else 0
    if counted is None or (read.count is not None and counted >= read.count):
        return None
    day = max(first.date(), after.date())
    last = min(day + STRETCH, date.max) if day < date.max - STRETCH else date.max
    while day <= last:
        start = datetime.combine(day, first.time())
        if start > after and _falls_on(read, first.date(), day):
            return start if read.until is None or start <= read.until else None
        if day == date.max:
            break
        day += timedelta(days=1)
    return None


def _count_until(rule: _Rule, first: datetime, after: datetime) -> int | None:
    """How many occurrences began up to a moment; None: too far to be counted."""
    days = (after.date() - first.date()).days
    if days > _MAX_COUNTED:
        return None
    counted = 0
    for number in range(days + 1):
        day = first.date() + timedelta(days=number)
        if datetime.combine(day, first.time()) <= after and (
            number == 0 or _falls_on(rule, first.date(), day)
        ):
            counted += 1
    return counted


def _falls_on(rule: _Rule, first: date, day: date) -> bool:
    return _PERIODS[rule.frequency](rule, first, day)


def _daily(rule: _Rule, first: date, day: date) -> bool:
    if (day - first).days % rule.interval:
        return False
    in_month = not rule.months or day.month in rule.months
    on_weekday = not rule.days or any(weekday == day.weekday() for weekday, _ in rule.days)
    return in_month and on_weekday and (not rule.month_days or _is_month_day(rule, day))


def _weekly(rule: _Rule, first: date, day: date) -> bool:
    weeks = (_week_of(rule, day) - _week_of(rule, first)).days // 7
    if weeks % rule.interval or (rule.months and day.month not in rule.months):
        return False
    weekdays = {weekday for weekday, _ in rule.days} or {first.weekday()}
    return day.weekday() in weekdays


def _week_of(rule: _Rule, day: date) -> date:
    """The day on which a week begins (WKST)."""
    back = (day.weekday() - rule.week_starts) % 7
    return day - timedelta(days=min(back, (day - date.min).days))


def _monthly(rule: _Rule, first: date, day: date) -> bool:
    months = (day.year - first.year) * 12 + day.month - first.month
    if months % rule.interval or (rule.months and day.month not in rule.months):
        return False
    return _is_in_month(rule, first, day)


def _yearly(rule: _Rule, first: date, day: date) -> bool:
    if (day.year - first.year) % rule.interval:
        return False
    if rule.months or not rule.days:
        return day.month in (rule.months or (first.month,)) and _is_in_month(rule, first, day)
    before = (day - date(day.year, 1, 1)).days
    after = (date(day.year, 12, 31) - day).days
    return any(_is_weekday(day, one, before, after) for one in rule.days)


def _is_in_month(rule: _Rule, first: date, day: date) -> bool:
    """Whether a day of a month that takes part is one of the rule's; BYSETPOS picks among them."""
    if not _is_chosen(rule, first, day):
        return False
    return not rule.places or day.day in _picked(rule, first, day.year, day.month)


@lru_cache(maxsize=128)
def _picked(rule: _Rule, first: date, year: int, month: int) -> frozenset[int]:
    """The days of a month that BYSETPOS picks."""
    days = [date(year, month, number) for number in range(1, monthrange(year, month)[1] + 1)]
    chosen = [day.day for day in days if _is_chosen(rule, first, day)]
    picked = [place - 1 if place > 0 else place for place in rule.places if 0 < abs(place) <= len(chosen)]
    return frozenset(chosen[place] for place in picked)


def _is_chosen(rule: _Rule, first: date, day: date) -> bool:
    if not rule.days and not rule.month_days:
        return day.day == first.day
    if rule.month_days and not _is_month_day(rule, day):
        return False
    before, after = day.day - 1, monthrange(day.year, day.month)[1] - day.day
    return not rule.days or any(_is_weekday(day, one, before, after) for one in rule.days)


def _is_month_day(rule: _Rule, day: date) -> bool:
    return bool({day.day, day.day - monthrange(day.year, day.month)[1] - 1} & set(rule.month_days))


def _is_weekday(day: date, wanted: tuple[int, int], before: int, after: int) -> bool:
    """Whether a day is the n-th such weekday, so many days of its month or year lying before and after it."""
    weekday, place = wanted
    return day.weekday() == weekday and place in {0, before // 7 + 1, -(after // 7) - 1}


_PERIODS: dict[str, Callable[[_Rule, date, date], bool]] = {
    "DAILY": _daily,
    "WEEKLY": _weekly,
    "MONTHLY": _monthly,
    "YEARLY": _yearly,
}


def _read(rule: str, wall_of: WallOf) -> _Rule | None:
    """The parts of a rule; None when one of them is not understood."""
    parts = {
        name.strip().upper(): value.strip().upper()
        for name, _, value in (part.partition("=") for part in rule[:MAX_RULE].split(";") if part.strip())
    }
    if not set(parts) <= _KNOWN or parts.get("FREQ") not in _PERIODS or len(rule) > MAX_RULE:
        return None
    try:
        return _Rule(
            frequency=parts["FREQ"],
            interval=max(1, int(parts.get("INTERVAL", "1"))),
            count=int(parts["COUNT"]) if "COUNT" in parts else None,
            until=_read_until(parts["UNTIL"], wall_of) if "UNTIL" in parts else None,
            days=tuple(_read_day(one) for one in _list(parts, "BYDAY")),
            month_days=tuple(int(one) for one in _list(parts, "BYMONTHDAY")),
            months=tuple(int(one) for one in _list(parts, "BYMONTH")),
            places=tuple(int(one) for one in _list(parts, "BYSETPOS")),
            week_starts=_DAYS.get(parts.get("WKST", "MO"), 0),
        )
    except (ValueError, OverflowError):
        return None


def _list(parts: dict[str, str], name: str) -> list[str]:
    return [one.strip() for one in parts.get(name, "").split(",") if one.strip()]


def _read_day(text: str) -> tuple[int, int]:
    match = _BYDAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return _DAYS[match[2]], int(match[1] or 0)


def _read_until(text: str, wall_of: WallOf) -> datetime:
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise ValueError(text)
    if match[2] is None:
        day = datetime.strptime(match[1], "%Y%m%d").replace(tzinfo=UTC)
        return day.replace(tzinfo=None) + timedelta(days=1) - timedelta(microseconds=1)
    found = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return wall_of(found) if match[3] else found.replace(tzinfo=None)
