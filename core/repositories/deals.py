"""Loading deals, their way through the stages, and their demand."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState
from core.models import Deal, DealStage, DealTask, DemandRow, DemandVersion, Interaction, StageTask


async def find_deal_of_subject(session: AsyncSession, subject_id: int) -> Deal | None:
    """The deal behind a subject, locked for change."""
    return (
        await session.scalars(select(Deal).where(Deal.subject_id == subject_id).with_for_update())
    ).one_or_none()


class FirstContact(NamedTuple):
    """The earliest of what happened in a deal."""

    id: int
    happened_at: datetime


async def find_first_contact(session: AsyncSession, subject_id: int) -> FirstContact | None:
    """The earliest of what happened in a deal, read from an index (domain.md D1)."""
    row = (
        await session.execute(
            select(Interaction.id, Interaction.happened_at)
            .where(
                Interaction.subject_id == subject_id,
                Interaction.state == InteractionState.DONE,
                Interaction.deleted_at.is_(None),
            )
            .order_by(Interaction.happened_at, Interaction.id)
            .limit(1)
        )
    ).one_or_none()
    return FirstContact(*row) if row is not None else None


async def list_stays(session: AsyncSession, deal_id: int) -> Sequence[DealStage]:
    """The way of a deal through the stages, oldest first."""
    return (
        await session.scalars(select(DealStage).where(DealStage.deal_id == deal_id).order_by(DealStage.id))
    ).all()


async def find_open_stay(session: AsyncSession, deal_id: int) -> DealStage | None:
    """The stay in the stage where a deal is now."""
    return (
        await session.scalars(
            select(DealStage)
            .where(DealStage.deal_id == deal_id, DealStage.left_at.is_(None))
            .order_by(DealStage.id.desc())
            .limit(1)
        )
    ).first()


async def find_last_stay(session: AsyncSession, deal_id: int) -> DealStage | None:
    """The latest stay, left or not."""
    return (
        await session.scalars(
            select(DealStage).where(DealStage.deal_id == deal_id).order_by(DealStage.id.desc()).limit(1)
        )
    ).first()


StayTask = tuple[DealTask, StageTask, Interaction]
"""A task that a stay in a stage brought: the row, what it is of, what became of it."""


async def list_stay_tasks(session: AsyncSession, stay_id: int) -> Sequence[StayTask]:
    """The tasks that a stay brought, with what became of them, in the stage's order; deleted ones too."""
    rows = await session.execute(
        select(DealTask, StageTask, Interaction)
        .join(StageTask, StageTask.id == DealTask.task_id)
        .join(Interaction, Interaction.id == DealTask.interaction_id)
        .where(DealTask.stay_id == stay_id)
        .order_by(StageTask.position, StageTask.id, DealTask.interaction_id)
    )
    return [(one, task, interaction) for one, task, interaction in rows]


async def list_open_tasks(session: AsyncSession, stay_id: int) -> list[Interaction]:
    """The tasks of a stay that are still to be done."""
    return [
        one
        for _, _, one in await list_stay_tasks(session, stay_id)
        if one.deleted_at is None and one.state is InteractionState.PLANNED
    ]


async def is_stage_task(session: AsyncSession, interaction_id: int) -> bool:
    """Whether an interaction is a task of a stage: part of deal management (domain.md O3)."""
    return await session.get(DealTask, interaction_id) is not None


async def list_demand(session: AsyncSession, deal_id: int) -> Sequence[DemandRow]:
    """The rows of demand in their order."""
    return (
        await session.scalars(
            select(DemandRow).where(DemandRow.deal_id == deal_id).order_by(DemandRow.position, DemandRow.id)
        )
    ).all()


async def list_demand_of(session: AsyncSession, contact_id: int) -> Sequence[DemandRow]:
    """What a contact asked for, in all deals."""
    return (
        await session.scalars(
            select(DemandRow).where(DemandRow.asked_by_id == contact_id).order_by(DemandRow.id)
        )
    ).all()


async def list_demand_versions(session: AsyncSession, row_ids: Sequence[int]) -> Sequence[DemandVersion]:
    """The later versions of rows of demand, each row's oldest first."""
    return (
        await session.scalars(
            select(DemandVersion)
            .where(DemandVersion.row_id.in_(row_ids))
            .order_by(DemandVersion.row_id, DemandVersion.version)
        )
    ).all()
