"""Everything the cards of chains, deals, claims and events show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, DealKindType, DealStatus, InteractionState, SubjectKind, SubjectState
from core.models import (
    Competitor,
    Contact,
    Deal,
    DealKind,
    Interaction,
    LossReason,
    Subject,
    SubjectParticipant,
    SubjectTeam,
    User,
)
from core.queries.rows import COUNT_LIMIT, InteractionRow, Page, load_rows
from core.queries.subject_titles import load_subject_title, load_subject_titles
from core.queries.undo_steps import find_undo_step
from core.queries.worklists import PAGE_SIZE, load_page
from core.repositories.access import Viewer, sees_interaction, sees_subject
from core.rules.subjects import Standing, is_active
from core.values import Ref, RefKind

RECENT = 4


@dataclass(frozen=True, slots=True)
class SubjectPerson:
    """Somebody who takes part in a subject."""

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


@dataclass(frozen=True, slots=True)
class DealCard:
    """A deal: what it is worth and where it stands, around its subject's card."""

    id: int
    subject: SubjectCard
    partner_id: int | None
    partner: str | None
    kind: str
    kind_type: DealKindType
    commitment: str
    status: DealStatus
    closed_at: datetime | None
    responsible_id: int
    responsible: str
    amount: Decimal | None
    agreed: Decimal | None
    cost: Decimal | None
    currency: str
    probability: int | None
    loss_reason: str | None
    loss_shown_by_id: int | None
    competitor: str | None
    opened_at: datetime
    expected_close_on: date | None
    committed_on: date | None


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal as one line of a list."""

    id: int
    title: str
    partner: str | None
    status: DealStatus
    closed: bool
    amount: Decimal | None
    currency: str
    unreviewed: int
    last_interaction_at: datetime | None


async def load_subject_card(
    session: AsyncSession, subject: Subject, viewer: Viewer, now: datetime
) -> SubjectCard:
    """The card of a subject that the viewer was found to see."""
    standing = Standing(
        subject.kind, subject.state, subject.unreviewed, subject.planned, subject.last_interaction_at
    )
    visible = _visible_interactions(subject.id, viewer)
    plan = await session.scalars(
        visible.where(Interaction.state == InteractionState.PLANNED)
        .order_by(Interaction.happened_at, Interaction.id)
        .limit(1)
    )
    recent = await session.scalars(_newest_first(visible).limit(RECENT))
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


async def load_deal_card(
    session: AsyncSession, deal: Deal, subject: Subject, viewer: Viewer, now: datetime
) -> DealCard:
    """The card of a deal that the viewer was found to see."""
    kind = await session.get_one(DealKind, deal.kind_id)
    partner = await session.get(Contact, deal.partner_id) if deal.partner_id is not None else None
    reason = await session.get(LossReason, deal.loss_reason_id) if deal.loss_reason_id is not None else None
    competitor = await session.get(Competitor, deal.competitor_id) if deal.competitor_id is not None else None
    responsible = await session.get_one(User, deal.responsible_id)
    return DealCard(
        id=deal.id,
        subject=await load_subject_card(session, subject, viewer, now),
        partner_id=deal.partner_id,
        partner=partner.name if partner is not None else None,
        kind=kind.name,
        kind_type=kind.type,
        commitment=kind.commitment,
        status=deal.status,
        closed_at=deal.closed_at,
        responsible_id=responsible.id,
        responsible=responsible.name,
        amount=deal.amount,
        agreed=deal.agreed,
        cost=deal.cost,
        currency=deal.currency,
        probability=deal.probability,
        loss_reason=reason.name if reason is not None else None,
        loss_shown_by_id=deal.loss_shown_by_id,
        competitor=competitor.name if competitor is not None else None,
        opened_at=deal.opened_at,
        expected_close_on=deal.expected_close_on,
        committed_on=deal.committed_on,
    )


async def _load_people(session: AsyncSession, subject: Subject) -> tuple[SubjectPerson, ...]:
    rows = await session.execute(
        select(SubjectParticipant, Contact)
        .outerjoin(Contact, Contact.id == SubjectParticipant.contact_id)
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
            role=row.role,
        )
        for row, contact in rows
    )


async def _load_team(session: AsyncSession, subject_id: int) -> tuple[TeamMember, ...]:
    rows = await session.execute(
        select(User.id, User.name)
        .join(SubjectTeam, SubjectTeam.user_id == User.id)
        .where(SubjectTeam.subject_id == subject_id)
        .order_by(User.name, User.id)
    )
    return tuple(TeamMember(*row) for row in rows)


async def list_deals(
    session: AsyncSession, viewer: Viewer, number: int, *, is_open: bool = True
) -> Page[DealRow]:
    """Deals the viewer sees, the latest touched first."""
    condition = Deal.closed_at.is_(None) if is_open else Deal.closed_at.is_not(None)
    ids = (
        await session.scalars(
            select(Deal.id)
            .join(Subject, Subject.id == Deal.subject_id)
            .where(condition, sees_subject(viewer))
            .order_by(Subject.last_interaction_at.desc(), Deal.id.desc())
            .limit(COUNT_LIMIT)
        )
    ).all()
    pages = max(1, -(-len(ids) // PAGE_SIZE))
    number = min(max(1, number), pages)
    shown = ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Page(await _deal_rows(session, shown), number, pages, len(ids), len(ids) >= COUNT_LIMIT)


async def _deal_rows(session: AsyncSession, ids: Sequence[int]) -> tuple[DealRow, ...]:
    rows = await session.execute(
        select(Deal, Subject, Contact.name)
        .join(Subject, Subject.id == Deal.subject_id)
        .outerjoin(Contact, Contact.id == Deal.partner_id)
        .where(Deal.id.in_(ids))
    )
    found = rows.all()
    titles = await load_subject_titles(session, {subject.id for _, subject, _ in found})
    by_id = {
        deal.id: DealRow(
            id=deal.id,
            title=titles[subject.id],
            partner=partner,
            status=deal.status,
            closed=deal.closed_at is not None,
            amount=deal.amount,
            currency=deal.currency,
            unreviewed=subject.unreviewed,
            last_interaction_at=subject.last_interaction_at,
        )
        for deal, subject, partner in found
    }
    return tuple(by_id[one] for one in ids)
