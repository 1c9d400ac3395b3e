"""How deals move through the stages of their kind, and what a stage asks for (domain.md D2, D3, O3).

Pure functions of values; `core.services.deal_stages` carries out what they decide.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

from core.enums import DealKindType, DealStatus, InteractionState, InteractionType, LackType, StageRuleType
from core.rules.working_time import Hours, worked_between
from core.values import Lack

Requirable = Literal[
    "partner",
    "amount",
    "expected_close_on",
    "agreed",
    "cost",
    "source",
    "competitor",
    "committed_on",
    "demand",
]
REQUIRABLE: tuple[str, ...] = get_args(Requirable)
"""Fields that a stage may ask for."""

PERCENT = range(101)


class Step(StrEnum):
    """What a wish to move a deal comes to."""

    NOTHING = "nothing"
    FREE = "free"
    CHECKED = "checked"
    OUT_OF_ORDER = "out_of_order"


def has_stages(kind: DealKindType, *, managed: bool) -> bool:
    """Whether deals of a kind have stages; without deal management every kind is plain (domain.md O3)."""
    return managed and kind is not DealKindType.PLAIN


def find_next(order: Sequence[int], current: int | None) -> int | None:
    """The stage after the current one; the first when there is none yet; None at the end.

    A stage that left the kind under a running deal is none of the order any more: the first comes next.
    """
    if current is None or current not in order:
        return order[0] if order else None
    place = order.index(current) + 1
    return order[place] if place < len(order) else None


def decide_step(kind: DealKindType, order: Sequence[int], current: int | None, target: int) -> Step:
    """How a deal gets from one stage to another (domain.md D2).

    A manual kind moves freely, forward and back. A process goes to the next stage, once the current one holds
    nothing back; any other way is a manager's. Whoever is in no stage yet, or in one that the kind has lost, is
    held by nothing.
    """
    if target == current:
        return Step.NOTHING
    if kind is not DealKindType.PROCESS:
        return Step.FREE
    if current is not None and current not in order:
        return Step.FREE
    if find_next(order, current) != target:
        return Step.OUT_OF_ORDER
    return Step.FREE if current is None else Step.CHECKED


class TaskFacts(NamedTuple):
    """A task that a stay in a stage brought."""

    interaction_id: int
    text: str
    state: InteractionState
    deleted: bool


class Condition(NamedTuple):
    """A condition on leaving a stage."""

    type: StageRuleType
    field: str | None = None
    role_id: int | None = None
    role: str | None = None
    interaction_type: InteractionType | None = None
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What the conditions look at.

    Attributes:
        filled: The fields of `REQUIRABLE` that are filled.
        roles: The roles that somebody has.
        touched: For each role, when one who has it took part in the latest interaction of the deal.
        happened: Types of what happened since the stage was entered.
        now: The moment of asking.
    """

    now: datetime
    filled: Collection[str] = ()
    roles: Collection[int] = ()
    touched: Mapping[int, datetime] = field(default_factory=dict)
    happened: Collection[InteractionType] = ()


def find_lacks(
    tasks: Sequence[TaskFacts], conditions: Sequence[Condition], facts: DealFacts
) -> tuple[Lack, ...]:
    """What a stage still asks for before it is left (domain.md D2); a task that was dropped is not done."""
    lacks = [
        Lack(LackType.TASK, interaction_id=one.interaction_id, text=one.text)
        for one in tasks
        if one.deleted or one.state is not InteractionState.DONE
    ]
    lacks += [_as_lack(one) for one in conditions if not _holds(one, facts)]
    return tuple(lacks)


def _holds(condition: Condition, facts: DealFacts) -> bool:
    match condition.type:
        case StageRuleType.FIELD:
            return condition.field in facts.filled
        case StageRuleType.ROLE:
            return condition.role_id in facts.roles
        case StageRuleType.CONTACT:
            last = facts.touched.get(condition.role_id) if condition.role_id is not None else None
            limit = condition.within_days
            return last is not None and (limit is None or facts.now - last <= timedelta(days=limit))
        case StageRuleType.INTERACTION:
            return condition.interaction_type in facts.happened


def _as_lack(condition: Condition) -> Lack:
    return Lack(
        LackType(condition.type.value),
        field=condition.field,
        role_id=condition.role_id,
        role=condition.role,
        interaction_type=condition.interaction_type,
        within_days=condition.within_days,
    )


def probability_of(
    status: DealStatus, *, by_hand: bool, current: int | None, of_stage: int | None
) -> int | None:
    """How likely a deal is (domain.md D3): won 100, lost 0; else what was said, else what its stage says."""
    if status is DealStatus.WON:
        return 100
    if status is DealStatus.LOST:
        return 0
    return current if by_hand else of_stage


class Stay(NamedTuple):
    """A stay of a deal in a stage."""

    stage_id: int
    from_stage_id: int | None
    entered_at: datetime
    left_at: datetime | None


def is_continuous(stays: Sequence[Stay]) -> bool:
    """Whether a history has no overlaps, and gaps only where a deal had ended and was taken up again (domain.md D3)."""
    for before, after in pairwise(stays):
        if before.left_at is None or after.entered_at < before.left_at:
            return False
        taken_up_again = after.from_stage_id == after.stage_id == before.stage_id
        if after.entered_at != before.left_at and not taken_up_again:
            return False
        if after.from_stage_id != before.stage_id:
            return False
    return all(one.left_at is None or one.left_at >= one.entered_at for one in stays)


class RestEvent(StrEnum):
    """What set the rest of a deal back to nothing."""

    INTERACTION = "interaction"
    STAGE = "stage"
    OPENED = "opened"


class Rest(NamedTuple):
    """How long nothing has happened to a deal.

    Attributes:
        since: When something last did.
        event: What it was.
        worked: The working time since.
        limit: After how much the stage calls it too long; None: it never does.
    """

    since: datetime
    event: RestEvent
    worked: timedelta
    limit: timedelta | None

    @property
    def too_long(self) -> bool:
        """Whether the deal is at rest."""
        return self.limit is not None and self.worked > self.limit


def find_rest(
    events: Mapping[RestEvent, datetime | None], now: datetime, hours: Hours, limit_days: int | None
) -> Rest:
    """How long a deal has been at rest, and since what (pains.md 26): the timer shows the event that reset it.

    Args:
        events: The latest of each sort; that the deal was opened is always known.
        now: The moment of asking.
        hours: Of the responsible.
        limit_days: The working days after which the stage calls it rest.
    """
    known = [(at, event) for event in RestEvent if (at := events.get(event)) is not None and at <= now]
    since, event = max(known, key=lambda one: one[0]) if known else (now, RestEvent.OPENED)
    limit = None if limit_days is None else hours.day * limit_days
    return Rest(since, event, worked_between(since, now, hours), limit)
