"""Care of a plan: carry it out, move it, drop it, be reminded of it (domain.md I3)."""

from dataclasses import replace

from sqlalchemy import select

from core.enums import CallResult, InteractionState, InteractionType
from core.errors import StateForbids, TimeInvalid
from core.models import Interaction
from core.repositories.access import get_visible_interaction
from core.repositories.options import require_option
from core.repositories.series import find_open_series
from core.rules import times
from core.rules.options import option_of
from core.services import planning
from core.services.capture import normalise, record_in
from core.services.carrying_out import CarriedOut, carry_out_in
from core.services.commenting import add_comment_in
from core.services.series_times import carry_on_after, end_in
from core.services.work import Work, Works
from core.values import Caller, InteractionDraft, InteractionId, Ref, RefKind, When


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
        then: InteractionDraft | None = None,
    ) -> None:
        """Turn a plan into what happened: same identity, real type, no more reminders (domain.md I3).

        Args:
            caller: Who carried it out; for them it is reviewed.
            interaction_id: The plan.
            type: What it turned out to be; needed for a plan whose kind was not known.
            text: What came of it; added to what the plan said. Of a call that was not reached it is a comment, so
                that the next try says what is wanted and not what went wrong.
            result: For a call, whether the other side was reached.
            then: The next step that was said along with it: it continues the plan (domain.md S7).

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
            Invalid: The kind of the plan is not known and none was given.
            OptionOff: The type is switched off.
        """
        async with self._works.begin(caller, "carry_out") as work:
            plan = await get_plan(work, interaction_id)
            outcome = CarriedOut(type or plan.type, text.strip(), result)
            await carry_out_in(work, caller, plan, outcome)
            await carry_on_after(work, plan)
            if then is not None:
                await record_in(work, caller, then, continues=InteractionId(plan.id))
            work.confirm(Ref(RefKind.INTERACTION, plan.id), note="carried_out")

    async def move(
        self, caller: Caller, interaction_id: InteractionId, when: When, *, reason: str = ""
    ) -> None:
        """Give a plan another time; its unsent reminders follow.

        Args:
            caller: Who moves it.
            interaction_id: The plan.
            when: Its time from now on.
            reason: What was said of it, kept as a comment.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
            TimeInvalid: The new time is past or cannot be.
        """
        async with self._works.begin(caller, "move_plan") as work:
            plan = await get_plan(work, interaction_id)
            await move_in(work, plan, when, caller.timezone)
            await note_reason(work, caller, plan, reason)
            work.confirm(Ref(RefKind.INTERACTION, plan.id), note="plan_moved")

    async def set_kind(self, caller: Caller, interaction_id: InteractionId, kind: InteractionType) -> None:
        """Say what is planned: a call, a meeting, a letter, an SMS, or that it is not known yet (domain.md I3).

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
            OptionOff: The kind is switched off.
        """
        async with self._works.begin(caller, "set_kind") as work:
            plan = await get_plan(work, interaction_id)
            await require_option(work.session, option_of(kind))
            await work.touch(plan.id)
            before = (plan.happened_at, plan.ends_at)
            when = When(plan.happened_at, plan.due_on, None, plan.time_known)
            if kind is InteractionType.MEETING:
                when = replace(when, ends_at=plan.ends_at)
            shape = normalise(InteractionDraft(kind, InteractionState.PLANNED, plan.direction, plan.channel))
            work.change(
                plan,
                of=Ref(RefKind.INTERACTION, plan.id),
                type=kind,
                direction=shape.direction,
                channel=shape.channel,
                ends_at=times.with_length(when, kind, InteractionState.PLANNED).ends_at,
            )
            await planning.follow_time(work, plan, before)
            await planning.renew_all_reminders(work, plan)
            work.confirm(Ref(RefKind.INTERACTION, plan.id), note="edited")

    async def drop(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        *,
        reason: str = "",
        then: InteractionDraft | None = None,
    ) -> None:
        """Cancel a plan: reviewed for everybody, never reminded of (domain.md I3).

        Args:
            caller: Who cancels it.
            interaction_id: The plan.
            reason: Why, kept as a comment; empty for no word about it.
            then: The next try, if it was said along with it: it continues the plan (domain.md S7).

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
        """
        async with self._works.begin(caller, "drop_plan") as work:
            plan = await get_plan(work, interaction_id)
            await drop_in(work, plan)
            await carry_on_after(work, plan)
            await note_reason(work, caller, plan, reason)
            if then is not None:
                await record_in(work, caller, then, continues=InteractionId(plan.id))
            work.confirm(Ref(RefKind.INTERACTION, plan.id), note="plan_dropped")


async def drop_in(work: Work, plan: Interaction) -> None:
    """Cancel a plan inside a transaction that does more (domain.md I3)."""
    await work.touch(plan.id)
    of = Ref(RefKind.INTERACTION, plan.id)
    work.change(plan, of=of, state=InteractionState.CANCELLED)
    await planning.cancel_reminders(work, plan)
    for owner in await planning.list_owners(work, plan.id):
        work.change(owner, of=of, reviewed=True, review_after=None)


async def drop_all_in(work: Work, subject_id: int) -> None:
    """Cancel what is still planned in a subject, whoever planned it; what repeats there does so no more."""
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
        series = await find_open_series(work.session, plan.id)
        if series is not None:
            end_in(work, series, plan)


async def move_in(work: Work, plan: Interaction, when: When, timezone: str) -> None:
    """Give a plan another time inside a transaction that does more.

    Raises:
        TimeInvalid: The new time is past or cannot be.
    """
    when = _keep_length(plan, times.check_when(when, work.now))
    if times.is_past(when, work.now, timezone):
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
    await planning.renew_all_reminders(work, plan)


async def note_reason(work: Work, caller: Caller, plan: Interaction, reason: str) -> None:
    """Keep as a comment why something became of a plan; no word about it is none."""
    if reason.strip():
        await add_comment_in(work, caller, plan, reason)


async def get_plan(work: Work, interaction_id: InteractionId) -> Interaction:
    """A plan that something becomes of.

    Raises:
        NotFound: No such interaction for the caller.
        StateForbids: It is not planned (any more).
    """
    plan = await get_visible_interaction(work.session, work.caller, interaction_id)
    if plan.state is not InteractionState.PLANNED:
        raise StateForbids(Ref(RefKind.INTERACTION, plan.id), plan.state)
    return plan


def _keep_length(plan: Interaction, when: When) -> When:
    """A meeting that is moved stays as long as it was."""
    if plan.ends_at is None or when.ends_at is not None or when.due_on is not None:
        return when
    return replace(when, ends_at=when.at + (plan.ends_at - plan.happened_at))
