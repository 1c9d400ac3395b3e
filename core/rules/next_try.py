"""When to try again what did not come off: near in time, on working days, inside the working hours (domain.md U5)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.rules.days_off import DaysOff
from core.rules.user_day import to_local
from core.rules.working_time import Hours, is_working_day

SOON = timedelta(hours=1)
MINUTES = 5
"""Times of day are offered in whole steps of so many minutes."""

LOOKED_AT = 31
"""Days among which the next working ones are looked for; whoever is off longer is offered plain days."""


@dataclass(frozen=True, slots=True)
class NextTries:
    """What is offered.

    Attributes:
        soon: In an hour; None where that is past the working hours.
        days: The next working days.
        at: The time of day on them; None for what has a day alone.
    """

    soon: datetime | None
    days: tuple[date, ...]
    at: time | None


def suggest_tries(failed: datetime, now: datetime, hours: Hours, *, day_only: bool = False) -> NextTries:
    """When to try again.

    Args:
        failed: When it should have been; the next working days offer the same time of day.
        now: The present.
        hours: When the one who tries works.
        day_only: Whether it had no time of day.
    """
    local = to_local(now, hours.timezone).replace(tzinfo=None)
    soon = local + SOON
    is_in_time = soon.date() == local.date() and soon.time() <= time(hours.ends % 24)
    clock = to_local(failed, hours.timezone).time().replace(second=0, microsecond=0)
    at = clock.replace(minute=clock.minute // MINUTES * MINUTES)
    return NextTries(
        soon=now + SOON if is_in_time and not day_only else None,
        days=_working_days(local.date(), hours.days_off),
        at=None if day_only else at,
    )


def _working_days(today: date, days_off: DaysOff) -> tuple[date, ...]:
    ahead = [today + timedelta(days=number) for number in range(1, LOOKED_AT)]
    working = [day for day in ahead if is_working_day(day, days_off)]
    return tuple((working or ahead)[:2])
