"""Times in words, in English and Russian (interface.md, TIME; domain.md I5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import InteractionState
from core.errors import TimeInvalid
from core.rules.time_words import Frame, read_when, split_leading_when
from core.rules.user_day import to_local

MOSCOW = "Europe/Moscow"
TUESDAY_15 = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, 15:00 in Moscow."""

AHEAD = Frame(TUESDAY_15, MOSCOW, 9)
BACK = Frame(TUESDAY_15, MOSCOW, 9, InteractionState.DONE)


def local(text: str, frame: Frame = AHEAD) -> str:
    """What is understood, as the wall clock of Moscow shows it; the day alone where no time was said."""
    when = read_when(text, frame)
    if not when.time_known:
        return str(when.due_on or to_local(when.at, frame.timezone).date())
    return to_local(when.at, frame.timezone).replace(tzinfo=None).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("tomorrow 15:00", "2026-11-25T15:00"),
        ("Tomorrow at 3pm", "2026-11-25T15:00"),
        ("tomorrow at 3 p.m.", "2026-11-25T15:00"),
        ("tomorrow at 15", "2026-11-25T15:00"),
        ("today 18:30", "2026-11-24T18:30"),
        ("tonight", "2026-11-24T19:00"),
        ("day after tomorrow", "2026-11-26"),
        ("15:30", "2026-11-24T15:30"),
        ("14:00", "2026-11-25T14:00"),
        ("at noon", "2026-11-25T12:00"),
        ("midnight", "2026-11-25T00:00"),
        ("in 2 hours", "2026-11-24T17:00"),
        ("2h", "2026-11-24T17:00"),
        ("in 15 min", "2026-11-24T15:15"),
        ("in half an hour", "2026-11-24T15:30"),
        ("in an hour", "2026-11-24T16:00"),
        ("in 3 days", "2026-11-27"),
        ("in a couple of days", "2026-11-26"),
        ("in a week", "2026-12-01"),
        ("in a week at 10", "2026-12-01T10:00"),
        ("in 2 months", "2027-01-24"),
        ("Friday", "2026-11-27"),
        ("on Friday at 10", "2026-11-27T10:00"),
        ("fri 10am", "2026-11-27T10:00"),
        ("Tuesday", "2026-12-01"),
        ("Tuesday 18:00", "2026-11-24T18:00"),
        ("Tuesday 9:00", "2026-12-01T09:00"),
        ("next Friday", "2026-12-04"),
        ("next week", "2026-11-30"),
        ("Monday morning", "2026-11-30T09:00"),
        ("tomorrow evening at 7", "2026-11-25T19:00"),
        ("1 December 9:30", "2026-12-01T09:30"),
        ("December 1st, 9:30", "2026-12-01T09:30"),
        ("1st of December 2027", "2027-12-01"),
        ("24 November", "2026-11-24"),
        ("23 November", "2027-11-23"),
        ("29 February", "2028-02-29"),
        ("2026-11-27", "2026-11-27"),
        ("2026-11-27 15:00", "2026-11-27T15:00"),
        ("2026-11-27T15:00", "2026-11-27T15:00"),
        ("2026-11-27T15:00:30", "2026-11-27T15:00"),
        ("2026-11-27T15:00Z", "2026-11-27T18:00"),
        ("2026-11-27T15:00+01:00", "2026-11-27T17:00"),
        ("завтра 15:00", "2026-11-25T15:00"),
        ("завтра в 15.00", "2026-11-25T15:00"),
        ("сегодня вечером", "2026-11-24T19:00"),
        ("послезавтра", "2026-11-26"),
        ("через час", "2026-11-24T16:00"),
        ("через 2 часа", "2026-11-24T17:00"),
        ("через два часа", "2026-11-24T17:00"),
        ("через полчаса", "2026-11-24T15:30"),
        ("через полтора часа", "2026-11-24T16:30"),
        ("через 3 дня", "2026-11-27"),
        ("через неделю", "2026-12-01"),
        ("через неделю в 10", "2026-12-01T10:00"),
        ("через месяц", "2026-12-24"),
        ("в пятницу в 10", "2026-11-27T10:00"),
        ("в пятницу", "2026-11-27"),
        ("пт 10:00", "2026-11-27T10:00"),
        ("в следующую пятницу", "2026-12-04"),
        ("на следующей неделе", "2026-11-30"),
        ("1 декабря в 9:30", "2026-12-01T09:30"),
        ("1-го декабря", "2026-12-01"),
        ("1 декабря 2027 года", "2027-12-01"),
        ("10.12", "2026-12-10"),
        ("10.12.2027 18:00", "2027-12-10T18:00"),
        ("утром", "2026-11-25T09:00"),
        ("завтра утром", "2026-11-25T09:00"),
        ("завтра днём", "2026-11-25T14:00"),
        ("вечером", "2026-11-24T19:00"),
        ("завтра в 3 часа дня", "2026-11-25T15:00"),
        ("в 10 утра", "2026-11-25T10:00"),
        ("завтра вечером в 7", "2026-11-25T19:00"),
        ("в полдень", "2026-11-25T12:00"),
    ],
)
def test_what_is_planned_lies_ahead(said: str, meant: str) -> None:
    assert local(said) == meant
    assert local(said.upper()) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("yesterday 10:00", "2026-11-23T10:00"),
        ("вчера в 10", "2026-11-23T10:00"),
        ("позавчера", "2026-11-22"),
        ("14:00", "2026-11-24T14:00"),
        ("16:00", "2026-11-23T16:00"),
        ("2 hours ago", "2026-11-24T13:00"),
        ("час назад", "2026-11-24T14:00"),
        ("3 дня назад", "2026-11-21"),
        ("Friday", "2026-11-20"),
        ("Tuesday 18:00", "2026-11-17T18:00"),
        ("в понедельник в 9:15", "2026-11-23T09:15"),
        ("1 December", "2025-12-01"),
        ("23 ноября", "2026-11-23"),
    ],
)
def test_what_has_happened_lies_back(said: str, meant: str) -> None:
    assert local(said, BACK) == meant


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "the 32nd",
        "32 декабря",
        "31.11.2026",
        "2026-13-01",
        "25:00",
        "15:60",
        "tomorrow yesterday",
        "tomorrow tomorrow",
        "in",
        "at",
        "через",
        "in 2",
        "hello",
        "15",
        "13pm 13am",
        "9999-99-99",
        "in 9999999 days",
        "Acme Ltd",
        "tomorrow 15:00 John",
        "0 декабря",
        "\u200b",
        "tomorrow " * 40,
    ],
)
def test_what_is_no_time_is_refused_and_quoted(said: str) -> None:
    with pytest.raises(TimeInvalid) as refused:
        read_when(said, AHEAD)
    assert refused.value.value == said


