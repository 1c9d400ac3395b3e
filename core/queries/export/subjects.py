"""Subjects: chains, deals, claims, events; `since` means created since.

A chain that lost all its interactions to another one is a memory for undo, and no subject any more; one whose
interactions are all deleted is still theirs.
"""

from collections.abc import Sequence

from sqlalchemy import exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import SubjectKind
from core.models import (
    Contact,
    DealRole,
    Interaction,
    Participant,
    ParticipantAddress,
    Subject,
    SubjectParticipant,
)
from core.queries.export.interaction_parts import load_titles
from core.queries.export.shapes import Batch, JsonObject, Slice, group, instant
from core.rules.subjects import Standing, is_active

REAL = (SubjectKind.DEAL, SubjectKind.CLAIM, SubjectKind.EVENT)


async def load_subjects(session: AsyncSession, wanted: Slice) -> Batch:
    """The next subjects by id."""
    rows = (
        await session.scalars(
            select(Subject)
            .where(
                Subject.id > wanted.after,
                Subject.created_at >= wanted.since if wanted.since is not None else true(),
                or_(Subject.kind.in_(REAL), exists().where(Interaction.subject_id == Subject.id)),
            )
            .order_by(Subject.id)
            .limit(wanted.limit)
        )
    ).all()
    if not rows:
        return Batch([], None)
    ids = [row.id for row in rows]
    titles = await load_titles(session, ids)
    members = await load_interaction_ids(session, ids)
    people = await load_subject_people(session, [row.id for row in rows if row.kind.is_real])
    people |= await _load_chain_people(session, [row.id for row in rows if not row.kind.is_real])
    return Batch(
        [
            {
                "id": row.id,
                "kind": row.kind,
                "title": titles[row.id],
                "head_id": row.head_id,
                "state": row.state,
                "active": is_active(_standing(row), wanted.now),
                "unreviewed": row.unreviewed,
                "planned": row.planned,
                "last_interaction_at": instant(row.last_interaction_at),
                "created_at": instant(row.created_at),
                "participants": people.get(row.id, []),
                "interactions": members.get(row.id, []),
            }
            for row in rows
        ],
        rows[-1].id,
    )


def _standing(row: Subject) -> Standing:
    return Standing(row.kind, row.state, row.unreviewed, row.planned, row.last_interaction_at)


async def load_interaction_ids(session: AsyncSession, subject_ids: Sequence[int]) -> dict[int, list[int]]:
    """The interactions of subjects, deleted ones apart, by id."""
    rows = await session.execute(
        select(Interaction.subject_id, Interaction.id)
        .where(Interaction.subject_id.in_(subject_ids), Interaction.deleted_at.is_(None))
        .order_by(Interaction.id)
    )
    return group((row[0], row[1]) for row in rows)


async def load_subject_people(
    session: AsyncSession, subject_ids: Sequence[int]
) -> dict[int, list[JsonObject]]:
    """The participants of deals, claims and events, as they were copied (domain.md S6)."""
    rows = await session.execute(
        select(SubjectParticipant, DealRole.name)
        .outerjoin(DealRole, DealRole.id == SubjectParticipant.role_id)
        .where(SubjectParticipant.subject_id.in_(subject_ids))
        .order_by(SubjectParticipant.id)
    )
    return group(
        (
            row.subject_id,
            {"contact_id": row.contact_id, "presentation": row.presentation, "role": role or row.role},
        )
        for row, role in rows
    )


async def _load_chain_people(
    session: AsyncSession, subject_ids: Sequence[int]
) -> dict[int, list[JsonObject]]:
    """The participants of chains: contacts once each, unlinked ones once a coordinate, own users apart."""
    first = func.min(Participant.id).label("first")
    linked = await session.execute(
        select(Interaction.subject_id, first, Contact.id, Contact.name)
        .join(Participant, Participant.interaction_id == Interaction.id)
        .join(Contact, Contact.id == Participant.contact_id)
        .where(
            Interaction.subject_id.in_(subject_ids),
            Interaction.deleted_at.is_(None),
            Contact.user_id.is_(None),
        )
        .group_by(Interaction.subject_id, Contact.id, Contact.name)
    )
    found = [(row[0], row[1], _person(row[2], row[3])) for row in linked]
    found += await _load_unlinked(session, subject_ids)
    return group((subject_id, person) for subject_id, _, person in sorted(found, key=lambda one: one[:2]))


async def _load_unlinked(
    session: AsyncSession, subject_ids: Sequence[int]
) -> list[tuple[int, int, JsonObject]]:
    """Subject, participant and person of those without a contact; who has no coordinate is nobody in particular."""
    rows = await session.execute(
        select(
            Interaction.subject_id,
            Participant.id,
            Participant.presentation,
            ParticipantAddress.kind,
            ParticipantAddress.value,
        )
        .join(Participant, Participant.interaction_id == Interaction.id)
        .join(ParticipantAddress, ParticipantAddress.participant_id == Participant.id)
        .where(
            Interaction.subject_id.in_(subject_ids),
            Interaction.deleted_at.is_(None),
            Participant.contact_id.is_(None),
        )
        .order_by(Participant.id)
    )
    owner_of: dict[tuple[int, str, str], int] = {}
    people: dict[int, tuple[int, int, JsonObject]] = {}
    for subject_id, participant_id, presentation, kind, value in rows:
        if owner_of.setdefault((subject_id, kind, value), participant_id) == participant_id:
            people[participant_id] = (subject_id, participant_id, _person(None, presentation))
        else:
            people.pop(participant_id, None)
    return list(people.values())


def _person(contact_id: int | None, presentation: str) -> JsonObject:
    return {"contact_id": contact_id, "presentation": presentation, "role": ""}
