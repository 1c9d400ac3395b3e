"""What a user leaves behind when they go (domain.md U4)."""

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import (
    InteractionState,
    MailboxState,
    PromiseState,
    ReminderState,
    WaitPurpose,
    WaitState,
)
from core.models import Contact, Deal, Interaction, InteractionOwner, Mailbox, Promise, Reminder, Wait
from core.values import UserId

_BATCH = 2_000


async def list_open_deals(session: AsyncSession, user_id: UserId | int) -> Sequence[Deal]:
    """Deals that a user answers for and that are not closed."""
    return (
        await session.scalars(
            select(Deal)
            .where(Deal.responsible_id == user_id, Deal.closed_at.is_(None), Deal.merged_into_id.is_(None))
            .order_by(Deal.id)
        )
    ).all()


async def list_open_interactions(session: AsyncSession, user_id: UserId | int) -> Sequence[Interaction]:
    """A user's plans, and what they have not reviewed."""
    unreviewed = exists().where(
        InteractionOwner.interaction_id == Interaction.id,
        InteractionOwner.user_id == user_id,
        InteractionOwner.reviewed.is_(False),
    )
    plan = and_(Interaction.responsible_id == user_id, Interaction.state == InteractionState.PLANNED)
    return (
        await session.scalars(
            select(Interaction)
            .where(or_(plan, unreviewed), Interaction.deleted_at.is_(None))
            .order_by(Interaction.subject_id, Interaction.id)
        )
    ).all()


async def list_contacts_of(session: AsyncSession, user_id: UserId | int) -> Sequence[Contact]:
    """Contacts that a user answers for."""
    return (
        await session.scalars(select(Contact).where(Contact.responsible_id == user_id).order_by(Contact.id))
    ).all()


async def list_owner_rows(
    session: AsyncSession, interaction_ids: Iterable[int], user_ids: Iterable[int]
) -> Sequence[InteractionOwner]:
    """The places of interactions on the worklists of some users."""
    wanted, users = sorted(interaction_ids), list(user_ids)
    found: list[InteractionOwner] = []
    for start in range(0, len(wanted), _BATCH):
        found += await session.scalars(
            select(InteractionOwner).where(
                InteractionOwner.interaction_id.in_(wanted[start : start + _BATCH]),
                InteractionOwner.user_id.in_(users),
            )
        )
    return found


async def list_waiting_reminders(session: AsyncSession, user_id: UserId | int) -> Sequence[Reminder]:
    """A user's unsent reminders."""
    return (
        await session.scalars(
            select(Reminder)
            .where(Reminder.user_id == user_id, Reminder.state == ReminderState.WAITING)
            .order_by(Reminder.id)
        )
    ).all()


async def list_open_promises(session: AsyncSession, user_id: UserId | int) -> Sequence[tuple[Promise, int]]:
    """A user's open promises, with the subject each was made about."""
    rows = await session.execute(
        select(Promise, Interaction.subject_id)
        .join(Interaction, Interaction.id == Promise.interaction_id)
        .where(
            Promise.user_id == user_id,
            Promise.state == PromiseState.OPEN,
            Interaction.deleted_at.is_(None),
        )
        .order_by(Promise.id)
    )
    return [(promise, subject_id) for promise, subject_id in rows]


async def list_open_follow_ups(session: AsyncSession, user_id: UserId | int) -> Sequence[tuple[Wait, int]]:
    """Answers that a user waits for, with the subject of what they answer."""
    rows = await session.execute(
        select(Wait, Interaction.subject_id)
        .join(Interaction, Interaction.id == Wait.interaction_id)
        .where(
            Wait.user_id == user_id,
            Wait.purpose == WaitPurpose.FOLLOW_UP,
            Wait.state == WaitState.WAITING,
            Interaction.deleted_at.is_(None),
        )
        .order_by(Wait.id)
    )
    return [(wait, subject_id) for wait, subject_id in rows]


async def list_mailboxes_of(
    session: AsyncSession, user_id: UserId | int, state: MailboxState
) -> Sequence[Mailbox]:
    """A user's own mailboxes in a state."""
    return (
        await session.scalars(
            select(Mailbox).where(Mailbox.owner_id == user_id, Mailbox.state == state).order_by(Mailbox.id)
        )
    ).all()
