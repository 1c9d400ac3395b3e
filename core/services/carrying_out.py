"""Carrying a plan out: the same interaction becomes what really happened (domain.md I3)."""

from dataclasses import dataclass
from datetime import datetime

from core.enums import CallResult, Direction, InteractionState, InteractionType
from core.errors import Invalid
from core.models import Interaction
from core.repositories import deals, search_texts
from core.repositories.options import require_option
from core.rules import times
from core.rules.options import option_of
from core.services import planning
from core.services.commenting import add_comment_in
from core.services.work import Work
from core.values import Caller, Ref, RefKind, When

_DIRECTED = frozenset({InteractionType.CALL, InteractionType.EMAIL, InteractionType.SMS})


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What a plan turned out to be.

    Attributes:
        type: Its real kind.
        text: What came of it.
        result: For a call, whether the other side was reached.
    """

    type: InteractionType
    text: str = ""
    result: CallResult | None = None


async def carry_out_in(work: Work, caller: Caller, plan: Interaction, outcome: CarriedOut) -> None:
    """Carry a plan out inside a transaction that does more.

    Raises:
        Invalid: The kind of the plan is not known and none was given.
        OptionOff: The type is switched off.
    """
    real = outcome.type
    if real is InteractionType.PLANNED:
        raise Invalid("type", real.value)
    if not await deals.is_stage_task(work.session, plan.id):  # domain.md O3
        await require_option(work.session, option_of(real))
    await work.touch(plan.id)
    before = (plan.happened_at, plan.ends_at)
    when = _when_carried_out(plan, real, work.now)
    failed = outcome.result is CallResult.NOT_REACHED and real is InteractionType.CALL
    came_of_it = "" if failed else outcome.text
    work.change(
        plan,
        of=Ref(RefKind.INTERACTION, plan.id),
        type=real,
        state=InteractionState.DONE,
        direction=(plan.direction or Direction.OUT) if real in _DIRECTED else None,
        result=outcome.result if real is InteractionType.CALL else None,
        text="\n\n".join(part for part in (plan.text, came_of_it) if part),
        happened_at=when.at,
        ends_at=when.ends_at,
        due_on=None,
        time_known=True,
    )
    await planning.cancel_reminders(work, plan)
    await _review_for(work, plan, caller.user_id, before)
    if failed and outcome.text:
        await add_comment_in(work, caller, plan, outcome.text)
    else:
        await search_texts.reindex_interaction(work.session, plan.id)


def _when_carried_out(plan: Interaction, real: InteractionType, now: datetime) -> When:
    """A meeting that has begun keeps its planned start; anything else happened now."""
    if real is not InteractionType.MEETING:
        return When(now)
    if plan.due_on is None and plan.happened_at <= now:
        return When(plan.happened_at, ends_at=max(plan.happened_at, min(plan.ends_at or now, now)))
    return times.default_when(real, InteractionState.DONE, now)


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
