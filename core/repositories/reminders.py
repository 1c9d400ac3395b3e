"""Reminders: what is due, nearest first, and those of a plan or a user."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, InteractionType, ReminderKind, ReminderState, UserState
from core.models import DefaultReminder, Interaction, Reminder, User
from core.rules.days_off import DaysOff
from core.rules.reminders import DEFAULT_MINUTES, PlanTime, Quiet
from core.rules.working_time import Hours

_WAITING: ColumnElement[bool] = literal_column("reminders.state = 'waiting'")
"""As the index of what waits has it: a bound value would keep the database from using that."""


async def list_default_minutes(
    session: AsyncSession, user_id: int, type_: InteractionType
) -> tuple[int, ...]:
    """How many minutes ahead a user wants to be reminded of plans of a type."""
    chosen = await session.get(DefaultReminder, (user_id, type_))
    return DEFAULT_MINUTES if chosen is None else tuple(int(one) for one in chosen.minutes)


async def list_of_user(session: AsyncSession, interaction_id: int, user_id: int) -> Sequence[Reminder]:
    """All reminders of an interaction that a user had or has, in the order in which they were made; locked."""
    return (
        await session.scalars(
            select(Reminder)
            .where(Reminder.interaction_id == interaction_id, Reminder.user_id == user_id)
            .order_by(Reminder.id)
            .with_for_update()
        )
    ).all()


async def list_waiting_of_user(session: AsyncSession, user_id: int) -> Sequence[tuple[Reminder, Interaction]]:
    """What a user is still to be reminded of, with the interactions; the reminders locked."""
    rows = await session.execute(
        select(Reminder, Interaction)
        .join(Interaction, Interaction.id == Reminder.interaction_id)
        .where(Reminder.user_id == user_id, Reminder.state == ReminderState.WAITING)
        .order_by(Reminder.id)
        .with_for_update(of=Reminder)
    )
    return [(reminder, interaction) for reminder, interaction in rows]


async def list_sent_ahead(
    session: AsyncSession, interaction_ids: Collection[int], now: datetime
) -> Sequence[Reminder]:
    """Reminders of plans that were sent although their time is still to come; locked."""
    if not interaction_ids:
        return ()
    return (
        await session.scalars(
            select(Reminder)
            .join(Interaction, Interaction.id == Reminder.interaction_id)
            .where(
                Reminder.interaction_id.in_(list(interaction_ids)),
                Reminder.state == ReminderState.SENT,
                Reminder.due_at > now,
                Interaction.state == InteractionState.PLANNED,
            )
            .order_by(Reminder.id)
            .with_for_update(of=Reminder)
        )
    ).all()


class DueReminder(NamedTuple):
    """A reminder whose time has come, with what decides whether and how it is told."""

    id: int
    interaction_id: int
    user_id: int
    kind: ReminderKind
    due_at: datetime
    plan: PlanTime
    is_wanted: bool
    """Not those of a deleted or cancelled plan, of one that is no plan any more if bound to it, and of who left."""
    quiet: Quiet


_plan, _user = Interaction, User
_DUE = (
    select(
        Reminder.id,
        Reminder.interaction_id,
        Reminder.user_id,
        Reminder.kind,
        Reminder.due_at,
        _plan.type,
        _plan.state,
        _plan.happened_at,
        _plan.ends_at,
        _plan.due_on,
        _plan.deleted_at,
        _user.state.label("user_state"),
        _user.timezone,
        _user.day_starts,
        _user.day_ends,
        _user.country,
        _user.public_holidays,
        _user.quiet_starts,
        _user.quiet_ends,
    )
    .join(Interaction, Interaction.id == Reminder.interaction_id)
    .join(User, User.id == Reminder.user_id)
    .where(_WAITING, Reminder.due_at <= bindparam("now"))
    .order_by(Reminder.due_at, Reminder.id)
    .limit(bindparam("limit"))
    .with_for_update(of=Reminder, skip_locked=True)
)
_ON_TIME = _DUE.where(
    Reminder.due_at >= bindparam("since"), Reminder.id.not_in(bindparam("but", expanding=True))
)
_OF_USERS = _DUE.where(Reminder.user_id.in_(bindparam("users", expanding=True)))


async def claim_due(
    session: AsyncSession, since: datetime, now: datetime, but: Collection[int], limit: int
) -> list[DueReminder]:
    """Lock the nearest of those that have become due since a moment, past those that another process has locked."""
    values = {"since": since, "now": now, "but": list(but), "limit": limit}
    return [_due(row) for row in await session.execute(_ON_TIME, values)]


async def claim_due_of(
    session: AsyncSession, users: Collection[int], now: datetime, limit: int
) -> list[DueReminder]:
    """Lock all that is due of some users, the nearest first."""
    values = {"now": now, "users": list(users), "limit": limit}
    return [_due(row) for row in await session.execute(_OF_USERS, values)]


async def list_users_due_before(session: AsyncSession, moment: datetime, limit: int) -> set[int]:
    """Of whom something has been due since before a moment; the first few of them."""
    first = (
        select(Reminder.user_id)
        .where(_WAITING, Reminder.due_at < moment)
        .order_by(Reminder.due_at)
        .limit(limit)
    )
    return set(await session.scalars(first))


def _due(row: Any) -> DueReminder:
    bound_to_plan = row.kind is not ReminderKind.AT
    is_open = row.deleted_at is None and (
        row.state is InteractionState.PLANNED
        if bound_to_plan
        else row.state is not InteractionState.CANCELLED
    )
    days_off = DaysOff(row.country if row.public_holidays else None)
    hours = Hours(row.timezone, row.day_starts, row.day_ends, days_off)
    return DueReminder(
        row.id,
        row.interaction_id,
        row.user_id,
        row.kind,
        row.due_at,
        PlanTime(row.type, row.happened_at, row.ends_at, row.due_on),
        is_open and row.user_state is UserState.ACTIVE,
        Quiet(hours, row.quiet_starts, row.quiet_ends),
    )


async def hold_users(session: AsyncSession, user_ids: Collection[int]) -> set[int]:
    """Those of some users whom no other process is telling of late reminders at this moment; held until the commit."""
    return set(
        await session.scalars(
            select(User.id)
            .where(User.id.in_(sorted(user_ids)))
            .order_by(User.id)
            .with_for_update(key_share=True, skip_locked=True)
        )
    )


async def mark(
    session: AsyncSession, ids: Collection[int], state: ReminderState, sent_at: datetime | None = None
) -> None:
    """Set what became of reminders that are locked."""
    if ids:
        await session.execute(
            update(Reminder).where(Reminder.id.in_(list(ids))).values(state=state, sent_at=sent_at)
        )


async def put_off(session: AsyncSession, reminder_id: int, until: datetime) -> None:
    """Let a reminder that is locked come later."""
    await session.execute(update(Reminder).where(Reminder.id == reminder_id).values(due_at=until))


async def find_next_due(session: AsyncSession) -> datetime | None:
    """When the nearest waiting reminder is due; one step into the index."""
    return await session.scalar(select(func.min(Reminder.due_at)).where(_WAITING))


async def count_due(session: AsyncSession, now: datetime) -> int:
    """How many reminders wait whose time has come."""
    return (
        await session.scalar(
            select(func.count()).select_from(Reminder).where(_WAITING, Reminder.due_at <= now)
        )
        or 0
    )


async def list_failed(session: AsyncSession, user_id: int) -> Sequence[tuple[Reminder, Interaction]]:
    """What a user could not be reminded of, the earliest first; the reminders locked."""
    rows = await session.execute(
        select(Reminder, Interaction)
        .join(Interaction, Interaction.id == Reminder.interaction_id)
        .where(Reminder.user_id == user_id, Reminder.state == ReminderState.FAILED)
        .order_by(Reminder.due_at, Reminder.id)
        .with_for_update(of=Reminder)
    )
    return [(reminder, interaction) for reminder, interaction in rows]


async def has_failed(session: AsyncSession, user_id: int) -> bool:
    """Whether a user could not be reminded of something, and has not been since."""
    found = await session.scalar(
        select(Reminder.id)
        .where(Reminder.user_id == user_id, Reminder.state == ReminderState.FAILED)
        .limit(1)
    )
    return found is not None
