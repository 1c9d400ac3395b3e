"""Appointments of a user that take the same time (domain.md U5, pains of double bookings)."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState
from core.models import Interaction
from core.queries.rows import InteractionRow, load_rows
from core.rules.free_slots import busy_span
from core.rules.times import APPOINTMENTS
from core.rules.user_day import Span
from core.values import UserId

LONGEST = timedelta(days=1)
"""An appointment that began longer ago takes no time of this one, whatever its end says."""

SHOWN = 3


async def list_conflicts(
    session: AsyncSession, user_id: UserId | int, appointment: Span, but_id: int
) -> tuple[InteractionRow, ...]:
    """The calls and meetings of a user that are planned for the time of another one, in order; the first few.

    Only a stretch of a day before it is read, from the index of what a person has planned.

    Args:
        session: The session.
        user_id: Who answers for them.
        appointment: The time it takes (`core.rules.free_slots.busy_span`).
        but_id: The appointment itself.
    """
    found = await session.execute(
        select(Interaction.id, Interaction.happened_at, Interaction.ends_at)
        .where(
            Interaction.responsible_id == user_id,
            Interaction.state == InteractionState.PLANNED,
            Interaction.happened_at > appointment.start - LONGEST,
            Interaction.happened_at < appointment.end,
            Interaction.type.in_(APPOINTMENTS),
            Interaction.due_on.is_(None),
            Interaction.deleted_at.is_(None),
            Interaction.id != but_id,
        )
        .order_by(Interaction.happened_at, Interaction.id)
    )
    ids = [one for one, starts, ends in found if busy_span(starts, ends).end > appointment.start]
    return await load_rows(session, ids[:SHOWN], user_id)
