"""Effects on the world as rows: claimed by lease, one user's in order of id.

Two clocks count here. `now` is the product's (movable) clock, by which a row is due; `wall` is the machine's,
by which leases run out, because they are about processes that died.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import OutboxKind, OutboxState
from core.models import OutboxItem
from core.models.base import table_of
from core.ports import Lane, OutboxView
from core.repositories.inserting import RowInsert
from core.values import UserId

OPEN = (OutboxState.NEW, OutboxState.SENDING)
"""On its way, and holding back what the same user is to see later; what is held takes its place when it is due."""

_IS_SCREEN = case((OutboxItem.kind == OutboxKind.SCREEN, 1), else_=0)
"""Whether a row is the confirmation of what its user has just done; these have a lane of their own."""

_CLAIM_LOCK = 0x5A_56_45_4E_4F
"""Key of the PostgreSQL advisory lock under which claims happen one after another."""


async def claim_due(
    session: AsyncSession, *, now: datetime, wall: datetime, lease_until: datetime, limit: int
) -> list[OutboxItem]:
    """Claim rows that are due or abandoned; of each lane only the oldest ones, without a gap.

    A row that waits for its retry, or that somebody else holds, holds back the later ones of its lane; one
    that is HELD until its time does not.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIM_LOCK})
    claimable = _claimable(now, wall)
    blocked = (
        select(
            OutboxItem.user_id.label("user_id"),
            _IS_SCREEN.label("is_screen"),
            func.min(OutboxItem.id).label("first"),
        )
        .where(OutboxItem.state.in_(OPEN), ~claimable)
        .group_by(OutboxItem.user_id, _IS_SCREEN)
        .subquery()
    )
    rows = await session.scalars(
        select(OutboxItem)
        .outerjoin(blocked, and_(blocked.c.user_id == OutboxItem.user_id, blocked.c.is_screen == _IS_SCREEN))
        .where(
            OutboxItem.state.in_((*OPEN, OutboxState.HELD)),
            claimable,
            or_(blocked.c.first.is_(None), OutboxItem.id < blocked.c.first),
        )
        .order_by(OutboxItem.id)
        .limit(limit)
        .with_for_update(of=OutboxItem)
    )
    claimed = list(rows)
    for row in claimed:
        row.state, row.lease_until = OutboxState.SENDING, lease_until
        row.attempts += 1
    await session.flush()
    return claimed


def _claimable(now: datetime, wall: datetime) -> ColumnElement[bool]:
    return or_(
        and_(OutboxItem.state.in_((OutboxState.NEW, OutboxState.HELD)), OutboxItem.due_at <= now),
        and_(OutboxItem.state == OutboxState.SENDING, OutboxItem.lease_until <= wall),
    )


# Run for every confirmation, and so written over the table and built once.
_outbox = table_of(OutboxItem)
_insert = RowInsert(OutboxItem)
_MARK_SENT = (
    update(_outbox)
    .where(_outbox.c.id.in_(bindparam("ids", expanding=True)), _outbox.c.state.in_(OPEN))
    .values(state=OutboxState.SENT, lease_until=None, error=None)
)


async def write_items(session: AsyncSession, items: Sequence[OutboxItem]) -> list[OutboxView]:
    """Insert new rows, in order, and say what they are to whoever delivers them."""
    rows = [
        {
            "key": item.key,
            "kind": item.kind,
            "user_id": item.user_id,
            "payload": item.payload,
            "state": item.state or OutboxState.NEW,
            "created_at": item.created_at,
            "due_at": item.due_at,
            "lease_until": item.lease_until,
            "attempts": item.attempts or 0,
        }
        for item in items
    ]
    ids = await _insert.with_keys(session, rows)
    return [_view(one, item) for one, item in zip(ids, items, strict=True)]


def view_of(row: OutboxItem) -> OutboxView:
    """A row as its deliverer sees it."""
    return _view(row.id, row)


def _view(row_id: int, row: OutboxItem) -> OutboxView:
    return OutboxView(
        id=row_id,
        key=row.key,
        kind=row.kind,
        user_id=UserId(row.user_id) if row.user_id is not None else None,
        payload=row.payload,
        attempts=row.attempts or 0,
    )


