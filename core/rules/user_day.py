"""The user's day: the one place that says when a day of a person begins and ends (domain.md U5, I5).

Every list, counter and digest asks here, so that "today" and "overdue" mean the same everywhere.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import TimeInvalid


class Span(NamedTuple):
    """A half-open stretch of time: aware UTC instants."""

    start: datetime
    end: datetime


def load_zone(name: str) -> ZoneInfo:
    """The IANA zone of that name.

    Raises:
        TimeInvalid: There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeInvalid("timezone", name) from error


def to_local(instant: datetime, timezone: str) -> datetime:
    """An aware instant as the user's wall clock shows it, still aware."""
    return instant.astimezone(load_zone(timezone))


def to_instant(local: datetime, timezone: str) -> datetime:
    """The UTC instant at which the user's wall clock shows a naive local time.

    In a DST gap the time moves forward by the gap; in an overlap the first one counts (domain.md I5).
    """
    aware = local.replace(tzinfo=load_zone(timezone), fold=0)
    return aware.astimezone(UTC)


def user_day(now: datetime, timezone: str) -> date:
    """The day it is for the user."""
    return to_local(now, timezone).date()


def day_bounds(day: date, timezone: str) -> Span:
    """When a day of the user begins and ends; 23 to 25 hours apart, or further where zones jump."""
    start = to_instant(datetime.combine(day, time.min), timezone)
    if day == date.max:
        return Span(start, datetime.max.replace(tzinfo=UTC))
    return Span(start, to_instant(datetime.combine(day + timedelta(days=1), time.min), timezone))


def at_hour(day: date, hour: int, timezone: str) -> datetime:
    """The instant of a whole hour of a day of the user, for example their morning hour."""
    return to_instant(datetime.combine(day, time(hour)), timezone)


def move_wall_time(instant: datetime, before: str, after: str) -> datetime:
    """The instant at which the wall clock of another zone shows what it showed in the zone before."""
    return to_instant(to_local(instant, before).replace(tzinfo=None), after)
