"""What an invitation means here: which of several counts, and when its meeting is (RFC 5546; domain.md I3-I5)."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from core.enums import InteractionState, InteractionType
from core.errors import TimeInvalid
from core.itip import CalendarTime, ItipMessage
from core.rules.recurrence import STRETCH, next_start
from core.rules.times import check_when, is_overdue, when_of_day, with_length
from core.rules.user_day import to_instant, to_local
from core.values import When

LONGEST = timedelta(days=366)
"""Meetings longer than this are slips; they get the default length."""


_NONE = timedelta(0)
_INSTANT = timedelta(microseconds=1)


class Rank(NamedTuple):
    """Which of two messages about an event counts: the higher sequence, then the later stamp (RFC 5546, 2.1.5)."""

    sequence: int
    dtstamp: datetime


@dataclass(frozen=True, slots=True)
class Listener:
    """The user to whom floating times and days are theirs.

    Attributes:
        timezone: Their zone.
        morning_hour: When their day begins.
    """

    timezone: str
    morning_hour: int


@dataclass(frozen=True, slots=True)
class Appointment:
    """When a meeting is, as a plan is kept here.

    Attributes:
        when: Its time.
        timezone: The zone whose wall clock it keeps: the organiser's, as far as it is known.
        occurrence: The start as `recurrence_key` spells it: what a later exception to this occurrence names.
    """

    when: When
    timezone: str
    occurrence: str


def highest(ranks: Iterable[Rank]) -> Rank | None:
    """The rank that counts; None of none."""
    return max(ranks, default=None)


def is_called_off(asked: Rank | None, cancelled: Iterable[Rank]) -> bool:
    """Whether the organiser's last word is that it does not take place."""
    last = highest(cancelled)
    return last is not None and (asked is None or last >= asked)


def event_of(message: ItipMessage) -> str:
    """The identity of an event: its UID under its organiser, as a digest.

    Another's message with the same UID is about another event, so that nobody moves or calls off a meeting that
    is not theirs by knowing its UID.
    """
    organiser = message.organiser
    owner = "" if organiser is None else organiser.address or organiser.original.strip().lower()
    return hashlib.sha256(f"{message.uid}\n{owner}".encode()).hexdigest()


def instant_of(moment: CalendarTime, timezone: str) -> datetime:
    """The UTC instant of a moment; a floating one is in the user's zone (RFC 5545, 3.3.5; domain.md I5)."""
    if moment.offset is not None:
        return (moment.wall - moment.offset).replace(tzinfo=UTC)
    return to_instant(moment.wall, moment.zone or timezone)


def recurrence_key(moment: CalendarTime | None, timezone: str) -> str:
    """One spelling for an occurrence, whatever zone its message writes it in; empty for the whole event.

    Days and floating times are spelt as they stand, so that they name the same occurrence for everybody.
    """
    if moment is None:
        return ""
    if moment.is_day:
        return moment.wall.date().isoformat()
    if moment.zone is None and moment.offset is None:
        return moment.wall.isoformat()
    return instant_of(moment, timezone).isoformat()


def appointment_of(
    message: ItipMessage, listener: Listener, now: datetime, taken: Collection[str] = ()
) -> Appointment | None:
    """When the meeting of a message is; of one that repeats, the next time.

    Args:
        message: What the letter says.
        listener: Whose mailbox it came to.
        now: What "next" is judged by.
        taken: Occurrences (`recurrence_key`) that have messages of their own.

    Returns:
        None when the message tells no usable time, or the event does not come again.
    """
    first = message.starts
    if first is None:
        return None
    length = _length_of(message, listener.timezone)
    starts = _next_of(message, length, listener, now, taken) if message.rrule else first
    if starts is None:
        return None
    try:
        return _appoint(message, starts, length, listener, now)
    except TimeInvalid:
        return None


def is_over(when: When, now: datetime, timezone: str) -> bool:
    """Whether a meeting's time has passed: its end, or the user's day of one without a time."""
    return is_overdue(when.ends_at or when.at, when.due_on, now, timezone)


def _appoint(
    message: ItipMessage, starts: CalendarTime, length: timedelta | None, listener: Listener, now: datetime
) -> Appointment:
    occurrence = recurrence_key(starts, listener.timezone)
    if starts.is_day:
        day = when_of_day(
            starts.wall.date(), InteractionState.PLANNED, listener.timezone, listener.morning_hour
        )
        return Appointment(check_when(day, now), listener.timezone, occurrence)
    at = instant_of(starts, listener.timezone)
    when = When(at, ends_at=at + length if length is not None else None)
    whole = with_length(when, InteractionType.MEETING, InteractionState.PLANNED)
    return Appointment(check_when(whole, now), message.zone or listener.timezone, occurrence)


def _next_of(
    message: ItipMessage, length: timedelta | None, listener: Listener, now: datetime, taken: Collection[str]
) -> CalendarTime | None:
    """The first occurrence that is not over and has no message of its own."""
    first = message.starts
    if first is None:
        return None

    def wall_of(instant: datetime) -> datetime:
        if first.offset is not None:
            return (instant + first.offset).replace(tzinfo=None)
        return to_local(instant, first.zone or listener.timezone).replace(tzinfo=None)

    clock = wall_of(now)
    after = datetime.combine(clock.date(), time.min) - _INSTANT if first.is_day else clock - (length or _NONE)
    left_out = {*taken, *(recurrence_key(one, listener.timezone) for one in message.without)}
    for _ in range(len(left_out) + 1):
        wall = next_start(message.rrule, first.wall, after, wall_of)
        if wall is None or wall > clock + STRETCH:
            return None
        found = replace(first, wall=wall)
        if recurrence_key(found, listener.timezone) not in left_out:
            return found
        after = wall
    return None


def _length_of(message: ItipMessage, timezone: str) -> timedelta | None:
    if message.starts is None or message.ends is None:
        return None
    length = instant_of(message.ends, timezone) - instant_of(message.starts, timezone)
    return length if timedelta(0) <= length <= LONGEST else None
