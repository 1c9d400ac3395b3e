"""When a digest is told: at an hour of the user's own day, late the same day or not at all (domain.md U5).

What is due follows from the settings and the moment alone. A stored time of the next look only says when to ask
again, so that a change of hours, zone or clock needs no care: a look that comes too early finds nothing due.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.enums import DigestKind
from core.rules.days_off import WEEK
from core.rules.user_day import at_hour, user_day
from core.rules.working_time import Hours, is_working_day

LATE = timedelta(hours=6)
"""How late a digest may come after a standstill: what the morning would have said helps nobody in the evening."""

FARTHEST = timedelta(days=9)
"""Further ahead lies no next look; one that does was written under a clock that had run ahead, and is made anew."""

MONDAY, FRIDAY = 0, 4
LAST_HOUR = 23
_DAYS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class DigestTime:
    """The settings of one digest of one user.

    Attributes:
        hour: Whole local hour; None: it follows the working hours.
        weekday: 0 is Monday; None: each day.
    """

    kind: DigestKind
    is_on: bool = True
    hour: int | None = None
    weekday: int | None = None


DEFAULTS = {
    DigestKind.MORNING: DigestTime(DigestKind.MORNING),
    DigestKind.EVENING: DigestTime(DigestKind.EVENING),
    DigestKind.WEEKLY: DigestTime(DigestKind.WEEKLY, weekday=FRIDAY),
}
"""What a new user has: all of them, the week on its last day."""


def hour_of(setting: DigestTime, hours: Hours) -> int:
    """At which local hour: the one chosen, else the first working hour, or the one after the last.

    The week is told in the morning of a Monday, and in the evening of any other day.
    """
    if setting.hour is not None:
        return setting.hour
    is_early = setting.kind is DigestKind.MORNING or setting.weekday == MONDAY
    return hours.starts if is_early else min(hours.ends, LAST_HOUR)


def due_day(setting: DigestTime, now: datetime, hours: Hours) -> date | None:
    """The day of the user whose digest is to be told now; None: not yet, too late, or not today.

    The morning is told on working days; the evening, which asks only about what there was, and the week on every
    day on which the user is not away.
    """
    today = user_day(now, hours.timezone)
    if not setting.is_on or not _is_on_day(setting, today):
        return None
    due = at_hour(today, hour_of(setting, hours), hours.timezone)
    if not due <= now < due + LATE:
        return None
    if setting.kind is DigestKind.MORNING:
        return today if is_working_day(today, hours.days_off) else None
    is_away = any(first <= today <= last for first, last in hours.days_off.own)
    return None if is_away else today


def next_look(setting: DigestTime, now: datetime, hours: Hours) -> datetime:
    """When to ask next: the digest's next hour that is still to come; of one that is switched off too."""
    today = user_day(now, hours.timezone)
    hour = hour_of(setting, hours)
    for ahead in range(_DAYS_AHEAD + 1):
        day = today + timedelta(days=ahead)
        due = at_hour(day, hour, hours.timezone)
        if due > now and _is_on_day(setting, day):
            return due
    return now + timedelta(days=1)


def _is_on_day(setting: DigestTime, day: date) -> bool:
    return setting.weekday is None or setting.weekday == day.weekday()


def week_of(day: date) -> tuple[date, date]:
    """The week that is told of on a day, first and last day: on a Monday the one before, else the one it is in."""
    monday = day - timedelta(days=day.weekday() or WEEK)
    return monday, monday + timedelta(days=WEEK - 1)
