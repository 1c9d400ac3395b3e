"""Care of a plan: carry it out, move it, drop it, be reminded of it (domain.md I3)."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from core.enums import CallResult, Direction, InteractionState, InteractionType, ReminderState
from core.errors import Invalid, StateForbids, TimeInvalid
from core.models import Comment, Interaction, User
from core.repositories import deals, search_texts
from core.repositories.access import get_visible_interaction
from core.repositories.options import require_option
from core.rules import times
from core.rules.options import option_of
from core.rules.user_day import user_day
from core.services import planning
from core.services.work import Work, Works
from core.values import Caller, InteractionId, Ref, RefKind, When

SAME = timedelta(minutes=1)
"""Reminders nearer to each other than this are one: a button was tapped twice."""

_DIRECTED = frozenset({InteractionType.CALL, InteractionType.EMAIL, InteractionType.SMS})


class Plans:
    """What becomes of planned interactions."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def carry_out(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        *,
        type: InteractionType | None = None,  # noqa: A002 - the domain's word
        text: str = "",
        result: CallResult | None = None,
    ) -> None:
        """Turn a plan into what happened: same identity, real type, no more reminders (domain.md I3).

        Args:
            caller: Who carried it out; for them it is reviewed.
            interaction_id: The plan.
            type: What it turned out to be; needed for a plan whose kind was not known.
            text: What came of it; added to what the plan said.
            result: For a call, whether the other side was reached.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
            Invalid: The kind of the plan is not known and none was given.
            OptionOff: The type is switched off.
        """
        async with self._works.begin(caller, "carry_out") as work:
            plan = await _get_plan(work, interaction_id)
            real = type or plan.type
            if real is InteractionType.PLANNED:
                raise Invalid("type", real.value)
            if not await deals.is_stage_task(work.session, plan.id):  # domain.md O3
                await require_option(work.session, option_of(real))
            await work.touch(plan.id)
            before = (plan.happened_at, plan.ends_at)
            when = _when_carried_out(plan, real, work.now)
            of = Ref(RefKind.INTERACTION, plan.id)
            work.change(
                plan,
                of=of,
                type=real,
                state=InteractionState.DONE,
                direction=(plan.direction or Direction.OUT) if real in _DIRECTED else None,
                result=result if real is InteractionType.CALL else None,
                text="\n\n".join(part for part in (plan.text, text.strip()) if part),
                happened_at=when.at,
                ends_at=when.ends_at,
                due_on=None,
                time_known=True,
            )
            await planning.cancel_reminders(work, plan)
            await _review_for(work, plan, caller.user_id, before)
            await search_texts.reindex_interaction(work.session, plan.id)
            work.confirm(of, note="carried_out")

    async def move(self, caller: Caller, interaction_id: InteractionId, when: When) -> None:
        """Give a plan another time; its unsent reminders follow.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
            TimeInvalid: The new time is past or cannot be.
        """
        async with self._works.begin(caller, "move_plan") as work:
            plan = await _get_plan(work, interaction_id)
            await move_in(work, plan, when, caller.timezone)
            work.confirm(Ref(RefKind.INTERACTION, plan.id), note="plan_moved")

    async def drop(self, caller: Caller, interaction_id: InteractionId, *, reason: str = "") -> None:
        """Cancel a plan: reviewed for everybody, never reminded of (domain.md I3).

        Args:
            caller: Who cancels it.
            interaction_id: The plan.
            reason: Why, kept as a comment; empty for no word about it.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
        """
        async with self._works.begin(caller, "drop_plan") as work:
            plan = await _get_plan(work, interaction_id)
            of = Ref(RefKind.INTERACTION, plan.id)
            await drop_in(work, plan)
            if reason.strip():
                comment = Comment(
                    interaction_id=plan.id, author_id=caller.user_id, at=work.now, text=reason.strip()
                )
                await work.add(comment, of=of)
                await search_texts.reindex_interaction(work.session, plan.id)
            work.confirm(of, note="plan_dropped")

    async def remind(self, caller: Caller, interaction_id: InteractionId, at: datetime) -> None:
        """Remind the caller of an interaction at a moment; once where they are reminded at that minute already.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is cancelled.
            TimeInvalid: The moment is past.
        """
        async with self._works.begin(caller, "remind") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            if interaction.state is InteractionState.CANCELLED:
                raise StateForbids(Ref(RefKind.INTERACTION, interaction.id), interaction.state)
            if at <= work.now or at - work.now > times.HORIZON:
                raise TimeInvalid("when", at.isoformat())
            waiting = await planning.list_waiting(work, interaction.id)
            if not any(one.user_id == caller.user_id and abs(one.due_at - at) < SAME for one in waiting):
                await planning.add_reminder(work, interaction, caller.user_id, at)
            work.confirm(Ref(RefKind.INTERACTION, interaction.id), note="reminder_set", at=at.isoformat())


