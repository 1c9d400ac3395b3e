"""Loading subjects and moving interactions between them."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from core.models import (
    Contact,
    Interaction,
    Participant,
    ParticipantAddress,
    Subject,
    SubjectParticipant,
    SubjectTeam,
)
from core.models.base import table_of
from core.rules.subjects import Member, ParticipantFacts, SubjectFacts
from core.values import Ref, RefKind


async def get_subject(session: AsyncSession, subject_id: int) -> Subject:
    """A subject, locked for change.

    Raises:
        NotFound: There is none.
    """
    found = await session.get(Subject, subject_id, with_for_update=True)
    if found is None:
        raise NotFound(Ref(RefKind.SUBJECT, subject_id))
    return found


async def load_subjects(session: AsyncSession, ids: Collection[int]) -> dict[int, Subject]:
    """Subjects by id, locked for change in order of id; those that do not exist are absent."""
    if not ids:
        return {}
    rows = await session.scalars(
        select(Subject).where(Subject.id.in_(ids)).order_by(Subject.id).with_for_update()
    )
    return {row.id: row for row in rows}


_subjects = table_of(Subject)
_SET_HEAD = (
    update(_subjects).where(_subjects.c.id == bindparam("subject_id")).values(head_id=bindparam("by_id"))
)


async def set_heads(session: AsyncSession, heads: Mapping[int, int]) -> None:
    """Let interactions head their own new chains, by subject; chains that are loaded keep what they have."""
    if heads:
        await session.execute(_SET_HEAD, [{"subject_id": one, "by_id": head} for one, head in heads.items()])


def facts_of(subject: Subject) -> SubjectFacts:
    """What the rules need to know of a loaded subject."""
    return SubjectFacts(subject.id, subject.kind, subject.head_id)


async def list_interaction_ids(session: AsyncSession, subject_id: int) -> Sequence[int]:
    """Ids of all interactions with this subject, deleted ones too, in order of id."""
    return (
        await session.scalars(
            select(Interaction.id).where(Interaction.subject_id == subject_id).order_by(Interaction.id)
        )
    ).all()


async def are_all_deleted(session: AsyncSession, ids: Collection[int]) -> bool:
    """Whether nothing of these interactions is left to see."""
    present = await session.scalar(
        select(Interaction.id).where(Interaction.id.in_(ids), Interaction.deleted_at.is_(None)).limit(1)
    )
    return present is None


async def find_earliest_member(session: AsyncSession, subject_id: int) -> Member | None:
    """The first remaining member by (happened, id), read from an index (domain.md S5)."""
    row = (
        await session.execute(
            select(Interaction.happened_at, Interaction.id)
            .where(Interaction.subject_id == subject_id, Interaction.deleted_at.is_(None))
            .order_by(Interaction.happened_at, Interaction.id)
            .limit(1)
        )
    ).one_or_none()
    return None if row is None else Member(row[0], row[1])


async def move_interactions(session: AsyncSession, from_id: int, to_id: int) -> None:
    """Give every interaction of a subject to another one, in one statement."""
    await session.execute(
        update(Interaction)
        .where(Interaction.subject_id == from_id)
        .values(subject_id=to_id)
        .execution_options(synchronize_session="evaluate")
    )


async def list_participant_facts(
    session: AsyncSession, *, subject_id: int | None = None, interaction_id: int | None = None
) -> list[ParticipantFacts]:
    """Participants of the interactions of a subject, or of one interaction, deleted ones apart, in order.

    Everybody who is linked appears once a contact; unlinked ones appear as often as they take part.
    """
    condition = (
        Interaction.subject_id == subject_id if interaction_id is None else Interaction.id == interaction_id
    )
    visible = (condition, Interaction.deleted_at.is_(None))
    first = func.min(Participant.id).label("first")
    linked = await session.execute(
        select(first, Contact.id, Contact.user_id, Contact.name)
        .join(Participant, Participant.contact_id == Contact.id)
        .join(Interaction, Interaction.id == Participant.interaction_id)
        .where(*visible)
        .group_by(Contact.id, Contact.user_id, Contact.name)
        .order_by(first)
    )
    people = [
        ParticipantFacts(contact_id, user_id is not None, user_id, name, frozenset())
        for _, contact_id, user_id, name in linked
    ]
    unlinked = await session.execute(
        select(Participant.id, Participant.presentation, ParticipantAddress.kind, ParticipantAddress.value)
        .join(Interaction, Interaction.id == Participant.interaction_id)
        .outerjoin(ParticipantAddress, ParticipantAddress.participant_id == Participant.id)
        .where(*visible, Participant.contact_id.is_(None))
        .order_by(Participant.id)
    )
    names: dict[int, str] = {}
    coordinates: dict[int, set[tuple[str, str]]] = {}
    for participant_id, presentation, kind, value in unlinked:
        names[participant_id] = presentation
        known = coordinates.setdefault(participant_id, set())
        if kind is not None:
            known.add((str(kind), value))
    people += [
        ParticipantFacts(
            None, is_user=False, user_id=None, presentation=name, coordinates=frozenset(coordinates[one])
        )
        for one, name in names.items()
    ]
    return people


async def list_team(session: AsyncSession, subject_id: int) -> Sequence[int]:
    """The users in the team of a deal, claim or event."""
    return (
        await session.scalars(
            select(SubjectTeam.user_id)
            .where(SubjectTeam.subject_id == subject_id)
            .order_by(SubjectTeam.user_id)
        )
    ).all()


async def find_participant(
    session: AsyncSession, subject_id: int, contact_id: int
) -> SubjectParticipant | None:
    """The row of a contact among the participants of a subject."""
    return (
        await session.scalars(
            select(SubjectParticipant).where(
                SubjectParticipant.subject_id == subject_id, SubjectParticipant.contact_id == contact_id
            )
        )
    ).first()
