"""Where a deal's room is, who records from it, what its topic is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import Role
from core.rules.deal_rooms import TOPIC_NAME, choose_group, may_bind, may_record, topic_link, topic_name

NORTH, SALES, SOUTH = 2, 1, 3


@pytest.mark.parametrize(
    ("groups", "chain", "expected"),
    [
        ({None: 10}, [NORTH, SALES], 10),
        ({None: 10, SALES: 11}, [NORTH, SALES], 11),
        ({None: 10, SALES: 11, NORTH: 12}, [NORTH, SALES], 12),
        ({SOUTH: 13}, [NORTH, SALES], None),
        ({SOUTH: 13, None: 10}, [], 10),
        ({}, [], None),
    ],
)
def test_the_nearest_department_with_a_group_has_the_room(
    groups: dict[int | None, int], chain: list[int], expected: int | None
) -> None:
    assert choose_group(groups, chain) == expected


@pytest.mark.parametrize(
    ("people", "team", "responsible", "expected"),
    [
        ({1}, {1, 2}, 2, True),
        ({2}, set(), 2, True),
        ({3}, {1, 2}, 2, False),
        ({3, 1}, {1}, 2, True),  # a manager who leads one of the team
        ({3, 2}, set(), 2, True),  # or the responsible
        (set(), {1}, 1, False),
    ],
)
def test_the_team_and_its_leaders_record(
    people: set[int], team: set[int], responsible: int, *, expected: bool
) -> None:
    assert may_record(people, team, responsible) is expected


@pytest.mark.parametrize(
    ("role", "led", "department", "expected"),
    [
        (Role.ADMINISTRATOR, set(), None, True),
        (Role.ADMINISTRATOR, set(), SALES, True),
        (Role.MANAGER, {SALES, NORTH}, NORTH, True),
        (Role.MANAGER, {SALES}, SOUTH, False),
        (Role.MANAGER, {SALES}, None, False),
        (Role.REP, {SALES}, SALES, False),
    ],
)
def test_groups_are_bound_by_those_who_lead(
    role: Role, led: set[int], department: int | None, *, expected: bool
) -> None:
    assert may_bind(role, led, department) is expected


@given(st.text(max_size=300))
def test_every_title_makes_a_name_that_telegram_takes(title: str) -> None:
    name = topic_name(title, "d3")
    assert 0 < len(name) <= TOPIC_NAME
    assert name == name.strip()
    assert "\n" not in name


def test_a_link_opens_the_topic() -> None:
    assert topic_link(-1001000000001, 7) == "https://t.me/c/1000000001/7"
