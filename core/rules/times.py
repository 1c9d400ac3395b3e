"""When an interaction happens if nobody said so (domain.md I4, I5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from core.enums import InteractionState, InteractionType
from core.errors import TimeInvalid
from core.rules.user_day import at_hour, to_local, user_day
from core.values import When

APPOINTMENTS = frozenset({InteractionType.CALL, InteractionType.MEETING})
"""What happens at a time with somebody, and what an evening asks about."""

MEETING_LENGTH = timedelta(minutes=30)
HALF_HOUR = timedelta(minutes=30)
NOON = 12
HORIZON = timedelta(days=365 * 100)
"""Times further away than this are slips of the finger."""

AHEAD = timedelta(hours=24)
"""How far ahead of now a done interaction may lie: a day said in words counts as its noon."""

LETTER_LAG = timedelta(hours=48)
"""How far a Date header may lie before INTERNALDATE and still be believed (domain.md I6)."""


def next_half_hour(now: datetime) -> datetime:
    """The next half hour strictly after now (domain.md I4)."""
    floor = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    steps = int((now - floor) / HALF_HOUR) + 1
    return floor + steps * HALF_HOUR


def default_when(type_: InteractionType, state: InteractionState, now: datetime) -> When:
    """The time of an interaction of which none was said.

    A planned meeting takes the next half hour, 30 minutes long, a done one has just ended; another plan is due
    at the next half hour; what is done happened now.
    """
    if state is InteractionState.PLANNED:
        start = next_half_hour(now)
        is_meeting = type_ is InteractionType.MEETING
        return When(start, ends_at=start + MEETING_LENGTH if is_meeting else None)
    if type_ is InteractionType.MEETING:
        return When(now - MEETING_LENGTH, ends_at=now)
    return When(now)


def with_length(when: When, type_: InteractionType, state: InteractionState) -> When:
    """A planned meeting of which only the beginning was said is 30 minutes long (domain.md I4)."""
    is_meeting = type_ is InteractionType.MEETING and state is InteractionState.PLANNED
    if not is_meeting or when.ends_at is not None or when.due_on is not None:
        return when
    return replace(when, ends_at=when.at + MEETING_LENGTH)


def when_of_day(day: date, state: InteractionState, timezone: str, morning_hour: int) -> When:
    """The time of an interaction of which only the day was said (domain.md I5).

    A done one counts as noon of that day of the user; a planned one is due on the day and reminded at the
    user's morning hour.
    """
    if state is InteractionState.PLANNED:
        return When(at_hour(day, morning_hour, timezone), due_on=day, time_known=False)
    return When(at_hour(day, NOON, timezone), due_on=None, time_known=False)


def check_when(when: When, now: datetime) -> When:
    """The same time, if it can be.

    Raises:
        TimeInvalid: A meeting ends before it starts (equal is allowed), or the time is a century away.
    """
    if when.ends_at is not None and when.ends_at < when.at:
        raise TimeInvalid("ends_at", when.ends_at.isoformat())
    if abs(when.at - now) > HORIZON:
        raise TimeInvalid("when", when.at.isoformat())
    return replace(when, at=when.at.astimezone(UTC))


def letter_happened_at(internal_date: datetime, sent_on: datetime | None) -> datetime:
    """When a letter happened: INTERNALDATE, or its Date header if that lies within 48 hours before (domain.md I6)."""
    if sent_on is not None and timedelta(0) <= internal_date - sent_on <= LETTER_LAG:
        return sent_on
    return internal_date


def is_overdue(when_at: datetime, due_on: date | None, now: datetime, timezone: str) -> bool:
    """Whether a plan's time has passed: for a day alone, when that day of the user is over (domain.md I5)."""
    if due_on is not None:
        return user_day(now, timezone) > due_on
    return now > when_at


def is_past(when: When, now: datetime, timezone: str) -> bool:
    """Whether nothing can be planned for a time any more: it is over, or the day is."""
    if when.due_on is not None:
        return when.due_on < user_day(now, timezone)
    return (when.ends_at or when.at) <= now


def wall_time(when: When, timezone: str) -> str:
    """What the planner's wall clock shows, as ISO local time without offset, or the day alone."""
    if when.due_on is not None:
        return when.due_on.isoformat()
    return to_local(when.at, timezone).replace(tzinfo=None).isoformat(timespec="minutes")


def written(when: When, timezone: str) -> str:
    """A time as words that are read back as the same: "2026-11-27", "2026-11-27 15:00-15:30"."""
    if when.due_on is not None:
        return when.due_on.isoformat()
    start = to_local(when.at, timezone)
    end = f"-{to_local(when.ends_at, timezone):%H:%M}" if when.ends_at is not None else ""
    return f"{start:%Y-%m-%d %H:%M}{end}"


def day_of(when: When, timezone: str) -> date:
    """The day of the user that an interaction belongs to."""
    return when.due_on or user_day(when.at, timezone)
