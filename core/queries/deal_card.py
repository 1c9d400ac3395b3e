"""Everything the card of a deal shows, and deals as rows of a list.

A number of statements that does not depend on how much happened in the deal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import DealKindType, DealStatus, FunctionalOption, InteractionState
from core.models import (
    Competitor,
    Contact,
    Deal,
    DealKind,
    DealSource,
    DealStage,
    KindStage,
    LossReason,
    Stage,
    Subject,
    User,
)
from core.queries.deal_demand import Settlement, load_settlement
from core.queries.deal_lacks import find_lacks_in
from core.queries.deal_sources import find_source_event
from core.queries.rows import COUNT_LIMIT, Page
from core.queries.subject_card import SubjectCard, load_subject_card
from core.queries.subject_titles import load_subject_titles
from core.queries.worklists import PAGE_SIZE
from core.repositories import deals, sales
from core.repositories.access import Viewer, sees_subject
from core.repositories.days_off import load_hours
from core.repositories.deals import StayTask
from core.repositories.options import load_off
from core.rules.deal_outcomes import benefit
from core.rules.deal_stages import Rest, RestEvent, find_rest, has_stages
from core.rules.working_time import Hours, worked_between
from core.values import Lack


class StagePlace(StrEnum):
    """Where a stage lies as seen from a deal."""

    PAST = "past"
    CURRENT = "current"
    AHEAD = "ahead"


class StageMark(NamedTuple):
    """A stage of the bar on the card; `expected_days` are working days."""

    stage_id: int
    name: str
    probability: int | None
    place: StagePlace
    expected_days: int | None


class DealTaskRow(NamedTuple):
    """A task of the stage where a deal stands."""

    interaction_id: int
    text: str
    state: InteractionState
    deleted: bool
    due_on: date | None
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class DealProcess:
    """Where a deal stands in the stages of its kind.

    Attributes:
        stages: Those of the kind in order; the current one too where the kind has lost it since.
        current: The stage where it stands, or stood when it ended; None: it entered none yet.
        entered_at: When it came there.
        days: Whole working days of the responsible since then; None once it has left.
        tasks: What that stage brought to do.
        lacks: What it still asks for.
        rest: How long nothing has happened; None once the deal has ended.
    """

    stages: tuple[StageMark, ...] = ()
    current: StageMark | None = None
    entered_at: datetime | None = None
    days: int | None = None
    tasks: tuple[DealTaskRow, ...] = ()
    lacks: tuple[Lack, ...] = ()
    rest: Rest | None = None


@dataclass(frozen=True, slots=True)
class DealCard:
    """A deal: what it is worth and where it stands, around its subject's card.

    Attributes:
        kind_type: PLAIN also where deal management is off (domain.md O3).
        benefit: Agreed less cost; None: one of them is not known (domain.md D5).
        source_event_id: The subject of the marketing event that the source is, if the viewer sees it.
    """

    id: int
    subject: SubjectCard
    partner_id: int | None
    partner: str | None
    kind_id: int
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
    benefit: Decimal | None
    currency: str
    probability: int | None
    probability_by_hand: bool
    source: str | None
    source_event_id: int | None
    loss_reason: str | None
    loss_shown_by_id: int | None
    competitor: str | None
    first_contact_at: datetime | None
    opened_at: datetime
    expected_close_on: date | None
    committed_on: date | None
    process: DealProcess
    demand: Settlement


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal as one line of a list; `stage` is None where it has none."""

    id: int
    title: str
    partner: str | None
    status: DealStatus
    closed: bool
    stage: str | None
    amount: Decimal | None
    currency: str
    probability: int | None
    unreviewed: int
    last_interaction_at: datetime | None


class _Named(NamedTuple):
    kind: DealKind
    responsible: User
    partner: str | None
    reason: str | None
    competitor: str | None
    source: str | None


