"""When to try again (domain.md U5): on working days, in the user's own time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.days_off import DaysOff
from core.rules.next_try import suggest_tries
from core.rules.user_day import user_day
from core.rules.working_time import Hours

TUESDAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FREE = DaysOff()


def hours(days_off: DaysOff = FREE, timezone: str = "UTC") -> Hours:
    return Hours(timezone, 9, 18, days_off)


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (TUESDAY, [25, 26]),
        (TUESDAY + timedelta(days=2), [27, 30]),
        (TUESDAY + timedelta(days=3), [30, 1]),
        (TUESDAY + timedelta(days=4), [30, 1]),
    ],
)
def test_u5_weekends_are_passed_over(now: datetime, days: list[int]) -> None:
    assert [day.day for day in suggest_tries(now, now, hours()).days] == days


def test_u5_days_off_are_passed_over() -> None:
    off = DaysOff(own=((date(2026, 11, 25), date(2026, 11, 26)),))
    assert suggest_tries(TUESDAY, TUESDAY, hours(off)).days == (date(2026, 11, 27), date(2026, 11, 30))
    always = DaysOff(own=((date(2026, 1, 1), date(2030, 1, 1)),))
    assert suggest_tries(TUESDAY, TUESDAY, hours(always)).days == (date(2026, 11, 25), date(2026, 11, 26))


def test_the_time_of_day_stays_in_whole_steps() -> None:
    assert suggest_tries(TUESDAY + timedelta(minutes=33), TUESDAY, hours()).at == time(12, 30)
    assert suggest_tries(TUESDAY, TUESDAY, hours(), day_only=True).at is None


def test_in_an_hour_is_offered_within_working_hours() -> None:
    assert suggest_tries(TUESDAY, TUESDAY, hours()).soon == TUESDAY + timedelta(hours=1)
    assert suggest_tries(TUESDAY, TUESDAY + timedelta(hours=6), hours()).soon is None


@given(
    offset=st.integers(-12, 14),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_u5_every_offer_lies_ahead_in_every_zone(offset: int, now: datetime) -> None:
    zone = f"Etc/GMT{-offset:+d}"
    found = suggest_tries(now, now, hours(DaysOff("RU"), zone))
    assert len(found.days) == 2
    assert all(user_day(now, zone) < day for day in found.days)
