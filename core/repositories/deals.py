"""Loading deals and the lists they choose from."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import DealKindType
from core.errors import Missing
from core.models import Deal, DealKind, LossReason


async def find_deal_of_subject(session: AsyncSession, subject_id: int) -> Deal | None:
    """The deal behind a subject, locked for change."""
    return (
        await session.scalars(select(Deal).where(Deal.subject_id == subject_id).with_for_update())
    ).one_or_none()


async def get_default_kind(session: AsyncSession) -> DealKind:
    """The kind a deal has if none is chosen: the oldest plain one that is not archived.

    Raises:
        Missing: The organisation has no plain kind of deal.
    """
    kind = await session.scalar(
        select(DealKind)
        .where(DealKind.type == DealKindType.PLAIN, DealKind.archived.is_(False))
        .order_by(DealKind.id)
        .limit(1)
    )
    if kind is None:
        raise Missing("deal_kind")
    return kind


async def list_loss_reasons(session: AsyncSession) -> Sequence[LossReason]:
    """The reasons to choose from, in the order they were written down."""
    return (
        await session.scalars(
            select(LossReason).where(LossReason.archived.is_(False)).order_by(LossReason.id)
        )
    ).all()
