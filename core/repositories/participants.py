"""Participants with their coordinates: matching, loading, and finding those still unlinked."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from core.models import Participant, ParticipantAddress
from core.repositories.contacts import MATCHED_KINDS, Coordinate, find_coordinate_owners, has_coordinate
from core.rules.matching import Linked, Match, match_participant
from core.values import Address, ContactId, ParticipantDraft, ParticipantId, Ref, RefKind

_BATCH = 2_000


async def match_participants(session: AsyncSession, drafts: Sequence[ParticipantDraft]) -> list[Match]:
    """Whom each draft names by its coordinates (domain.md P2), in one query for all of them.

    A draft that names its contact already is linked to it; one that was matched is not looked up again.
    """
    wanted = {
        (address.kind, address.value)
        for draft in drafts
        if draft.contact_id is None and not draft.is_matched
        for address in draft.addresses
        if address.kind in MATCHED_KINDS
    }
    owners = await find_coordinate_owners(session, wanted)
    return [
        Linked(draft.contact_id)
        if draft.contact_id is not None
        else match_participant([owners.get((one.kind, one.value), []) for one in draft.addresses])
        for draft in drafts
    ]


async def get_participant(session: AsyncSession, participant_id: ParticipantId | int) -> Participant:
    """The participant.

    Raises:
        NotFound: There is no such participant.
    """
    participant = await session.get(Participant, participant_id)
    if participant is None:
        raise NotFound(Ref(RefKind.PARTICIPANT, participant_id))
    return participant


async def list_participant_addresses(
    session: AsyncSession, participant_ids: Iterable[int]
) -> Sequence[ParticipantAddress]:
    """The coordinates of participants in the order they were said."""
    wanted = sorted(set(participant_ids))
    found: list[ParticipantAddress] = []
    for start in range(0, len(wanted), _BATCH):
        rows = await session.scalars(
            select(ParticipantAddress)
            .where(ParticipantAddress.participant_id.in_(wanted[start : start + _BATCH]))
            .order_by(ParticipantAddress.id)
        )
        found += rows
    return found


async def next_position(session: AsyncSession, interaction_id: int) -> int:
    """The place after the last participant of an interaction."""
    last = await session.scalar(
        select(func.max(Participant.position)).where(Participant.interaction_id == interaction_id)
    )
    return 0 if last is None else last + 1


async def list_unlinked_with(
    session: AsyncSession, coordinates: Iterable[Coordinate]
) -> Sequence[Participant]:
    """Unlinked participants that have one of the coordinates, in every mailbox (domain.md P4), by id."""
    wanted = sorted(set(coordinates))
    found: dict[int, Participant] = {}
    for start in range(0, len(wanted), _BATCH):
        holders = select(ParticipantAddress.participant_id).where(
            has_coordinate(ParticipantAddress, wanted[start : start + _BATCH])
        )
        rows = await session.scalars(
            select(Participant)
            .where(Participant.id.in_(holders), Participant.contact_id.is_(None))
            .with_for_update()
        )
        found.update({row.id: row for row in rows})
    return [found[one] for one in sorted(found)]


async def list_of_contact(session: AsyncSession, contact_id: ContactId | int) -> Sequence[Participant]:
    """Every participant linked to a contact, by id."""
    return (
        await session.scalars(
            select(Participant).where(Participant.contact_id == contact_id).order_by(Participant.id)
        )
    ).all()


def to_address(row: ParticipantAddress) -> Address:
    """The coordinate as a value."""
    return Address(row.kind, row.value, row.original)
