"""What a user is still to be reminded of, and their habits: for the screens that change them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionType, ReminderKind, ReminderState
from core.models import DefaultReminder, Reminder, User
from core.rules.reminders import DEFAULT_MINUTES


@dataclass(frozen=True, slots=True)
class ReminderView:
    """A reminder that waits.

    Attributes:
        wanted_at: The moment that was wished for.
        due_at: When it comes: later than that where it would fall into quiet time.
    """

    id: int
    kind: ReminderKind
    minutes: int
    wanted_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody wants to be reminded.

    Attributes:
        minutes: How long ahead of plans of each type, the longest first.
        quiet_starts: The first quiet hour; the same as `quiet_ends`: no hour is quiet.
    """

    minutes: Mapping[InteractionType, tuple[int, ...]]
    quiet_starts: int
    quiet_ends: int

    @property
    def has_quiet_hours(self) -> bool:
        """Whether any hour is quiet."""
        return self.quiet_starts != self.quiet_ends


async def list_waiting_reminders(
    session: AsyncSession, interaction_id: int, user_id: int
) -> tuple[ReminderView, ...]:
    """A user's reminders of an interaction that are still to come, the nearest first."""
    rows = await session.execute(
        select(Reminder.id, Reminder.kind, Reminder.minutes, Reminder.wanted_at, Reminder.due_at)
        .where(
            Reminder.interaction_id == interaction_id,
            Reminder.user_id == user_id,
            Reminder.state == ReminderState.WAITING,
        )
        .order_by(Reminder.due_at, Reminder.id)
    )
    return tuple(ReminderView(*row) for row in rows)


async def load_habits(session: AsyncSession, user_id: int) -> Habits:
    """The habits of a user."""
    chosen = await session.execute(
        select(DefaultReminder.type, DefaultReminder.minutes).where(DefaultReminder.user_id == user_id)
    )
    minutes = dict.fromkeys(InteractionType, DEFAULT_MINUTES)
    minutes.update({type_: tuple(int(one) for one in ones) for type_, ones in chosen})
    starts, ends = (
        await session.execute(select(User.quiet_starts, User.quiet_ends).where(User.id == user_id))
    ).one()
    return Habits(minutes, starts, ends)