async def list_open_ids(session: AsyncSession, user_ids: Collection[int]) -> list[tuple[Lane, int]]:
    """Lane and row id of everything that is still on its way to these users, in order."""
    rows = await session.execute(
        select(OutboxItem.user_id, OutboxItem.kind, OutboxItem.id)
        .where(OutboxItem.state.in_(OPEN), OutboxItem.user_id.in_(user_ids))
        .order_by(OutboxItem.id)
    )
    return [
        ((user_id, kind is OutboxKind.SCREEN), row_id)
        for user_id, kind, row_id in rows
        if user_id is not None
    ]


async def list_open_users(session: AsyncSession) -> set[int]:
    """Users of whom anything is still on its way."""
    rows = await session.scalars(
        select(OutboxItem.user_id)
        .where(OutboxItem.state.in_(OPEN), OutboxItem.user_id.is_not(None))
        .distinct()
    )
    return {user_id for user_id in rows if user_id is not None}


async def find_held(session: AsyncSession, user_ids: Collection[int]) -> dict[int, OutboxItem]:
    """What is held for these users and has not been claimed, locked; one each at most."""
    rows = await session.scalars(
        select(OutboxItem)
        .where(OutboxItem.state == OutboxState.HELD, OutboxItem.user_id.in_(user_ids))
        .order_by(OutboxItem.id)
        .with_for_update()
    )
    return {row.user_id: row for row in rows if row.user_id is not None}


async def hasten_held(session: AsyncSession, now: datetime) -> None:
    """Make everything that is held due now."""
    await session.execute(
        update(OutboxItem)
        .where(OutboxItem.state == OutboxState.HELD, OutboxItem.due_at > now)
        .values(due_at=now)
    )


async def mark_sent(session: AsyncSession, ids: Collection[int]) -> None:
    """The world has accepted these."""
    await session.execute(_MARK_SENT, {"ids": list(ids)})


async def release(session: AsyncSession, ids: Collection[int]) -> None:
    """Give back what was claimed and not tried; the claim does not count as an attempt."""
    await session.execute(
        update(OutboxItem)
        .where(OutboxItem.id.in_(ids), OutboxItem.state == OutboxState.SENDING)
        .values(state=OutboxState.NEW, lease_until=None, attempts=OutboxItem.attempts - 1)
    )


async def postpone(session: AsyncSession, row_id: int, error: str, due_at: datetime) -> None:
    """It did not work; try again from `due_at` on."""
    await session.execute(
        update(OutboxItem)
        .where(OutboxItem.id == row_id, OutboxItem.state == OutboxState.SENDING)
        .values(state=OutboxState.NEW, lease_until=None, error=error, due_at=due_at)
    )


async def mark_failed(session: AsyncSession, row_id: int, error: str) -> None:
    """It will never work."""
    await session.execute(
        update(OutboxItem)
        .where(OutboxItem.id == row_id, OutboxItem.state == OutboxState.SENDING)
        .values(state=OutboxState.FAILED, lease_until=None, error=error)
    )


async def renew(session: AsyncSession, ids: Collection[int], lease_until: datetime) -> None:
    """Keep holding what is still being worked on."""
    await session.execute(
        update(OutboxItem)
        .where(OutboxItem.id.in_(ids), OutboxItem.state == OutboxState.SENDING)
        .values(lease_until=lease_until)
    )


async def abandon_all(session: AsyncSession, wall: datetime, but: Collection[int]) -> None:
    """Let every lease end now, but those of some rows: the caller knows that nobody else delivers."""
    await session.execute(
        update(OutboxItem)
        .where(OutboxItem.state == OutboxState.SENDING, OutboxItem.id.not_in(but))
        .values(lease_until=wall)
    )


async def count_by_state(session: AsyncSession) -> dict[OutboxState, int]:
    """How many rows stand where; states without rows are absent."""
    rows = await session.execute(select(OutboxItem.state, func.count()).group_by(OutboxItem.state))
    return {row[0]: row[1] for row in rows}
