"""Letters in quarantine: finding one with its mailbox, and what their keepers have not been told of yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import MailboxState, MailFate
from core.errors import NotFound
from core.models import Mailbox, MailFolder, MailUid, MailWaiver
from core.repositories import mailboxes


class QuarantinedRow(NamedTuple):
    """A letter in quarantine, its folder and its mailbox, the folder and the mailbox locked for change."""

    sighting: MailUid
    folder: MailFolder
    mailbox: Mailbox


async def get_quarantined(session: AsyncSession, quarantined_id: int) -> QuarantinedRow:
    """A letter that is in quarantine now.

    Raises:
        NotFound: There is none with this id, or its mailbox is gone.
    """
    place = (
        await session.execute(
            select(MailFolder.id, MailFolder.mailbox_id)
            .join(MailUid, MailUid.folder_id == MailFolder.id)
            .where(MailUid.id == quarantined_id)
        )
    ).one_or_none()
    if place is None:
        raise NotFound(f"letter {quarantined_id} in quarantine")
    folder = await mailboxes.get_folder(session, place[0])
    mailbox = await mailboxes.get_mailbox(session, place[1])
    sighting = await session.get(MailUid, quarantined_id, with_for_update=True)
    if sighting is None or sighting.fate is not MailFate.QUARANTINED:
        raise NotFound(f"letter {quarantined_id} in quarantine")
    return QuarantinedRow(sighting, folder, mailbox)


async def waive_size(session: AsyncSession, sighting: MailUid, now: datetime) -> None:
    """Have a letter taken whatever its size, the next time it is fetched."""
    await session.merge(
        MailWaiver(
            folder_id=sighting.folder_id, uidvalidity=sighting.uidvalidity, uid=sighting.uid, asked_at=now
        )
    )


async def list_waivers(session: AsyncSession, mailbox_id: int) -> Sequence[tuple[int, int, int]]:
    """The letters of a mailbox that are to be taken whatever their size: folder, UIDVALIDITY, UID."""
    rows = await session.execute(
        select(MailWaiver.folder_id, MailWaiver.uidvalidity, MailWaiver.uid)
        .join(MailFolder, MailFolder.id == MailWaiver.folder_id)
        .where(MailFolder.mailbox_id == mailbox_id)
    )
    return [(folder_id, uidvalidity, uid) for folder_id, uidvalidity, uid in rows]


async def drop_waivers(session: AsyncSession, mailbox_id: int) -> None:
    """Forget the waivers of a mailbox, when it is removed."""
    folders = select(MailFolder.id).where(MailFolder.mailbox_id == mailbox_id)
    await session.execute(delete(MailWaiver).where(MailWaiver.folder_id.in_(folders)))


async def list_untold(session: AsyncSession, told_before: datetime) -> Sequence[int]:
    """The mailboxes whose keepers are to be told of letters in quarantine, by id.

    Args:
        session: The session.
        told_before: Mailboxes whose keeper was told later than that wait.
    """
    rows = await session.scalars(
        select(Mailbox.id)
        .join(MailFolder, MailFolder.mailbox_id == Mailbox.id)
        .join(MailUid, MailUid.folder_id == MailFolder.id)
        .where(
            MailUid.fate == MailFate.QUARANTINED,
            MailUid.told_at.is_(None),
            Mailbox.state != MailboxState.REMOVED,
            Mailbox.quarantine_told_at.is_(None) | (Mailbox.quarantine_told_at <= told_before),
        )
        .distinct()
        .order_by(Mailbox.id)
    )
    return rows.all()


async def mark_told(session: AsyncSession, mailbox_id: int, now: datetime) -> int:
    """Note that the keeper is told of all letters of a mailbox in quarantine; how many were new to them."""
    folders = select(MailFolder.id).where(MailFolder.mailbox_id == mailbox_id)
    untold = (
        MailUid.folder_id.in_(folders),
        MailUid.fate == MailFate.QUARANTINED,
        MailUid.told_at.is_(None),
    )
    count = await session.scalar(select(func.count()).select_from(MailUid).where(*untold)) or 0
    await session.execute(update(MailUid).where(*untold).values(told_at=now))
    return count
