"""Promises: what words plainly promise, when to remind, how many were kept (pains.md 5)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import PromiseSide, PromiseState
from core.rules.promises import Given, Tally, find_promises, mark_of, remind_at, split_promise, tally
from core.rules.time_phrase import Frame
from core.rules.working_time import Hours
from core.values import When
from tests.conftest import NOON

US, THEM = PromiseSide.US, PromiseSide.THEM
FRAME = Frame(NOON, "UTC", 9)
HOURS = Hours("UTC", 9, 18)


@pytest.mark.parametrize(
    ("said", "side", "text", "day"),
    [
        ("Цена согласована, пришлю КП до среды", US, "пришлю КП", 25),
        ("обещал оплатить в пятницу", THEM, "оплатить", 27),
        ("Иван обещал оплатить счёт до пятницы", THEM, "оплатить счёт", 27),
        ("will send the catalogue by Wed", US, "send the catalogue", 25),
        ("Agreed on the price. They promised to pay on Friday.", THEM, "pay", 27),
        ("John will call back tomorrow", THEM, "call back", 25),
        ("we'll send the contract by 30 November", US, "send the contract", 30),
        ("завтра пришлю каталог", US, "пришлю каталог", 25),
        ("до среды пришлём образцы 20 штук", US, "пришлём образцы 20 штук", 25),
        ("пришлёт реквизиты к четвергу", THEM, "пришлёт реквизиты", 26),
    ],
)
def test_notes_of_ours(said: str, side: PromiseSide, text: str, day: int) -> None:
    (found,) = find_promises(said, FRAME, US)
    assert (found.side, found.text, found.when.due_on) == (side, text, date(2026, 11, day))
    assert found.quote in said


def test_in_a_letter_that_came_one_s_own_are_theirs() -> None:
    text = "Добрый день!\nПришлю реквизиты до четверга, оплатим 1 декабря.\nМария"
    found = find_promises(text, FRAME, THEM)
    assert [(one.side, one.text) for one in found] == [(THEM, "Пришлю реквизиты"), (THEM, "оплатим")]


@pytest.mark.parametrize(
    "said",
    [
        "пришлю КП",
        "не пришлю КП до среды",
        "если одобрят, пришлю КП до среды",
        "пришлю КП до среды если смогу",
        "пришлёте КП до среды?",
        "Will you send it by Friday?",
        "He will be in town on Friday",
        "takes 20 pallets",
        "will send 20 pallets",
        "встреча в пятницу",
        "",
    ],
)
def test_what_is_no_plain_promise(said: str) -> None:
    assert find_promises(said, FRAME, US) == ()


@given(
    st.text(alphabet=st.sampled_from("пришлю оплатить до среды, will send by Fri. \n20:5ё")),
    st.sampled_from([US, THEM]),
)
def test_any_text_gives_quotes_of_itself(text: str, said_by: PromiseSide) -> None:
    found = find_promises(text, FRAME, said_by)
    assert all(one.quote in text and one.text for one in found)
    assert len({one.mark for one in found}) == len(found) <= 3


def test_typed_words_are_split_at_their_time() -> None:
    assert split_promise("send the offer by Wed", FRAME)[0] == "send the offer"
    assert split_promise("прислать КП до среды", FRAME)[0] == "прислать КП"
    assert split_promise("прислать 20 образцов", FRAME) == ("прислать 20 образцов", None)
    assert mark_of("a") != mark_of("b")


def test_ours_are_reminded_of_on_their_morning_theirs_when_it_is_over() -> None:
    friday = When(NOON, due_on=date(2026, 11, 27))
    assert remind_at(US, friday, HOURS) == datetime(2026, 11, 27, 9, tzinfo=NOON.tzinfo)
    assert remind_at(THEM, friday, HOURS) == datetime(2026, 11, 30, 9, tzinfo=NOON.tzinfo)
    assert remind_at(THEM, When(NOON), HOURS) == remind_at(US, When(NOON), HOURS) == NOON


def test_late_ones_count_as_not_kept_and_withdrawn_ones_never() -> None:
    states = [
        (PromiseState.KEPT, 1),
        (PromiseState.BROKEN, -1),
        (PromiseState.WITHDRAWN, -1),
        (PromiseState.OPEN, -1),
        (PromiseState.OPEN, 1),
    ]
    given_ = [Given(THEM, state, NOON + timedelta(days=days), None) for state, days in states]
    assert tally(given_, THEM, NOON, "UTC") == Tally(1, 3)
    assert tally(given_, US, NOON, "UTC") == Tally(0, 0)
