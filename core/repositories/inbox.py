"""Updates as they came: stored before they are acknowledged, finished with their effect."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import UpdateState
from core.errors import AlreadyFinished
from core.models import InboundUpdate
from core.models.base import table_of


class NewUpdate(NamedTuple):
    """An update to store: Telegram's id, the account whose order counts, and the raw object."""

    update_id: int
    lane: int
    body: dict[str, Any]


class StoredUpdate(NamedTuple):
    """An update waiting for its effect."""

    id: int
    lane: int
    body: dict[str, Any]


# Run for every update, and so written over the table and built once.
_updates = table_of(InboundUpdate)
_FINISH = (
    update(_updates)
    .where(_updates.c.id == bindparam("row_id"), _updates.c.state == UpdateState.NEW)
    .values(state=UpdateState.DONE)
)
_SETTLE = (
    update(_updates)
    .where(_updates.c.id.in_(bindparam("row_ids", expanding=True)), _updates.c.state == UpdateState.NEW)
    .values(state=UpdateState.DONE)
)
_STORE = {
    dialect: insert(_updates)
    .on_conflict_do_nothing(index_elements=["bot_id", "update_id"])
    .returning(_updates.c.id, _updates.c.lane, _updates.c.body)
    for dialect, insert in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}


async def store_updates(
    session: AsyncSession, bot_id: int, updates: Sequence[NewUpdate], now: datetime
) -> list[StoredUpdate]:
    """Store those not stored before and return them in order of arrival."""
    if not updates:
        return []
    rows = [
        {
            "bot_id": bot_id,
            "update_id": one.update_id,
            "lane": one.lane,
            "body": one.body,
            "state": UpdateState.NEW,
            "attempts": 0,
            "received_at": now,
        }
        for one in updates
    ]
    result = await session.execute(_STORE[session.get_bind().dialect.name], rows)
    return sorted(StoredUpdate(*row) for row in result)


async def list_open_updates(session: AsyncSession, bot_id: int) -> list[StoredUpdate]:
    """Updates that a former process left without their effect, in order."""
    rows = await session.execute(
        select(InboundUpdate.id, InboundUpdate.lane, InboundUpdate.body)
        .where(InboundUpdate.bot_id == bot_id, InboundUpdate.state == UpdateState.NEW)
        .order_by(InboundUpdate.id)
    )
    return [StoredUpdate(*row) for row in rows]


async def finish_update(session: AsyncSession, row_id: int) -> None:
    """Mark an update done, in the transaction of its effect.

    Raises:
        AlreadyFinished: It was done before; the caller's transaction must not commit.
    """
    result = await session.execute(_FINISH, {"row_id": row_id})
    if not isinstance(result, CursorResult) or result.rowcount != 1:
        raise AlreadyFinished


async def settle_updates(session: AsyncSession, row_ids: Sequence[int]) -> None:
    """Mark those of the updates done that are still open."""
    await session.execute(_SETTLE, {"row_ids": row_ids})


async def count_attempt(session: AsyncSession, row_id: int, error: str, *, limit: int) -> bool:
    """Count a failed attempt; True once `limit` is reached and the update is given up as failed."""
    row = await session.get(InboundUpdate, row_id, with_for_update=True)
    if row is None or row.state is not UpdateState.NEW:
        return False
    row.attempts += 1
    row.error = error
    if row.attempts < limit:
        return False
    row.state = UpdateState.FAILED
    return True


async def forget_body(session: AsyncSession, row_id: int) -> None:
    """Keep of an update that it came, and nothing of what it said."""
    row = await session.get(InboundUpdate, row_id, with_for_update=True)
    if row is not None:
        row.body = {"update_id": row.update_id}


async def purge_done(session: AsyncSession, before: datetime) -> int:
    """Forget updates done before a moment; Telegram repeats nothing that old."""
    result = await session.execute(
        delete(InboundUpdate).where(
            InboundUpdate.state == UpdateState.DONE, InboundUpdate.received_at < before
        )
    )
    return result.rowcount if isinstance(result, CursorResult) else 0
