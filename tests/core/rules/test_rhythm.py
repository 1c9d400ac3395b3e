"""Usual rhythms and silence (pains.md, silence radar)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from core.rules.rhythm import (
    DEFAULT_DAYS,
    LEAST_QUIET,
    Usual,
    organisation_default,
    quiet_at,
    silent_days,
    urgency,
    usual_rhythm,
)
from core.rules.working_time import Hours

HOURS = Hours("UTC", 9, 18)
MONDAY = date(2026, 11, 2)
days = st.lists(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=30)
zones = st.sampled_from(["Etc/GMT+12", "Pacific/Kiritimati", "Europe/London", "America/New_York", "UTC"])
moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone


def weekly(count: int) -> list[date]:
    return [MONDAY + timedelta(weeks=one) for one in range(count)]


def test_the_median_of_gaps_in_working_days() -> None:
    assert usual_rhythm(weekly(5), HOURS, 10) == Usual(5, is_own=True)
    with_holiday = [*weekly(5), MONDAY + timedelta(weeks=20)]
    assert usual_rhythm(with_holiday, HOURS, 10) == Usual(5, is_own=True)


def test_a_short_history_takes_the_default_of_the_organisation() -> None:
    assert usual_rhythm(weekly(3), HOURS, 7) == Usual(7, is_own=False)
    assert usual_rhythm([], HOURS, 7) == Usual(7, is_own=False)
    assert organisation_default([3] * 19) == DEFAULT_DAYS
    assert organisation_default([3] * 20 + [90]) == 3


def test_quiet_begins_on_a_working_morning_after_half_as_long_again() -> None:
    last = datetime(2026, 11, 2, 15, tzinfo=UTC)
    assert quiet_at(last, Usual(4, is_own=True), HOURS) == datetime(2026, 11, 10, 9, tzinfo=UTC)
    assert quiet_at(last, Usual(1, is_own=True), HOURS) == datetime(2026, 11, 5, 9, tzinfo=UTC)
    assert silent_days(last, datetime(2026, 11, 10, 9, tzinfo=UTC), HOURS) == 6


def test_what_is_at_stake_and_how_far_over_both_count() -> None:
    assert urgency(10, 5, None, is_deal=True) > urgency(10, 5, None, is_deal=False)
    assert urgency(10, 5, Decimal(100000), is_deal=True) > urgency(10, 5, Decimal(100), is_deal=True)
    assert urgency(500, 5, None, is_deal=False) == urgency(5000, 5, None, is_deal=False)


@given(days, st.randoms())
def test_order_and_repetition_do_not_matter(some: list[date], random: Random) -> None:
    shuffled = some * 2
    random.shuffle(shuffled)
    assert usual_rhythm(shuffled, HOURS, 10) == usual_rhythm(some, HOURS, 10)
    assert usual_rhythm(some, HOURS, 10).days >= 1


@given(days, st.dates(date(2020, 1, 1), date(2020, 12, 31)))
def test_one_outlier_moves_the_rhythm_no_further_than_its_neighbours(some: list[date], outlier: date) -> None:
    apart = sorted(set(some))
    if len(apart) < 6:
        return
    gaps = [(b - a).days for a, b in pairwise(apart)]
    assert usual_rhythm([outlier, *apart], HOURS, 10).days <= max(gaps)


@given(moments, zones, st.integers(1, 60), st.booleans())
def test_nothing_is_silent_before_its_usual_gap_is_over(
    last: datetime, zone: str, usual: int, is_own: bool
) -> None:
    hours = Hours(zone, 9, 18)
    at = quiet_at(last, Usual(usual, is_own), hours)
    assert at > last
    assert silent_days(last, at, hours) >= max(usual + 1, LEAST_QUIET) - 1
    assert quiet_at(last, Usual(usual + 1, is_own), hours) >= at
