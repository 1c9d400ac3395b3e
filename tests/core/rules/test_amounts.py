from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import AmountInvalid
from core.rules.amounts import Mention, find_amounts, parse_amount


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120000", "120000"),
        ("120 000", "120000"),
        ("120\u00a0000,50", "120000.50"),
        ("1,5 млн", "1500000"),
        ("1.5 млн", "1500000"),
        ("1,5млн.", "1500000"),
        ("200к", "200000"),
        ("200 тыс.", "200000"),
        ("300 т.р.", "300000"),
        ("5m", "5000000"),
        ("2 млрд", "2000000000"),
        ("1.200.000,50", "1200000.50"),
        ("1,200,000.50", "1200000.50"),
        ("12.000", "12000"),
        ("0.01", "0.01"),
        ("0", "0"),
    ],
)
def test_d1_sums_as_people_write_them_are_exact(text: str, expected: str) -> None:
    assert parse_amount(text) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1.5.5", "unreadable"),
        ("1,5,5", "unreadable"),
        ("1.5 млн 3", "unreadable"),
        ("много", "unreadable"),
        ("", "unreadable"),
        ("1e5", "unreadable"),
        ("0x10", "unreadable"),
        ("NaN", "unreadable"),
        ("-5", "negative"),
        ("− 1,5 млн", "negative"),
        ("–120 000", "negative"),
        ("0.001 млн.5", "unreadable"),
        ("1.2345", "too_fine"),
        ("0,000000001 млн", "too_fine"),
        ("1000001 млрд", "too_large"),
        ("9" * 400, "too_large"),
    ],
)
def test_d1_what_is_no_sum_is_refused_with_what_is_wrong(text: str, why: str) -> None:
    with pytest.raises(AmountInvalid) as refused:
        parse_amount(text)
    assert (refused.value.why, refused.value.field, refused.value.value) == (why, "amount", text)


def test_d1_a_sum_is_no_finer_than_the_smallest_coin_of_its_currency() -> None:
    with pytest.raises(AmountInvalid) as refused:
        parse_amount("10.50", field="cost", digits=0)
    assert (refused.value.why, refused.value.field) == ("too_fine", "cost")
    assert parse_amount("10", digits=0) == 10


@given(st.integers(0, 10**17))
def test_d1_every_sum_in_cents_is_read_as_it_is(cents: int) -> None:
    assert parse_amount(f"{cents // 100}.{cents % 100:02}") * 100 == cents


@given(st.text())
def test_any_text_is_a_sum_or_refused(text: str) -> None:
    amount = Decimal(0)
    with suppress(AmountInvalid):
        amount = parse_amount(text)
    assert amount >= 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 pallets at 12 000 EUR, call +44 20 7946 0958", [("12000", "EUR")]),
        ("about 1,5 млн руб.", [("1500000", "RUB")]),
        ("€5,000 for 3", [("5000", "EUR")]),
        ("Нужно 20 паллет, бюджет 300 тыс", [("300000", None)]),
        ("цена 45 000 р. за м2", [("45000", "RUB")]),
        ("100 $ и 20 €", [("100", "USD"), ("20", "EUR")]),
        ("3 м трубы, 5 k", []),
        ("the 24 Nov 2026 at 15:00", []),
        ("version 1.5.5 EUR", []),
    ],
)
def test_s6_sums_that_a_text_speaks_of_are_found_and_bare_numbers_are_not(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert find_amounts(text) == tuple(Mention(Decimal(amount), currency) for amount, currency in expected)


@given(st.text(alphabet="0123456789 .,€$млнтысрубEUR\u00a0", max_size=200))
def test_any_text_can_be_searched_for_sums(text: str) -> None:
    assert all(one.amount >= 0 for one in find_amounts(text))
