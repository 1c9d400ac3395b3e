"""What the stage of a deal still asks for, read from what was recorded (domain.md D2).

The number of statements does not depend on how much happened in the deal, and none reads all of it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Direction, InteractionState, InteractionType, StageRuleType
from core.models import (
    Deal,
    DealRole,
    DealStage,
    DemandRow,
    Interaction,
    KindStage,
    Participant,
    StageRule,
    SubjectParticipant,
)
from core.queries.names import load_names
from core.repositories import deals, sales
from core.repositories.deals import StayTask
from core.rules.deal_stages import REQUIRABLE, Condition, DealFacts, TaskFacts, find_lacks
from core.values import Lack

_COLUMNS = {"partner": "partner_id", "source": "source_id", "competitor": "competitor_id"}


async def load_lacks(session: AsyncSession, deal: Deal, stay: DealStage, now: datetime) -> tuple[Lack, ...]:
    """What is missing before a deal may leave the stage where it stands."""
    tasks = await deals.list_stay_tasks(session, stay.id)
    stage = await sales.find_kind_stage(session, deal.kind_id, stay.stage_id)
    return await find_lacks_in(session, deal, stay, tasks, stage, now)


async def find_lacks_in(
    session: AsyncSession,
    deal: Deal,
    stay: DealStage,
    tasks: Sequence[StayTask],
    stage: KindStage | None,
    now: datetime,
) -> tuple[Lack, ...]:
    """As `load_lacks`, with the tasks of the stay and what the kind asks for in its stage at hand."""
    facts = [
        TaskFacts(one.interaction_id, task.text, interaction.state, interaction.deleted_at is not None)
        for one, task, interaction in tasks
    ]
    rules = await sales.list_rules(session, [stage.id]) if stage is not None else []
    return find_lacks(facts, *await _load_facts(session, deal, stay, rules, now))


async def _load_facts(
    session: AsyncSession, deal: Deal, stay: DealStage, rules: Sequence[StageRule], now: datetime
) -> tuple[list[Condition], DealFacts]:
    roles = {one.role_id for one in rules if one.role_id is not None}
    names = await load_names(session, DealRole, roles)
    conditions = [
        Condition(
            one.type,
            one.field,
            one.role_id,
            names.get(one.role_id),
            one.interaction_type,
            one.within_days,
        )
        for one in rules
    ]
    bearers = await load_bearers(session, deal.subject_id, roles)
    touched: dict[int, datetime] = {}
    for rule in rules:
        if rule.type is StageRuleType.CONTACT and rule.role_id is not None:
            since = now - timedelta(days=rule.within_days) if rule.within_days is not None else None
            found = await _find_contact(session, deal.subject_id, bearers.get(rule.role_id, ()), since)
            if found is not None:
                touched[rule.role_id] = max(found, touched.get(rule.role_id, found))
    types = {one.interaction_type for one in rules if one.interaction_type is not None}
    return conditions, DealFacts(
        now=now,
        filled=await _list_filled(session, deal) if rules else (),
        roles=bearers.keys(),
        touched=touched,
        happened=await _list_happened(session, deal.subject_id, types, stay.entered_at),
    )


async def load_bearers(
    session: AsyncSession, subject_id: int, role_ids: Collection[int]
) -> dict[int, tuple[int, ...]]:
    """The contacts that have roles in a deal; a role that nobody has is absent."""
    if not role_ids:
        return {}
    rows = await session.execute(
        select(SubjectParticipant.role_id, SubjectParticipant.contact_id)
        .where(SubjectParticipant.subject_id == subject_id, SubjectParticipant.role_id.in_(role_ids))
        .order_by(SubjectParticipant.id)
    )
    bearers: dict[int, tuple[int, ...]] = {}
    for role_id, contact_id in rows:
        if role_id is not None:
            known = bearers.get(role_id, ())
            bearers[role_id] = known if contact_id is None else (*known, contact_id)
    return bearers


async def _find_contact(
    session: AsyncSession, subject_id: int, contact_ids: Collection[int], since: datetime | None
) -> datetime | None:
    """When one of these took part in something of a deal: the latest since a moment; without one, at any time.

    Either way leads over few rows: what happened lately, or what the contact took part in.
    """
    if not contact_ids:
        return None
    if since is not None:
        return await find_last_contact(session, subject_id, contact_ids, since)
    return await session.scalar(
        select(Interaction.happened_at)
        .join(Participant, Participant.interaction_id == Interaction.id)
        .where(
            Participant.contact_id.in_(contact_ids),
            Interaction.subject_id == subject_id,
            Interaction.state == InteractionState.DONE,
            Interaction.deleted_at.is_(None),
        )
        .limit(1)
    )


async def find_last_contact(
    session: AsyncSession,
    subject_id: int,
    contact_ids: Collection[int],
    since: datetime | None = None,
    direction: Direction | None = None,
) -> datetime | None:
    """When one of these took part in what happened in a deal last; None: never.

    Args:
        session: Where to read.
        subject_id: The deal's subject.
        contact_ids: Of whom.
        since: Only what happened from this moment on.
        direction: Only what went this way.
    """
    if not contact_ids:
        return None
    took_part = exists().where(
        Participant.interaction_id == Interaction.id, Participant.contact_id.in_(contact_ids)
    )
    return await session.scalar(
        select(Interaction.happened_at)
        .where(
            Interaction.subject_id == subject_id,
            Interaction.happened_at >= since if since is not None else true(),
            Interaction.direction == direction if direction is not None else true(),
            Interaction.state == InteractionState.DONE,
            Interaction.deleted_at.is_(None),
            took_part,
        )
        .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
        .limit(1)
    )


async def _list_happened(
    session: AsyncSession, subject_id: int, types: Collection[InteractionType], since: datetime
) -> set[InteractionType]:
    found = set()
    for one in types:
        happened = await session.scalar(
            select(Interaction.id)
            .where(
                Interaction.subject_id == subject_id,
                Interaction.happened_at >= since,
                Interaction.state == InteractionState.DONE,
                Interaction.type == one,
                Interaction.deleted_at.is_(None),
            )
            .limit(1)
        )
        if happened is not None:
            found.add(one)
    return found


async def _list_filled(session: AsyncSession, deal: Deal) -> set[str]:
    filled = {
        name
        for name in REQUIRABLE
        if name != "demand" and getattr(deal, _COLUMNS.get(name, name)) is not None
    }
    if await session.scalar(select(DemandRow.id).where(DemandRow.deal_id == deal.id).limit(1)) is not None:
        filled.add("demand")
    return filled
