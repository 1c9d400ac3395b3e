"""Which marketing event a deal came from (domain.md D1)."""

from datetime import timedelta

import pytest

from core.rules.deal_sources import EventFacts, choose_event
from tests.conftest import NOON


def event(number: int, began: int, last: int) -> EventFacts:
    """An event by the days before noon at which it began and was last heard of."""
    return EventFacts(number, f"Fair {number}", NOON - timedelta(days=began), NOON - timedelta(days=last))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], None),
        ([event(1, 10, 8)], 1),
        ([event(1, 10, 8), event(2, 5, 5)], 2),
        ([event(1, 400, 366)], None),
        ([event(1, 400, 365)], 1),
        ([event(1, -2, -2)], None),
        ([event(1, 0, 0), event(2, 0, 0)], 2),
    ],
    ids=["none", "one", "the latest", "too long ago", "a year ago", "still to come", "of one moment"],
)
def test_d1_the_latest_event_that_had_begun_and_is_remembered(
    events: list[EventFacts], expected: int | None
) -> None:
    chosen = choose_event(events, NOON)
    assert (chosen.subject_id if chosen is not None else None) == expected
