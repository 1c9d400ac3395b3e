"""When people work: their hours, the public holidays of their country, and their own days off (domain.md U5)."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Absence, User
from core.rules.days_off import DaysOff
from core.rules.working_time import Hours


async def load_hours(session: AsyncSession, user_id: int) -> Hours:
    """When somebody works: what every duration in working time and every working day of theirs is counted by."""
    return (await load_hours_of(session, [user_id]))[user_id]


async def load_hours_of(session: AsyncSession, user_ids: Collection[int]) -> Mapping[int, Hours]:
    """When each of them works."""
    if not user_ids:
        return {}
    users = await session.execute(
        select(
            User.id, User.timezone, User.day_starts, User.day_ends, User.country, User.public_holidays
        ).where(User.id.in_(user_ids))
    )
    absences = await session.execute(
        select(Absence.user_id, Absence.first_day, Absence.last_day)
        .where(Absence.user_id.in_(user_ids))
        .order_by(Absence.first_day, Absence.id)
    )
    own: dict[int, list[tuple[date, date]]] = {}
    for user_id, first, last in absences:
        own.setdefault(user_id, []).append((first, last))
    return {
        user_id: Hours(
            timezone,
            starts,
            ends,
            DaysOff(country if keeps_holidays else None, tuple(own.get(user_id, ()))),
        )
        for user_id, timezone, starts, ends, country, keeps_holidays in users
    }
