"""What names a blob: sightings, letters and files; and sightings that need theirs no longer."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import MailboxState, MailFate
from core.models import Attachment, AuditChange, AuditStep, Mailbox, MailFolder, MailMessage, MailUid
from core.values import Ref, RefKind

_COLUMNS = (MailUid.raw_sha256, MailMessage.raw_sha256, Attachment.sha256)


class Needless(NamedTuple):
    """A sighting whose bytes nobody needs any more: which, of which mailbox, and what had excluded it."""

    id: int
    mailbox_id: int
    rule: str | None


async def list_named(session: AsyncSession, low: str, high: str) -> set[str]:
    """The digests that anything names, from `low` on and lower than `high`."""
    found: set[str] = set()
    for column in _COLUMNS:
        rows = await session.scalars(select(column).where(column >= low, column < high))
        found.update(one for one in rows if one)
    return found


async def list_named_of(session: AsyncSession, digests: Collection[str]) -> set[str]:
    """Those of some digests that anything names."""
    found: set[str] = set()
    for column in _COLUMNS:
        rows = await session.scalars(select(column).where(column.in_(digests)))
        found.update(one for one in rows if one)
    return found


async def list_needless(
    session: AsyncSession, before: datetime, *, after_id: int, limit: int
) -> Sequence[Needless]:
    """Sightings that name bytes and were left out, or whose mailbox was removed, before a moment; by id.

    Args:
        session: The session.
        before: The moment.
        after_id: Only those behind this one.
        limit: At most so many.
    """
    removed_at = func.coalesce(Mailbox.nudged_at, Mailbox.created_at)
    rows = await session.execute(
        select(MailUid.id, MailFolder.mailbox_id, MailUid.rule)
        .join(MailFolder, MailFolder.id == MailUid.folder_id)
        .join(Mailbox, Mailbox.id == MailFolder.mailbox_id)
        .where(
            MailUid.id > after_id,
            MailUid.raw_sha256.is_not(None),
            MailUid.seen_at < before,
            or_(
                _excluded(),
                and_(
                    Mailbox.state == MailboxState.REMOVED,
                    removed_at < before,
                    MailUid.fate != MailFate.STORED,
                ),
            ),
        )
        .order_by(MailUid.id)
        .limit(limit)
    )
    return [Needless(*row) for row in rows]


def _excluded() -> ColumnElement[bool]:
    return MailUid.fate == MailFate.EXCLUDED


async def list_decided_since(session: AsyncSession, rows: Collection[Needless], since: datetime) -> set[int]:
    """Those of some sightings that a person decided about since a moment: a dismissal may be taken back."""
    keys = {str(one.id) for one in rows}
    objects = {str(Ref(RefKind.MAILBOX, one.mailbox_id)) for one in rows}
    found = await session.scalars(
        select(AuditChange.key)
        .join(AuditStep, AuditStep.id == AuditChange.step_id)
        .where(
            AuditChange.object.in_(objects),
            AuditChange.entity == MailUid.__tablename__,
            AuditChange.key.in_(keys),
            AuditStep.at >= since,
        )
    )
    return {int(one) for one in found}


async def release(session: AsyncSession, ids: Collection[int]) -> None:
    """Have sightings name no bytes any more."""
    await session.execute(update(MailUid).where(MailUid.id.in_(ids)).values(raw_sha256=None))
