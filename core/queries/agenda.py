"""The agenda of a user: what is planned, what is overdue, where there is room, by the user's day (domain.md I5, U5).

Every statement reads a stretch of ix_interactions_agenda or of the history by responsible: its cost does not grow
with what lies before or after that stretch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, InteractionType
from core.models import Interaction
from core.queries.rows import COUNT_LIMIT, InteractionRow, Page, load_rows
from core.queries.series import UpcomingView, list_upcoming
from core.rules.free_slots import busy_span, free_slots
from core.rules.times import APPOINTMENTS
from core.rules.user_day import Span, day_bounds, user_day
from core.rules.working_time import Hours

LIMIT = 60
"""Rows shown of one stretch of days."""

OVERDUE_PAGE = 5
"""Overdue plans on one page, each with buttons of its own."""

_ONE_DAY = timedelta(days=1)
_NEAR = timedelta(days=2)
"""A day alone is kept as an instant of the zone it was planned in: further away from its day it never lies."""


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """One day of the user in order of time.

    Attributes:
        rows: What is planned; on a day that is over also the calls and meetings there were.
    """

    day: date
    rows: tuple[InteractionRow, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """A stretch of days, and what it is to be seen with.

    Attributes:
        overdue: The first few plans of days before today.
        overdue_total: How many there are, at most `COUNT_LIMIT`.
        to_review: How many the user has to review, at most `COUNT_LIMIT`; 0 where nobody reviews.
        free: Room in the working hours of the first day.
        upcoming: What repeats and will be planned for these days.
    """

    days: tuple[AgendaDay, ...]
    overdue: tuple[InteractionRow, ...]
    overdue_total: int = 0
    to_review: int = 0
    free: tuple[Span, ...] = ()
    upcoming: tuple[UpcomingView, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do at all; room alone is nothing to tell of."""
        return not (self.overdue or self.to_review or any(one.rows for one in self.days))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whose days are looked at, and how.

    Attributes:
        first: The first day.
        length: How many days.
        types: Those whose option is on.
    """

    user_id: int
    first: date
    length: int
    types: frozenset[InteractionType]


async def load_agenda(session: AsyncSession, stretch: Stretch, hours: Hours, now: datetime) -> Agenda:
    """The days of a stretch; what is overdue comes with it when the stretch holds today."""
    today = user_day(now, hours.timezone)
    last = stretch.first + timedelta(days=stretch.length - 1)
    ids = await _list_days(session, stretch, last, hours.timezone, today)
    rows = await load_rows(session, ids, stretch.user_id)
    days = tuple(
        AgendaDay(day, tuple(row for row in rows if day_of_row(row, hours.timezone) == day))
        for day in (stretch.first + timedelta(days=number) for number in range(stretch.length))
    )
    late: tuple[InteractionRow, ...] = ()
    total = 0
    if stretch.first <= today <= last:
        total = await count_overdue(session, stretch, hours.timezone, today)
        late = await list_overdue(session, stretch, hours.timezone, today, limit=LIMIT) if total else ()
    span = Span(day_bounds(stretch.first, hours.timezone).start, day_bounds(last, hours.timezone).end)
    upcoming = await list_upcoming(session, stretch.user_id, span)
    free = await load_free(session, stretch, hours, now)
    return Agenda(
        days, late, total, free=free, upcoming=tuple(one for one in upcoming if one.type in stretch.types)
    )


async def load_free(session: AsyncSession, stretch: Stretch, hours: Hours, now: datetime) -> tuple[Span, ...]:
    """Room in the working hours of the first day of a stretch."""
    start, end = day_bounds(stretch.first, hours.timezone)
    found = await session.execute(
        select(Interaction.happened_at, Interaction.ends_at).where(
            _planned(stretch),
            Interaction.due_on.is_(None),
            Interaction.happened_at >= start - _ONE_DAY,
            Interaction.happened_at < end + _ONE_DAY,  # Hours over midnight go on behind the day.
        )
    )
    busy = (busy_span(starts, ends) for starts, ends in found)
    return free_slots(stretch.first, busy, hours, now)


def _planned(stretch: Stretch) -> ColumnElement[bool]:
    return and_(
        Interaction.responsible_id == stretch.user_id,
        Interaction.state == InteractionState.PLANNED,
        Interaction.deleted_at.is_(None),
        Interaction.type.in_(stretch.types),
    )


async def _list_days(
    session: AsyncSession, stretch: Stretch, last: date, timezone: str, today: date
) -> Sequence[int]:
    start, end = day_bounds(stretch.first, timezone).start, day_bounds(last, timezone).end
    planned = (
        select(Interaction.id, Interaction.happened_at, Interaction.due_on)
        .where(_planned(stretch), falls_on(stretch.first, last, timezone))
        .order_by(Interaction.happened_at, Interaction.id)
        .limit(LIMIT)
    )
    found = [*(await session.execute(planned))]
    if stretch.first < today:
        held = (
            select(Interaction.id, Interaction.happened_at, Interaction.due_on)
            .where(
                Interaction.responsible_id == stretch.user_id,
                Interaction.state == InteractionState.DONE,
                Interaction.deleted_at.is_(None),
                Interaction.type.in_(stretch.types & APPOINTMENTS),
                Interaction.happened_at >= start,
                Interaction.happened_at < min(end, day_bounds(today, timezone).start),
            )
            .order_by(Interaction.happened_at, Interaction.id)
            .limit(LIMIT)
        )
        found.extend(await session.execute(held))
    return [one.id for one in sorted(found, key=lambda one: (one.happened_at, one.id))][:LIMIT]


def falls_on(first: date, last: date, timezone: str) -> ColumnElement[bool]:
    """Whether a plan is one of these days of somebody, the last one included."""
    start, end = day_bounds(first, timezone).start, day_bounds(last, timezone).end
    return and_(
        Interaction.happened_at >= start - _NEAR,
        Interaction.happened_at < end + _NEAR,
        or_(
            and_(
                Interaction.due_on.is_(None), Interaction.happened_at >= start, Interaction.happened_at < end
            ),
            Interaction.due_on.between(first, last),
        ),
    )


def falls_before(day: date, timezone: str) -> ColumnElement[bool]:
    """Whether a plan is one of the days before a day of somebody: of days before today it is overdue (domain.md I5)."""
    start = day_bounds(day, timezone).start
    return and_(
        Interaction.happened_at < start + _NEAR,
        or_(
            and_(Interaction.due_on.is_(None), Interaction.happened_at < start),
            Interaction.due_on < day,
        ),
    )


def _overdue(stretch: Stretch, timezone: str, today: date) -> ColumnElement[bool]:
    return and_(_planned(stretch), falls_before(today, timezone))


async def count_overdue(session: AsyncSession, stretch: Stretch, timezone: str, today: date) -> int:
    """How many plans of days before today are open, at most `COUNT_LIMIT`."""
    some = select(Interaction.id).where(_overdue(stretch, timezone, today)).limit(COUNT_LIMIT)
    return await session.scalar(select(func.count()).select_from(some.subquery())) or 0


async def list_overdue(
    session: AsyncSession, stretch: Stretch, timezone: str, today: date, *, limit: int, skip: int = 0
) -> tuple[InteractionRow, ...]:
    """Plans of days before today that are open, the oldest first."""
    ids = await session.scalars(
        select(Interaction.id)
        .where(_overdue(stretch, timezone, today))
        .order_by(Interaction.happened_at, Interaction.id)
        .offset(skip)
        .limit(limit)
    )
    return await load_rows(session, ids.all(), stretch.user_id)


async def page_overdue(
    session: AsyncSession, stretch: Stretch, timezone: str, today: date, number: int
) -> Page[InteractionRow]:
    """A page of them; the last one for a number beyond it."""
    total = await count_overdue(session, stretch, timezone, today)
    pages = max(1, -(-total // OVERDUE_PAGE))
    page = min(number, pages)
    rows = await list_overdue(
        session, stretch, timezone, today, limit=OVERDUE_PAGE, skip=(page - 1) * OVERDUE_PAGE
    )
    return Page(rows, page, pages, total, more=total >= COUNT_LIMIT)


async def list_unanswered(
    session: AsyncSession, stretch: Stretch, timezone: str, now: datetime
) -> tuple[InteractionRow, ...]:
    """Calls and meetings of the first day of a stretch that were to be over by now and of which nothing was said."""
    ids = await session.scalars(
        select(Interaction.id)
        .where(
            _planned(stretch),
            Interaction.type.in_(APPOINTMENTS),
            falls_on(stretch.first, stretch.first, timezone),
            or_(
                Interaction.due_on.is_not(None),
                func.coalesce(Interaction.ends_at, Interaction.happened_at) <= now,
            ),
        )
        .order_by(Interaction.happened_at, Interaction.id)
        .limit(LIMIT)
    )
    return await load_rows(session, ids.all(), stretch.user_id)


def day_of_row(row: InteractionRow, timezone: str) -> date:
    """The day of the user that a row belongs to."""
    return row.due_on or user_day(row.happened_at, timezone)
