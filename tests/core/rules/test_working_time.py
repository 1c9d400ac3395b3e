from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.days_off import DaysOff
from core.rules.user_day import at_hour
from core.rules.working_time import (
    Hours,
    after_working_days,
    is_working_day,
    worked_between,
    working_days_between,
)
from tests.core.rules.test_days_off import DAYS, DAYS_OFF

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


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (at(23, 22), at(24, 2), 240),
        (at(24, 2), at(24, 4), 120),
        (at(24, 2), at(25, 2), 480),
        (at(23, 23), at(26, 1), 1080),
        (at(21, 1), at(21, 5), 240),
    ],
)
def test_d3_hours_over_midnight_belong_to_the_day_on_which_they_begin(
    start: datetime, end: datetime, minutes: int
) -> None:
    assert worked_between(start, end, Hours("UTC", 22, 6)) == timedelta(minutes=minutes)


def test_d3_a_russian_january_and_a_week_of_ones_own_are_not_worked() -> None:
    """From Monday 29 December to Wednesday 14 January: two days before the feast, three after it."""
    moscow = Hours("Europe/Moscow", 9, 18, DaysOff("RU"))
    start, end = datetime(2025, 12, 29, 6, tzinfo=UTC), datetime(2026, 1, 14, 15, tzinfo=UTC)
    assert worked_between(start, end, moscow) == 5 * timedelta(hours=9)
    own = moscow._replace(days_off=DaysOff("RU", ((date(2026, 1, 13), date(2026, 1, 20)),)))
    assert worked_between(start, end, own) == 3 * timedelta(hours=9)


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2025, 12, 30), 0, date(2025, 12, 30)),
        (date(2025, 12, 30), 1, date(2026, 1, 12)),
        (date(2026, 1, 3), 0, date(2026, 1, 12)),
        (date(2025, 12, 30), 3, date(2026, 1, 22)),
    ],
)
def test_d2_a_task_is_due_after_the_feast_and_the_holiday(day: date, count: int, due: date) -> None:
    assert after_working_days(day, count, DaysOff("RU", ((date(2026, 1, 14), date(2026, 1, 21)),))) == due


def test_d3_thousands_of_years_are_counted_in_steps() -> None:
    """Ten thousand years day by day would take seconds."""
    own = DaysOff("RU", ((date(1000, 1, 1), date(2999, 12, 31)),))
    whole = working_days_between(date(2, 1, 1), date(9999, 1, 1))
    assert working_days_between(date(2, 1, 1), date(9999, 1, 1), own) == whole - working_days_between(
        date(1000, 1, 1), date(3000, 1, 1)
    )
    assert after_working_days(date(1500, 1, 1), 0, own) == date(3000, 1, 1)


HOURS = st.builds(Hours, st.just("UTC"), st.integers(0, 23), st.integers(0, 24), DAYS_OFF)


@given(DAYS, st.integers(0, 60 * 24 * 40), st.integers(0, 60 * 24), HOURS)
def test_d3_working_time_agrees_with_counting_day_by_day(
    day: date, length: int, offset: int, hours: Hours
) -> None:
    start = at_hour(day, 0, "UTC") + timedelta(minutes=offset)
    end = start + timedelta(minutes=length)
    expected = timedelta()
    for number in range(-1, 43):
        one = day + timedelta(days=number)
        if is_working_day(one, hours.days_off):
            opens = at_hour(one, hours.starts, "UTC")
            expected += max(min(opens + hours.day, end) - max(opens, start), timedelta())
    assert worked_between(start, end, hours) == expected


@given(DAYS, st.integers(0, 60), DAYS_OFF)
def test_d2_days_off_put_a_task_off_by_as_many_working_days(day: date, count: int, days_off: DaysOff) -> None:
    due = after_working_days(day, count, days_off)
    assert is_working_day(due, days_off)
    if is_working_day(day, days_off):
        assert working_days_between(day, due, days_off) == count


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
