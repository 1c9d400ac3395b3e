"""Plans that repeat, and the times of them that were born."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, RepeatBasis, SeriesState
from core.models import Series, SeriesTime
from core.rules.repeats import Repeat
from core.rules.times import when_of_day
from core.rules.user_day import to_instant
from core.rules.working_time import Hours
from core.values import When


def repeat_of(series: Series) -> Repeat:
    """The rule of a series."""
    return Repeat(series.rule, series.basis, series.off_days, series.until, series.count)


def zone_of(series: Series, timezone: str) -> str:
    """The zone of whose clock the times of a series are; plans of a day alone go by that of their user."""
    return timezone if series.clock is None else series.timezone


def when_of(series: Series, wall: datetime, hours: Hours) -> When:
    """The time of one of a series as an interaction has it; a day alone at the hour that its user begins."""
    if series.clock is None:
        day = wall.date()
        return when_of_day(day, InteractionState.PLANNED, hours.timezone, hours.starts)
    at = to_instant(wall, series.timezone)
    length = timedelta(seconds=series.length_s) if series.length_s is not None else None
    return When(at, ends_at=at + length if length is not None else None)


async def find_open_series(session: AsyncSession, interaction_id: int) -> Series | None:
    """The series that goes on and that a plan is one time of, locked for change."""
    return (
        await session.scalars(
            select(Series)
            .join(SeriesTime, SeriesTime.series_id == Series.id)
            .where(SeriesTime.interaction_id == interaction_id, Series.state == SeriesState.OPEN)
            .with_for_update(of=Series)
        )
    ).one_or_none()


async def list_over(session: AsyncSession, now: datetime, limit: int) -> Sequence[Series]:
    """Series whose latest time is over, longest first, past those that another process has locked."""
    return (
        await session.scalars(
            select(Series)
            .where(Series.state == SeriesState.OPEN, Series.look_at <= now)
            .order_by(Series.look_at, Series.id)
            .limit(limit)
            .with_for_update(of=Series, skip_locked=True)
        )
    ).all()


async def has_over(session: AsyncSession, now: datetime) -> bool:
    """Whether the latest time of any series is over."""
    found = await session.scalar(
        select(Series.id).where(Series.state == SeriesState.OPEN, Series.look_at <= now).limit(1)
    )
    return found is not None


async def list_bound_to_contacts(session: AsyncSession, after_id: int, limit: int) -> Sequence[Series]:
    """Series that count from the last contact, in order of their numbers."""
    return (
        await session.scalars(
            select(Series)
            .where(
                Series.state == SeriesState.OPEN,
                Series.basis == RepeatBasis.LAST_CONTACT,
                Series.id > after_id,
            )
            .order_by(Series.id)
            .limit(limit)
            .with_for_update(of=Series, skip_locked=True)
        )
    ).all()