async def load_deal_card(
    session: AsyncSession, deal: Deal, subject: Subject, viewer: Viewer, now: datetime
) -> DealCard:
    """The card of a deal that the viewer was found to see."""
    named = await _load_named(session, deal.id)
    first = await deals.find_first_contact(session, subject.id)
    kind, responsible = named.kind, named.responsible
    managed = FunctionalOption.DEAL_MANAGEMENT not in await load_off(session)
    staged = has_stages(kind.type, managed=managed)
    return DealCard(
        id=deal.id,
        subject=await load_subject_card(session, subject, viewer, now),
        partner_id=deal.partner_id,
        partner=named.partner,
        kind_id=kind.id,
        kind=kind.name,
        kind_type=kind.type if managed else DealKindType.PLAIN,
        commitment=kind.commitment,
        status=deal.status,
        closed_at=deal.closed_at,
        responsible_id=responsible.id,
        responsible=responsible.name,
        amount=deal.amount,
        agreed=deal.agreed,
        cost=deal.cost,
        benefit=benefit(deal.agreed, deal.cost),
        currency=deal.currency,
        probability=deal.probability,
        probability_by_hand=deal.probability_by_hand,
        source=named.source,
        source_event_id=await find_source_event(session, deal.source_id, viewer),
        loss_reason=named.reason,
        loss_shown_by_id=deal.loss_shown_by_id,
        competitor=named.competitor,
        first_contact_at=first.happened_at if first is not None else None,
        opened_at=deal.opened_at,
        expected_close_on=deal.expected_close_on,
        committed_on=deal.committed_on,
        process=await _load_process(session, deal, subject, now) if staged else DealProcess(),
        demand=await load_settlement(session, deal.id),
    )


async def _load_named(session: AsyncSession, deal_id: int) -> _Named:
    row = await session.execute(
        select(DealKind, User, Contact.name, LossReason.name, Competitor.name, DealSource.name)
        .select_from(Deal)
        .join(DealKind, DealKind.id == Deal.kind_id)
        .join(User, User.id == Deal.responsible_id)
        .outerjoin(Contact, Contact.id == Deal.partner_id)
        .outerjoin(LossReason, LossReason.id == Deal.loss_reason_id)
        .outerjoin(Competitor, Competitor.id == Deal.competitor_id)
        .outerjoin(DealSource, DealSource.id == Deal.source_id)
        .where(Deal.id == deal_id)
    )
    return _Named(*row.one())


async def _load_process(session: AsyncSession, deal: Deal, subject: Subject, now: datetime) -> DealProcess:
    marks, stage = await _load_marks(session, deal)
    current = next((one for one in marks if one.place is StagePlace.CURRENT), None)
    stay = await deals.find_last_stay(session, deal.id)
    events = {
        RestEvent.OPENED: deal.opened_at,
        RestEvent.STAGE: stay.entered_at if stay is not None else None,
        RestEvent.INTERACTION: subject.last_interaction_at,
    }
    tasks = await deals.list_stay_tasks(session, stay.id) if stay is not None else ()
    lacks: tuple[Lack, ...] = ()
    if stay is not None and stay.left_at is None:
        lacks = await find_lacks_in(session, deal, stay, tasks, stage, now)
    hours = await load_hours(session, deal.responsible_id)
    going_on = deal.status is DealStatus.IN_PROGRESS
    return DealProcess(
        stages=marks,
        current=current,
        entered_at=stay.entered_at if stay is not None else None,
        days=_count_days(stay, now, hours),
        tasks=_task_rows(tasks),
        lacks=lacks,
        rest=find_rest(events, now, hours, stage.rest_days if stage is not None else None)
        if going_on
        else None,
    )


def _count_days(stay: DealStage | None, now: datetime, hours: Hours) -> int | None:
    if stay is None or stay.left_at is not None:
        return None
    return worked_between(stay.entered_at, now, hours) // hours.day


