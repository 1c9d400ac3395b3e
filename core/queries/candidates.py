"""Where an interaction might belong: open deals and living chains, each with the reason why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, SubjectKind, SubjectState
from core.models import Contact, Deal, Interaction, Participant, ParticipantAddress, Subject
from core.queries.subject_titles import load_subject_titles
from core.repositories.access import Viewer, sees_interaction
from core.rules.subjects import ACTIVE_WINDOW

LIMIT = 6


class CandidateReason(StrEnum):
    """Why a subject is proposed."""

    SAME_CONTACT = "same_contact"
    SAME_COORDINATE = "same_coordinate"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject that an interaction might belong to."""

    subject_id: int
    kind: SubjectKind
    deal_id: int | None
    title: str
    interactions: int
    last_interaction_at: datetime | None
    reasons: tuple[CandidateReason, ...]


async def list_candidates(
    session: AsyncSession, interaction: Interaction, viewer: Viewer, now: datetime
) -> tuple[Candidate, ...]:
    """Subjects with a participant in common first, then what the viewer worked on lately."""
    reasons: dict[int, list[CandidateReason]] = {}
    for reason, statement in (
        (CandidateReason.SAME_CONTACT, _by_contact(interaction)),
        (CandidateReason.SAME_COORDINATE, _by_coordinate(interaction)),
        (CandidateReason.RECENT, _recent(viewer)),
    ):
        found = await session.scalars(_living(statement, interaction, viewer, now))
        for subject_id in found:
            if reason is not CandidateReason.RECENT or subject_id not in reasons:
                reasons.setdefault(subject_id, []).append(reason)
    return await _describe(session, list(reasons)[:LIMIT], reasons)


def _living(statement: Select[int], interaction: Interaction, viewer: Viewer, now: datetime) -> Select[int]:
    return (
        statement.join(Subject, Subject.id == Interaction.subject_id)
        .where(
            Subject.id != interaction.subject_id,
            Subject.kind != SubjectKind.NONE,
            Subject.state == SubjectState.OPEN,
            Subject.last_interaction_at > now - ACTIVE_WINDOW,
            Interaction.deleted_at.is_(None),
            sees_interaction(viewer),
        )
        .group_by(Interaction.subject_id, Subject.id, Subject.last_interaction_at)
        .order_by(Subject.last_interaction_at.desc(), Subject.id.desc())
        .limit(LIMIT)
    )


def _by_contact(interaction: Interaction) -> Select[int]:
    own = (
        select(Participant.contact_id)
        .join(Contact, Contact.id == Participant.contact_id)
        .where(Participant.interaction_id == interaction.id, Contact.kind != ContactKind.USER)
    )
    return (
        select(Interaction.subject_id)
        .join(Participant, Participant.interaction_id == Interaction.id)
        .where(Participant.contact_id.in_(own))
    )


def _by_coordinate(interaction: Interaction) -> Select[int]:
    own = (
        select(ParticipantAddress.value)
        .join(Participant, Participant.id == ParticipantAddress.participant_id)
        .where(Participant.interaction_id == interaction.id, Participant.contact_id.is_(None))
    )
    return (
        select(Interaction.subject_id)
        .join(Participant, Participant.interaction_id == Interaction.id)
        .join(ParticipantAddress, ParticipantAddress.participant_id == Participant.id)
        .where(Participant.contact_id.is_(None), ParticipantAddress.value.in_(own))
    )


def _recent(viewer: Viewer) -> Select[int]:
    return select(Interaction.subject_id).where(Interaction.responsible_id == viewer.user_id)


async def _describe(
    session: AsyncSession, ids: Sequence[int], reasons: dict[int, list[CandidateReason]]
) -> tuple[Candidate, ...]:
    rows = await session.execute(
        select(Subject, Deal.id).outerjoin(Deal, Deal.subject_id == Subject.id).where(Subject.id.in_(ids))
    )
    found = {subject.id: (subject, deal_id) for subject, deal_id in rows}
    titles = await load_subject_titles(session, ids)
    return tuple(
        Candidate(
            subject_id=one,
            kind=found[one][0].kind,
            deal_id=found[one][1],
            title=titles[one],
            interactions=found[one][0].interactions,
            last_interaction_at=found[one][0].last_interaction_at,
            reasons=tuple(reasons[one]),
        )
        for one in ids
    )
