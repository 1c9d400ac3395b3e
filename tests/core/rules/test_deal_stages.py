from datetime import UTC, datetime, timedelta

import pytest

from core.enums import (
    DealKindType,
    DealStatus,
    InteractionState,
    InteractionType,
    LackType,
    StageRuleType,
)
from core.rules.deal_stages import (
    Condition,
    DealFacts,
    RestEvent,
    Stay,
    Step,
    TaskFacts,
    decide_step,
    find_lacks,
    find_next,
    find_rest,
    has_stages,
    is_continuous,
    probability_of,
)
from core.rules.working_time import Hours

PROCESS, MANUAL, PLAIN = DealKindType.PROCESS, DealKindType.MANUAL, DealKindType.PLAIN
IN_PROGRESS, WON, LOST = DealStatus.IN_PROGRESS, DealStatus.WON, DealStatus.LOST
ORDER = [10, 20, 30]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "managed", "expected"),
    [
        (PROCESS, True, True),
        (MANUAL, True, True),
        (PLAIN, True, False),
        (PROCESS, False, False),
        (MANUAL, False, False),
        (PLAIN, False, False),
    ],
)
def test_o3_without_deal_management_every_kind_is_plain(
    kind: DealKindType, managed: bool, expected: bool
) -> None:
    """Also D2: a plain kind has no stages."""
    assert has_stages(kind, managed=managed) is expected


@pytest.mark.parametrize(("current", "expected"), [(None, 10), (10, 20), (20, 30), (30, None), (99, 10)])
def test_d2_the_next_stage_is_that_of_the_order(current: int | None, expected: int | None) -> None:
    assert find_next(ORDER, current) == expected


def test_d2_a_kind_without_stages_has_no_next_one() -> None:
    assert find_next([], None) is None


@pytest.mark.parametrize(
    ("kind", "current", "target", "expected"),
    [
        (PROCESS, 10, 20, Step.CHECKED),
        (PROCESS, 20, 30, Step.CHECKED),
        (PROCESS, 10, 10, Step.NOTHING),
        (PROCESS, 10, 30, Step.OUT_OF_ORDER),
        (PROCESS, 20, 10, Step.OUT_OF_ORDER),
        (PROCESS, 30, 10, Step.OUT_OF_ORDER),
        (PROCESS, None, 10, Step.FREE),
        (PROCESS, None, 20, Step.OUT_OF_ORDER),
        (PROCESS, 99, 10, Step.FREE),
        (PROCESS, 99, 30, Step.FREE),
        (MANUAL, 10, 30, Step.FREE),
        (MANUAL, 30, 10, Step.FREE),
        (MANUAL, None, 20, Step.FREE),
        (MANUAL, 99, 20, Step.FREE),
        (MANUAL, 20, 20, Step.NOTHING),
    ],
)
def test_d2_a_process_goes_on_by_order_and_a_manual_kind_moves_freely(
    kind: DealKindType, current: int | None, target: int, expected: Step
) -> None:
    assert decide_step(kind, ORDER, current, target) is expected


def task(state: InteractionState, *, deleted: bool = False) -> TaskFacts:
    return TaskFacts(5, "Send the offer", state, deleted)


@pytest.mark.parametrize(
    ("one", "holds"),
    [
        (task(InteractionState.DONE), True),
        (task(InteractionState.PLANNED), False),
        (task(InteractionState.CANCELLED), False),
        (task(InteractionState.DONE, deleted=True), False),
    ],
)
def test_d2_a_stage_is_not_left_before_its_tasks_are_done(one: TaskFacts, holds: bool) -> None:
    lacks = find_lacks([one], [], DealFacts(NOW))
    assert (lacks == ()) is holds
    if not holds:
        assert (lacks[0].type, lacks[0].interaction_id, lacks[0].text) == (LackType.TASK, 5, "Send the offer")


FIELD = Condition(StageRuleType.FIELD, field="amount")
ROLE = Condition(StageRuleType.ROLE, role_id=7, role="decides")
CONTACT = Condition(StageRuleType.CONTACT, role_id=7, role="decides", within_days=21)
CONTACT_EVER = Condition(StageRuleType.CONTACT, role_id=7, role="decides")
MEETING = Condition(StageRuleType.INTERACTION, interaction_type=InteractionType.MEETING)