async def _load_marks(session: AsyncSession, deal: Deal) -> tuple[tuple[StageMark, ...], KindStage | None]:
    """The stages of the bar, and what the kind says of the one where the deal stands."""
    pairs = await sales.list_kind_stages(session, [deal.kind_id], archived=True)
    shown = [(one, stage) for one, stage in pairs if not one.archived or stage.id == deal.stage_id]
    place = next((number for number, (_, stage) in enumerate(shown) if stage.id == deal.stage_id), None)
    marks = tuple(
        StageMark(stage.id, stage.name, one.probability, _place(number, place), one.expected_days)
        for number, (one, stage) in enumerate(shown)
    )
    return marks, shown[place][0] if place is not None else None


def _place(number: int, current: int | None) -> StagePlace:
    if current is None or number > current:
        return StagePlace.AHEAD
    return StagePlace.CURRENT if number == current else StagePlace.PAST


def _task_rows(tasks: Sequence[StayTask]) -> tuple[DealTaskRow, ...]:
    return tuple(
        DealTaskRow(
            interaction.id,
            task.text,
            interaction.state,
            interaction.deleted_at is not None,
            interaction.due_on,
            interaction.happened_at,
        )
        for _, task, interaction in tasks
    )


async def list_deals(
    session: AsyncSession,
    viewer: Viewer,
    number: int,
    *,
    is_open: bool = True,
    stage_id: int | None = None,
) -> Page[DealRow]:
    """Deals the viewer sees, the latest touched first.

    Args:
        session: Where to read.
        viewer: Whose eyes.
        number: Which page.
        is_open: Whether those that are not closed are wanted, or the closed ones.
        stage_id: Only those in progress in this stage; 0: those in progress in none; None: all.
    """
    closed = Deal.closed_at.is_(None) if is_open else Deal.closed_at.is_not(None)
    ids = (
        await session.scalars(
            select(Deal.id)
            .join(Subject, Subject.id == Deal.subject_id)
            .where(closed, Deal.merged_into_id.is_(None), _in_stage(stage_id), sees_subject(viewer))
            .order_by(Subject.last_interaction_at.desc(), Deal.id.desc())
            .limit(COUNT_LIMIT)
        )
    ).all()
    pages = max(1, -(-len(ids) // PAGE_SIZE))
    number = min(max(1, number), pages)
    shown = ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Page(await _deal_rows(session, shown), number, pages, len(ids), len(ids) >= COUNT_LIMIT)


def _in_stage(stage_id: int | None) -> ColumnElement[bool]:
    if stage_id is None:
        return true()
    place = Deal.stage_id.is_(None) if stage_id == 0 else Deal.stage_id == stage_id
    return place & (Deal.status == DealStatus.IN_PROGRESS)


async def _deal_rows(session: AsyncSession, ids: Sequence[int]) -> tuple[DealRow, ...]:
    managed = FunctionalOption.DEAL_MANAGEMENT not in await load_off(session)
    rows = await session.execute(
        select(Deal, Subject, Contact.name, Stage.name)
        .join(Subject, Subject.id == Deal.subject_id)
        .outerjoin(Contact, Contact.id == Deal.partner_id)
        .outerjoin(Stage, Stage.id == Deal.stage_id)
        .where(Deal.id.in_(ids))
    )
    found = rows.all()
    titles = await load_subject_titles(session, {subject.id for _, subject, _, _ in found})
    by_id = {
        deal.id: DealRow(
            id=deal.id,
            title=titles[subject.id],
            partner=partner,
            status=deal.status,
            closed=deal.closed_at is not None,
            stage=stage if managed else None,
            amount=deal.amount,
            currency=deal.currency,
            probability=deal.probability,
            unreviewed=subject.unreviewed,
            last_interaction_at=subject.last_interaction_at,
        )
        for deal, subject, partner, stage in found
    }
    return tuple(by_id[one] for one in ids)
