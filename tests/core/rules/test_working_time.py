from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.working_time import Hours, after_working_days, worked_between, working_days_between

LONDON = Hours("Europe/London", 9, 18)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026, when London keeps UTC; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (at(23, 10), at(23, 12), 120),
        (at(23, 7), at(23, 9, 30), 30),
        (at(23, 17, 30), at(24, 9, 30), 60),
        (at(20, 17), at(23, 10), 120),
        (at(21, 0), at(22, 23), 0),
        (at(23, 9), at(30, 9), 5 * 9 * 60),
        (at(23, 12), at(23, 12), 0),
        (at(24, 12), at(23, 12), 0),
        (at(2, 9), at(30, 18), 21 * 9 * 60),
    ],
)
def test_d3_durations_in_working_time(start: datetime, end: datetime, minutes: int) -> None:
    assert worked_between(start, end, LONDON) == timedelta(minutes=minutes)


def test_u5_working_hours_are_those_of_the_users_wall_clock() -> None:
    kamchatka = Hours("Asia/Kamchatka", 9, 18)
    assert worked_between(at(23, 0), at(23, 6), kamchatka) == timedelta(hours=6)


def test_d3_a_change_of_the_clock_lengthens_no_working_day() -> None:
    before, after = datetime(2026, 10, 23, 8, tzinfo=UTC), datetime(2026, 10, 26, 18, tzinfo=UTC)
    assert worked_between(before, after, LONDON) == timedelta(hours=18)


def test_d3_hours_over_midnight_and_round_the_clock() -> None:
    night = Hours("UTC", 22, 6)
    assert (night.day, Hours("UTC", 9, 9).day) == (timedelta(hours=8), timedelta(hours=24))


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(MOMENTS, MOMENTS, MOMENTS)
def test_d3_working_times_add_up(one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    whole = worked_between(first, last, LONDON)
    assert whole == worked_between(first, middle, LONDON) + worked_between(middle, last, LONDON)
    assert whole <= last - first


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_d2_a_task_is_due_on_a_working_day(day: date, count: int) -> None:
    due = after_working_days(day, count)
    assert due.weekday() < 5
    assert due >= day
    if day.weekday() < 5:
        assert working_days_between(day, due) == count
