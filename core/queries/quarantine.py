"""Letters that could not be taken: with their reason, and where their bytes are (domain.md M4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import MailFate
from core.models import Mailbox, MailFolder, MailUid
from core.values import MailboxId


@dataclass(frozen=True, slots=True)
class LetterHead:
    """What the head of a letter says of it, as far as it can be read; empty where it says nothing."""

    sender: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One letter in quarantine.

    Attributes:
        reason: A word, for example `too_large`.
        raw_sha256: Its bytes in the blob store; None: only its size was fetched.
        size: In bytes, as the server told it.
        internal_date: When it arrived on the server.
        seen_at: When it was first seen here.
        gone: Whether it has left the server.
    """

    id: int
    mailbox_id: MailboxId
    address: str
    folder: str
    uidvalidity: int
    uid: int
    reason: str
    raw_sha256: str | None
    size: int | None
    internal_date: datetime | None
    seen_at: datetime
    gone: bool


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """A part of the quarantine of a mailbox, the latest first.

    Attributes:
        total: How many there are in all.
        readable: Whether the viewer may see what the letters say (domain.md U2).
        changeable: Whether the viewer may retry and dismiss them.
    """

    mailbox_id: MailboxId
    address: str
    letters: tuple[Quarantined, ...]
    total: int
    readable: bool
    changeable: bool


def _in_quarantine() -> tuple[ColumnElement[bool], ...]:
    """A former number without bytes is no letter any more: the server shows it anew, under its present one."""
    return (
        MailUid.fate == MailFate.QUARANTINED,
        or_(MailUid.uidvalidity == MailFolder.uidvalidity, MailUid.raw_sha256.is_not(None)),
    )


def _select() -> Select[MailUid, str, int, str]:
    return (
        select(MailUid, MailFolder.name, Mailbox.id, Mailbox.address)
        .join(MailFolder, MailFolder.id == MailUid.folder_id)
        .join(Mailbox, Mailbox.id == MailFolder.mailbox_id)
        .where(*_in_quarantine())
    )


async def list_quarantined(session: AsyncSession, mailbox_id: MailboxId | None = None) -> list[Quarantined]:
    """All of them, oldest first, or those of one mailbox."""
    statement = _select().order_by(MailUid.id)
    if mailbox_id is not None:
        statement = statement.where(Mailbox.id == mailbox_id)
    rows = await session.execute(statement)
    return [_view(row, folder, mailbox, address) for row, folder, mailbox, address in rows]


async def list_latest(
    session: AsyncSession, mailbox_id: MailboxId, *, offset: int, limit: int
) -> Sequence[Quarantined]:
    """Those of one mailbox, the latest first."""
    rows = await session.execute(
        _select().where(Mailbox.id == mailbox_id).order_by(MailUid.id.desc()).offset(offset).limit(limit)
    )
    return [_view(row, folder, mailbox, address) for row, folder, mailbox, address in rows]


async def count_quarantined(session: AsyncSession, mailbox_id: MailboxId) -> int:
    """How many letters of a mailbox are in quarantine."""
    counted = await session.scalar(
        select(func.count())
        .select_from(MailUid)
        .join(MailFolder, MailFolder.id == MailUid.folder_id)
        .where(MailFolder.mailbox_id == mailbox_id, *_in_quarantine())
    )
    return counted or 0


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
        size=row.size,
        internal_date=row.internal_date,
        seen_at=row.seen_at,
        gone=row.gone_at is not None,
    )
