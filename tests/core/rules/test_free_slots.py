from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.days_off import DaysOff
from core.rules.free_slots import SHORTEST, busy_span, free_slots
from core.rules.user_day import Span, at_hour
from core.rules.working_time import Hours

WEDNESDAY = date(2026, 11, 25)
EARLY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOURS = Hours("UTC", 9, 18)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-25T{clock}+00:00")


def spans(*words: str) -> list[Span]:
    return [Span(at(start), at(end)) for start, _, end in (word.partition("-") for word in words)]


@pytest.mark.parametrize(
    ("busy", "free"),
    [
        ((), ["09:00-18:00"]),
        (("11:00-12:00",), ["09:00-11:00", "12:00-18:00"]),
        (("08:00-09:30", "17:00-19:00"), ["09:30-17:00"]),
        (("10:00-12:00", "11:00-13:00"), ["09:00-10:00", "13:00-18:00"]),
        (("09:20-10:00",), ["10:00-18:00"]),
        (("10:00-10:15", "10:40-11:00"), ["09:00-10:00", "11:00-18:00"]),
        (("06:00-20:00",), []),
        (("09:00-17:45",), []),
        (("07:00-08:00", "19:00-20:00"), ["09:00-18:00"]),
    ],
)
def test_room_is_what_appointments_leave(busy: tuple[str, ...], free: list[str]) -> None:
    assert list(free_slots(WEDNESDAY, spans(*busy), HOURS, EARLY)) == spans(*free)


def test_today_room_begins_at_the_next_quarter_of_an_hour() -> None:
    assert free_slots(WEDNESDAY, (), HOURS, at("14:07")) == (Span(at("14:15"), at("18:00")),)
    assert free_slots(WEDNESDAY, (), HOURS, at("14:15")) == (Span(at("14:15"), at("18:00")),)
    assert free_slots(WEDNESDAY, (), HOURS, at("17:40")) == ()


def test_u5_a_day_off_has_no_room() -> None:
    assert free_slots(date(2026, 11, 28), (), HOURS, EARLY) == ()
    away = Hours("UTC", 9, 18, DaysOff(own=((WEDNESDAY, WEDNESDAY),)))
    assert free_slots(WEDNESDAY, (), away, EARLY) == ()


def test_an_appointment_without_a_length_takes_half_an_hour() -> None:
    assert busy_span(at("10:00"), None) == Span(at("10:00"), at("10:30"))
    assert busy_span(at("10:00"), at("10:00")) == Span(at("10:00"), at("10:30"))
    assert busy_span(at("10:00"), at("12:00")) == Span(at("10:00"), at("12:00"))


@given(
    st.sampled_from(
        ["Etc/GMT+12", "Pacific/Kiritimati", "Europe/London", "Asia/Kathmandu", "America/St_Johns"]
    ),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.lists(st.tuples(st.integers(-300, 1500), st.integers(0, 400)), max_size=8),
    st.integers(0, 23),
)
def test_u5_room_lies_in_the_hours_and_touches_no_appointment(
    zone: str, day: date, minutes: list[tuple[int, int]], starts: int
) -> None:
    hours = Hours(zone, starts, min(starts + 9, 24))
    opens = at_hour(day, starts, zone)
    busy = [
        busy_span(opens + timedelta(minutes=one), opens + timedelta(minutes=one + length))
        for one, length in minutes
    ]
    found = free_slots(day, busy, hours, opens - timedelta(days=2))
    assert list(found) == sorted(found)
    for span in found:
        assert span.end - span.start >= SHORTEST
        assert opens <= span.start < span.end <= opens + hours.day
        assert all(span.end <= one.start or one.end <= span.start for one in busy)
