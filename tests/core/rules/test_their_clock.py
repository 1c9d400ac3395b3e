"""What hour it is where the other side is (domain.md U5)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.their_clock import better_time, is_night, show_same_time, zone_of_phones
from core.rules.user_day import to_local
from core.rules.working_time import Hours

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ZONES = [
    "Etc/GMT+12",
    "America/New_York",
    "UTC",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Asia/Vladivostok",
    "Pacific/Kiritimati",
]


@pytest.mark.parametrize(
    ("numbers", "zone"),
    [
        (["+74232000000"], "Asia/Vladivostok"),
        (["+12125550100"], "America/New_York"),
        (["+442079460958"], "Europe/London"),
        # A mobile number of a wide country lies anywhere in it.
        (["+79161234567"], None),
        # What tells nothing does not stand in the way of what does; two that disagree tell nothing.
        (["+79161234567", "+74232000000"], "Asia/Vladivostok"),
        (["+74232000000", "+12125550100"], None),
        (["", "no number", "+0"], None),
        ([], None),
    ],
)
def test_phone_numbers_tell_a_zone_where_it_is_certain(numbers: list[str], zone: str | None) -> None:
    assert zone_of_phones(numbers, NOON) == zone


@pytest.mark.parametrize(
    ("hour", "night"), [(0, True), (7, True), (8, False), (12, False), (20, False), (21, True), (23, True)]
)
def test_night_is_before_eight_and_from_nine_in_the_evening(hour: int, night: bool) -> None:
    assert is_night(NOON.replace(hour=hour), "UTC") is night


def test_the_nearest_hour_that_suits_both_is_proposed() -> None:
    """15:00 in Moscow is 22:00 in Vladivostok: at 13:30 it is still 20:30 there."""
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    better = better_time(at, "Asia/Vladivostok", Hours("Europe/Moscow", 9, 18), NOON)
    assert better == datetime(2026, 11, 25, 10, 30, tzinfo=UTC)


def test_where_the_days_never_meet_theirs_counts() -> None:
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    better = better_time(at, "Pacific/Honolulu", Hours("UTC", 9, 12), NOON)
    assert better is not None
    assert not is_night(better, "Pacific/Honolulu")


@given(
    st.integers(0, 366 * 24 * 60),
    st.integers(0, 14 * 24 * 60),
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.integers(0, 20),
)
def test_what_is_proposed_lies_ahead_by_day_and_near(
    minutes: int, ahead: int, there: str, here: str, starts: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    at = now + timedelta(minutes=ahead)
    hours = Hours(here, starts, starts + 4)
    better = better_time(at, there, hours, now)
    assert better is not None
    assert better > now
    assert not is_night(better, there)
    assert abs(better - at) <= timedelta(days=3, minutes=30)


@given(st.sampled_from(ZONES), st.sampled_from(ZONES), st.integers(0, 366 * 24))
def test_clocks_are_the_same_where_they_show_the_same(one: str, other: str, hours: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    shown = {to_local(at, zone).replace(tzinfo=None) for zone in (one, other)}
    assert show_same_time((one, other), at) is (len(shown) == 1)
