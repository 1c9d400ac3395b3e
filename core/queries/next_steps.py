"""What was planned after an interaction: the plan that continues it (domain.md S7)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, InteractionType
from core.models import Interaction
from core.repositories import access
from core.repositories.access import Viewer


@dataclass(frozen=True, slots=True)
class NextStepView:
    """The nearest plan that continues an interaction."""

    id: int
    type: InteractionType
    happened_at: datetime
    due_on: date | None


async def find_next_step(session: AsyncSession, interaction_id: int, viewer: Viewer) -> NextStepView | None:
    """The nearest plan that continues an interaction and that the viewer may see."""
    row = (
        await session.execute(
            select(Interaction.id, Interaction.type, Interaction.happened_at, Interaction.due_on)
            .where(
                Interaction.parent_id == interaction_id,
                Interaction.state == InteractionState.PLANNED,
                Interaction.deleted_at.is_(None),
                access.sees_interaction(viewer),
            )
            .order_by(Interaction.happened_at, Interaction.id)
            .limit(1)
        )
    ).one_or_none()
    return NextStepView(*row) if row is not None else None
