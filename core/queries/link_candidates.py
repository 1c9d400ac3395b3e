"""Who a participant might be: contacts that own one of its coordinates, then those of its name."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind
from core.models import Contact, ContactAddress, Interaction
from core.queries.contact_card import ContactRow, load_contact_rows
from core.queries.interaction_people import ParticipantView, load_participants
from core.rules.coordinates import name_key

LIMIT = 6


@dataclass(frozen=True, slots=True)
class LinkCandidates:
    """A participant, and contacts to choose from.

    Attributes:
        by_coordinate: How many of the contacts, from the first, own a coordinate of the participant.
    """

    participant: ParticipantView
    contacts: tuple[ContactRow, ...]
    by_coordinate: int


async def load_link_candidates(
    session: AsyncSession, interaction: Interaction, participant_id: int
) -> LinkCandidates | None:
    """The contacts that a participant of an interaction might be; None when it is no participant of it."""
    participants = await load_participants(session, interaction.id)
    participant = next((one for one in participants if one.id == participant_id), None)
    if participant is None:
        return None
    owners = await _owners(session, participant)
    named = [one for one in await _named(session, participant) if one not in owners]
    ids = [*owners, *named][:LIMIT]
    return LinkCandidates(participant, await load_contact_rows(session, ids), min(len(owners), LIMIT))


async def _owners(session: AsyncSession, participant: ParticipantView) -> list[int]:
    values = [one.value for one in participant.addresses]
    if not values:
        return []
    rows = await session.scalars(
        select(Contact.id)
        .join(ContactAddress, ContactAddress.contact_id == Contact.id)
        .where(ContactAddress.value.in_(values), Contact.merged_into_id.is_(None))
        .group_by(Contact.id)
        .order_by(Contact.id)
        .limit(LIMIT)
    )
    return list(rows)


async def _named(session: AsyncSession, participant: ParticipantView) -> list[int]:
    """Contacts of exactly that name, or of the name before or after a comma: proposed only (domain.md P3)."""
    parts = [participant.presentation, *participant.presentation.split(",")]
    keys = {name_key(part) for part in parts if part.strip()}
    rows = await session.scalars(
        select(Contact.id)
        .where(
            Contact.name_key.in_(keys),
            Contact.merged_into_id.is_(None),
            Contact.kind != ContactKind.USER,
        )
        .order_by(Contact.id)
        .limit(LIMIT)
    )
    return list(rows)
