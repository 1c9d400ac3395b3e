"""When does a plan of ours that repeats come next? RFC 5545 rules, worked out by dateutil (decisions/0035).

All times here are what the wall clock shows; `core.rules.user_day` says what a gap or an overlap of summer time makes
of them (domain.md I5). A rule of a letter, which anybody may have made up, is read by `core.rules.recurrence`; that
also guards this module: the library looks for what a rule never gives until the year 9999.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from core.enums import OffDayShift, RepeatBasis
from core.errors import RepeatInvalid
from core.rules.days_off import NO_DAYS_OFF, DaysOff
from core.rules.recurrence import next_start
from core.rules.times import HORIZON
from core.rules.working_time import is_working_day

MAX_COUNT = 1000
"""Most times that a plan repeats if they are counted."""

MAX_STEPS = 5_000
"""Times that are gone through to find the next one ahead; a daily plan reaches that after thirteen years."""

LONGEST_REST = 62
"""Days within which a working one is looked for; whoever is off longer keeps the day of the rule."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONTH_LENGTH = 28
"""Days that every month has."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """How a plan repeats.

    Attributes:
        rule: RRULE (RFC 5545, 3.3.10) without an end of its own.
        basis: What the next time is counted from.
        off_days: What becomes of a day that is no working day.
        until: The last day that it may fall on.
        count: How many there are in all, the first one included.
    """

    rule: str
    basis: RepeatBasis = RepeatBasis.CALENDAR
    off_days: OffDayShift = OffDayShift.KEEP
    until: date | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """One time of a repeated plan.

    Attributes:
        wall: When it is to be.
        anchor: When it is to be by the rule alone, before days off are passed over.
        number: Which one it is.
    """

    wall: datetime
    anchor: datetime
    number: int


def next_time(
    repeat: Repeat, latest: tuple[datetime, int], after: datetime, days_off: DaysOff = NO_DAYS_OFF
) -> Time | None:
    """The first time that lies after a moment.

    Args:
        repeat: The rule.
        latest: A time that is known: when it was by the rule (for what counts from the last contact: when that
            was, at the time of day of the plan), and its number.
        after: A moment; what lies between that and the latest has been missed, and is counted.
        days_off: The days on which nobody works.

    Returns:
        None where the series has ended, or is none for the next five years.
    """
    anchor, number = latest
    for ahead in _ahead(repeat, anchor):
        if repeat.off_days is OffDayShift.SKIP and not is_working_day(ahead.date(), days_off):
            continue
        number += 1
        if repeat.count is not None and number > repeat.count:
            return None
        wall = shift(ahead, repeat.off_days, days_off)
        if repeat.until is not None and wall.date() > repeat.until:
            return None
        if wall > after:
            return Time(wall, ahead, number)
    return None


def times_between(
    repeat: Repeat,
    latest: tuple[datetime, int],
    span: tuple[datetime, datetime],
    days_off: DaysOff = NO_DAYS_OFF,
) -> Iterator[Time]:
    """The times after the latest one that begin within a half-open span, in order."""
    start, end = span
    after = max(start - timedelta(microseconds=1), latest[0])
    while (found := next_time(repeat, latest, after, days_off)) is not None and found.wall < end:
        yield found
        latest, after = (found.anchor, found.number), found.wall
        if repeat.basis is RepeatBasis.LAST_CONTACT:
            return


def shift(wall: datetime, off_days: OffDayShift, days_off: DaysOff) -> datetime:
    """The same time of day on the working day that is meant where this one is none."""
    if off_days in {OffDayShift.KEEP, OffDayShift.SKIP}:
        return wall
    step = timedelta(days=1 if off_days is OffDayShift.NEXT else -1)
    day = wall.date()
    for _ in range(LONGEST_REST):
        if is_working_day(day, days_off):
            return datetime.combine(day, wall.time())
        day += step
    return wall


def _ahead(repeat: Repeat, anchor: datetime) -> Iterator[datetime]:
    """The times after one, by the rule alone, in bounded number."""
    if repeat.basis is RepeatBasis.LAST_CONTACT:
        yield anchor + step_of(repeat.rule)
        return
    if next_start(repeat.rule, anchor, anchor, _as_is) is None:
        return
    generated = rrulestr(repeat.rule, dtstart=anchor)
    yield from (one for one in islice(generated, MAX_STEPS) if one > anchor)


def _as_is(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def parts_of(rule: str) -> dict[str, str]:
    """The parts of a rule by name."""
    return dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)


def step_of(rule: str) -> relativedelta:
    """How long after the last contact the next one is due.

    Raises:
        RepeatInvalid: It is no plain step in days, weeks, months or years.
    """
    parts = parts_of(rule)
    units = {"DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"}
    unit = units.get(parts.get("FREQ", ""))
    if unit is None:
        raise RepeatInvalid(rule, "rare")
    number = int(parts.get("INTERVAL", "1"))
    return relativedelta(**{unit: number})


def check_repeat(repeat: Repeat, first: datetime, now: datetime) -> Repeat:
    """The same rule, if it can be.

    Args:
        repeat: The rule.
        first: When the first time is.
        now: What the same clock shows now.

    Raises:
        RepeatInvalid: It gives no second time, ends before it begins, or reaches further than a century.
    """
    if repeat.count is not None and not 1 < repeat.count <= MAX_COUNT:
        raise RepeatInvalid(str(repeat.count), "count")
    if repeat.until is not None and (
        repeat.until <= first.date() or datetime.combine(repeat.until, time.min) - now > HORIZON
    ):
        raise RepeatInvalid(repeat.until.isoformat(), "until")
    try:
        second = next_time(replace(repeat, until=None), (first, 1), first)
    except (ValueError, OverflowError, TypeError) as error:
        raise RepeatInvalid(repeat.rule, "rare") from error
    if second is None or second.wall - now > HORIZON:
        raise RepeatInvalid(repeat.rule, "rare")
    return repeat


def month_day_rule(day: int, interval: int = 1) -> str:
    """Every month on a day; in months that are too short on their last one."""
    step = "" if interval == 1 else f";INTERVAL={interval}"
    if day <= MONTH_LENGTH:
        return f"FREQ=MONTHLY{step};BYMONTHDAY={day}"
    days = ",".join(str(one) for one in range(MONTH_LENGTH, day + 1))
    return f"FREQ=MONTHLY{step};BYMONTHDAY={days};BYSETPOS=-1"


def moved(repeat: Repeat, before: date, after: date) -> Repeat | None:
    """The rule of a plan whose times all move from one day to another.

    Returns:
        None where no such rule can be told from this one: "the last Friday" moved to a Thursday.
    """
    parts = parts_of(repeat.rule)
    if before == after or repeat.basis is RepeatBasis.LAST_CONTACT or parts["FREQ"] == "DAILY":
        return repeat
    if (
        parts["FREQ"] == "WEEKLY"
        and parts.get("BYDAY", WEEKDAYS[before.weekday()]) == WEEKDAYS[before.weekday()]
    ):
        return replace(repeat, rule=_with(parts, BYDAY=WEEKDAYS[after.weekday()]))
    plain = repeat.off_days is OffDayShift.KEEP and "BYDAY" not in parts
    if parts["FREQ"] == "MONTHLY" and plain and int(parts.get("BYMONTHDAY", "0").split(",")[-1]) > 0:
        return replace(repeat, rule=month_day_rule(after.day, int(parts.get("INTERVAL", "1"))))
    if parts["FREQ"] == "YEARLY" and plain:
        return replace(repeat, rule=_with(parts, BYMONTH=str(after.month), BYMONTHDAY=str(after.day)))
    return None


def _with(parts: dict[str, str], **changed: str) -> str:
    return ";".join(f"{name}={value}" for name, value in {**parts, **changed}.items())
