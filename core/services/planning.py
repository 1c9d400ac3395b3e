"""Reminders and review times of a plan: set with it, moved with it, gone with it (domain.md I3, I5, R3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from core.enums import ReminderState
from core.models import Interaction, InteractionOwner, Reminder, User
from core.rules.review import plan_review_after
from core.rules.user_day import at_hour
from core.services.work import Work
from core.values import Ref, RefKind

LEAD_TIME = timedelta(minutes=15)
"""How long before a plan with a time its reminder comes."""


async def add_default_reminder(work: Work, interaction: Interaction, user: User) -> None:
    """Remind of a plan a quarter of an hour ahead, of a day's plan at the user's morning hour (domain.md I5)."""
    due_at = default_reminder_at(interaction, user, work.now)
    if due_at is not None:
        await add_reminder(work, interaction, user.id, due_at)


def default_reminder_at(interaction: Interaction, user: User, now: datetime) -> datetime | None:
    """When the reminder of a plan is due; at its time when the quarter of an hour is past; None when that is too."""
    if interaction.due_on is not None:
        wanted = at_hour(interaction.due_on, user.day_starts, user.timezone)
    else:
        wanted = interaction.happened_at - LEAD_TIME
        if wanted <= now:
            wanted = interaction.happened_at
    return wanted if wanted > now else None


async def add_reminder(work: Work, interaction: Interaction, user_id: int, due_at: datetime) -> None:
    """Add one reminder."""
    await work.add(
        Reminder(
            interaction_id=interaction.id,
            user_id=user_id,
            wanted_at=due_at,
            due_at=due_at,
            state=ReminderState.WAITING,
        ),
        of=Ref(RefKind.INTERACTION, interaction.id),
    )


async def list_waiting(work: Work, interaction_id: int) -> Sequence[Reminder]:
    """Reminders of an interaction that are still to be sent."""
    return (
        await work.session.scalars(
            select(Reminder)
            .where(Reminder.interaction_id == interaction_id, Reminder.state == ReminderState.WAITING)
            .with_for_update()
        )
    ).all()


async def cancel_reminders(work: Work, interaction: Interaction) -> None:
    """Cancel what has not been sent (domain.md I3)."""
    of = Ref(RefKind.INTERACTION, interaction.id)
    for reminder in await list_waiting(work, interaction.id):
        work.change(reminder, of=of, state=ReminderState.CANCELLED)


async def list_owners(work: Work, interaction_id: int) -> Sequence[InteractionOwner]:
    """The owners' rows of an interaction, by user."""
    return (
        await work.session.scalars(
            select(InteractionOwner)
            .where(InteractionOwner.interaction_id == interaction_id)
            .order_by(InteractionOwner.user_id)
            .with_for_update()
        )
    ).all()


async def follow_time(work: Work, interaction: Interaction, before: tuple[datetime, datetime | None]) -> None:
    """Let the owners' rows follow a new time; a review-after that was not set by hand goes along (domain.md R3)."""
    of = Ref(RefKind.INTERACTION, interaction.id)
    old_default = plan_review_after(*before)
    new_default = plan_review_after(interaction.happened_at, interaction.ends_at)
    for owner in await list_owners(work, interaction.id):
        review_after = new_default if owner.review_after == old_default else owner.review_after
        work.change(owner, of=of, happened_at=interaction.happened_at, review_after=review_after)
