"""Reminders by due time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, ReminderState, UserState
from core.models import Interaction, Reminder, User


class DueReminder(NamedTuple):
    """A reminder whose time has come, and whether there is still anything to remind of."""

    row: Reminder
    wanted: bool


async def claim_due(session: AsyncSession, now: datetime, limit: int) -> Sequence[DueReminder]:
    """Lock the oldest due reminders, past those that another process has locked.

    Not wanted are those of a deleted or cancelled plan and of users who no longer work here.
    """
    rows = await session.execute(
        select(Reminder, Interaction.deleted_at, Interaction.state, User.state)
        .join(Interaction, Interaction.id == Reminder.interaction_id)
        .join(User, User.id == Reminder.user_id)
        .where(Reminder.state == ReminderState.WAITING, Reminder.due_at <= now)
        .order_by(Reminder.due_at, Reminder.id)
        .limit(limit)
        .with_for_update(of=Reminder, skip_locked=True)
    )
    return [
        DueReminder(
            row=reminder,
            wanted=deleted_at is None
            and state is not InteractionState.CANCELLED
            and user_state is UserState.ACTIVE,
        )
        for reminder, deleted_at, state, user_state in rows
    ]


async def has_due(session: AsyncSession, now: datetime) -> bool:
    """Whether any reminder waits whose time has come."""
    found = await session.scalar(
        select(Reminder.id).where(Reminder.state == ReminderState.WAITING, Reminder.due_at <= now).limit(1)
    )
    return found is not None


async def count_due(session: AsyncSession, now: datetime) -> int:
    """How many reminders wait whose time has come."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(Reminder)
            .where(Reminder.state == ReminderState.WAITING, Reminder.due_at <= now)
        )
        or 0
    )
