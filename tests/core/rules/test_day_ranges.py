"""Stretches of days as people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TimeInvalid
from core.rules.day_ranges import read_days
from core.rules.time_words import Frame
from core.rules.user_day import user_day

TUESDAY = Frame(datetime(2026, 11, 24, 12, tzinfo=UTC), "Europe/Moscow", 9)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("1-14 December", "2026-12-01", "2026-12-14"),
        ("1–14 декабря", "2026-12-01", "2026-12-14"),
        ("1 - 14 декабря", "2026-12-01", "2026-12-14"),
        ("с 1 по 14 декабря", "2026-12-01", "2026-12-14"),
        ("from 1 to 14 December", "2026-12-01", "2026-12-14"),
        ("28 December - 8 January", "2026-12-28", "2027-01-08"),
        ("28 декабря по 8 января", "2026-12-28", "2027-01-08"),
        ("28.12-8.1", "2026-12-28", "2027-01-08"),
        ("01.12.2026 - 14.12.2026", "2026-12-01", "2026-12-14"),
        ("2026-12-01 - 2026-12-14", "2026-12-01", "2026-12-14"),
        ("2026-12-01", "2026-12-01", "2026-12-01"),
        ("20-30 November", "2026-11-20", "2026-11-30"),
        ("today", "2026-11-24", "2026-11-24"),
        ("завтра", "2026-11-25", "2026-11-25"),
        ("Monday-Friday", "2026-11-30", "2026-12-04"),
        ("пн-пт", "2026-11-30", "2026-12-04"),
        ("until Friday", "2026-11-24", "2026-11-27"),
        ("до пятницы", "2026-11-24", "2026-11-27"),
        ("tomorrow - Friday", "2026-11-25", "2026-11-27"),
        ("3 days", "2026-11-24", "2026-11-26"),
        ("5 дней", "2026-11-24", "2026-11-28"),
        ("this week", "2026-11-24", "2026-11-29"),
        ("следующая неделя", "2026-11-30", "2026-12-06"),
    ],
)
def test_days_in_both_languages(said: str, first: str, last: str) -> None:
    assert read_days(said, TUESDAY) == (day(first), day(last))


@pytest.mark.parametrize("said", ["", "soon", "32 December", "1-32 December", "0 days", "from to", "-", "u2"])
def test_what_says_no_days_is_refused(said: str) -> None:
    with pytest.raises(TimeInvalid):
        read_days(said, TUESDAY)


@given(st.text(max_size=40))
def test_any_text_is_days_or_refused(text: str) -> None:
    try:
        first, last = read_days(text, TUESDAY)
    except TimeInvalid:
        return
    assert isinstance(first, date)
    assert isinstance(last, date)


@given(
    st.integers(0, 15 * 365 * 24),
    st.sampled_from(["Etc/GMT+12", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati"]),
    st.integers(0, 300),
    st.integers(0, 300),
)
def test_iso_days_are_exact_at_any_hour_in_any_zone(hours: int, zone: str, ahead: int, length: int) -> None:
    frame = Frame(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours), zone, 9)
    first = user_day(frame.now, zone) + timedelta(days=ahead)
    last = first + timedelta(days=length)
    assert read_days(f"{first.isoformat()} - {last.isoformat()}", frame) == (first, last)
