"""When digests are told (domain.md U5): by the user's day, in every zone, over both DST nights."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import DigestKind
from core.rules.days_off import DaysOff
from core.rules.digests import (
    DEFAULTS,
    FARTHEST,
    FRIDAY,
    LATE,
    MONDAY,
    DigestTime,
    due_day,
    hour_of,
    next_look,
    week_of,
)
from core.rules.user_day import to_instant, to_local, user_day
from core.rules.working_time import Hours, is_working_day

TUESDAY = date(2026, 11, 24)
MOSCOW = Hours("Europe/Moscow", 9, 18)
MORNING, EVENING, WEEKLY = (DEFAULTS[kind] for kind in DigestKind)

ZONES = sorted(available_timezones())
DST_NIGHTS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/St_Johns", date(2006, 10, 29)),
]


def at(day: date, clock: str, zone: str = "Europe/Moscow") -> datetime:
    return to_instant(datetime.fromisoformat(f"{day.isoformat()}T{clock}"), zone)


@pytest.mark.parametrize(
    ("setting", "clock", "told"),
    [
        (MORNING, "08:59", False),
        (MORNING, "09:00", True),
        (MORNING, "14:59", True),
        (MORNING, "15:00", False),
        (EVENING, "17:59", False),
        (EVENING, "18:00", True),
        (EVENING, "23:59", True),
        (DigestTime(DigestKind.MORNING, hour=7), "07:00", True),
        (DigestTime(DigestKind.MORNING, hour=7), "13:00", False),
        (DigestTime(DigestKind.MORNING, is_on=False), "09:00", False),
        (DigestTime(DigestKind.EVENING, hour=23), "23:30", True),
        (WEEKLY, "18:00", False),
    ],
)
def test_u5_a_digest_comes_at_its_hour_or_late_the_same_day(
    setting: DigestTime, clock: str, told: bool
) -> None:
    assert (due_day(setting, at(TUESDAY, clock), MOSCOW) == TUESDAY) is told


def test_the_week_is_told_on_its_day() -> None:
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)
    on_monday = DigestTime(DigestKind.WEEKLY, weekday=MONDAY)
    assert due_day(WEEKLY, at(friday, "18:00"), MOSCOW) == friday
    assert due_day(on_monday, at(friday, "18:00"), MOSCOW) is None
    assert due_day(on_monday, at(monday, "09:00"), MOSCOW) == monday
    assert week_of(friday) == (date(2026, 11, 23), date(2026, 11, 29))
    assert week_of(monday) == (date(2026, 11, 23), date(2026, 11, 29))
    assert week_of(TUESDAY) == (date(2026, 11, 23), date(2026, 11, 29))


def test_u5_hours_follow_the_working_hours_until_they_are_chosen() -> None:
    early = Hours("UTC", 6, 24)
    assert [hour_of(one, early) for one in (MORNING, EVENING, WEEKLY)] == [6, 23, 23]
    assert hour_of(DigestTime(DigestKind.WEEKLY, weekday=MONDAY), early) == 6
    assert hour_of(DigestTime(DigestKind.MORNING, hour=0), early) == 0


def test_u5_no_morning_on_days_off_and_nothing_at_all_while_away() -> None:
    saturday, friday = date(2026, 11, 28), date(2026, 11, 27)
    assert due_day(MORNING, at(saturday, "09:00"), MOSCOW) is None
    assert due_day(EVENING, at(saturday, "18:00"), MOSCOW) == saturday
    new_year = date(2027, 1, 1)
    keeps = Hours("Europe/Moscow", 9, 18, DaysOff(country="RU"))
    assert due_day(MORNING, at(new_year, "09:00"), keeps) is None
    assert due_day(MORNING, at(new_year, "09:00"), MOSCOW) == new_year
    away = Hours("Europe/Moscow", 9, 18, DaysOff(own=((TUESDAY, friday),)))
    assert due_day(MORNING, at(TUESDAY, "09:00"), away) is None
    assert due_day(EVENING, at(TUESDAY, "18:00"), away) is None
    assert due_day(WEEKLY, at(friday, "18:00"), away) is None


def told_days(
    setting: DigestTime, hours: Hours, start: datetime, end: datetime, step: timedelta
) -> tuple[list[date], list[datetime]]:
    """Run the job as it runs: it looks when the time of the next look has come; days are told once."""
    days: list[date] = []
    moments: list[datetime] = []
    look_at, now = next_look(setting, start, hours), start
    while now < end:
        if look_at <= now:
            day = due_day(setting, now, hours)
            if day is not None and day not in days:
                days.append(day)
                moments.append(now)
            look_at = next_look(setting, now, hours)
            assert now < look_at <= now + FARTHEST
        now += step
    return days, moments


@given(st.sampled_from(ZONES), st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(0, 23))
def test_u5_every_working_day_has_one_morning_in_every_zone(zone: str, day: date, hour: int) -> None:
    check_week(zone, day, hour)


@pytest.mark.parametrize(("zone", "night"), DST_NIGHTS)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 9, 23])
def test_u5_every_working_day_has_one_morning_over_nights_when_clocks_change(
    zone: str, night: date, hour: int
) -> None:
    check_week(zone, night - timedelta(days=3), hour)


def check_week(zone: str, first: date, hour: int) -> None:
    """Told on every working day that the zone has, each once, at the hour or where the clock jumps over it."""
    hours = Hours(zone, 9, 18)
    setting = DigestTime(DigestKind.MORNING, hour=hour)
    start = at(first, "00:00", zone) - timedelta(minutes=1)
    end = at(first + timedelta(days=7), "00:00", zone) - timedelta(minutes=15)
    days, moments = told_days(setting, hours, start, end, timedelta(minutes=5))
    lived = {user_day(start + timedelta(minutes=15 * n), zone) for n in range(1, 4 * 24 * 7 + 8)}
    expected = [one for one in sorted(lived) if is_working_day(one) and at(one, f"{hour:02}:00", zone) < end]
    expected = [one for one in expected if first <= one < first + timedelta(days=7)]
    assert days == expected
    for day, moment in zip(days, moments, strict=True):
        local = to_local(moment, zone)
        assert local.date() == day
        assert local.hour in {hour, hour + 1}


@given(
    st.lists(
        st.tuples(
            st.integers(1, 100), st.sampled_from([0, 0, 0, -60, 60, -180, 1440, 40 * 1440, -40 * 1440])
        ),
        min_size=20,
        max_size=120,
    ),
    st.sampled_from(["Etc/GMT+12", "Pacific/Kiritimati", "Europe/London", "America/New_York"]),
)
def test_a_clock_that_jumps_tells_no_day_twice_and_stops_nothing(
    steps: list[tuple[int, int]], zone: str
) -> None:
    """The ledger of days and the bound on the next look are what the service keeps; this is its loop."""
    hours, setting = Hours(zone, 9, 18), DigestTime(DigestKind.EVENING)
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    ledger: set[date] = set()
    look_at = next_look(setting, now, hours)
    for minutes, jump in steps:
        now += timedelta(minutes=minutes + jump)
        if look_at <= now or look_at > now + FARTHEST:
            day = due_day(setting, now, hours)
            if day is not None:
                assert abs(now - at(day, "18:00", zone)) < LATE
                ledger.add(day)
            look_at = next_look(setting, now, hours)
    assert now < look_at <= now + FARTHEST or look_at <= now
    later = at(user_day(now, zone) + timedelta(days=10), "18:00", zone)
    if look_at > now + FARTHEST or look_at <= later:
        assert due_day(setting, later, hours) == user_day(later, zone)


def test_the_fridays_of_a_year_are_told_once_each() -> None:
    hours = Hours("Europe/Berlin", 9, 18)
    days, _ = told_days(
        WEEKLY,
        hours,
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
        timedelta(minutes=30),
    )
    assert len(days) == 52
    assert {day.weekday() for day in days} == {FRIDAY}
