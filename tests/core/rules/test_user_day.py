"""The user's day on any wall clock (domain.md U5, I5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import TimeInvalid
from core.rules.user_day import at_hour, day_bounds, load_zone, move_wall_time, to_instant, to_local, user_day

ZONES = [
    "Etc/GMT+12",
    "Pacific/Marquesas",
    "America/St_Johns",
    "America/New_York",
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Moscow",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
zones = st.sampled_from(ZONES)
instants = st.integers(0, 40 * 366 * 24 * 60).map(
    lambda minutes: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
days = st.dates(date(2000, 1, 1), date(2040, 1, 1))


@given(instants, zones)
@example(datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), "Europe/Berlin")
@example(datetime(2026, 10, 25, 1, 0, tzinfo=UTC), "Europe/Berlin")
def test_u5_an_instant_lies_within_its_users_day(now: datetime, zone: str) -> None:
    start, end = day_bounds(user_day(now, zone), zone)
    assert start <= now < end


@given(days, zones)
@example(date(2026, 3, 29), "Europe/Berlin")
@example(date(2026, 10, 25), "Europe/Berlin")
@example(date(2026, 4, 5), "Australia/Lord_Howe")
def test_u5_days_follow_each_other_without_gap(day: date, zone: str) -> None:
    bounds = day_bounds(day, zone)
    assert bounds.end == day_bounds(day + timedelta(days=1), zone).start
    assert timedelta(hours=22) < bounds.end - bounds.start < timedelta(hours=26)


@given(instants, zones)
def test_i5_wall_time_and_instant_agree_outside_of_overlaps(instant: datetime, zone: str) -> None:
    local = to_local(instant, zone)
    back = to_instant(local.replace(tzinfo=None, fold=0), zone)
    assert back == instant or (local.fold == 1 and back < instant)


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        # Spring: 02:00 to 03:00 does not exist; the time moves forward by the gap.
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30+00:00"),
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T07:00+00:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45+00:00"),
        # Autumn: 02:00 to 03:00 happens twice; the first counts.
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30+00:00"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30+00:00"),
        # Samoa left out a whole day.
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00+00:00"),
    ],
)
def test_i5_in_a_gap_forward_in_an_overlap_the_first(zone: str, local: str, instant: str) -> None:
    assert to_instant(datetime.fromisoformat(local), zone) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_u5_a_day_of_the_change_is_shorter_or_longer(day: date, hours: int) -> None:
    start, end = day_bounds(day, "Europe/Berlin")
    assert end - start == timedelta(hours=hours)


def test_i5_the_morning_hour_is_the_users() -> None:
    assert at_hour(date(2026, 11, 24), 9, "Europe/Moscow") == datetime(2026, 11, 24, 6, tzinfo=UTC)


@given(instants, zones, zones)
def test_u5_wall_time_survives_a_move(instant: datetime, before: str, after: str) -> None:
    moved = move_wall_time(instant, before, after)
    shown, wanted = to_local(moved, after), to_local(instant, before)
    gap = shown.replace(tzinfo=None, fold=0) - wanted.replace(tzinfo=None, fold=0)
    assert gap in {timedelta(0), timedelta(minutes=30), timedelta(hours=1)}


@pytest.mark.parametrize("zone", ["", "Nowhere/City", "../etc/passwd", "a\0b", "x" * 300, "/etc/localtime"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(TimeInvalid):
        load_zone(zone)
