"""Shares of letters of private mailboxes: who may see what came to somebody else (domain.md U2)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.enums import AddressKind, ContactKind, InteractionType, MailboxState
from core.models import (
    Contact,
    ContactAddress,
    Interaction,
    LetterShare,
    Mailbox,
    MailboxShare,
    MailFolder,
    MailUid,
    Participant,
    ParticipantAddress,
)

THREAD_LIMIT = 1_000
"""Letters of a thread that are shared with it at once; what comes later follows its parent."""

_letter = aliased(Interaction)


def same_reader(column: SQLColumnExpression[int | None], user_id: int | None) -> ColumnElement[bool]:
    """Whether a share is one with this reader; None: with the team and those who lead the owner."""
    return column.is_(None) if user_id is None else column == user_id


def _is_not_internal(interaction_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether somebody takes part who is none of us; what we write among ourselves is never shared in bulk."""
    own = exists().where(
        ContactAddress.kind == AddressKind.EMAIL,
        ContactAddress.value == ParticipantAddress.value,
        ContactAddress.contact_id == Contact.id,
        Contact.kind == ContactKind.USER,
    )
    ours = exists().where(Mailbox.address == ParticipantAddress.value, Mailbox.state != MailboxState.REMOVED)
    return exists().where(
        Participant.interaction_id == interaction_id,
        ParticipantAddress.participant_id == Participant.id,
        ParticipantAddress.kind == AddressKind.EMAIL,
        ~own,
        ~ours,
    )


