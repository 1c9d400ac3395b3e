"""What deals consist of beside their own fields: the way through the stages, the primary demand."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.models import Deal, DealStage, DemandRow, Stage, UnmetReason, User
from core.queries.export.shapes import JsonObject, amount, group, instant, named
from core.repositories import deals
from core.repositories.days_off import load_hours_of
from core.rules.working_time import worked_between


async def load_stays(
    session: AsyncSession, found: Sequence[Deal], now: datetime
) -> dict[int, list[JsonObject]]:
    """The stages that deals went through, oldest first, with the seconds that their responsible worked meanwhile.

    Where a deal still is, they run until now (domain.md D3).
    """
    origin = aliased(Stage)
    responsible = {one.id: one.responsible_id for one in found}
    hours = await load_hours_of(session, set(responsible.values()))
    rows = await session.execute(
        select(DealStage, Stage.name, origin.name, User.name)
        .join(Stage, Stage.id == DealStage.stage_id)
        .outerjoin(origin, origin.id == DealStage.from_stage_id)
        .outerjoin(User, User.id == DealStage.entered_by)
        .where(DealStage.deal_id.in_(responsible))
        .order_by(DealStage.id)
    )
    return group(
        (
            stay.deal_id,
            {
                "stage": named(stay.stage_id, stage),
                "from": named(stay.from_stage_id, came_from),
                "entered_at": instant(stay.entered_at),
                "left_at": instant(stay.left_at),
                "worked_s": round(
                    worked_between(
                        stay.entered_at, stay.left_at or now, hours[responsible[stay.deal_id]]
                    ).total_seconds()
                ),
                "by": named(stay.entered_by, by),
                "override_reason": stay.override_reason,
            },
        )
        for stay, stage, came_from, by in rows
    )


async def load_demand(session: AsyncSession, deal_ids: Sequence[int]) -> dict[int, list[JsonObject]]:
    """The rows of demand as they were first asked, each with its later versions."""
    rows = await session.execute(
        select(DemandRow, UnmetReason.name)
        .outerjoin(UnmetReason, UnmetReason.id == DemandRow.unmet_reason_id)
        .where(DemandRow.deal_id.in_(deal_ids))
        .order_by(DemandRow.deal_id, DemandRow.position, DemandRow.id)
    )
    found = rows.all()
    versions = await _load_versions(session, [row.id for row, _ in found])
    return group(
        (
            row.deal_id,
            {
                "id": row.id,
                "text": row.text,
                "quantity": amount(row.quantity),
                "amount": amount(row.amount),
                "asked_by": row.asked_by_id,
                "asked_in": row.asked_in_id,
                "met_percent": row.met_percent,
                "reason": named(row.unmet_reason_id, reason),
                "versions": versions.get(row.id, []),
            },
        )
        for row, reason in found
    )


async def _load_versions(session: AsyncSession, row_ids: Sequence[int]) -> dict[int, list[JsonObject]]:
    if not row_ids:
        return {}
    rows = await deals.list_demand_versions(session, row_ids)
    return group(
        (
            one.row_id,
            {
                "version": one.version,
                "text": one.text,
                "quantity": amount(one.quantity),
                "amount": amount(one.amount),
                "asked_in": one.asked_in_id,
                "changed_at": instant(one.changed_at),
            },
        )
        for one in rows
    )
