"""The agenda of a user: what is planned and what is overdue, by the user's day (domain.md I5, U5)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, InteractionType
from core.models import Interaction
from core.queries.rows import InteractionRow, load_rows
from core.rules.user_day import day_bounds, user_day

LIMIT = 60
"""Plans shown of one stretch of days."""


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """One day of the user with its plans in order of time."""

    day: date
    rows: tuple[InteractionRow, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """The days asked for, and plans whose time has passed."""

    days: tuple[AgendaDay, ...]
    overdue: tuple[InteractionRow, ...]


async def load_agenda(
    session: AsyncSession,
    user_id: int,
    now: datetime,
    timezone: str,
    *,
    length: int,
    types: frozenset[InteractionType],
) -> Agenda:
    """Plans the user answers for, from today on for `length` days."""
    today = user_day(now, timezone)
    last = today + timedelta(days=length - 1)
    start, end = day_bounds(today, timezone).start, day_bounds(last, timezone).end
    mine = and_(
        Interaction.responsible_id == user_id,
        Interaction.state == InteractionState.PLANNED,
        Interaction.deleted_at.is_(None),
        Interaction.type.in_(types),
    )
    coming = await session.scalars(
        select(Interaction.id)
        .where(
            mine,
            Interaction.happened_at >= start - timedelta(days=1),
            Interaction.happened_at < end + timedelta(days=1),
            or_(
                and_(
                    Interaction.due_on.is_(None),
                    Interaction.happened_at >= start,
                    Interaction.happened_at < end,
                ),
                Interaction.due_on.between(today, last),
            ),
        )
        .order_by(Interaction.happened_at, Interaction.id)
        .limit(LIMIT)
    )
    late = await session.scalars(
        select(Interaction.id)
        .where(
            mine,
            or_(
                and_(Interaction.due_on.is_(None), Interaction.happened_at < start),
                Interaction.due_on < today,
            ),
        )
        .order_by(Interaction.happened_at, Interaction.id)
        .limit(LIMIT)
    )
    rows = await load_rows(session, coming.all(), user_id)
    days = tuple(
        AgendaDay(day, tuple(row for row in rows if _day_of(row, timezone) == day))
        for day in (today + timedelta(days=number) for number in range(length))
    )
    return Agenda(days, await load_rows(session, late.all(), user_id))


def _day_of(row: InteractionRow, timezone: str) -> date:
    return row.due_on or user_day(row.happened_at, timezone)
