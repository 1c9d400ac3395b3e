"""Why deals are lost: the organisation's list (domain.md, Loss reason)."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import SalesList
from core.repositories import sales


class LossReasonView(NamedTuple):
    """A reason to choose."""

    id: int
    name: str


async def list_loss_reasons(session: AsyncSession) -> tuple[LossReasonView, ...]:
    """The reasons to choose from, in the order they were written down."""
    found = await sales.list_items(session, SalesList.LOSS_REASONS)
    return tuple(LossReasonView(one.id, one.name) for one in found)
