"""Where a working day has room: what its appointments leave of the working hours (domain.md U5)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from core.rules.times import MEETING_LENGTH
from core.rules.user_day import Span, at_hour
from core.rules.working_time import Hours, is_working_day

SHORTEST = timedelta(minutes=30)
"""Less than that is a pause and no room for anything."""

STEP = timedelta(minutes=15)
"""Room that has begun already counts from the next quarter of an hour: nobody meets at 14:07."""


def busy_span(starts: datetime, ends: datetime | None) -> Span:
    """The time that an appointment takes; one without an end, or that ends as it begins, as long as a meeting."""
    return Span(starts, ends if ends is not None and ends > starts else starts + MEETING_LENGTH)


def free_slots(day: date, busy: Iterable[Span], hours: Hours, now: datetime) -> tuple[Span, ...]:
    """Stretches of the working hours of a day that nothing takes and that are not over, in order.

    On a day off there are none: nobody plans there unless they want to.
    """
    if not is_working_day(day, hours.days_off):
        return ()
    opens = at_hour(day, hours.starts, hours.timezone)
    closes = opens + hours.day
    found: list[Span] = []
    reached = max(opens, _next_step(now))
    for span in sorted(busy):
        if span.end <= reached:
            continue
        if span.start - reached >= SHORTEST:
            found.append(Span(reached, min(span.start, closes)))
        reached = span.end
        if reached >= closes:
            break
    if closes - reached >= SHORTEST:
        found.append(Span(reached, closes))
    return tuple(one for one in found if one.end - one.start >= SHORTEST)


def _next_step(now: datetime) -> datetime:
    floor = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return floor + -(-(now - floor) // STEP) * STEP
