"""Letters as captured: their identity, their sightings, and who refers to whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import AddressKind, ParticipantRole, SubjectKind
from core.models import (
    Interaction,
    InteractionOwner,
    Mailbox,
    MailFolder,
    MailMessage,
    MailReference,
    MailUid,
    Participant,
    ParticipantAddress,
    Subject,
)
from core.models.base import table_of
from core.rules.subjects import Member
from core.rules.threads import Candidate, Seat
from core.values import Letter

_CAPTURE_LOCK = 0x6C657474
"""The advisory lock of mail capture: one letter arriving in two mailboxes at once must become one interaction."""

_BATCH = 500


async def lock_capture(session: AsyncSession) -> None:
    """Let one transaction at a time capture letters; on SQLite every writer is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(_CAPTURE_LOCK)))


# Asked for every batch of letters, and so written over the tables and built once.
_messages, _references = table_of(MailMessage), table_of(MailReference)
_interactions, _subjects = table_of(Interaction), table_of(Subject)
_heads, _members = _interactions.alias("heads"), _interactions.alias("members")
_IDS: BindParameter[Sequence[str]] = bindparam("message_ids", expanding=True)
_NAMESAKES = (
    select(
        _messages.c.message_id,
        _messages.c.content_sha256,
        _messages.c.interaction_id,
    )
    .where(
        or_(
            _messages.c.message_id.in_(_IDS),
            and_(
                _messages.c.message_id == "",
                _messages.c.content_sha256.in_(bindparam("contents", expanding=True)),
            ),
        )
    )
    .order_by(_messages.c.duplicate_of_id.is_not(None), _messages.c.interaction_id)
)
_KNOWN = select(
    _messages.c.message_id, _messages.c.interaction_id, _messages.c.duplicate_of_id.is_not(None)
).where(_messages.c.message_id.in_(_IDS))
_REFERRING = (
    select(_references.c.message_id, _references.c.interaction_id)
    .where(_references.c.message_id.in_(_IDS))
    .distinct()
    .order_by(_references.c.interaction_id)
)
_PARENT_SEATS = (
    select(
        _interactions.c.id,
        _interactions.c.happened_at,
        _interactions.c.subject_id,
        _subjects.c.kind,
        _heads.c.id.label("head_id"),
        _heads.c.happened_at.label("head_at"),
        exists()
        .where(_members.c.subject_id == _interactions.c.subject_id, _members.c.deleted_at.is_(None))
        .label("has_members"),
    )
    .join(_subjects, _subjects.c.id == _interactions.c.subject_id)
    .outerjoin(_heads, and_(_heads.c.id == _subjects.c.head_id, _heads.c.deleted_at.is_(None)))
    .where(_interactions.c.id.in_(bindparam("ids", expanding=True)))
    .with_for_update(of=_interactions)
)


class Namesake(NamedTuple):
    """A captured letter that may be the same one (domain.md M1)."""

    content_sha256: str
    interaction_id: int


class ParentSeat(NamedTuple):
    """Where a letter that is answered sits; deserted: in a chain that has no letter left that is not deleted."""

    seat: Seat
    is_deserted: bool


async def load_namesakes(session: AsyncSession, new: Sequence[Letter]) -> list[list[Namesake]]:
    """For each letter those that may be the same one (domain.md M1), the one captured first at the beginning.

    Those with its Message-ID, whatever they say; without a Message-ID those with the same content.
    """
    rows = await session.execute(
        _NAMESAKES,
        {
            "message_ids": [one.message_id for one in new if one.message_id],
            "contents": [one.content_sha256 for one in new if not one.message_id],
        },
    )
    found: dict[tuple[str, str], list[Namesake]] = defaultdict(list)
    for message_id, content_sha256, interaction_id in rows:
        key = (message_id, "" if message_id else content_sha256)
        found[key].append(Namesake(content_sha256, interaction_id))
    return [found.get((one.message_id, "" if one.message_id else one.content_sha256), []) for one in new]


async def load_known(session: AsyncSession, message_ids: Iterable[str]) -> Mapping[str, list[Candidate]]:
    """The captured letters with these Message-IDs, over all mailboxes."""
    wanted = sorted(set(message_ids))
    known: dict[str, list[Candidate]] = defaultdict(list)
    for start in range(0, len(wanted), _BATCH):
        for message_id, interaction_id, is_duplicate in await session.execute(
            _KNOWN, {"message_ids": wanted[start : start + _BATCH]}
        ):
            known[message_id].append(Candidate(interaction_id, is_duplicate))
    return known


async def load_referring(session: AsyncSession, message_ids: Iterable[str]) -> Mapping[str, list[int]]:
    """The letters that refer to Message-IDs anywhere, by id."""
    wanted = sorted({one for one in message_ids if one})
    found: dict[str, list[int]] = defaultdict(list)
    if wanted:
        for message_id, interaction_id in await session.execute(_REFERRING, {"message_ids": wanted}):
            found[message_id].append(interaction_id)
    return found


async def load_parent_seats(session: AsyncSession, ids: Collection[int]) -> Mapping[int, ParentSeat]:
    """Where letters that are answered sit now, locked for change."""
    if not ids:
        return {}
    return {
        row.id: ParentSeat(
            Seat(
                Member(row.happened_at, row.id),
                row.subject_id,
                row.kind,
                Member(row.head_at, row.head_id) if row.head_id is not None else None,
            ),
            is_deserted=not row.kind.is_real and not row.has_members,
        )
        for row in await session.execute(_PARENT_SEATS, {"ids": sorted(ids)})
    }


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


async def list_senders(session: AsyncSession, letter_id: int) -> Sequence[str]:
    """The e-mail addresses that a letter is from."""
    return (
        await session.scalars(
            select(ParticipantAddress.value)
            .join(Participant, Participant.id == ParticipantAddress.participant_id)
            .where(
                Participant.interaction_id == letter_id,
                Participant.role == ParticipantRole.FROM,
                ParticipantAddress.kind == AddressKind.EMAIL,
            )
            .order_by(ParticipantAddress.id)
        )
    ).all()
