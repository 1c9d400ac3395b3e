"""Reminders and review times of a plan: set with it, moved with it, gone with it (domain.md I3, I5, R3)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from core.enums import ReminderKind, ReminderState
from core.models import Interaction, InteractionOwner, Reminder, User
from core.repositories import reminders
from core.rules import reminders as rules
from core.rules.days_off import DaysOff
from core.rules.review import plan_review_after
from core.rules.user_day import to_instant, to_local
from core.rules.working_time import Hours
from core.services.work import Work
from core.values import Ref, RefKind


def quiet_of(user: User) -> rules.Quiet:
    """When a user is not to be disturbed; who is away is not asked here, but when a reminder is due."""
    days_off = DaysOff(user.country if user.public_holidays else None)
    hours = Hours(user.timezone, user.day_starts, user.day_ends, days_off)
    return rules.Quiet(hours, user.quiet_starts, user.quiet_ends)


def plan_time(interaction: Interaction) -> rules.PlanTime:
    """What of an interaction decides about its reminders."""
    return rules.PlanTime(interaction.type, interaction.happened_at, interaction.ends_at, interaction.due_on)


async def add_default_reminder(work: Work, interaction: Interaction, user: User) -> None:
    """Remind a user of a plan as they chose for plans of its type; by default a quarter of an hour ahead.

    Of a day's plan they are reminded at their morning hour (domain.md I5).
    """
    minutes = await reminders.list_default_minutes(work.session, user.id, interaction.type)
    await _add_ahead(work, interaction, user, minutes)


async def _add_ahead(work: Work, interaction: Interaction, user: User, minutes: Collection[int]) -> None:
    plan, quiet = plan_time(interaction), quiet_of(user)
    for one, moment in rules.moments_before(minutes, plan, quiet.hours, work.now):
        await add_reminder(work, interaction, user, (ReminderKind.BEFORE, one), moment)


async def add_reminder(
    work: Work, interaction: Interaction, user: User, bound: tuple[ReminderKind, int], wish: datetime
) -> Reminder:
    """Add one reminder.

    Args:
        work: The transaction.
        interaction: Of what.
        user: Whom.
        bound: What it is bound to, and by how many minutes.
        wish: The moment that this means at present; it comes then, or when the user's quiet time is over.
    """
    kind, minutes = bound
    wall = to_local(wish, user.timezone).replace(tzinfo=None).isoformat(timespec="microseconds")
    reminder = Reminder(
        interaction_id=interaction.id,
        user_id=user.id,
        kind=kind,
        minutes=minutes,
        wall_time=wall if kind is ReminderKind.AT else None,
        wanted_at=wish,
        due_at=rules.due_at(wish, kind, plan_time(interaction), quiet_of(user)),
        state=ReminderState.WAITING,
    )
    await work.add(reminder, of=Ref(RefKind.INTERACTION, interaction.id))
    work.remind_at(reminder.due_at)
    return reminder


async def renew_reminders(work: Work, interaction: Interaction, user: User) -> None:
    """Let a user's reminders of a plan follow its new time; one that came already comes again.

    Moments that were named stay, and what the user took off stays off. Who had no reminder, because there was no
    time left for one, gets those they chose for plans of this type.
    """
    of, plan, quiet = Ref(RefKind.INTERACTION, interaction.id), plan_time(interaction), quiet_of(user)
    own = await reminders.list_of_user(work.session, interaction.id, user.id)
    bound: dict[tuple[ReminderKind, int], Reminder] = {
        (one.kind, one.minutes): one for one in own if one.kind is not ReminderKind.AT
    }
    ahead = [key[1] for key, one in bound.items() if key[0] is ReminderKind.BEFORE and not one.removed]
    if not own:
        await add_default_reminder(work, interaction, user)
        return
    wished: dict[tuple[ReminderKind, int], datetime] = {
        (ReminderKind.BEFORE, one): moment
        for one, moment in rules.moments_before(ahead, plan, quiet.hours, work.now)
    }
    for key, one in bound.items():
        if key[0] is ReminderKind.AFTER and not one.removed:
            wished[key] = rules.wished_at(*key, plan, quiet.hours)
    for key, one in bound.items():
        if one.state is ReminderState.WAITING and key not in wished:
            work.change(one, of=of, state=ReminderState.CANCELLED)
    for key, moment in wished.items():
        if bound[key].state is not ReminderState.WAITING:
            await add_reminder(work, interaction, user, key, moment)
            continue
        comes = rules.due_at(moment, key[0], plan, quiet)
        work.change(bound[key], of=of, wanted_at=moment, due_at=comes)
        work.remind_at(comes)


async def renew_all_reminders(work: Work, interaction: Interaction) -> None:
    """Let the reminders of everybody who has any follow a plan's new time, and those of the responsible."""
    users = {one.user_id for one in await list_waiting(work, interaction.id)}
    for user_id in sorted({*users, interaction.responsible_id}):
        await renew_reminders(work, interaction, await work.session.get_one(User, user_id))


async def refresh_reminders_of(work: Work, user: User) -> None:
    """Bring the waiting reminders of a user to what their zone, hours and quiet time say now (domain.md U5).

    A moment that was named keeps its wall time, what is bound to a plan follows the plan.
    """
    quiet = quiet_of(user)
    for reminder, interaction in await reminders.list_waiting_of_user(work.session, user.id):
        plan = plan_time(interaction)
        if reminder.kind is ReminderKind.AT:
            if reminder.wall_time is None:
                continue
            wish = to_instant(datetime.fromisoformat(reminder.wall_time), user.timezone)
        else:
            wish = rules.wished_at(reminder.kind, reminder.minutes, plan, quiet.hours)
        if reminder.kind is ReminderKind.BEFORE and wish <= work.now < plan.at:
            wish = plan.at
        comes = max(rules.due_at(wish, reminder.kind, plan, quiet), min(reminder.due_at, work.now))
        of = Ref(RefKind.INTERACTION, reminder.interaction_id)
        work.change(reminder, of=of, wanted_at=wish, due_at=comes)
        work.remind_at(comes)


async def put_right(work: Work, interaction_ids: Collection[int]) -> None:
    """After an undo: what was sent for a time that is ahead again waits for it again."""
    for reminder in await reminders.list_sent_ahead(work.session, interaction_ids, work.now):
        of = Ref(RefKind.INTERACTION, reminder.interaction_id)
        work.change(reminder, of=of, state=ReminderState.WAITING, sent_at=None)
        work.remind_at(reminder.due_at)


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
