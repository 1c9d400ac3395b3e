"""Reviewed, snoozed, to review: what still wants its owner's attention (domain.md R)."""

from dataclasses import dataclass
from datetime import datetime

from core.enums import CallResult, Direction, InteractionState, InteractionType, Source


@dataclass(frozen=True, slots=True)
class Arrival:
    """What decides whether an interaction starts reviewed for one of its owners (domain.md R2)."""

    type: InteractionType
    state: InteractionState
    direction: Direction | None
    result: CallResult | None
    source: Source
    author_id: int | None
    owner_id: int
    predates_mailbox: bool = False
    automatic: bool = False


def starts_reviewed(arrival: Arrival) -> bool:
    """Whether a new interaction needs none of this owner's attention (domain.md R2, S1)."""
    if arrival.state is InteractionState.CANCELLED:
        return True
    if arrival.source is Source.IMPORT or arrival.predates_mailbox or arrival.automatic:
        return True
    if arrival.state is InteractionState.PLANNED:
        return False
    if arrival.author_id is not None and arrival.author_id != arrival.owner_id:
        return False
    if arrival.type in {InteractionType.EMAIL, InteractionType.SMS}:
        return arrival.direction is not Direction.IN
    missed = arrival.direction is Direction.IN and arrival.result is CallResult.NOT_REACHED
    return not missed


def plan_review_after(happened_at: datetime, ends_at: datetime | None) -> datetime:
    """A plan comes up for review at its end or due time, until that is set otherwise (domain.md R3)."""
    return ends_at or happened_at


def is_to_review(*, reviewed: bool, review_after: datetime | None, now: datetime) -> bool:
    """Unreviewed, and not snoozed (domain.md R3)."""
    return not reviewed and (review_after is None or review_after <= now)


def is_snoozed(*, reviewed: bool, review_after: datetime | None, now: datetime) -> bool:
    """Unreviewed, with a review-after still to come (domain.md R3)."""
    return not reviewed and review_after is not None and review_after > now