def test_i5_a_day_alone_keeps_no_time_and_is_due_at_the_morning_hour() -> None:
    when = read_when("послезавтра", AHEAD)
    assert (when.due_on, when.time_known) == (date(2026, 11, 26), False)
    assert when.at == datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


def test_i5_a_done_day_counts_as_its_noon() -> None:
    when = read_when("вчера", BACK)
    assert (when.due_on, when.time_known) == (None, False)
    assert when.at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_i5_in_a_gap_the_time_moves_forward_and_in_an_overlap_the_first_counts() -> None:
    frame = Frame(datetime(2026, 3, 1, tzinfo=UTC), "Europe/Berlin", 9)
    assert read_when("2026-03-29 02:30", frame).at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert read_when("2026-10-25 02:30", frame).at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_stretch_of_time_has_an_end_which_may_be_after_midnight() -> None:
    when = read_when("tomorrow 15:00-16:30", AHEAD)
    assert when.ends_at == when.at + timedelta(minutes=90)
    night = read_when("tomorrow 23:00–01:00", AHEAD)
    assert night.ends_at == night.at + timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "meant", "rest"),
    [
        ("tomorrow 15:00 John Smith: show samples", "2026-11-25T15:00", "John Smith: show samples"),
        ("завтра в 15:00, Иван Иванов: показать", "2026-11-25T15:00", "Иван Иванов: показать"),
        ("Friday: contract", "2026-11-27", "contract"),
        ("Fri 10:00 contract", "2026-11-27T10:00", "contract"),
        ("через неделю\nпозвонить", "2026-12-01", "позвонить"),
        ("tomorrow", "2026-11-25", ""),
    ],
)
def test_a_text_may_begin_with_its_time(text: str, meant: str, rest: str) -> None:
    when, left = split_leading_when(text, AHEAD)
    assert when is not None
    assert left == rest
    assert local(text[: len(text) - len(rest)].strip(" ,:\n") if rest else text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "John Smith: tomorrow 15:00",
        "May Smith: contract",
        "5 boxes for Acme",
        "Sat Nam: yoga",
        "Tomorrow's list",
        "in two weeks' time",
        "",
    ],
)
def test_names_and_numbers_are_no_time(text: str) -> None:
    assert split_leading_when(text, AHEAD) == (None, text)


