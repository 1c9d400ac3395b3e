"""When a repeated plan comes next (domain.md I5, U5; RFC 5545), over days off, zones and summer time."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import OffDayShift, RepeatBasis
from core.errors import Invalid
from core.rules.days_off import NO_DAYS_OFF, DaysOff
from core.rules.repeats import Repeat, check_repeat, month_day_rule, moved, next_time, times_between
from core.rules.user_day import to_instant, to_local

THURSDAY = datetime(2026, 11, 26, 10, 0)  # noqa: DTZ001 - a wall clock
NOW = datetime(2026, 11, 24, 12, 0)  # noqa: DTZ001 - a wall clock


def following(repeat: Repeat, count: int, days_off: DaysOff = NO_DAYS_OFF) -> list[str]:
    span = (THURSDAY, THURSDAY + timedelta(days=3000))
    found = times_between(repeat, (THURSDAY, 1), span, days_off)
    return [one.wall.date().isoformat() for one, _ in zip(found, range(count), strict=False)]


@pytest.mark.parametrize(
    ("repeat", "days"),
    [
        (Repeat("FREQ=WEEKLY;BYDAY=MO"), ["2026-11-30", "2026-12-07", "2026-12-14"]),
        (Repeat("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"), ["2026-12-10", "2026-12-24", "2027-01-07"]),
        (Repeat("FREQ=MONTHLY;BYDAY=-1FR"), ["2026-11-27", "2026-12-25", "2027-01-29"]),
        (Repeat(month_day_rule(5)), ["2026-12-05", "2027-01-05", "2027-02-05"]),
        (Repeat(month_day_rule(31)), ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]),
        (Repeat(month_day_rule(29, 3)), ["2026-11-29", "2027-02-28", "2027-05-29"]),
        (Repeat("FREQ=DAILY", until=date(2026, 11, 28)), ["2026-11-27", "2026-11-28"]),
        (Repeat("FREQ=DAILY", count=3), ["2026-11-27", "2026-11-28"]),
        (Repeat("FREQ=YEARLY"), ["2027-11-26", "2028-11-26"]),
    ],
)
def test_the_times_of_a_rule(repeat: Repeat, days: list[str]) -> None:
    assert following(repeat, len(days) + (repeat.count is not None or repeat.until is not None)) == days


def test_u5_the_first_working_day_knows_the_russian_holidays() -> None:
    first = Repeat("FREQ=MONTHLY;BYMONTHDAY=1", off_days=OffDayShift.NEXT)
    assert following(first, 2, DaysOff("RU")) == ["2026-12-01", "2027-01-11"]
    last = Repeat("FREQ=MONTHLY;BYMONTHDAY=-1", off_days=OffDayShift.PREVIOUS)
    assert following(last, 3) == ["2026-11-30", "2026-12-31", "2027-01-29"]


def test_u5_every_working_day_leaves_days_off_out_and_does_not_count_them() -> None:
    off = DaysOff(own=((date(2026, 11, 27), date(2026, 11, 30)),))
    daily = Repeat("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", off_days=OffDayShift.SKIP, count=3)
    assert following(daily, 5, off) == ["2026-12-01", "2026-12-02"]


def test_what_was_missed_is_counted_and_not_caught_up_with() -> None:
    weekly = Repeat("FREQ=WEEKLY;BYDAY=TH", count=6)
    found = next_time(weekly, (THURSDAY, 1), THURSDAY + timedelta(days=22))
    assert found is not None
    assert (found.wall.date().isoformat(), found.number) == ("2026-12-24", 5)
    assert next_time(weekly, (THURSDAY, 1), THURSDAY + timedelta(days=60)) is None


def test_after_the_last_contact_counts_from_it() -> None:
    six_weeks = Repeat("FREQ=WEEKLY;INTERVAL=6", RepeatBasis.LAST_CONTACT, OffDayShift.NEXT)
    assert following(six_weeks, 2) == ["2027-01-07"]
    assert following(six_weeks, 2, DaysOff("RU")) == ["2027-01-11"]


@pytest.mark.parametrize(
    "repeat",
    [
        Repeat("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        Repeat("FREQ=YEARLY;INTERVAL=100000"),
        Repeat("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=32"),
        Repeat("FREQ=HOURLY"),
        Repeat("FREQ=WEEKLY;BYWEEKNO=x"),
        Repeat("nonsense"),
        Repeat("FREQ=DAILY", count=1),
        Repeat("FREQ=DAILY", count=100_000),
        Repeat("FREQ=DAILY", until=date(2026, 11, 26)),
        Repeat("FREQ=DAILY", until=date(2300, 1, 1)),
        Repeat("FREQ=WEEKLY;INTERVAL=100000", RepeatBasis.LAST_CONTACT),
        Repeat("FREQ=YEARLY;INTERVAL=9999999", RepeatBasis.LAST_CONTACT),
    ],
)
def test_what_cannot_be_is_refused(repeat: Repeat) -> None:
    with pytest.raises(Invalid):
        check_repeat(repeat, THURSDAY, NOW)


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "2026-11-27", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("FREQ=MONTHLY;BYMONTHDAY=26", "2026-11-30", month_day_rule(30)),
        ("FREQ=YEARLY", "2026-12-01", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1"),
        ("FREQ=DAILY", "2026-11-27", "FREQ=DAILY"),
        ("FREQ=MONTHLY;BYDAY=-1TH", "2026-11-27", None),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "2026-11-27", None),
        ("FREQ=MONTHLY;BYDAY=-1TH", "2026-11-26", "FREQ=MONTHLY;BYDAY=-1TH"),
    ],
)
def test_a_rule_moves_with_its_plan_where_that_can_be_told(
    rule: str, after: str, expected: str | None
) -> None:
    found = moved(Repeat(rule), THURSDAY.date(), date.fromisoformat(after))
    assert (found.rule if found is not None else None) == expected


@given(
    zone=st.sampled_from(
        [
            "Etc/GMT+12",
            "Etc/GMT-14",
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Pacific/Apia",
        ]
    ),
    rule=st.sampled_from(
        ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU", "FREQ=MONTHLY;BYDAY=-1SU", month_day_rule(31)]
    ),
    first=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001 - a wall clock
        lambda one: one.replace(second=0, microsecond=0)
    ),
)
def test_i5_the_wall_time_stays_over_both_nights_of_summer_time(
    zone: str, rule: str, first: datetime
) -> None:
    """In a gap the time moves forward by the gap, in an overlap the first one counts; else the clock stays."""
    span = (first, first + timedelta(days=420))
    walls = [one.wall for one in times_between(Repeat(rule), (first, 1), span)]
    instants = [to_instant(wall, zone) for wall in walls]
    assert all(one < other for one, other in pairwise(instants))
    for wall, instant in zip(walls, instants, strict=True):
        assert wall.time() == first.time()
        shown = to_local(instant, zone).replace(tzinfo=None)
        ahead = shown - wall
        assert timedelta(0) <= ahead <= timedelta(days=1)
        if ahead:
            gap = wall.replace(tzinfo=to_local(instant, zone).tzinfo)
            assert gap.astimezone(UTC).astimezone(gap.tzinfo).replace(tzinfo=None) != wall
