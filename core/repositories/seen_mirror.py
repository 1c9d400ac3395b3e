r"""Letters whose \Seen on the server does not follow their review."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Direction, SubjectKind
from core.models import Interaction, InteractionOwner, MailFolder, MailUid, Subject

_DUE_AT_ONCE = 500

DATE_HEADER_TRUST = timedelta(hours=48)
"""A letter may have happened so much before it arrived (domain.md I6)."""


async def list_due(
    session: AsyncSession, mailbox_id: int, keeper_id: int, since: datetime
) -> Sequence[tuple[int, int, int, bool]]:
    r"""Folder, UIDVALIDITY, UID and the wanted \Seen of letters that are to be marked, some hundreds at most.

    Incoming ones that arrived since a moment, and no automatic mail: the others were reviewed by nobody
    (domain.md R2). Those reviewed which are not marked, and those marked which are not reviewed any more.
    """
    arrived_at = func.coalesce(MailUid.internal_date, Interaction.happened_at)
    statement: Select[int, int, int, bool] = (
        select(MailUid.folder_id, MailUid.uidvalidity, MailUid.uid, InteractionOwner.reviewed)
        .join(MailFolder, MailFolder.id == MailUid.folder_id)
        .join(Interaction, Interaction.id == MailUid.interaction_id)
        .join(Subject, Subject.id == Interaction.subject_id)
        .join(InteractionOwner, InteractionOwner.interaction_id == Interaction.id)
        .where(
            MailFolder.mailbox_id == mailbox_id,
            MailUid.uidvalidity == MailFolder.uidvalidity,
            MailUid.gone_at.is_(None),
            InteractionOwner.user_id == keeper_id,
            InteractionOwner.reviewed.is_distinct_from(func.coalesce(MailUid.seen_mirrored, False)),
            Interaction.direction == Direction.IN,
            Interaction.deleted_at.is_(None),
            InteractionOwner.happened_at >= since - DATE_HEADER_TRUST,
            arrived_at >= since,
            Subject.kind != SubjectKind.NONE,
        )
        .order_by(MailUid.folder_id, MailUid.uid)
        .limit(_DUE_AT_ONCE)
    )
    return [(folder, validity, uid, seen) for folder, validity, uid, seen in await session.execute(statement)]


async def set_mirrored(
    session: AsyncSession, folder_id: int, uidvalidity: int, uids: Iterable[int], *, seen: bool
) -> None:
    r"""Note which \Seen was written to the server."""
    await session.execute(
        update(MailUid)
        .where(
            MailUid.folder_id == folder_id, MailUid.uidvalidity == uidvalidity, MailUid.uid.in_(list(uids))
        )
        .values(seen_mirrored=seen)
    )
