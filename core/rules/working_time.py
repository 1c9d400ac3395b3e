"""How much of a stretch of time somebody worked: what stages last and how long deals rest (domain.md D3, U5).

Monday to Friday without their days off, in the user's working hours by their wall clock. The cost does not grow with
the days of the stretch.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from core.rules.days_off import NO_DAYS_OFF, WEEK, WORKING_DAYS, DaysOff, is_weekday, weekdays_between
from core.rules.user_day import at_hour, to_local

ONE_DAY = timedelta(days=1)


class Hours(NamedTuple):
    """When somebody works: whole local hours of a zone, and the days off."""

    timezone: str
    starts: int
    ends: int
    days_off: DaysOff = NO_DAYS_OFF

    @property
    def day(self) -> timedelta:
        """How long a working day is; who says that it begins when it ends works round the clock."""
        return timedelta(hours=(self.ends - self.starts) % 24 or 24)


def is_working_day(day: date, days_off: DaysOff = NO_DAYS_OFF) -> bool:
    """Whether it is Monday to Friday and no day off."""
    return is_weekday(day) and not days_off.is_off(day)


def worked_between(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """The working time between two instants; nothing where the end comes first.

    Hours over midnight belong to the day on which they begin, so that the day before the first one counts too.
    """
    if end <= start:
        return timedelta()
    first = to_local(start, hours.timezone).date() - ONE_DAY
    last = to_local(end, hours.timezone).date()
    edges = {first, first + ONE_DAY, last - ONE_DAY, last}
    worked = sum((_worked_on(day, start, end, hours) for day in edges), timedelta())
    return worked + hours.day * working_days_between(first + 2 * ONE_DAY, last - ONE_DAY, hours.days_off)


def _worked_on(day: date, start: datetime, end: datetime, hours: Hours) -> timedelta:
    """What of the working hours that begin on a day lies between two instants."""
    if not is_working_day(day, hours.days_off):
        return timedelta()
    opens = at_hour(day, hours.starts, hours.timezone)
    closes = opens + hours.day
    return max(min(closes, end) - max(opens, start), timedelta())


def working_days_between(start: date, end: date, days_off: DaysOff = NO_DAYS_OFF) -> int:
    """How many working days there are from a day on, before another."""
    return weekdays_between(start, end) - days_off.count_weekdays(start, end)


def after_working_days(day: date, count: int, days_off: DaysOff = NO_DAYS_OFF) -> date:
    """The working day that comes so many working days after a day; with none, that day or the next that is worked."""
    found = _working_day_from(day, days_off)
    while count:
        further = _weekdays_later(found, count)
        count -= working_days_between(found, further, days_off)
        found = _working_day_from(further, days_off)
    return found


def _weekdays_later(weekday: date, count: int) -> date:
    """The weekday so many weekdays after one: the earliest that can be so many working days later."""
    weeks, rest = divmod(count, WORKING_DAYS)
    over_weekend = weekday.weekday() + rest >= WORKING_DAYS
    return weekday + timedelta(days=weeks * WEEK + rest + (WEEK - WORKING_DAYS if over_weekend else 0))


def _working_day_from(day: date, days_off: DaysOff) -> date:
    while not is_working_day(day, days_off):
        day = max((last for first, last in days_off.own if first <= day <= last), default=day) + ONE_DAY
    return day
