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


NIGHTS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Chatham", date(2026, 4, 5)),
    ("Africa/Cairo", date(2026, 4, 24)),  # The day itself begins in the gap.
]
"""Days in whose night the clocks are changed."""


@given(st.sampled_from(NIGHTS), st.integers(-36 * 60, 36 * 60), zones)
def test_u5_i5_a_day_is_over_at_its_end_and_no_minute_sooner(
    night: tuple[str, date], minutes: int, other: str
) -> None:
    """What is due on a day is overdue from the end of that day on: on both nights, and in a zone of no such night."""
    for zone in (night[0], other):
        day = night[1]
        now = day_bounds(day, zone).end + timedelta(minutes=minutes)
        assert (user_day(now, zone) > day) == (now >= day_bounds(day, zone).end)
        assert (user_day(now, zone) < day) == (now < day_bounds(day, zone).start)


@given(st.sampled_from(NIGHTS), st.integers(0, 23))
def test_u5_an_hour_of_a_day_lies_on_that_day_even_where_the_clocks_leave_it_out(
    night: tuple[str, date], hour: int
) -> None:
    zone, day = night
    at = at_hour(day, hour, zone)
    start, end = day_bounds(day, zone)
    assert start <= at < end
    assert to_local(at, zone).hour in {hour, hour + 1}
    assert at == at_hour(day, hour, zone)


@given(st.sampled_from(NIGHTS), st.integers(0, 24 * 60 - 1), zones)
def test_u5_a_wall_time_that_exists_in_both_zones_comes_back_from_a_move(
    night: tuple[str, date], minute: int, other: str
) -> None:
    zone, day = night
    instant = day_bounds(day, zone).start + timedelta(minutes=minute)
    there = move_wall_time(instant, zone, other)
    back = move_wall_time(there, other, zone)
    shown = to_local(instant, zone).replace(tzinfo=None)
    if to_local(there, other).replace(tzinfo=None, fold=0) == shown.replace(fold=0):
        assert back == to_instant(shown.replace(fold=0), zone)
