"""What people want to be reminded of, and when they do not want to be disturbed (domain.md I3, I5, U5)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from core.enums import InteractionState, InteractionType, ReminderState
from core.errors import Invalid, NotFound, StateForbids, TimeInvalid
from core.models import DefaultReminder, Interaction, Reminder, User
from core.queries.reminders import Habits, ReminderView, list_waiting_reminders, load_habits
from core.repositories import reminders, users
from core.repositories.access import get_visible_interaction
from core.rules import reminders as rules
from core.rules import times
from core.services import planning
from core.services.work import Work, Works
from core.values import Caller, InteractionId, Ref, RefKind, ReminderWish

SAME = timedelta(minutes=1)
"""Reminders nearer to each other than this are one: a button was tapped twice."""

HOURS_OF_DAY = 24


class ReminderWishes:
    """Sets reminders by hand and the habits of a user."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def list_waiting(self, caller: Caller, interaction_id: InteractionId) -> tuple[ReminderView, ...]:
        """What the caller is still to be reminded of an interaction, the nearest first."""
        async with self._works.database.reading() as session:
            return await list_waiting_reminders(session, interaction_id, caller.user_id)

    async def habits(self, caller: Caller) -> Habits:
        """How the caller wants to be reminded."""
        async with self._works.database.reading() as session:
            return await load_habits(session, caller.user_id)

    async def remind(self, caller: Caller, interaction_id: InteractionId, wish: ReminderWish) -> None:
        """Remind the caller of an interaction; once where they are reminded at that minute already.

        A moment that is named is kept even in quiet hours: who names it knows the hour.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is cancelled, or no plan (any more) that something can be before or after.
            TimeInvalid: The moment is past or out of reach.
        """
        async with self._works.begin(caller, "remind") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            user = await users.get_user(work.session, caller.user_id)
            at = _moment(interaction, wish, user)
            if at <= work.now or at - work.now > times.HORIZON:
                raise TimeInvalid("when", at.isoformat())
            comes = await _set_once(work, interaction, user, wish, at)
            of = Ref(RefKind.INTERACTION, interaction.id)
            work.confirm(of, note="reminder_set", at=comes.isoformat())

    async def take_off(self, caller: Caller, reminder_id: int) -> None:
        """Take one of the caller's waiting reminders off; it does not come back when its plan is moved.

        Raises:
            NotFound: The caller has no such reminder that waits.
        """
        async with self._works.begin(caller, "take_off_reminder") as work:
            reminder = await work.session.get(Reminder, reminder_id, with_for_update=True)
            is_own = reminder is not None and reminder.user_id == caller.user_id
            if reminder is None or not is_own or reminder.state is not ReminderState.WAITING:
                raise NotFound(f"reminder {reminder_id}")
            of = Ref(RefKind.INTERACTION, reminder.interaction_id)
            work.change(reminder, of=of, state=ReminderState.CANCELLED, removed=True)
            work.confirm(f"remind:{reminder.interaction_id}", note="reminder_removed")

    async def set_default(self, caller: Caller, type_: InteractionType, minutes: Collection[int]) -> None:
        """Choose how long ahead one is reminded of plans of a type; those planned already stay as they are.

        Raises:
            Invalid: More than a few, or longer ahead than two months.
        """
        chosen = sorted(set(minutes), reverse=True)
        if len(chosen) > rules.MOST or any(not 0 <= one <= rules.FARTHEST for one in chosen):
            raise Invalid("minutes", ",".join(str(one) for one in chosen))
        async with self._works.begin(caller, "set_default_reminders") as work:
            of = Ref(RefKind.USER, caller.user_id)
            row = await work.session.get(DefaultReminder, (caller.user_id, type_), with_for_update=True)
            if row is None:
                await work.add(DefaultReminder(user_id=caller.user_id, type=type_, minutes=chosen), of=of)
            else:
                work.change(row, of=of, minutes=chosen)
            work.confirm("reminders", note="default_reminders_set")

    async def set_quiet(self, caller: Caller, starts: int, ends: int) -> None:
        """Choose one's quiet hours, over midnight as a rule; equal ones: there are none. What waits follows.

        Raises:
            Invalid: They are no hours of a day.
        """
        if not (0 <= starts < HOURS_OF_DAY and 0 <= ends < HOURS_OF_DAY):
            raise Invalid("quiet", f"{starts}-{ends}")
        async with self._works.begin(caller, "set_quiet") as work:
            user = await users.get_user(work.session, caller.user_id)
            work.change(user, of=Ref(RefKind.USER, user.id), quiet_starts=starts, quiet_ends=ends)
            await planning.refresh_reminders_of(work, user)
            work.confirm("reminders", note="quiet_set")


def _moment(interaction: Interaction, wish: ReminderWish, user: User) -> datetime:
    is_open = interaction.state is InteractionState.PLANNED
    if interaction.state is InteractionState.CANCELLED or (wish.at is None and not is_open):
        raise StateForbids(Ref(RefKind.INTERACTION, interaction.id), interaction.state)
    if wish.at is not None:
        return wish.at
    if not 0 <= wish.minutes <= rules.FARTHEST:
        raise TimeInvalid("when", str(wish.minutes))
    return rules.wished_at(
        wish.kind, wish.minutes, planning.plan_time(interaction), planning.quiet_of(user).hours
    )


async def _set_once(
    work: Work, interaction: Interaction, user: User, wish: ReminderWish, at: datetime
) -> datetime:
    """Set a reminder unless there is one; when it comes."""
    own = await reminders.list_of_user(work.session, interaction.id, user.id)
    for one in own:
        is_same = abs(one.wanted_at - at) < SAME
        if one.state is ReminderState.WAITING and is_same:
            return one.due_at
    bound = (wish.kind, wish.minutes)
    return (await planning.add_reminder(work, interaction, user, bound, at)).due_at