def understood(text: str, frame: Frame) -> bool:
    """Whether a text is a time; nothing but a refusal may come instead."""
    try:
        when = read_when(text, frame)
    except TimeInvalid:
        return False
    return when.at.tzinfo is UTC


zones = st.sampled_from(["UTC", "Europe/Moscow", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"])
moments = st.builds(
    lambda days, seconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=days, seconds=seconds),
    st.integers(0, 32_000),
    st.integers(0, 86_399),
)
states = st.sampled_from([InteractionState.PLANNED, InteractionState.DONE])


@given(text=st.text(max_size=300), now=moments, zone=zones, state=states)
def test_any_text_is_a_time_or_refused_and_nothing_of_it_is_lost(
    text: str, now: datetime, zone: str, state: InteractionState
) -> None:
    frame = Frame(now, zone, 9, state)
    when, rest = split_leading_when(text, frame)
    assert text.endswith(rest)
    assert when is not None or rest == text
    assert not understood(text, frame) or text.strip()


vocabulary = st.sampled_from(
    [
        *("in", "at", "on", "через", "в", "на", "назад", "ago", "next", "tomorrow", "завтра", "friday"),
        *("пятницу", "10", "15:00", "3pm", "1", "декабря", "december", "2026", "two", "hours", "часа"),
        *("week", "неделю", "morning", "утром", "10.12", "2026-11-27", "half", "an", "hour", "полтора"),
        *("noon", "15:00-16:00", "of"),
    ]
)


@given(words=st.lists(vocabulary, max_size=9), now=moments, zone=zones, state=states)
def test_any_words_of_time_are_a_time_or_refused(
    words: list[str], now: datetime, zone: str, state: InteractionState
) -> None:
    text = " ".join(words)
    frame = Frame(now, zone, 9, state)
    when, rest = split_leading_when(text, frame)
    assert text.endswith(rest)
    assert not understood(text, frame) or (when is not None and not rest) or len(words) == 1


@given(now=moments, zone=zones, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_clock_alone_is_within_a_day_and_ahead(now: datetime, zone: str, hour: int, minute: int) -> None:
    when = read_when(f"{hour}:{minute:02}", Frame(now, zone, 9))
    assert timedelta() < when.at - now.replace(second=0, microsecond=0) <= timedelta(hours=49)
    shown = to_local(when.at, zone)
    assert to_local(when.at, zone).date() - to_local(now, zone).date() <= timedelta(days=2)
    assert shown.minute in {minute, (minute + 30) % 60}


@given(day=st.dates(date(2000, 1, 1), date(2089, 1, 1)), hour=st.integers(0, 23), now=moments, zone=zones)
def test_iso_is_read_as_written(day: date, hour: int, now: datetime, zone: str) -> None:
    frame = Frame(now, zone, 9)
    assert read_when(f"{day} {hour:02}:00", frame) == read_when(f"{day}T{hour:02}:00", frame)
    assert read_when(str(day), frame).due_on == day
