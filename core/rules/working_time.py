"""How much of a stretch of time somebody worked: what stages last and how long deals rest (domain.md D3, U5).

Monday to Friday, in the user's working hours by their wall clock. The cost does not grow with the stretch.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from core.rules.user_day import at_hour, to_local

WORKING_DAYS = 5
WEEK = 7


class Hours(NamedTuple):
    """When somebody works: whole local hours of a zone."""

    timezone: str
    starts: int
    ends: int

    @property
    def day(self) -> timedelta:
        """How long a working day is; who says that it begins when it ends works round the clock."""
        return timedelta(hours=(self.ends - self.starts) % 24 or 24)


def is_working_day(day: date) -> bool:
    """Whether it is Monday to Friday."""
    return day.weekday() < WORKING_DAYS


def worked_between(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """The working time between two instants; nothing where the end comes first."""
    if end <= start:
        return timedelta()
    first, last = to_local(start, hours.timezone).date(), to_local(end, hours.timezone).date()
    if first == last:
        return _worked_on(first, start, end, hours)
    edges = _worked_on(first, start, end, hours) + _worked_on(last, start, end, hours)
    return edges + hours.day * working_days_between(first + timedelta(days=1), last)


def _worked_on(day: date, start: datetime, end: datetime, hours: Hours) -> timedelta:
    """What of the working hours of a day lies between two instants; hours over midnight count to the day they begin."""
    if not is_working_day(day):
        return timedelta()
    opens = at_hour(day, hours.starts, hours.timezone)
    closes = opens + hours.day
    return max(min(closes, end) - max(opens, start), timedelta())


def working_days_between(start: date, end: date) -> int:
    """How many working days there are from a day on, before another."""
    if end <= start:
        return 0
    weeks, rest = divmod((end - start).days, WEEK)
    return weeks * WORKING_DAYS + sum(is_working_day(start + timedelta(days=one)) for one in range(rest))


def after_working_days(day: date, count: int) -> date:
    """The working day that comes so many working days after a day; with none, that day or the next that is worked."""
    weeks, rest = divmod(count, WORKING_DAYS)
    found = _working_day_from(day)
    found += timedelta(days=weeks * WEEK)
    for _ in range(rest):
        found = _working_day_from(found + timedelta(days=1))
    return found


def _working_day_from(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
