"""Participants of deals, claims and events as rows that follow the links of contacts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import SubjectParticipant, SubjectParticipantAddress
from core.repositories.contacts import Coordinate, has_coordinate
from core.values import ContactId


async def list_unlinked_subject_participants(
    session: AsyncSession, coordinates: Iterable[Coordinate]
) -> Sequence[SubjectParticipant]:
    """Unlinked participants of subjects that have one of the coordinates, by id."""
    holders = select(SubjectParticipantAddress.participant_id).where(
        has_coordinate(SubjectParticipantAddress, coordinates)
    )
    return (
        await session.scalars(
            select(SubjectParticipant)
            .where(SubjectParticipant.id.in_(holders), SubjectParticipant.contact_id.is_(None))
            .order_by(SubjectParticipant.id)
            .with_for_update()
        )
    ).all()


async def list_subject_participants_of(
    session: AsyncSession, contact_id: ContactId | int
) -> Sequence[SubjectParticipant]:
    """The rows that stand for a contact, by id."""
    return (
        await session.scalars(
            select(SubjectParticipant)
            .where(SubjectParticipant.contact_id == contact_id)
            .order_by(SubjectParticipant.id)
        )
    ).all()


async def list_subjects_with(
    session: AsyncSession, contact_id: ContactId | int, subject_ids: Iterable[int]
) -> set[int]:
    """Those of the subjects that the contact takes part in already."""
    return set(
        await session.scalars(
            select(SubjectParticipant.subject_id).where(
                SubjectParticipant.contact_id == contact_id,
                SubjectParticipant.subject_id.in_(list(subject_ids)),
            )
        )
    )


async def load_subject_addresses(
    session: AsyncSession, participant_ids: Iterable[int]
) -> Mapping[int, list[SubjectParticipantAddress]]:
    """The coordinates of unlinked participants of subjects."""
    rows = await session.scalars(
        select(SubjectParticipantAddress)
        .where(SubjectParticipantAddress.participant_id.in_(list(participant_ids)))
        .order_by(SubjectParticipantAddress.id)
    )
    found: dict[int, list[SubjectParticipantAddress]] = defaultdict(list)
    for row in rows:
        found[row.participant_id].append(row)
    return found


async def list_subject_participants(session: AsyncSession, subject_id: int) -> Sequence[SubjectParticipant]:
    """Everybody who takes part in a deal, claim or event, in the order they came."""
    return (
        await session.scalars(
            select(SubjectParticipant)
            .where(SubjectParticipant.subject_id == subject_id)
            .order_by(SubjectParticipant.id)
        )
    ).all()
