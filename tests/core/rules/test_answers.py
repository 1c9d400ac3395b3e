"""What counts as an answer, and how long one waits for it (pains.md 23)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import CallResult, Direction, InteractionState, InteractionType, MailClass
from core.errors import TimeInvalid
from core.rules.answers import (
    Happening,
    can_be_followed_up,
    is_answer,
    is_try,
    read_if_silent,
    read_patience,
    says_if_silent,
    wait_working_days,
)
from core.rules.time_phrase import Frame
from core.rules.user_day import to_local
from core.rules.working_time import Hours, is_working_day
from tests.conftest import NOON

HOURS = Hours("UTC", 9, 18)
FRAME = Frame(NOON, "UTC", 9)
DONE = InteractionState.DONE
EMAIL, CALL = InteractionType.EMAIL, InteractionType.CALL


def at(day: int, hour: int = 9, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "answer", "again"),
    [
        (Happening(EMAIL, DONE, Direction.IN, None), True, False),
        (Happening(EMAIL, DONE, Direction.IN, None, MailClass.AUTO_REPLY), False, False),
        (Happening(EMAIL, DONE, Direction.OUT, None), False, True),
        (Happening(CALL, DONE, Direction.OUT, None), True, False),
        (Happening(CALL, DONE, Direction.OUT, CallResult.NOT_REACHED), False, True),
        (Happening(CALL, DONE, Direction.IN, CallResult.NOT_REACHED), False, False),
        (Happening(InteractionType.MEETING, DONE, None, None), True, False),
        (Happening(InteractionType.MEETING, InteractionState.PLANNED, None, None), False, False),
    ],
)
def test_answers_and_tries(one: Happening, answer: bool, again: bool) -> None:
    assert (is_answer(one), is_try(one)) == (answer, again)


def test_what_is_ours_and_done_can_be_followed_up() -> None:
    assert can_be_followed_up(Happening(EMAIL, DONE, Direction.OUT, None))
    assert can_be_followed_up(Happening(InteractionType.MEETING, DONE, None, None))
    assert not can_be_followed_up(Happening(EMAIL, DONE, Direction.IN, None))
    assert not can_be_followed_up(Happening(CALL, InteractionState.PLANNED, Direction.OUT, None))


@pytest.mark.parametrize(
    ("words", "due", "days"),
    [
        ("2 working days", at(26), 2),
        ("2 рабочих дня", at(26), 2),
        ("4 working days", at(30), 4),
        ("3 days", at(27), 3),
        ("через 4 дня", at(30), 4),
        ("a week", at(1, month=12), 5),
        ("неделю", at(1, month=12), 5),
        ("две недели", at(8, month=12), 10),
        ("friday", at(27), 3),
        ("until Friday", at(27), 3),
        ("до пятницы", at(27), 3),
        ("within 2 working days", at(26), 2),
        ("saturday", at(30), 4),
        ("tomorrow 15:00", at(25, 15), 1),
    ],
)
def test_patience_in_words(words: str, due: datetime, days: int) -> None:
    found = read_patience(words, FRAME, HOURS)
    assert (found.due_at, found.working_days) == (due, days)


@pytest.mark.parametrize("words", ["", "soon", "until", "until whenever", "0 days", "999 weeks", "дней пять"])
def test_what_is_no_patience(words: str) -> None:
    with pytest.raises(TimeInvalid):
        read_patience(words, FRAME, HOURS)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("sent the offer, if no answer by Friday, call again", at(27)),
        ("If there is no reply within 2 working days then call", at(26)),
        ("if he doesn't answer until tomorrow 15:00", at(25, 15)),
        ("отправил КП, если не ответит до пятницы", at(27)),
        ("если Иван не ответит через неделю, позвонить", at(1, month=12)),
        ("если не ответят в пятницу", at(27)),
        ("если не будет ответа в течение 2 рабочих дней", at(26)),
    ],
)
def test_if_silent_said_along(said: str, due: datetime) -> None:
    assert says_if_silent(said)
    found = read_if_silent(said, FRAME, HOURS)
    assert found is not None
    assert found.due_at == due


@pytest.mark.parametrize(
    "said", ["sent the offer by Friday", "если ответит до пятницы", "if no answer", "если не ответит никогда"]
)
def test_what_says_nothing_of_silence_or_no_time(said: str) -> None:
    assert read_if_silent(said, FRAME, HOURS) is None


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - given a zone
    st.sampled_from(
        ["Etc/GMT+12", "Pacific/Kiritimati", "Europe/London", "America/New_York", "Australia/Lord_Howe"]
    ),
    st.integers(1, 60),
)
def test_u5_it_is_due_on_the_morning_of_a_working_day_of_the_user(
    since: datetime, zone: str, count: int
) -> None:
    found = wait_working_days(since, count, Hours(zone, 9, 18))
    local = to_local(found.due_at, zone)
    assert is_working_day(local.date())
    assert local.hour == 9
    assert since < found.due_at <= since + timedelta(days=count * 2 + 4)
