"""Whether what the organisation sells by is in use: what is, is archived instead of removed (domain.md D)."""

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import SalesList
from core.models import (
    CurrencyRate,
    Deal,
    DealStage,
    DealTask,
    DemandRow,
    KindStage,
    StageRule,
    SubjectParticipant,
)


async def _holds(session: AsyncSession, condition: ColumnElement[bool]) -> bool:
    return bool(await session.scalar(select(condition)))


def _role_used(item_id: int) -> ColumnElement[bool]:
    return or_(
        exists().where(SubjectParticipant.role_id == item_id), exists().where(StageRule.role_id == item_id)
    )


async def is_item_used(session: AsyncSession, which: SalesList, item_id: int) -> bool:
    """Whether anything points at an item of a list."""
    conditions = {
        SalesList.STAGES: or_(
            exists().where(KindStage.stage_id == item_id),
            exists().where(Deal.stage_id == item_id),
            exists().where(DealStage.stage_id == item_id),
        ),
        SalesList.PARTNER_ROLES: _role_used(item_id),
        SalesList.PERSON_ROLES: _role_used(item_id),
        SalesList.LOSS_REASONS: exists().where(Deal.loss_reason_id == item_id),
        SalesList.UNMET_REASONS: exists().where(DemandRow.unmet_reason_id == item_id),
        SalesList.COMPETITORS: exists().where(Deal.competitor_id == item_id),
        SalesList.SOURCES: exists().where(Deal.source_id == item_id),
    }
    return await _holds(session, conditions[which])


async def is_kind_used(session: AsyncSession, kind_id: int) -> bool:
    """Whether there are deals of a kind."""
    return await _holds(session, exists().where(Deal.kind_id == kind_id))


async def is_kind_stage_used(session: AsyncSession, kind_stage: KindStage) -> bool:
    """Whether a deal of the kind stands or stood in the stage."""
    stood = exists().where(
        DealStage.deal_id == Deal.id,
        Deal.kind_id == kind_stage.kind_id,
        DealStage.stage_id == kind_stage.stage_id,
    )
    stands = exists().where(Deal.kind_id == kind_stage.kind_id, Deal.stage_id == kind_stage.stage_id)
    return await _holds(session, or_(stood, stands))


async def is_task_used(session: AsyncSession, task_id: int) -> bool:
    """Whether a task of a stage was ever given to anybody."""
    return await _holds(session, exists().where(DealTask.task_id == task_id))


async def is_currency_used(session: AsyncSession, code: str) -> bool:
    """Whether a deal is in the currency, or it has rates."""
    return await _holds(
        session, or_(exists().where(Deal.currency == code), exists().where(CurrencyRate.code == code))
    )
