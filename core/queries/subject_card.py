"""Everything the cards of chains, claims and events show, and the subject's part of a deal's card."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, InteractionState, SubjectKind, SubjectState
from core.models import (
    Contact,
    Deal,
    DealRole,
    Interaction,
    Subject,
    SubjectParticipant,
    SubjectTeam,
    User,
)
from core.queries.rows import COUNT_LIMIT, InteractionRow, Page, load_rows
from core.queries.subject_titles import load_subject_title
from core.queries.undo_steps import find_undo_step
from core.queries.worklists import load_page
from core.repositories.access import VISIBLE_TO_ME, Viewer, sees_interaction, sight
from core.rules.subjects import Standing, is_active
from core.values import Ref, RefKind

RECENT = 4


@dataclass(frozen=True, slots=True)
class SubjectPerson:
    """Somebody who takes part in a subject; their role by its name on the list, or in own words."""

    id: int
    contact_id: int | None
    name: str
    kind: ContactKind | None
    role: str


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A user in the team."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class SubjectCard:
    """A subject with its counters, people, next plan and latest interactions that the viewer sees.

    Attributes:
        undo_step: The viewer's last change, if it was made to this subject or its deal: what undo takes back.
    """

    id: int
    kind: SubjectKind
    title: str
    state: SubjectState
    active: bool
    interactions: int
    unreviewed: int
    planned: int
    last_interaction_at: datetime | None
    head_id: int | None
    deal_id: int | None
    people: tuple[SubjectPerson, ...]
    team: tuple[TeamMember, ...]
    next_plan: InteractionRow | None
    recent: tuple[InteractionRow, ...]
    undo_step: int | None


_PLANNED_ALONE = text("interactions.state = 'planned'")
"""Written out, so that the index of plans alone is seen to fit."""

_VISIBLE = select(Interaction.id).where(
    Interaction.subject_id == bindparam("subject"), Interaction.deleted_at.is_(None), VISIBLE_TO_ME
)
_NEXT_PLAN = _VISIBLE.where(_PLANNED_ALONE).order_by(Interaction.happened_at, Interaction.id).limit(1)
_RECENT = _VISIBLE.order_by(Interaction.happened_at.desc(), Interaction.id.desc()).limit(RECENT)


async def load_subject_card(
    session: AsyncSession, subject: Subject, viewer: Viewer, now: datetime
) -> SubjectCard:
    """The card of a subject that the viewer was found to see."""
    standing = Standing(
        subject.kind, subject.state, subject.unreviewed, subject.planned, subject.last_interaction_at
    )
    shown_to = {"subject": subject.id, **sight(viewer)}
    plan = await session.scalars(_NEXT_PLAN, shown_to)
    recent = await session.scalars(_RECENT, shown_to)
    rows = await load_rows(session, [*plan.all(), *recent.all()], viewer.user_id)
    planned = next((row for row in rows if row.state is InteractionState.PLANNED), None)
    deal_id = await session.scalar(select(Deal.id).where(Deal.subject_id == subject.id))
    known_as = [Ref(RefKind.SUBJECT, subject.id)]
    if deal_id is not None:
        known_as.append(Ref(RefKind.DEAL, deal_id))
    return SubjectCard(
        id=subject.id,
        kind=subject.kind,
        title=await load_subject_title(session, subject),
        state=subject.state,
        active=is_active(standing, now),
        interactions=subject.interactions,
        unreviewed=subject.unreviewed,
        planned=subject.planned,
        last_interaction_at=subject.last_interaction_at,
        head_id=subject.head_id,
        deal_id=deal_id,
        people=await _load_people(session, subject),
        team=await _load_team(session, subject.id),
        next_plan=planned,
        recent=tuple(row for row in rows if row.state is not InteractionState.PLANNED),
        undo_step=await find_undo_step(session, viewer.user_id, *known_as),
    )


def _visible_interactions(subject_id: int, viewer: Viewer) -> Select[int]:
    return select(Interaction.id).where(
        Interaction.subject_id == subject_id, Interaction.deleted_at.is_(None), sees_interaction(viewer)
    )


def _newest_first(statement: Select[int]) -> Select[int]:
    return statement.order_by(Interaction.happened_at.desc(), Interaction.id.desc())


async def list_subject_history(
    session: AsyncSession, subject_id: int, viewer: Viewer, number: int
) -> Page[InteractionRow]:
    """The interactions of a subject that the viewer sees, newest first."""
    statement = _newest_first(_visible_interactions(subject_id, viewer))
    return await load_page(session, statement, viewer.user_id, number)


async def _load_people(session: AsyncSession, subject: Subject) -> tuple[SubjectPerson, ...]:
    rows = await session.execute(
        select(SubjectParticipant, Contact, DealRole.name)
        .outerjoin(Contact, Contact.id == SubjectParticipant.contact_id)
        .outerjoin(DealRole, DealRole.id == SubjectParticipant.role_id)
        .where(SubjectParticipant.subject_id == subject.id)
        .order_by(SubjectParticipant.id)
        .limit(COUNT_LIMIT)
    )
    return tuple(
        SubjectPerson(
            id=row.id,
            contact_id=row.contact_id,
            name=contact.name if contact is not None else row.presentation,
            kind=contact.kind if contact is not None else None,
            role=role or row.role,
        )
        for row, contact, role in rows
    )


async def _load_team(session: AsyncSession, subject_id: int) -> tuple[TeamMember, ...]:
    rows = await session.execute(
        select(User.id, User.name)
        .join(SubjectTeam, SubjectTeam.user_id == User.id)
        .where(SubjectTeam.subject_id == subject_id)
        .order_by(User.name, User.id)
    )
    return tuple(TeamMember(*row) for row in rows)
