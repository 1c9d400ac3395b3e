"""Letters that say that another one was not delivered, and the addresses they are about."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.enums import AddressKind, Direction, MailClass
from core.models import ContactAddress, Interaction, MailMessage, Participant, ParticipantAddress


class BounceFacts(NamedTuple):
    """What a bounce says, and which way the letter went that it answers."""

    failed: frozenset[str]
    happened_at: datetime
    parent_direction: Direction | None


_parent = aliased(Interaction)


async def find_bounce(session: AsyncSession, interaction_id: int) -> BounceFacts | None:
    """The facts of a letter that is a bounce and answers something known; None for any other."""
    row = (
        await session.execute(
            select(MailMessage.failed_recipients, Interaction.happened_at, _parent.direction)
            .join(Interaction, Interaction.id == MailMessage.interaction_id)
            .join(_parent, _parent.id == Interaction.parent_id)
            .where(Interaction.id == interaction_id, MailMessage.mail_class == MailClass.BOUNCE)
        )
    ).one_or_none()
    return BounceFacts(frozenset(row[0]), row[1], row[2]) if row is not None else None


async def list_recipients(session: AsyncSession, interaction_id: int) -> frozenset[str]:
    """The mail addresses of everybody in a letter."""
    rows = await session.scalars(
        select(ParticipantAddress.value)
        .join(Participant, Participant.id == ParticipantAddress.participant_id)
        .where(Participant.interaction_id == interaction_id, ParticipantAddress.kind == AddressKind.EMAIL)
    )
    return frozenset(rows)


async def list_addresses(
    session: AsyncSession, kind: AddressKind, values: Collection[str]
) -> Sequence[ContactAddress]:
    """The contacts' addresses with these values, locked for change."""
    if not values:
        return []
    return (
        await session.scalars(
            select(ContactAddress)
            .where(ContactAddress.kind == kind, ContactAddress.value.in_(values))
            .order_by(ContactAddress.id)
            .with_for_update()
        )
    ).all()
