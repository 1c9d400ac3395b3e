from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.enums import CallResult, Direction, InteractionState, InteractionType, Source
from core.rules.review import Arrival, is_snoozed, is_to_review, plan_review_after, starts_reviewed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CALL, MEETING, EMAIL, SMS, PLANNED = InteractionType
IN, OUT = Direction
REP, BOSS = 1, 2


def arrival(type_: InteractionType, direction: Direction | None = None, **fields: Any) -> Arrival:
    values = {
        "state": InteractionState.DONE,
        "result": None,
        "source": Source.CHAT,
        "author_id": REP,
        "owner_id": REP,
        **fields,
    }
    return Arrival(type=type_, direction=direction, **values)


@pytest.mark.parametrize(
    ("one", "reviewed"),
    [
        (arrival(EMAIL, IN), False),
        (arrival(EMAIL, IN, source=Source.MAILBOX, author_id=None), False),
        (arrival(SMS, IN), False),
        (arrival(CALL, IN, result=CallResult.NOT_REACHED), False),
        (arrival(CALL, OUT, author_id=BOSS), False),
        (arrival(MEETING, author_id=BOSS), False),
        (arrival(SMS, OUT, author_id=BOSS), False),
        (arrival(PLANNED, state=InteractionState.PLANNED), False),
        (arrival(CALL, OUT, state=InteractionState.PLANNED), False),
        (arrival(EMAIL, OUT), True),
        (arrival(EMAIL, OUT, source=Source.MAILBOX, author_id=None), True),
        (arrival(SMS, OUT), True),
        (arrival(CALL, OUT), True),
        (arrival(CALL, IN), True),
        (arrival(CALL, OUT, result=CallResult.NOT_REACHED), True),
        (arrival(MEETING), True),
        (arrival(EMAIL, IN, predates_mailbox=True), True),
        (arrival(EMAIL, IN, automatic=True), True),
        (arrival(CALL, IN, source=Source.IMPORT, author_id=None), True),
        (arrival(CALL, OUT, state=InteractionState.CANCELLED), True),
    ],
)
def test_r2_how_it_starts(one: Arrival, *, reviewed: bool) -> None:
    assert starts_reviewed(one) is reviewed


@pytest.mark.parametrize(
    ("reviewed", "review_after", "to_review", "snoozed"),
    [
        (False, None, True, False),
        (False, NOW, True, False),
        (False, NOW - timedelta(1), True, False),
        (False, NOW + timedelta(seconds=1), False, True),
        (True, None, False, False),
        (True, NOW + timedelta(1), False, False),
    ],
)
def test_r3_to_review_and_snoozed_exclude_each_other(
    *, reviewed: bool, review_after: datetime | None, to_review: bool, snoozed: bool
) -> None:
    assert is_to_review(reviewed=reviewed, review_after=review_after, now=NOW) is to_review
    assert is_snoozed(reviewed=reviewed, review_after=review_after, now=NOW) is snoozed


def test_r3_a_plan_comes_up_at_its_end_else_when_it_is_due() -> None:
    assert plan_review_after(NOW, None) == NOW
    assert plan_review_after(NOW, NOW + timedelta(minutes=30)) == NOW + timedelta(minutes=30)
