"""Letters that could not be taken: with their reason, and where their bytes are (domain.md M4)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import MailFate
from core.models import Mailbox, MailFolder, MailUid
from core.values import MailboxId


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One letter in quarantine; `raw_sha256` None: only its size was fetched."""

    id: int
    mailbox_id: MailboxId
    address: str
    folder: str
    uidvalidity: int
    uid: int
    reason: str
    raw_sha256: str | None
    seen_at: datetime


def _select() -> Select[MailUid, str, int, str]:
    return (
        select(MailUid, MailFolder.name, Mailbox.id, Mailbox.address)
        .join(MailFolder, MailFolder.id == MailUid.folder_id)
        .join(Mailbox, Mailbox.id == MailFolder.mailbox_id)
        .where(MailUid.fate == MailFate.QUARANTINED)
    )


async def list_quarantined(session: AsyncSession, mailbox_id: MailboxId | None = None) -> list[Quarantined]:
    """All of them, oldest first, or those of one mailbox."""
    statement = _select().order_by(MailUid.id)
    if mailbox_id is not None:
        statement = statement.where(Mailbox.id == mailbox_id)
    rows = await session.execute(statement)
    return [_view(row, folder, mailbox, address) for row, folder, mailbox, address in rows]


async def find_quarantined(session: AsyncSession, quarantined_id: int) -> Quarantined | None:
    """One of them; None when there is none with this id."""
    rows = await session.execute(_select().where(MailUid.id == quarantined_id))
    return next((_view(row, folder, mailbox, address) for row, folder, mailbox, address in rows), None)


def _view(row: MailUid, folder: str, mailbox_id: int, address: str) -> Quarantined:
    return Quarantined(
        id=row.id,
        mailbox_id=MailboxId(mailbox_id),
        address=address,
        folder=folder,
        uidvalidity=row.uidvalidity,
        uid=row.uid,
        reason=row.rule or "",
        raw_sha256=row.raw_sha256,
        seen_at=row.seen_at,
    )
