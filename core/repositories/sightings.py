"""Sightings by their numbers: which UIDs are there, which are gone, and what becomes of them when a server numbers anew.

A sighting under another UIDVALIDITY than its folder's is a former one: its number means nothing any more, but
what became of the letter is still known. Numbers that a server takes back without telling (UIDNEXT went back)
are set aside under a negative UIDVALIDITY, which no server gives.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import MailFate
from core.models import MailFolder, MailUid
from core.rules.sightings import FormerSighting, Presence, UnreadSighting
from core.rules.uid_ranges import UIDRange

EXPUNGED = "expunged"
"""The rule that excludes a letter which left the server between being listed and being fetched."""

DISMISSED = "dismissed"
"""The rule that excludes a letter which a person sent away from quarantine."""

_RANGES_AT_ONCE = 200
_IDS_AT_ONCE = 500


async def load_presence(session: AsyncSession, folder_id: int, uidvalidity: int) -> Presence:
    """Every UID that has a fate. Reads one row a letter: not for a short transaction."""
    rows = await session.execute(
        select(MailUid.uid, MailUid.gone_at.is_not(None)).where(*_under(folder_id, uidvalidity))
    )
    present: list[int] = []
    gone: list[int] = []
    for uid, is_gone in rows:
        (gone if is_gone else present).append(uid)
    return Presence(frozenset(present), frozenset(gone))


async def list_fated_among(
    session: AsyncSession, folder_id: int, uidvalidity: int, uids: Iterable[int]
) -> set[int]:
    """Those of the UIDs that have a fate."""
    wanted = sorted(set(uids))
    found: set[int] = set()
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        found.update(
            await session.scalars(
                select(MailUid.uid).where(
                    *_under(folder_id, uidvalidity), MailUid.uid.in_(wanted[start : start + _IDS_AT_ONCE])
                )
            )
        )
    return found


async def list_present_within(
    session: AsyncSession, folder_id: int, uidvalidity: int, ranges: Sequence[UIDRange]
) -> list[int]:
    """Those UIDs of the ranges that have a fate and are not known to be gone, ascending."""
    found: list[int] = []
    for condition in _in_ranges(ranges):
        found += await session.scalars(
            select(MailUid.uid).where(*_under(folder_id, uidvalidity), condition, MailUid.gone_at.is_(None))
        )
    return sorted(set(found))


async def load_sizes(session: AsyncSession, folder_id: int, uidvalidity: int) -> dict[int, int]:
    """The sizes of letters by UID as the server told them once. Reads one row a letter."""
    rows = await session.execute(
        select(MailUid.uid, MailUid.size).where(*_under(folder_id, uidvalidity), MailUid.size.is_not(None))
    )
    return {uid: size for uid, size in rows if size is not None}


async def set_gone(
    session: AsyncSession, folder_id: int, uidvalidity: int, ranges: Sequence[UIDRange], now: datetime
) -> None:
    """Note that letters are no longer on the server."""
    for condition in _in_ranges(ranges):
        await session.execute(
            update(MailUid)
            .where(*_under(folder_id, uidvalidity), condition, MailUid.gone_at.is_(None))
            .values(gone_at=now)
        )


async def set_back(
    session: AsyncSession, folder_id: int, uidvalidity: int, ranges: Sequence[UIDRange]
) -> None:
    """Note that letters thought gone are there; one that could not be fetched in time has no fate again."""
    for condition in _in_ranges(ranges):
        there = (*_under(folder_id, uidvalidity), condition, MailUid.gone_at.is_not(None))
        await session.execute(
            delete(MailUid).where(*there, MailUid.fate == MailFate.EXCLUDED, MailUid.rule == EXPUNGED)
        )
        await session.execute(update(MailUid).where(*there).values(gone_at=None))


async def set_aside(session: AsyncSession, folder_id: int, uidvalidity: int, now: datetime) -> None:
    """Make all sightings of a folder former ones, because its server gives numbers out again.

    What became of their letters stays known.
    """
    lowest = await session.scalar(select(func.min(MailUid.uidvalidity)).where(MailUid.folder_id == folder_id))
    await session.execute(
        update(MailUid)
        .where(*_under(folder_id, uidvalidity))
        .values(uidvalidity=min(lowest or 0, 0) - 1, gone_at=func.coalesce(MailUid.gone_at, now))
    )


async def retire_former(session: AsyncSession, folder_id: int, uidvalidity: int, now: datetime) -> bool:
    """Note that no letter is on the server under a former number, some hundreds a call; False: none is left."""
    former = (
        select(MailUid.id)
        .where(MailUid.folder_id == folder_id, MailUid.uidvalidity != uidvalidity, MailUid.gone_at.is_(None))
        .limit(_IDS_AT_ONCE)
    )
    ids = (await session.scalars(former)).all()
    if ids:
        await session.execute(update(MailUid).where(MailUid.id.in_(ids)).values(gone_at=now))
    return bool(ids)


async def list_former(session: AsyncSession, folder_id: int, uidvalidity: int) -> Sequence[FormerSighting]:
    """The former sightings whose bytes are kept, by UID. Reads one row a letter."""
    rows = await session.execute(
        select(MailUid.id, MailUid.uid, MailUid.size, MailUid.raw_sha256, MailUid.interaction_id)
        .where(
            MailUid.folder_id == folder_id,
            MailUid.uidvalidity != uidvalidity,
            MailUid.raw_sha256.is_not(None),
        )
        .order_by(MailUid.uid, MailUid.id)
    )
    return [
        FormerSighting(sighting_id, uid, size, raw_sha256, interaction_id)
        for sighting_id, uid, size, raw_sha256, interaction_id in rows
        if raw_sha256 is not None
    ]


async def list_former_unread(
    session: AsyncSession, folder_id: int, uidvalidity: int
) -> Sequence[UnreadSighting]:
    """The former sightings in quarantine, or dismissed from it, whose bytes were never fetched."""
    decided = or_(
        MailUid.fate == MailFate.QUARANTINED,
        and_(MailUid.fate == MailFate.EXCLUDED, MailUid.rule == DISMISSED),
    )
    rows = await session.execute(
        select(MailUid.id, MailUid.size, MailUid.internal_date).where(
            MailUid.folder_id == folder_id,
            MailUid.uidvalidity != uidvalidity,
            MailUid.raw_sha256.is_(None),
            decided,
        )
    )
    return [
        UnreadSighting(sighting_id, size, internal_date)
        for sighting_id, size, internal_date in rows
        if size is not None and internal_date is not None
    ]


async def move_sightings(session: AsyncSession, moved: Sequence[Mapping[str, Any]]) -> None:
    """Give sightings other numbers.

    Args:
        session: The session.
        moved: `id` and the fields to set, the same ones in all.
    """
    if moved:
        await session.execute(update(MailUid), [dict(one) for one in moved])


async def list_ids_among(session: AsyncSession, folder_id: int, ids: Sequence[int]) -> set[int]:
    """Those of the sightings that are still there."""
    found: set[int] = set()
    for start in range(0, len(ids), _IDS_AT_ONCE):
        found.update(
            await session.scalars(
                select(MailUid.id).where(
                    MailUid.folder_id == folder_id, MailUid.id.in_(ids[start : start + _IDS_AT_ONCE])
                )
            )
        )
    return found


async def list_uncaptured(session: AsyncSession, mailbox_id: int) -> Sequence[int]:
    """The folders of a mailbox that hold letters received and not captured yet."""
    waiting = exists().where(MailUid.folder_id == MailFolder.id, MailUid.fate == MailFate.RECEIVED)
    return (
        await session.scalars(select(MailFolder.id).where(MailFolder.mailbox_id == mailbox_id, waiting))
    ).all()


def _under(folder_id: int, uidvalidity: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return MailUid.folder_id == folder_id, MailUid.uidvalidity == uidvalidity


def _in_ranges(ranges: Sequence[UIDRange]) -> Iterator[ColumnElement[bool]]:
    """Conditions that hold all ranges, a bounded number each."""
    for start in range(0, len(ranges), _RANGES_AT_ONCE):
        piece = ranges[start : start + _RANGES_AT_ONCE]
        yield or_(*(and_(MailUid.uid >= one.first, MailUid.uid <= one.last) for one in piece))
