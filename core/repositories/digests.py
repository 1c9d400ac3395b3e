"""Digests by the time of their next look, and the days that were told of."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import DigestKind, UserState
from core.models import Digest, DigestDay, User
from core.rules.digests import FARTHEST

KEPT = timedelta(days=60)
"""How long it is remembered which days were told of."""


def _to_look_at(now: datetime) -> ColumnElement[bool]:
    """What is due for a look, and what a clock that had run ahead put further away than any look can lie."""
    return or_(Digest.look_at <= now, Digest.look_at > now + FARTHEST)


async def has_due(session: AsyncSession, now: datetime) -> bool:
    """Whether any digest is to be looked at."""
    return await session.scalar(select(Digest.user_id).where(_to_look_at(now)).limit(1)) is not None


async def count_due(session: AsyncSession, now: datetime) -> int:
    """How many digests are to be looked at."""
    return await session.scalar(select(func.count()).select_from(Digest).where(_to_look_at(now))) or 0


async def claim_due(session: AsyncSession, now: datetime, limit: int) -> Sequence[Digest]:
    """Lock digests that are to be looked at, the longest due first, past those that another process has locked."""
    rows = await session.scalars(
        select(Digest)
        .where(_to_look_at(now))
        .order_by(Digest.look_at, Digest.user_id, Digest.kind)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return rows.all()


async def list_reachable(session: AsyncSession, user_ids: Sequence[int]) -> frozenset[int]:
    """Those of the users who work here and can be written to."""
    found = await session.scalars(
        select(User.id).where(
            User.id.in_(user_ids),
            User.state == UserState.ACTIVE,
            User.telegram_id.is_not(None),
            User.reachable.is_(True),
        )
    )
    return frozenset(found)


async def list_of_user(session: AsyncSession, user_id: int) -> Sequence[Digest]:
    """A user's digests, by kind."""
    return (
        await session.scalars(select(Digest).where(Digest.user_id == user_id).order_by(Digest.kind))
    ).all()


async def find(session: AsyncSession, user_id: int, kind: DigestKind) -> Digest | None:
    """One of a user's digests, locked for change."""
    return await session.get(Digest, (user_id, kind), with_for_update=True)


async def note_day(session: AsyncSession, user_id: int, kind: DigestKind, day: date) -> bool:
    """Note that a day is told of; False where it was before. Of two who note it one wins."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = insert(DigestDay).values(user_id=user_id, kind=kind, day=day)
    written = await session.scalar(statement.on_conflict_do_nothing().returning(DigestDay.day))
    if written is None:
        return False
    await session.execute(
        delete(DigestDay).where(
            DigestDay.user_id == user_id, DigestDay.kind == kind, DigestDay.day < day - KEPT
        )
    )
    return True
