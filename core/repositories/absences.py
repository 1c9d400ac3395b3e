"""Who is away when, and who stands in for whom (domain.md U5)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Role, UserState
from core.errors import NotFound
from core.models import Absence, Department, StandIn, User
from core.rules.absences import Away, Roster, back_at
from core.rules.user_day import user_day


async def is_absent(session: AsyncSession, user_id: int, day: date) -> bool:
    """Whether a day of their own calendar is one that a user is away."""
    found = await session.scalar(
        select(Absence.id)
        .where(
            Absence.user_id == user_id,
            Absence.ended_at.is_(None),
            Absence.first_day <= day,
            Absence.last_day >= day,
        )
        .limit(1)
    )
    return found is not None


async def load_roster(session: AsyncSession, now: datetime) -> Roster:
    """Who is away at a moment, by the day that it is for each; one small query as long as nobody is."""
    rows = (
        await session.execute(
            select(Absence, User)
            .join(User, User.id == Absence.user_id)
            .where(
                Absence.ended_at.is_(None),
                Absence.first_day <= (now + timedelta(days=1)).date(),
                Absence.last_day >= (now - timedelta(days=1)).date(),
            )
            .order_by(Absence.id)
        )
    ).all()
    running = [
        (absence, user)
        for absence, user in rows
        if absence.first_day <= user_day(now, user.timezone) <= absence.last_day
    ]
    if not running:
        return Roster()
    leaders = await load_leaders(session)
    away = {
        user.id: Away(
            absence.id,
            back_at(absence.last_day, user.day_starts, user.timezone),
            absence.substitute_id,
            leaders.get(user.department_id or 0, ()),
        )
        for absence, user in running
    }
    named = {one.substitute_id for one in away.values() if one.substitute_id is not None}
    named |= {leader for one in away.values() for leader in one.leaders}
    return Roster(away, await _list_gone(session, named))


async def _list_gone(session: AsyncSession, user_ids: set[int]) -> frozenset[int]:
    return frozenset(
        await session.scalars(
            select(User.id).where(
                User.id.in_(user_ids), or_(User.state != UserState.ACTIVE, User.reachable.is_(False))
            )
        )
    )


async def load_leaders(session: AsyncSession) -> Mapping[int, tuple[int, ...]]:
    """For each department its leaders and those of the ones above it, the nearest first."""
    parents = {row[0]: row[1] for row in await session.execute(select(Department.id, Department.parent_id))}
    own: dict[int, list[int]] = {}
    managers = await session.execute(
        select(User.department_id, User.id)
        .where(User.role == Role.MANAGER, User.state == UserState.ACTIVE)
        .order_by(User.id)
    )
    for department_id, user_id in managers:
        if department_id is not None:
            own.setdefault(department_id, []).append(user_id)
    return {one: tuple(_upwards(one, parents, own)) for one in parents}


def _upwards(
    department_id: int, parents: Mapping[int, int | None], own: Mapping[int, list[int]]
) -> list[int]:
    found: list[int] = []
    passed: set[int] = set()
    place: int | None = department_id
    while place is not None and place not in passed:
        passed.add(place)
        found += own.get(place, ())
        place = parents.get(place)
    return found


async def get_absence(session: AsyncSession, absence_id: int) -> Absence:
    """An absence, locked for change.

    Raises:
        NotFound: There is none.
    """
    absence = await session.get(Absence, absence_id, with_for_update=True)
    if absence is None:
        raise NotFound(f"absence {absence_id}")
    return absence


async def list_open_of(session: AsyncSession, user_id: int) -> Sequence[Absence]:
    """A user's absences that run or are to come, in order."""
    return (
        await session.scalars(
            select(Absence)
            .where(Absence.user_id == user_id, Absence.ended_at.is_(None))
            .order_by(Absence.first_day, Absence.id)
        )
    ).all()


async def list_run_out(session: AsyncSession, now: datetime, limit: int) -> Sequence[tuple[Absence, User]]:
    """Absences whose last day may be over somewhere and whose users were not welcomed back; locked."""
    rows = await session.execute(
        select(Absence, User)
        .join(User, User.id == Absence.user_id)
        .where(Absence.ended_at.is_(None), Absence.last_day <= now.date())
        .order_by(Absence.last_day, Absence.id)
        .limit(limit)
        .with_for_update(of=Absence, skip_locked=True)
    )
    return [(absence, user) for absence, user in rows]


async def find_stand_in(
    session: AsyncSession, absence_id: int, interaction_id: int, user_id: int
) -> StandIn | None:
    """That somebody was told of an interaction in another's place already."""
    return (
        await session.scalars(
            select(StandIn).where(
                StandIn.absence_id == absence_id,
                StandIn.interaction_id == interaction_id,
                StandIn.user_id == user_id,
            )
        )
    ).one_or_none()


async def list_stand_ins(session: AsyncSession, absence_id: int) -> Sequence[StandIn]:
    """What others were told in the place of somebody who was away, in order."""
    return (
        await session.scalars(select(StandIn).where(StandIn.absence_id == absence_id).order_by(StandIn.id))
    ).all()
