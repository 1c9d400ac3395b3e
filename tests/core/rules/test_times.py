from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import InteractionState, InteractionType
from core.errors import TimeInvalid
from core.rules import times
from core.values import When

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PLANNED, DONE = InteractionState.PLANNED, InteractionState.DONE


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOW, NOW + timedelta(minutes=30)),
        (NOW + timedelta(minutes=29, seconds=59), NOW + timedelta(minutes=30)),
        (NOW + timedelta(minutes=30), NOW + timedelta(minutes=60)),
        (NOW + timedelta(minutes=59), NOW + timedelta(minutes=60)),
    ],
)
def test_i4_the_next_half_hour_lies_strictly_after_now(now: datetime, expected: datetime) -> None:
    assert times.next_half_hour(now) == expected


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_i4_the_next_half_hour_is_on_the_grid_and_near(now: datetime) -> None:
    found = times.next_half_hour(now)
    assert timedelta(0) < found - now <= timedelta(minutes=30)
    assert found.minute in {0, 30}
    assert (found.second, found.microsecond) == (0, 0)


def test_i4_a_planned_meeting_lasts_thirty_minutes_from_the_next_half_hour() -> None:
    when = times.default_when(InteractionType.MEETING, PLANNED, NOW)
    assert (when.at, when.ends_at) == (NOW + timedelta(minutes=30), NOW + timedelta(minutes=60))


def test_i4_a_done_meeting_has_just_ended() -> None:
    assert times.default_when(InteractionType.MEETING, DONE, NOW).ends_at == NOW


def test_i4_a_meeting_may_end_as_it_starts_but_not_before() -> None:
    assert times.check_when(When(NOW, ends_at=NOW), NOW).ends_at == NOW
    with pytest.raises(TimeInvalid):
        times.check_when(When(NOW, ends_at=NOW - timedelta(seconds=1)), NOW)


def test_i5_a_done_day_counts_as_noon_of_the_user() -> None:
    when = times.when_of_day(date(2026, 11, 23), DONE, "Europe/Moscow", 9)
    assert when.at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert not when.time_known


def test_i5_a_planned_day_is_reminded_at_the_morning_hour_and_overdue_when_it_is_over() -> None:
    zone = "Asia/Vladivostok"
    when = times.when_of_day(date(2026, 11, 24), PLANNED, zone, 9)
    assert when.at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    end = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    assert not times.is_overdue(when.at, when.due_on, end - timedelta(seconds=1), zone)
    assert times.is_overdue(when.at, when.due_on, end, zone)


def test_i5_a_plan_with_a_time_is_overdue_after_it() -> None:
    assert not times.is_overdue(NOW, None, NOW, "UTC")
    assert times.is_overdue(NOW, None, NOW + timedelta(seconds=1), "UTC")


def test_i6_the_date_header_counts_only_within_48_hours_before_internaldate() -> None:
    day = timedelta(hours=24)
    assert times.letter_happened_at(NOW, NOW - day) == NOW - day
    assert times.letter_happened_at(NOW, NOW - 2 * day) == NOW - 2 * day
    assert times.letter_happened_at(NOW, NOW - 2 * day - timedelta(seconds=1)) == NOW
    assert times.letter_happened_at(NOW, NOW + timedelta(seconds=1)) == NOW
    assert times.letter_happened_at(NOW, None) == NOW


def test_a_time_a_century_away_is_refused() -> None:
    with pytest.raises(TimeInvalid):
        times.check_when(When(NOW + timedelta(days=365 * 101)), NOW)
