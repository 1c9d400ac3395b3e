"""Letters as captured: their identity, their sightings, and who refers to whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import SubjectKind
from core.models import (
    Interaction,
    InteractionOwner,
    Mailbox,
    MailFolder,
    MailMessage,
    MailReference,
    MailUid,
    Subject,
)
from core.rules.subjects import Member
from core.rules.threads import Candidate, Seat

_CAPTURE_LOCK = 0x6C657474
"""The advisory lock of mail capture: one letter arriving in two mailboxes at once must become one interaction."""

_BATCH = 500


async def lock_capture(session: AsyncSession) -> None:
    """Let one transaction at a time capture letters; on SQLite every writer is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(_CAPTURE_LOCK)))


async def load_sightings(
    session: AsyncSession, folder_id: int, uidvalidity: int, uids: Iterable[int]
) -> Mapping[int, MailUid]:
    """What was seen before of these UIDs."""
    rows = await session.scalars(
        select(MailUid).where(
            MailUid.folder_id == folder_id, MailUid.uidvalidity == uidvalidity, MailUid.uid.in_(list(uids))
        )
    )
    return {row.uid: row for row in rows}


async def list_namesakes(
    session: AsyncSession, message_id: str, content_sha256: str
) -> Sequence[MailMessage]:
    """The letters that may be the same one (domain.md M1), the one captured first at the beginning.

    Those with the Message-ID, whatever they say; without a Message-ID those with the same content.
    """
    named = MailMessage.message_id == message_id
    condition = named if message_id else named & (MailMessage.content_sha256 == content_sha256)
    return (
        await session.scalars(
            select(MailMessage)
            .where(condition)
            .order_by(MailMessage.duplicate_of_id.is_not(None), MailMessage.interaction_id)
        )
    ).all()


async def load_known(session: AsyncSession, message_ids: Iterable[str]) -> Mapping[str, list[Candidate]]:
    """The captured letters with these Message-IDs, over all mailboxes."""
    wanted = sorted(set(message_ids))
    known: dict[str, list[Candidate]] = defaultdict(list)
    for start in range(0, len(wanted), _BATCH):
        rows = await session.execute(
            select(MailMessage.message_id, MailMessage.interaction_id, MailMessage.duplicate_of_id).where(
                MailMessage.message_id.in_(wanted[start : start + _BATCH])
            )
        )
        for message_id, interaction_id, duplicate_of_id in rows:
            known[message_id].append(Candidate(interaction_id, duplicate_of_id is not None))
    return known


async def list_referring(session: AsyncSession, message_id: str) -> Sequence[int]:
    """The letters that refer to a Message-ID anywhere, by id."""
    return (
        await session.scalars(
            select(MailReference.interaction_id)
            .where(MailReference.message_id == message_id)
            .distinct()
            .order_by(MailReference.interaction_id)
        )
    ).all()


async def load_references(session: AsyncSession, interaction_ids: Sequence[int]) -> Mapping[int, list[str]]:
    """The ids that letters refer to, in the order in which their parents are looked for."""
    found: dict[int, list[str]] = defaultdict(list)
    for start in range(0, len(interaction_ids), _BATCH):
        rows = await session.execute(
            select(MailReference.interaction_id, MailReference.message_id)
            .where(MailReference.interaction_id.in_(interaction_ids[start : start + _BATCH]))
            .order_by(MailReference.interaction_id, MailReference.rank)
        )
        for interaction_id, message_id in rows:
            found[interaction_id].append(message_id)
    return found


async def list_interactions(session: AsyncSession, ids: Sequence[int]) -> Sequence[Interaction]:
    """Interactions by id, locked for change, deleted ones too."""
    found: list[Interaction] = []
    for start in range(0, len(ids), _BATCH):
        found += await session.scalars(
            select(Interaction)
            .where(Interaction.id.in_(ids[start : start + _BATCH]))
            .order_by(Interaction.id)
            .with_for_update()
        )
    return found


async def load_seats(session: AsyncSession, interactions: Sequence[Interaction]) -> Mapping[int, Seat]:
    """Where interactions of a thread sit now."""
    subjects = {
        row.id: row
        for row in await session.scalars(
            select(Subject).where(Subject.id.in_({one.subject_id for one in interactions}))
        )
    }
    heads = {
        row.id: Member(row.happened_at, row.id)
        for row in await session.execute(
            select(Interaction.id, Interaction.happened_at).where(
                Interaction.id.in_([row.head_id for row in subjects.values() if row.head_id is not None]),
                Interaction.deleted_at.is_(None),
            )
        )
    }
    return {
        one.id: Seat(
            Member(one.happened_at, one.id),
            one.subject_id,
            subjects[one.subject_id].kind,
            heads.get(subjects[one.subject_id].head_id or 0),
        )
        for one in interactions
    }


async def has_ancestor(session: AsyncSession, interaction_id: int, wanted: int) -> bool:
    """Whether an interaction is another one or answers it, directly or over others."""
    seen: set[int] = set()
    current: int | None = interaction_id
    while current is not None and current not in seen:
        if current == wanted:
            return True
        seen.add(current)
        current = await session.scalar(select(Interaction.parent_id).where(Interaction.id == current))
    return False


async def find_owner(session: AsyncSession, interaction_id: int, user_id: int) -> InteractionOwner | None:
    """The user's place for an interaction on their worklist."""
    return await session.get(InteractionOwner, (interaction_id, user_id))


async def find_first_keeper(session: AsyncSession, interaction_id: int) -> int | None:
    """The owner of the personal mailbox in which a letter was seen first; None for a department's."""
    return await session.scalar(
        select(Mailbox.owner_id)
        .join(MailFolder, MailFolder.mailbox_id == Mailbox.id)
        .join(MailUid, MailUid.folder_id == MailFolder.id)
        .where(MailUid.interaction_id == interaction_id)
        .order_by(MailUid.id)
        .limit(1)
    )


async def is_hidden(session: AsyncSession, subject_id: int) -> bool:
    """Whether a subject is that of automatic mail alone (domain.md S1)."""
    kind = await session.scalar(select(Subject.kind).where(Subject.id == subject_id))
    return kind is SubjectKind.NONE
