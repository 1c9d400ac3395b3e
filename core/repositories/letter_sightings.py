"""Sightings of letters on their way in: received, waiting for their capture, given their fate."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import MailboxState, MailFate
from core.models import Mailbox, MailFolder, MailUid
from core.models.base import table_of
from core.repositories.inserting import Values
from core.values import FolderId

_uids = table_of(MailUid)
_RECEIVE = {
    dialect: insert(_uids).on_conflict_do_nothing(index_elements=["folder_id", "uidvalidity", "uid"])
    for dialect, insert in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}
_WAITING = (
    select(_uids.c.id, _uids.c.uid, _uids.c.internal_date)
    .where(
        _uids.c.id.in_(bindparam("ids", expanding=True)),
        _uids.c.folder_id == bindparam("folder"),
        _uids.c.fate == MailFate.RECEIVED,
    )
    .with_for_update()
)
_SET_FATE = (
    update(_uids)
    .where(_uids.c.id == bindparam("sighting"))
    .values(fate=bindparam("new_fate"), rule=bindparam("new_rule"), interaction_id=bindparam("interaction"))
)
_BEGIN = (
    update(_uids)
    .where(_uids.c.id.in_(bindparam("ids", expanding=True)), _uids.c.fate == MailFate.RECEIVED)
    .values(attempts=_uids.c.attempts + 1)
)


class WaitingSighting(NamedTuple):
    """A sighting that waits for its capture, locked for change."""

    id: int
    uid: int
    internal_date: datetime | None


class FateRow(NamedTuple):
    """What becomes of a sighting."""

    id: int
    fate: MailFate
    rule: str | None
    interaction_id: int | None


class WaitingRow(NamedTuple):
    """A sighting in the queue."""

    id: int
    folder_id: int
    raw_sha256: str
    attempts: int
    size: int


async def receive(session: AsyncSession, rows: Sequence[Values]) -> None:
    """Insert sightings; one that is there keeps what it is."""
    if rows:
        await session.execute(_RECEIVE[session.get_bind().dialect.name], rows)


async def list_waiting(
    session: AsyncSession, *, limit: int, after: Mapping[FolderId, int]
) -> list[WaitingRow]:
    """What waits for its capture in one folder, the one that waits longest, in order.

    Args:
        session: The session.
        limit: At most so many.
        after: By folder the sighting behind which to look; other folders from their beginning.
    """
    waiting = (
        select(MailUid.id, MailUid.folder_id, MailUid.raw_sha256, MailUid.attempts, MailUid.size)
        .join(MailFolder, MailFolder.id == MailUid.folder_id)
        .join(Mailbox, Mailbox.id == MailFolder.mailbox_id)
        .where(
            MailUid.fate == MailFate.RECEIVED,
            Mailbox.state != MailboxState.REMOVED,
            *(or_(MailUid.folder_id != folder_id, MailUid.id > one) for folder_id, one in after.items()),
        )
        .order_by(MailUid.id)
    )
    first = (await session.execute(waiting.limit(1))).first()
    if first is None:
        return []
    rows = await session.execute(waiting.where(MailUid.folder_id == first.folder_id).limit(limit))
    return [
        WaitingRow(row.id, row.folder_id, row.raw_sha256 or "", row.attempts, row.size or 0) for row in rows
    ]


async def list_first_waiting(session: AsyncSession, most: int, attempts: int) -> list[int]:
    """Of the sightings that wait longest in each folder, so many of each, those begun less often than that."""
    place = func.row_number().over(partition_by=MailUid.folder_id, order_by=MailUid.id).label("place")
    queue = select(MailUid.id, MailUid.attempts, place).where(MailUid.fate == MailFate.RECEIVED).subquery()
    return list(
        await session.scalars(select(queue.c.id).where(queue.c.place <= most, queue.c.attempts < attempts))
    )


async def count_attempts(session: AsyncSession, ids: Sequence[int]) -> None:
    """Count that the capture of sightings was begun."""
    for start in range(0, len(ids), 500):
        await session.execute(_BEGIN, {"ids": ids[start : start + 500]})


async def load_waiting(
    session: AsyncSession, folder_id: int, ids: Sequence[int]
) -> Mapping[int, WaitingSighting]:
    """Those of the sightings that wait still, by id, locked for change."""
    rows = await session.execute(_WAITING, {"ids": ids, "folder": folder_id})
    return {row.id: WaitingSighting(row.id, row.uid, row.internal_date) for row in rows}


async def write_fates(session: AsyncSession, fates: Sequence[FateRow]) -> None:
    """Write what became of sightings."""
    if fates:
        await session.execute(
            _SET_FATE,
            [
                {
                    "sighting": one.id,
                    "new_fate": one.fate,
                    "new_rule": one.rule,
                    "interaction": one.interaction_id,
                }
                for one in fates
            ],
        )
