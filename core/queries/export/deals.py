"""Deals with their subjects' people; `since` means opened since."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState
from core.models import (
    Competitor,
    Contact,
    Deal,
    DealKind,
    DealSource,
    Interaction,
    LossReason,
    Stage,
    Subject,
    SubjectTeam,
    User,
)
from core.queries.export.deal_parts import load_demand, load_stays
from core.queries.export.shapes import (
    Batch,
    JsonObject,
    Slice,
    amount,
    day,
    group,
    instant,
    named,
)
from core.queries.export.subjects import load_interaction_ids, load_subject_people
from core.rules.deal_outcomes import benefit


class _Found(NamedTuple):
    deal: Deal
    subject: Subject
    kind: DealKind
    partner: str | None
    reason: str | None
    competitor: str | None
    stage: str | None
    source: str | None
    responsible: str


class _Around(NamedTuple):
    """What belongs to deals: of their subjects by subject id, their way and demand by their own."""

    people: dict[int, list[JsonObject]]
    team: dict[int, list[JsonObject]]
    interactions: dict[int, list[int]]
    first_contact: dict[int, datetime]
    stays: dict[int, list[JsonObject]]
    demand: dict[int, list[JsonObject]]


async def load_deals(session: AsyncSession, wanted: Slice) -> Batch:
    """The next deals by id."""
    rows = await session.execute(
        select(
            Deal,
            Subject,
            DealKind,
            Contact.name,
            LossReason.name,
            Competitor.name,
            Stage.name,
            DealSource.name,
            User.name,
        )
        .outerjoin(Stage, Stage.id == Deal.stage_id)
        .outerjoin(DealSource, DealSource.id == Deal.source_id)
        .join(Subject, Subject.id == Deal.subject_id)
        .join(DealKind, DealKind.id == Deal.kind_id)
        .join(User, User.id == Deal.responsible_id)
        .outerjoin(Contact, Contact.id == Deal.partner_id)
        .outerjoin(LossReason, LossReason.id == Deal.loss_reason_id)
        .outerjoin(Competitor, Competitor.id == Deal.competitor_id)
        .where(Deal.id > wanted.after, Deal.opened_at >= wanted.since if wanted.since is not None else true())
        .order_by(Deal.id)
        .limit(wanted.limit)
    )
    found = [_Found(*row) for row in rows]
    if not found:
        return Batch([], None)
    subject_ids = [one.subject.id for one in found]
    around = _Around(
        people=await load_subject_people(session, subject_ids),
        team=await _load_team(session, subject_ids),
        interactions=await load_interaction_ids(session, subject_ids),
        first_contact=await _load_first_contact(session, subject_ids),
        stays=await load_stays(session, [one.deal for one in found], wanted.now),
        demand=await load_demand(session, [one.deal.id for one in found]),
    )
    return Batch([_shape(one, around) for one in found], found[-1].deal.id)


async def _load_team(session: AsyncSession, subject_ids: Sequence[int]) -> dict[int, list[JsonObject]]:
    rows = await session.execute(
        select(SubjectTeam.subject_id, User.id, User.name)
        .join(User, User.id == SubjectTeam.user_id)
        .where(SubjectTeam.subject_id.in_(subject_ids))
        .order_by(User.id)
    )
    return group((row[0], {"id": row[1], "name": row[2]}) for row in rows)


async def _load_first_contact(session: AsyncSession, subject_ids: Sequence[int]) -> dict[int, datetime]:
    """The earliest happened of the interactions of a deal (domain.md D1)."""
    rows = await session.execute(
        select(Interaction.subject_id, func.min(Interaction.happened_at))
        .where(
            Interaction.subject_id.in_(subject_ids),
            Interaction.deleted_at.is_(None),
            Interaction.state == InteractionState.DONE,
        )
        .group_by(Interaction.subject_id)
    )
    return {row[0]: row[1] for row in rows}


def _shape(found: _Found, around: _Around) -> JsonObject:
    deal, subject = found.deal, found.subject
    return {
        "id": deal.id,
        "subject_id": subject.id,
        "title": subject.title,
        "partner": named(deal.partner_id, found.partner),
        "kind": named(found.kind.id, found.kind.name),
        "kind_type": found.kind.type,
        "stage": named(deal.stage_id, found.stage),
        "status": deal.status,
        "closed": deal.closed_at is not None,
        "amount": amount(deal.amount),
        "currency": deal.currency,
        "probability": deal.probability,
        "agreed": amount(deal.agreed),
        "cost": amount(deal.cost),
        "benefit": amount(benefit(deal.agreed, deal.cost)),
        "source": named(deal.source_id, found.source),
        "loss_reason": named(deal.loss_reason_id, found.reason),
        "loss_shown_by": deal.loss_shown_by_id,
        "competitor": named(deal.competitor_id, found.competitor),
        "first_contact_at": instant(around.first_contact.get(subject.id)),
        "opened_at": instant(deal.opened_at),
        "expected_close_on": day(deal.expected_close_on),
        "committed_on": day(deal.committed_on),
        "closed_at": instant(deal.closed_at),
        "responsible": named(deal.responsible_id, found.responsible),
        "team": around.team.get(subject.id, []),
        "participants": around.people.get(subject.id, []),
        "demand": around.demand.get(deal.id, []),
        "interactions": around.interactions.get(subject.id, []),
        "stages": around.stays.get(deal.id, []),
        "merged_into": deal.merged_into_id,
    }