def _came_to(mailbox_id: int, interaction_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    return exists().where(
        MailUid.interaction_id == interaction_id,
        MailUid.folder_id == MailFolder.id,
        MailFolder.mailbox_id == mailbox_id,
    )


def _of_mailbox(mailbox_id: int) -> ColumnElement[bool]:
    """Letters of a mailbox, and the meetings that they made."""
    meeting = and_(
        Interaction.type == InteractionType.MEETING,
        exists().where(_letter.id == Interaction.parent_id, _came_to(mailbox_id, _letter.id)),
    )
    return or_(_came_to(mailbox_id, Interaction.id), meeting)


async def came_to(session: AsyncSession, mailbox_id: int, interaction_id: int) -> bool:
    """Whether a letter was seen in a mailbox."""
    found = await session.scalar(
        select(Interaction.id).where(Interaction.id == interaction_id, _came_to(mailbox_id, Interaction.id))
    )
    return found is not None


async def find_mailbox_of(session: AsyncSession, interaction_id: int, owner_id: int) -> Mailbox | None:
    """The user's own mailbox in which a letter was seen; of several the first."""
    return (
        await session.scalars(
            select(Mailbox)
            .join(MailFolder, MailFolder.mailbox_id == Mailbox.id)
            .join(MailUid, MailUid.folder_id == MailFolder.id)
            .where(
                MailUid.interaction_id == interaction_id,
                Mailbox.owner_id == owner_id,
                Mailbox.state != MailboxState.REMOVED,
            )
            .order_by(MailUid.id)
            .limit(1)
        )
    ).first()


async def list_thread(session: AsyncSession, mailbox_id: int, interaction_id: int) -> list[int]:
    """What answers, is answered by, or came of a letter, as far as it came to a mailbox; itself included."""
    found = {interaction_id}
    edge = {interaction_id}
    while edge and len(found) < THREAD_LIMIT:
        parents = select(Interaction.parent_id).where(Interaction.id.in_(edge))
        around = await session.scalars(
            select(Interaction.id).where(
                or_(Interaction.id.in_(parents), Interaction.parent_id.in_(edge)), _of_mailbox(mailbox_id)
            )
        )
        edge = set(around) - found
        found |= edge
    return sorted(found)


async def share_letters(
    session: AsyncSession,
    mailbox_id: int,
    interaction_ids: Collection[int],
    user_id: int | None,
    *,
    by_thread: bool,
) -> None:
    """Share letters, each once."""
    if not interaction_ids:
        return
    there = set(
        await session.scalars(
            select(LetterShare.interaction_id).where(
                LetterShare.interaction_id.in_(interaction_ids),
                LetterShare.mailbox_id == mailbox_id,
                same_reader(LetterShare.user_id, user_id),
            )
        )
    )
    rows = [
        {"interaction_id": one, "mailbox_id": mailbox_id, "user_id": user_id, "by_thread": by_thread}
        for one in sorted(set(interaction_ids) - there)
    ]
    if rows:
        await session.execute(insert(LetterShare), rows)


async def share_present(session: AsyncSession, mailbox_id: int, user_id: int | None) -> int:
    """Share what came to a mailbox, internal letters apart; how many letters were not shared yet."""
    there = exists().where(
        LetterShare.interaction_id == Interaction.id,
        LetterShare.mailbox_id == mailbox_id,
        same_reader(LetterShare.user_id, user_id),
    )
    wanted = select(
        Interaction.id, literal(mailbox_id), literal(user_id, LetterShare.user_id.type), literal(value=False)
    ).where(_of_mailbox(mailbox_id), Interaction.private.is_(True), ~there, _is_not_internal(Interaction.id))
    before = await count_shared(session, mailbox_id, user_id)
    await session.execute(
        insert(LetterShare).from_select(["interaction_id", "mailbox_id", "user_id", "by_thread"], wanted)
    )
    return await count_shared(session, mailbox_id, user_id) - before


async def count_shared(session: AsyncSession, mailbox_id: int, user_id: int | None) -> int:
    """How many letters of a mailbox a reader was given."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(LetterShare)
            .where(LetterShare.mailbox_id == mailbox_id, same_reader(LetterShare.user_id, user_id))
        )
        or 0
    )


async def count_thread_shares(
    session: AsyncSession, mailbox_id: int, thread: Collection[int]
) -> list[tuple[int | None, int]]:
    """With whom letters of a thread are shared, and how many; None: with those who lead the mailbox's owner."""
    found = await session.execute(
        select(LetterShare.user_id, func.count())
        .where(LetterShare.interaction_id.in_(thread), LetterShare.mailbox_id == mailbox_id)
        .group_by(LetterShare.user_id)
        .order_by(LetterShare.user_id)
    )
    return [(user_id, count) for user_id, count in found]


async def list_mailbox_readers(session: AsyncSession, mailbox_id: int) -> list[int | None]:
    """With whom a mailbox is shared as a whole; None: with those who lead its owner."""
    return list(
        await session.scalars(
            select(MailboxShare.user_id)
            .where(MailboxShare.mailbox_id == mailbox_id)
            .order_by(MailboxShare.id)
        )
    )


async def take_back(
    session: AsyncSession,
    mailbox_id: int,
    *,
    interaction_ids: Collection[int] | None = None,
    user_id: int | None = None,
) -> int:
    """Take shares back.

    Args:
        session: The session.
        mailbox_id: Of which mailbox.
        interaction_ids: Of these letters alone; None: of all, and of what will come.
        user_id: From this user alone; None: from everybody.

    Returns:
        How many shares of letters there were.
    """
    letters = [LetterShare.mailbox_id == mailbox_id]
    whole = [MailboxShare.mailbox_id == mailbox_id]
    if user_id is not None:
        letters.append(LetterShare.user_id == user_id)
        whole.append(MailboxShare.user_id == user_id)
    if interaction_ids is not None:
        letters.append(LetterShare.interaction_id.in_(interaction_ids))
    else:
        await session.execute(delete(MailboxShare).where(*whole))
    count = await session.scalar(select(func.count()).select_from(LetterShare).where(*letters)) or 0
    await session.execute(delete(LetterShare).where(*letters))
    return count


async def add_mailbox_share(
    session: AsyncSession, mailbox_id: int, user_id: int | None, now: datetime
) -> bool:
    """Share with a reader what will come to a mailbox; False where it is shared with them already."""
    if user_id in await list_mailbox_readers(session, mailbox_id):
        return False
    await session.execute(insert(MailboxShare).values(mailbox_id=mailbox_id, user_id=user_id, created_at=now))
    return True


async def load_thread_readers(
    session: AsyncSession, mailbox_id: int, interaction_ids: Collection[int]
) -> Mapping[int, Sequence[int | None]]:
    """With whom letters were shared by their thread, by letter."""
    found: dict[int, list[int | None]] = {}
    if interaction_ids:
        rows = await session.execute(
            select(LetterShare.interaction_id, LetterShare.user_id).where(
                LetterShare.interaction_id.in_(interaction_ids),
                LetterShare.mailbox_id == mailbox_id,
                LetterShare.by_thread.is_(True),
            )
        )
        for interaction_id, user_id in rows:
            found.setdefault(interaction_id, []).append(user_id)
    return found


async def list_meetings_of(session: AsyncSession, interaction_id: int) -> list[int]:
    """The meetings that a letter made."""
    return list(
        await session.scalars(
            select(Interaction.id).where(
                Interaction.parent_id == interaction_id, Interaction.type == InteractionType.MEETING
            )
        )
    )