@pytest.mark.parametrize(
    ("condition", "facts", "holds"),
    [
        (FIELD, DealFacts(NOW), False),
        (FIELD, DealFacts(NOW, filled={"partner"}), False),
        (FIELD, DealFacts(NOW, filled={"amount"}), True),
        (ROLE, DealFacts(NOW), False),
        (ROLE, DealFacts(NOW, roles={8}), False),
        (ROLE, DealFacts(NOW, roles={7}), True),
        (CONTACT, DealFacts(NOW, roles={7}), False),
        (CONTACT, DealFacts(NOW, touched={7: NOW - timedelta(days=21)}), True),
        (CONTACT, DealFacts(NOW, touched={7: NOW - timedelta(days=21, seconds=1)}), False),
        (CONTACT, DealFacts(NOW, touched={8: NOW}), False),
        (CONTACT_EVER, DealFacts(NOW, touched={7: NOW - timedelta(days=900)}), True),
        (MEETING, DealFacts(NOW, happened={InteractionType.CALL}), False),
        (MEETING, DealFacts(NOW, happened={InteractionType.MEETING}), True),
    ],
)
def test_d2_a_stage_is_not_left_before_its_conditions_hold(
    condition: Condition, facts: DealFacts, holds: bool
) -> None:
    lacks = find_lacks([], [condition], facts)
    assert (lacks == ()) is holds
    if not holds:
        assert lacks[0].type.value == condition.type.value
        assert (lacks[0].field, lacks[0].role, lacks[0].interaction_type) == (
            condition.field,
            condition.role,
            condition.interaction_type,
        )


def test_d2_everything_that_is_missing_is_told_at_once_tasks_first() -> None:
    lacks = find_lacks([task(InteractionState.PLANNED)], [FIELD, ROLE, CONTACT, MEETING], DealFacts(NOW))
    assert [one.type for one in lacks] == [
        LackType.TASK,
        LackType.FIELD,
        LackType.ROLE,
        LackType.CONTACT,
        LackType.INTERACTION,
    ]


@pytest.mark.parametrize(
    ("status", "by_hand", "current", "of_stage", "expected"),
    [
        (IN_PROGRESS, False, 30, 50, 50),
        (IN_PROGRESS, True, 30, 50, 30),
        (IN_PROGRESS, False, 30, None, None),
        (IN_PROGRESS, False, None, 0, 0),
        (WON, True, 30, 50, 100),
        (WON, False, None, None, 100),
        (LOST, True, 30, 50, 0),
        (LOST, False, 100, None, 0),
    ],
)
def test_d3_probability_follows_the_stage_until_set_by_hand_and_the_outcome_always(
    status: DealStatus, by_hand: bool, current: int | None, of_stage: int | None, expected: int | None
) -> None:
    assert probability_of(status, by_hand=by_hand, current=current, of_stage=of_stage) == expected


def stay(stage: int, came_from: int | None, entered: int, left: int | None) -> Stay:
    def at(hours: int) -> datetime:
        return NOW + timedelta(hours=hours)

    return Stay(stage, came_from, at(entered), at(left) if left is not None else None)


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([], True),
        ([stay(10, None, 0, None)], True),
        ([stay(10, None, 0, 5), stay(20, 10, 5, None)], True),
        ([stay(10, None, 0, 5), stay(10, 10, 9, None)], True),
        ([stay(10, None, 0, 5), stay(20, 10, 6, None)], False),
        ([stay(10, None, 0, 5), stay(20, 10, 4, None)], False),
        ([stay(10, None, 0, None), stay(20, 10, 4, None)], False),
        ([stay(10, None, 0, 5), stay(20, 30, 5, None)], False),
        ([stay(10, None, 5, 0)], False),
    ],
)
def test_d3_a_history_has_no_overlaps_and_gaps_only_between_ending_and_going_on(
    stays: list[Stay], expected: bool
) -> None:
    assert is_continuous(stays) is expected


HOURS = Hours("Europe/London", 9, 18)


def test_d6_rest_runs_in_working_time_from_the_latest_event() -> None:
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    events = {
        RestEvent.OPENED: monday - timedelta(days=30),
        RestEvent.STAGE: monday - timedelta(days=10),
        RestEvent.INTERACTION: monday,
    }
    rest = find_rest(events, monday + timedelta(days=2), HOURS, 1)
    assert (rest.event, rest.since) == (RestEvent.INTERACTION, monday)
    assert (rest.worked, rest.too_long) == (timedelta(hours=18), True)


@pytest.mark.parametrize(("limit", "too_long"), [(None, False), (2, False), (1, True)])
def test_d6_a_stage_says_after_how_long_a_deal_is_at_rest(limit: int | None, too_long: bool) -> None:
    friday = datetime(2026, 11, 20, 9, tzinfo=UTC)
    rest = find_rest({RestEvent.OPENED: friday}, friday + timedelta(days=3, hours=9), HOURS, limit)
    assert rest.worked == timedelta(hours=18)
    assert rest.too_long is too_long


def test_d6_a_meeting_that_is_still_to_come_resets_nothing() -> None:
    events = {RestEvent.OPENED: NOW - timedelta(days=7), RestEvent.INTERACTION: NOW + timedelta(days=1)}
    assert find_rest(events, NOW, HOURS, 1).event is RestEvent.OPENED