async def drop_in(work: Work, plan: Interaction) -> None:
    """Cancel a plan inside a transaction that does more (domain.md I3)."""
    await work.touch(plan.id)
    of = Ref(RefKind.INTERACTION, plan.id)
    work.change(plan, of=of, state=InteractionState.CANCELLED)
    await planning.cancel_reminders(work, plan)
    for owner in await planning.list_owners(work, plan.id):
        work.change(owner, of=of, reviewed=True, review_after=None)


async def drop_all_in(work: Work, subject_id: int) -> None:
    """Cancel what is still planned in a subject, whoever planned it."""
    plans = await work.session.scalars(
        select(Interaction)
        .where(
            Interaction.subject_id == subject_id,
            Interaction.state == InteractionState.PLANNED,
            Interaction.deleted_at.is_(None),
        )
        .order_by(Interaction.id)
        .with_for_update()
    )
    for plan in plans.all():
        await drop_in(work, plan)


async def move_in(work: Work, plan: Interaction, when: When, timezone: str) -> None:
    """Give a plan another time inside a transaction that does more.

    Raises:
        TimeInvalid: The new time is past or cannot be.
    """
    when = _keep_length(plan, times.check_when(when, work.now))
    if _is_past(when, work.now, timezone):
        raise TimeInvalid("when", when.at.isoformat())
    await work.touch(plan.id)
    before = (plan.happened_at, plan.ends_at)
    work.change(
        plan,
        of=Ref(RefKind.INTERACTION, plan.id),
        happened_at=when.at,
        ends_at=when.ends_at,
        due_on=when.due_on,
        time_known=when.time_known,
        wall_time=times.wall_time(when, timezone),
        timezone=timezone,
    )
    await planning.follow_time(work, plan, before)
    await _renew_reminders(work, plan)


async def _get_plan(work: Work, interaction_id: InteractionId) -> Interaction:
    plan = await get_visible_interaction(work.session, work.caller, interaction_id)
    if plan.state is not InteractionState.PLANNED:
        raise StateForbids(Ref(RefKind.INTERACTION, plan.id), plan.state)
    return plan


def _when_carried_out(plan: Interaction, real: InteractionType, now: datetime) -> When:
    """A meeting that has begun keeps its planned start; anything else happened now."""
    if real is not InteractionType.MEETING:
        return When(now)
    if plan.due_on is None and plan.happened_at <= now:
        return When(plan.happened_at, ends_at=max(plan.happened_at, min(plan.ends_at or now, now)))
    return times.default_when(real, InteractionState.DONE, now)


def _is_past(when: When, now: datetime, timezone: str) -> bool:
    if when.due_on is not None:
        return when.due_on < user_day(now, timezone)
    return (when.ends_at or when.at) <= now


def _keep_length(plan: Interaction, when: When) -> When:
    """A meeting that is moved stays as long as it was."""
    if plan.ends_at is None or when.ends_at is not None or when.due_on is not None:
        return when
    return replace(when, ends_at=when.at + (plan.ends_at - plan.happened_at))


async def _review_for(
    work: Work, plan: Interaction, user_id: int, before: tuple[datetime, datetime | None]
) -> None:
    """Reviewed for whoever carried it out; the others get it to review now."""
    of = Ref(RefKind.INTERACTION, plan.id)
    for owner in await planning.list_owners(work, plan.id):
        set_by_hand = owner.review_after not in {None, before[0], before[1]}
        review_after = owner.review_after if set_by_hand and owner.user_id != user_id else None
        work.change(
            owner,
            of=of,
            reviewed=owner.reviewed or owner.user_id == user_id,
            review_after=review_after,
            happened_at=plan.happened_at,
        )


async def _renew_reminders(work: Work, plan: Interaction) -> None:
    """Let the responsible's next reminder follow the plan; one that was sent already comes again."""
    responsible = await work.session.get_one(User, plan.responsible_id)
    waiting = await planning.list_waiting(work, plan.id)
    due_at = planning.default_reminder_at(plan, responsible, work.now)
    own = [one for one in waiting if one.user_id == responsible.id]
    of = Ref(RefKind.INTERACTION, plan.id)
    if own and due_at is not None:
        work.change(own[0], of=of, due_at=due_at)
    elif own:
        work.change(own[0], of=of, state=ReminderState.CANCELLED)
    elif due_at is not None:
        await planning.add_reminder(work, plan, responsible.id, due_at)
