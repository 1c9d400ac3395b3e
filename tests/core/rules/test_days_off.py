"""Public holidays and own days off (domain.md U5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.days_off import NO_DAYS_OFF, DaysOff, is_weekday, public_holidays, weekdays_between

OWN_WEEK = DaysOff(own=((date(2026, 11, 23), date(2026, 11, 29)),))


@pytest.mark.parametrize(
    ("days_off", "day", "expected"),
    [
        (DaysOff("RU"), date(2026, 1, 5), True),
        (DaysOff("RU"), date(2026, 1, 9), True),
        (DaysOff("RU"), date(2026, 1, 12), False),
        (DaysOff("RU"), date(2026, 3, 9), True),
        (DaysOff("GB"), date(2026, 12, 28), True),
        (DaysOff("GB"), date(2026, 1, 5), False),
        (NO_DAYS_OFF, date(2026, 1, 1), False),
        (OWN_WEEK, date(2026, 11, 22), False),
        (OWN_WEEK, date(2026, 11, 23), True),
        (OWN_WEEK, date(2026, 11, 29), True),
        (OWN_WEEK, date(2026, 11, 30), False),
    ],
)
def test_u5_days_off_are_public_holidays_and_own_ones(days_off: DaysOff, day: date, expected: bool) -> None:
    assert days_off.is_off(day) is expected


@pytest.mark.parametrize("country", ["XX", "", "ru", "Россия"])
def test_u5_an_unknown_country_has_no_holidays(country: str) -> None:
    assert public_holidays(country, 2026) == frozenset()


def test_u5_far_years_have_no_holidays_and_break_nothing() -> None:
    assert public_holidays("RU", 1) == public_holidays("RU", 9999) == frozenset()


DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))
STRETCHES = st.lists(
    st.tuples(DAYS, st.integers(0, 400)).map(lambda one: (one[0], one[0] + timedelta(days=one[1]))),
    max_size=4,
).map(tuple)
DAYS_OFF = st.builds(DaysOff, st.sampled_from([None, "RU", "GB", "SA", "XX"]), STRETCHES)


@given(DAYS_OFF, DAYS, st.integers(-5, 900))
def test_u5_counting_at_once_agrees_with_counting_day_by_day(
    days_off: DaysOff, start: date, length: int
) -> None:
    days = [start + timedelta(days=one) for one in range(length)]
    end = start + timedelta(days=length)
    assert weekdays_between(start, end) == sum(map(is_weekday, days))
    assert days_off.count_weekdays(start, end) == sum(
        is_weekday(day) and days_off.is_off(day) for day in days
    )
