"""When somebody is reminded: before a plan, after it, at a moment, and never in their quiet time (domain.md I5, U5).

Quiet are the user's quiet hours, weekends, public holidays, and their own days off where the hours name them: those of
a plan's reminders do not, whoever is away is asked about when it is due (docs/decisions/0034). A fixed appointment, a call or
meeting with a time, is reminded of all the same, and so is a moment that was named by hand. What may wait comes at
the next allowed moment, unless its plan would have begun by then.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.enums import InteractionType, ReminderKind
from core.rules.times import APPOINTMENTS
from core.rules.user_day import at_hour, day_bounds, to_instant, to_local
from core.rules.working_time import Hours, is_working_day

DAY = 24 * 60
"""Minutes."""

LATE = timedelta(minutes=5)
"""A reminder that comes later than this after its time is told as a late one, together with the others."""

FARTHEST = 60 * DAY
"""Minutes; nobody is reminded longer before or after a plan than this."""

MOST = 8
"""Reminders ahead of one plan that a user may have by default."""

DEFAULT_MINUTES = (15,)
"""How long ahead of any plan whoever has chosen nothing is reminded."""

_SEARCHED_DAYS = 800


@dataclass(frozen=True, slots=True)
class PlanTime:
    """What of a plan decides about its reminders."""

    type: InteractionType
    at: datetime
    ends_at: datetime | None = None
    due_on: date | None = None

    @property
    def is_appointment(self) -> bool:
        """Whether others wait at that minute: a call or a meeting with a time."""
        return self.type in APPOINTMENTS and self.due_on is None


@dataclass(frozen=True, slots=True)
class Quiet:
    """When somebody is not to be disturbed.

    Attributes:
        hours: When they work, and the zone of their clock.
        starts: The first quiet hour of the wall clock.
        ends: The first that is not quiet any more; equal ones: no hour is quiet.
    """

    hours: Hours
    starts: int
    ends: int

    def covers(self, hour: int) -> bool:
        """Whether an hour of the wall clock is quiet."""
        if self.starts <= self.ends:
            return self.starts <= hour < self.ends
        return hour >= self.starts or hour < self.ends

    def next_allowed(self, at: datetime) -> datetime:
        """The moment itself when it is not quiet, else the first one after it that is not.

        After quiet hours that is their end; after a day off the morning hour of the next working day, or the end
        of the quiet hours where those last longer.
        """
        local = to_local(at, self.hours.timezone)
        day, moment = local.date(), at
        if self.covers(local.hour):
            if self.starts > self.ends and local.hour >= self.starts:
                day += timedelta(days=1)
            moment = max(at, at_hour(day, self.ends, self.hours.timezone))
        if is_working_day(day, self.hours.days_off):
            return moment
        for _ in range(_SEARCHED_DAYS):
            day += timedelta(days=1)
            if is_working_day(day, self.hours.days_off):
                hour = self.ends if self.covers(self.hours.starts) else self.hours.starts
                return at_hour(day, hour, self.hours.timezone)
        return moment


def wished_at(kind: ReminderKind, minutes: int, plan: PlanTime, hours: Hours) -> datetime:
    """The moment that was wished for: so long before a plan, or after its end.

    Of a plan of a day alone "before" counts from the user's morning hour and only in whole days, "after" from the
    end of their working hours.
    """
    if kind is ReminderKind.AFTER:
        base = (plan.ends_at or plan.at) if plan.due_on is None else _evening(plan.due_on, hours)
        return _shifted(base, minutes, hours.timezone)
    if plan.due_on is not None:
        return _shifted(
            at_hour(plan.due_on, hours.starts, hours.timezone), -(minutes // DAY * DAY), hours.timezone
        )
    return _shifted(plan.at, -minutes, hours.timezone)


def _evening(day: date, hours: Hours) -> datetime:
    if hours.ends >= DAY // 60:
        return day_bounds(day, hours.timezone).end
    return at_hour(day, hours.ends, hours.timezone)


def _shifted(base: datetime, minutes: int, timezone: str) -> datetime:
    """Whole days keep the time of the wall clock over a change of summer time; anything else is exact."""
    days, rest = divmod(abs(minutes), DAY)
    if days and not rest:
        sign = 1 if minutes > 0 else -1
        return to_instant(
            to_local(base, timezone).replace(tzinfo=None) + timedelta(days=sign * days), timezone
        )
    return base + timedelta(minutes=minutes)


def due_at(wish: datetime, kind: ReminderKind, plan: PlanTime, quiet: Quiet) -> datetime:
    """When a reminder comes that was wished for at a moment."""
    if kind is ReminderKind.AT or (plan.is_appointment and kind is ReminderKind.BEFORE):
        return wish
    allowed = quiet.next_allowed(wish)
    comes_too_late = kind is ReminderKind.BEFORE and plan.due_on is None and allowed > plan.at
    return wish if comes_too_late else allowed


def moments_before(
    minutes: Collection[int], plan: PlanTime, hours: Hours, now: datetime
) -> list[tuple[int, datetime]]:
    """Which of these reminders ahead of a plan are still to come, each with its moment, each moment once.

    When all of their moments are past and the plan is not, the shortest one comes when the plan begins.
    """
    wished: dict[datetime, int] = {}
    for one in sorted(set(minutes)):
        moment = wished_at(ReminderKind.BEFORE, one, plan, hours)
        if moment > now:
            wished.setdefault(moment, one)
    if not wished and minutes and plan.due_on is None and plan.at > now:
        return [(min(minutes), plan.at)]
    return sorted(((one, moment) for moment, one in wished.items()), reverse=True)


def is_late(due: datetime, now: datetime) -> bool:
    """Whether a reminder that comes now comes so late that this has to be said."""
    return now - due > LATE
