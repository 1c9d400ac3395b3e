"""Plans that repeat, as their cards and the agenda show them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, InteractionType, SeriesState
from core.models import Interaction, Series, SeriesTime
from core.repositories.days_off import load_hours
from core.repositories.series import repeat_of, when_of, zone_of
from core.rules.repeats import Repeat, times_between
from core.rules.user_day import Span, to_local
from core.rules.working_time import Hours
from core.values import UserId, When

SHOWN = 3
AHEAD = timedelta(days=400)
"""How far ahead a card tells when it comes next."""

MOST = 400
"""Most times of one series that are told of a stretch of time."""


@dataclass(frozen=True, slots=True)
class SeriesView:
    """How a plan repeats.

    Attributes:
        number: Which time by the rule the latest one is.
        is_latest: Whether the plan looked at is the latest one.
        upcoming: When the next few are, by the rule.
    """

    id: int
    repeat: Repeat
    number: int
    is_latest: bool
    upcoming: tuple[When, ...]


@dataclass(frozen=True, slots=True)
class UpcomingView:
    """A time of a series that is not an interaction yet.

    Attributes:
        plan_id: The plan that it will follow.
        title: Topic, text or goal.
        number: Which time by the rule it is: with the series it never changes.
    """

    series_id: int
    plan_id: int
    number: int
    type: InteractionType
    title: str
    place: str
    when: When
    created_at: datetime


async def find_series_view(session: AsyncSession, interaction_id: int) -> SeriesView | None:
    """How a plan repeats; None where it does not (any more)."""
    row = (
        await session.execute(
            select(Series, Interaction.responsible_id)
            .join(SeriesTime, SeriesTime.series_id == Series.id)
            .join(Interaction, Interaction.id == Series.latest_id)
            .where(SeriesTime.interaction_id == interaction_id, Series.state == SeriesState.OPEN)
        )
    ).one_or_none()
    if row is None:
        return None
    series, responsible_id = row
    hours = await load_hours(session, responsible_id)
    anchor = datetime.fromisoformat(series.anchor)
    found = times_between(
        repeat_of(series), (anchor, series.number), (anchor, anchor + AHEAD), hours.days_off
    )
    return SeriesView(
        id=series.id,
        repeat=repeat_of(series),
        number=series.number,
        is_latest=series.latest_id == interaction_id,
        upcoming=tuple(when_of(series, one.wall, hours) for one, _ in zip(found, range(SHOWN), strict=False)),
    )


async def list_upcoming(session: AsyncSession, user_id: UserId | int, span: Span) -> tuple[UpcomingView, ...]:
    """The times of a user's series that begin within a span and are no interactions yet, in order.

    Read from the index of what a person has planned. Those that a user answers for: whoever their latest plan was handed to has what follows, too.
    """
    rows = await session.scalars(
        select(Series)
        .join(Interaction, Interaction.id == Series.latest_id)
        .where(
            Interaction.responsible_id == user_id,
            Interaction.state == InteractionState.PLANNED,
            Series.state == SeriesState.OPEN,
        )
        .order_by(Series.id)
    )
    hours = await load_hours(session, user_id)
    found = [one for series in rows for one in _upcoming(series, span, hours)]
    return tuple(sorted(found, key=lambda one: (one.when.at, one.series_id)))


def _upcoming(series: Series, span: Span, hours: Hours) -> list[UpcomingView]:
    zone = zone_of(series, hours.timezone)
    start, end = (to_local(moment, zone).replace(tzinfo=None) for moment in span)
    if series.clock is None:
        start = datetime.combine(start.date(), time.min)
    latest = (datetime.fromisoformat(series.anchor), series.number)
    found = times_between(repeat_of(series), latest, (start, end), hours.days_off)
    return [
        UpcomingView(
            series_id=series.id,
            plan_id=series.latest_id,
            number=one.number,
            type=series.type,
            title=series.topic or series.text or series.goal,
            place=series.place,
            when=when_of(series, one.wall, hours),
            created_at=series.created_at,
        )
        for one, _ in zip(found, range(MOST), strict=False)
    ]
