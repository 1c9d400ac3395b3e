"""What letters said about events, and the participants of the meetings they came to."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import AddressKind, ReminderState
from core.models import MailInvitation, Participant, ParticipantAddress, Reminder


async def list_of_event(session: AsyncSession, event: str) -> Sequence[MailInvitation]:
    """Everything that letters said about an event, in the order they came."""
    return (
        await session.scalars(
            select(MailInvitation).where(MailInvitation.event == event).order_by(MailInvitation.id)
        )
    ).all()


async def load_participants(
    session: AsyncSession, meeting_id: int, addresses: Iterable[str]
) -> Mapping[str, Participant]:
    """The participants of a meeting by those of these e-mail addresses that they have."""
    rows = await session.execute(
        select(ParticipantAddress.value, Participant)
        .join(Participant, Participant.id == ParticipantAddress.participant_id)
        .where(
            Participant.interaction_id == meeting_id,
            ParticipantAddress.kind == AddressKind.EMAIL,
            ParticipantAddress.value.in_(sorted(set(addresses))),
        )
        .order_by(Participant.id.desc())
    )
    return {row[0]: row[1] for row in rows}


async def list_reminders(session: AsyncSession, interaction_id: int) -> Sequence[Reminder]:
    """Reminders of an interaction that wait or were sent, the earliest first, locked for change."""
    return (
        await session.scalars(
            select(Reminder)
            .where(
                Reminder.interaction_id == interaction_id,
                Reminder.state.in_([ReminderState.WAITING, ReminderState.SENT]),
            )
            .order_by(Reminder.due_at, Reminder.id)
            .with_for_update()
        )
    ).all()
