"""Why the facts of a deal are as they are: who changed them last, and which interaction they come from (pains.md 9)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import (
    AuditChange,
    AuditStep,
    Competitor,
    Contact,
    Deal,
    DealEvidence,
    DealKind,
    DealSource,
    Interaction,
    LossReason,
    Stage,
    Subject,
    User,
)
from core.repositories import deals
from core.repositories.access import Viewer, sees_interaction
from core.rules.telling_words import telling_words

DEMAND_LIMIT = 5


class DealFact(NamedTuple):
    """The last change of a field of a deal, or where it was taken from: the answer to "why".

    Attributes:
        before: What it was; None also where the deal was opened with it.
        shown_by_id: The interaction that it was taken from, if the viewer sees it.
        words: What that says of it.
    """

    field: str
    before: Any
    after: Any
    at: datetime
    by: str | None
    action: str
    shown_by_id: int | None = None
    words: str = ""


_COLUMNS: Mapping[str, str] = {
    "stage": "stage_id",
    "partner": "partner_id",
    "kind": "kind_id",
    "responsible": "responsible_id",
    "source": "source_id",
    "competitor": "competitor_id",
    "loss_reason": "loss_reason_id",
    "closed": "closed_at",
}
"""Columns of fields that are called otherwise."""

_Named = Stage | Contact | DealKind | User | DealSource | Competitor | LossReason

_NAMES: Mapping[str, type[_Named]] = {
    "stage": Stage,
    "partner": Contact,
    "kind": DealKind,
    "responsible": User,
    "source": DealSource,
    "competitor": Competitor,
    "loss_reason": LossReason,
}
"""Where the values of fields have their names."""

OPENED, DEMAND, FIRST_CONTACT = "opened", "demand", "first_contact"

_Change = tuple[AuditChange, AuditStep, str | None]


async def list_facts(
    session: AsyncSession, deal: Deal, fields: Sequence[str], viewer: Viewer
) -> tuple[DealFact, ...]:
    """Why each field is as it is: its last change that still stands, and the interaction that it was taken from.

    In the order of the fields; those that are as the deal was opened, and come from no interaction, are left out.
    After them come the demand, and the interaction that was the first contact.
    """
    latest = await _load_changes(session, deal)
    evidence = await _load_evidence(session, deal, viewer)
    facts = []
    for field in fields:
        entity = Subject.__tablename__ if field == "title" else Deal.__tablename__
        column = _COLUMNS.get(field, field)
        last = latest.get((entity, column))
        shown = evidence.get(field)
        if last is not None:
            change, step, author = last
            before, after = [
                await _name_of(session, field, (values or {}).get(column))
                for values in (change.before, change.after)
            ]
            fact = DealFact(field, before, after, step.at, author, step.action)
        elif shown is not None:
            value = await _present(session, deal, field, column)
            fact = DealFact(field, None, value, deal.opened_at, None, OPENED)
        else:
            continue
        facts.append(fact if shown is None else _shown(fact, shown))
    return (*facts, *await _load_demand(session, deal, viewer), *await _load_first(session, deal, viewer))


async def _load_changes(session: AsyncSession, deal: Deal) -> dict[tuple[str, str], _Change]:
    rows = await session.execute(
        select(AuditChange, AuditStep, User.name)
        .join(AuditStep, AuditStep.id == AuditChange.step_id)
        .outerjoin(User, User.id == AuditStep.user_id)
        .where(
            or_(
                and_(
                    AuditChange.entity == Subject.__tablename__, AuditChange.object == f"s{deal.subject_id}"
                ),
                and_(AuditChange.entity == Deal.__tablename__, AuditChange.object == f"d{deal.id}"),
            ),
            AuditChange.after.is_not(None),
            AuditChange.before.is_not(None),
            AuditStep.undone.is_(False),
            AuditStep.undoes_id.is_(None),
        )
        .order_by(AuditChange.id.desc())
    )
    latest: dict[tuple[str, str], _Change] = {}
    for change, step, by in rows:
        for column in change.after or {}:
            latest.setdefault((change.entity, column), (change, step, by))
    return latest


async def _load_evidence(session: AsyncSession, deal: Deal, viewer: Viewer) -> dict[str, Interaction]:
    rows = await session.execute(
        select(DealEvidence.field, Interaction)
        .join(Interaction, Interaction.id == DealEvidence.interaction_id)
        .where(DealEvidence.deal_id == deal.id, Interaction.deleted_at.is_(None), sees_interaction(viewer))
    )
    return {row[0]: row[1] for row in rows}


def _shown(fact: DealFact, interaction: Interaction) -> DealFact:
    """The fact with the interaction that it was taken from, and its words."""
    amount = Decimal(str(fact.after)) if fact.field == "amount" and fact.after is not None else None
    texts = (
        (interaction.topic, interaction.text, interaction.goal)
        if fact.field == "title"
        else (interaction.text, interaction.goal, interaction.topic)
    )
    return fact._replace(shown_by_id=interaction.id, words=telling_words(texts, amount))


async def _load_demand(session: AsyncSession, deal: Deal, viewer: Viewer) -> list[DealFact]:
    """The first rows of demand that say in which interaction they were asked for."""
    rows = [one for one in await deals.list_demand(session, deal.id) if one.asked_in_id is not None]
    asked_in = await _load_seen(session, {one.asked_in_id for one in rows}, viewer)
    return [
        _shown(DealFact(DEMAND, None, one.text, one.created_at, None, OPENED), asked_in[one.asked_in_id])
        for one in rows[:DEMAND_LIMIT]
        if one.asked_in_id in asked_in
    ]


async def _load_first(session: AsyncSession, deal: Deal, viewer: Viewer) -> list[DealFact]:
    """The interaction with which the length of the deal begins (domain.md D5), if the viewer sees it."""
    first = await deals.find_first_contact(session, deal.subject_id)
    seen = await _load_seen(session, {first.id} if first is not None else (), viewer)
    return [
        _shown(DealFact(FIRST_CONTACT, None, None, one.happened_at, None, OPENED), one)
        for one in seen.values()
    ]


async def _load_seen(
    session: AsyncSession, ids: Collection[int | None], viewer: Viewer
) -> dict[int | None, Interaction]:
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return {}
    found = await session.scalars(
        select(Interaction).where(
            Interaction.id.in_(wanted), Interaction.deleted_at.is_(None), sees_interaction(viewer)
        )
    )
    return {one.id: one for one in found}


async def _present(session: AsyncSession, deal: Deal, field: str, column: str) -> Any:
    """What a field is now, as the audit would keep it."""
    if field == "title":
        return await session.scalar(select(Subject.title).where(Subject.id == deal.subject_id))
    value = getattr(deal, column, None)
    return await _name_of(session, field, str(value) if isinstance(value, Decimal) else value)


async def _name_of(session: AsyncSession, field: str, value: Any) -> Any:
    model = _NAMES.get(field)
    if model is None or not isinstance(value, int):
        return value
    name = await session.scalar(select(model.name).where(model.id == value))
    return name if name is not None else value
