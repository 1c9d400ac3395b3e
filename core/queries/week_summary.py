"""A week of a user in numbers: what was done, what comes, what was won and lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import DealStatus, FunctionalOption, InteractionState, InteractionType
from core.models import Deal, Interaction
from core.queries.agenda import Stretch, count_overdue
from core.rules.user_day import Span, day_bounds, user_day
from core.rules.working_time import Hours

AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Ended:
    """Deals that ended in one way: how many, and their sums by currency."""

    count: int = 0
    sums: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """A week of a user.

    Attributes:
        done: By type, those of which there was any.
        planned: How many plans the seven days from today on hold.
    """

    first: date
    last: date
    done: Mapping[InteractionType, int]
    planned: int
    overdue: int
    won: Ended
    lost: Ended

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.done or self.planned or self.overdue or self.won.count or self.lost.count)


async def load_week_summary(
    session: AsyncSession, stretch: Stretch, hours: Hours, now: datetime, off: frozenset[FunctionalOption]
) -> WeekSummary:
    """The summary of the week that a stretch is."""
    last = stretch.first + timedelta(days=stretch.length - 1)
    week = Span(
        day_bounds(stretch.first, hours.timezone).start, min(now, day_bounds(last, hours.timezone).end)
    )
    today = user_day(now, hours.timezone)
    has_deals = FunctionalOption.DEALS not in off
    return WeekSummary(
        first=stretch.first,
        last=last,
        done=await _count_done(session, stretch, week),
        planned=await _count_planned(session, stretch, now),
        overdue=await count_overdue(session, stretch, hours.timezone, today),
        won=await _ended(session, stretch, _won(stretch.first, last)) if has_deals else Ended(),
        lost=await _ended(session, stretch, _lost(week)) if has_deals else Ended(),
    )


async def _count_done(session: AsyncSession, stretch: Stretch, week: Span) -> Mapping[InteractionType, int]:
    rows = await session.execute(
        select(Interaction.type, func.count())
        .where(
            Interaction.responsible_id == stretch.user_id,
            Interaction.state == InteractionState.DONE,
            Interaction.deleted_at.is_(None),
            Interaction.type.in_(stretch.types),
            Interaction.happened_at >= week.start,
            Interaction.happened_at < week.end,
        )
        .group_by(Interaction.type)
    )
    found = {row[0]: row[1] for row in rows}
    return {type_: found[type_] for type_ in InteractionType if type_ in found}


async def _count_planned(session: AsyncSession, stretch: Stretch, now: datetime) -> int:
    found = await session.scalar(
        select(func.count())
        .select_from(Interaction)
        .where(
            Interaction.responsible_id == stretch.user_id,
            Interaction.state == InteractionState.PLANNED,
            Interaction.deleted_at.is_(None),
            Interaction.type.in_(stretch.types),
            Interaction.happened_at >= now,
            Interaction.happened_at < now + AHEAD,
        )
    )
    return found or 0


def _won(first: date, last: date) -> ColumnElement[bool]:
    """A deal is won on the day of its commitment; it may stay open while obligations run (domain.md D1)."""
    return and_(Deal.status == DealStatus.WON, Deal.committed_on.between(first, last))


def _lost(week: Span) -> ColumnElement[bool]:
    return and_(Deal.status == DealStatus.LOST, Deal.closed_at >= week.start, Deal.closed_at < week.end)


async def _ended(session: AsyncSession, stretch: Stretch, ended: ColumnElement[bool]) -> Ended:
    rows = await session.execute(
        select(Deal.currency, func.count(), func.sum(func.coalesce(Deal.agreed, Deal.amount)))
        .where(Deal.responsible_id == stretch.user_id, Deal.merged_into_id.is_(None), ended)
        .group_by(Deal.currency)
        .order_by(Deal.currency)
    )
    found = [(currency, count, total) for currency, count, total in rows]
    return Ended(
        sum(count for _, count, _ in found),
        {currency: total for currency, _, total in found if total is not None},
    )
