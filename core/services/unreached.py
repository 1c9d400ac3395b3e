"""Reminders that do not reach their user: recorded, told to who leads them, and made up for on their return."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, OutboxKind, OutboxState, ReminderState
from core.models import OutboxItem, User
from core.ports import OutboxView
from core.repositories import outbox, reminders, users
from core.repositories.absences import load_leaders
from core.services.reminders import tell_late
from core.services.standing_in import Recipient
from core.services.work import Work
from core.values import Ref, RefKind

REMINDERS = "reminders"
"""The key of a notice's payload that names the reminders it tells."""


async def note_failed(session: AsyncSession, item: OutboxView, now: datetime) -> None:
    """Record that reminders did not arrive; the first time since their chat took messages, tell who leads them.

    The user is the one whom the notice was for. A chat that takes messages and refuses only this one is no matter
    for a manager.
    """
    failed = [int(one) for one in item.payload.get(REMINDERS, ())]
    user = await session.get(User, item.user_id) if item.user_id is not None else None
    is_first = user is not None and not await reminders.has_failed(session, user.id)
    await reminders.mark(session, failed, ReminderState.FAILED)
    if user is None or user.reachable or not is_first:
        return
    rows = [
        OutboxItem(
            key=f"unreachable:{user.id}:{failed[0]}:{leader}",
            kind=OutboxKind.NOTICE,
            user_id=leader,
            payload={"show": str(Ref(RefKind.USER, user.id)), "note": "user_unreachable"},
            state=OutboxState.NEW,
            created_at=now,
            due_at=now,
        )
        for leader in await _list_leaders(session, user)
    ]
    await outbox.write_items(session, rows)


async def _list_leaders(session: AsyncSession, user: User) -> Sequence[int]:
    """The nearest leader of a user who can be reached; administrators where there is none."""
    leaders = (await load_leaders(session)).get(user.department_id or 0, ())
    others = [one for one in leaders if one != user.id]
    reached = {one.id for one in await users.list_active_users(session, others) if one.reachable}
    nearest = [one for one in others if one in reached][:1]
    return nearest or [one for one in await users.list_administrators(session) if one != user.id]


async def make_up(work: Work, user: User) -> None:
    """Tell a user whose chat takes messages again, in one message, what they could not be reminded of.

    Each of these reminders is told now and counts as sent now; of plans that are settled meanwhile nothing is said.
    """
    failed = await reminders.list_failed(work.session, user.id)
    open_ones = [
        (reminder.id, plan.id)
        for reminder, plan in failed
        if plan.state is InteractionState.PLANNED and plan.deleted_at is None
    ]
    sent = [reminder_id for reminder_id, _ in open_ones]
    gone = [reminder.id for reminder, _ in failed if reminder.id not in sent]
    await reminders.mark(work.session, gone, ReminderState.CANCELLED)
    if sent:
        await reminders.mark(work.session, sent, ReminderState.SENT, work.now)
        tell_late(work, Recipient(user.id), open_ones, again=True)
