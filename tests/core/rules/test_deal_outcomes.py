from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import DealStatus
from core.errors import AmountInvalid
from core.rules.currencies import check_rate, convert
from core.rules.deal_outcomes import (
    DemandFacts,
    Settled,
    benefit,
    find_unsettled,
    length_in_days,
    may_close,
    may_commit,
    settle,
    settle_all,
)

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(DealStatus.IN_PROGRESS, False), (DealStatus.WON, True), (DealStatus.LOST, True)],
)
def test_d1_only_won_or_lost_deals_close(status: DealStatus, expected: bool) -> None:
    assert may_close(status) is expected


@pytest.mark.parametrize(("days", "expected"), [(-30, True), (0, True), (1, False)])
def test_d2_the_event_that_winning_requires_has_happened(days: int, expected: bool) -> None:
    assert may_commit(TODAY + timedelta(days=days), TODAY) is expected


@pytest.mark.parametrize(
    ("met", "has_reason", "settled"),
    [
        (100, False, True),
        (100, True, True),
        (99, False, False),
        (99, True, True),
        (0, False, False),
        (0, True, True),
        (None, False, False),
        (None, True, False),
    ],
)
def test_d4_demand_below_100_percent_needs_its_reason_when_the_deal_closes(
    met: int | None, has_reason: bool, settled: bool
) -> None:
    row = DemandFacts(3, Decimal(10), Decimal(10), met, has_reason)
    assert find_unsettled([row]) == (() if settled else (3,))


@pytest.mark.parametrize(
    ("agreed", "cost", "expected"),
    [
        ("100.00", "60.50", "39.50"),
        ("60.00", "100.00", "-40.00"),
        ("100.00", "0.00", "100.00"),
        ("100.00", None, None),
        (None, "60.00", None),
        (None, None, None),
    ],
)
def test_d5_benefit_is_agreed_less_cost_and_unknown_when_one_is_unknown(
    agreed: str | None, cost: str | None, expected: str | None
) -> None:
    def sum_of(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    assert benefit(sum_of(agreed), sum_of(cost)) == sum_of(expected)


def test_d5_the_length_of_a_deal_runs_from_the_first_contact() -> None:
    end = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert length_in_days(end - timedelta(days=40, hours=1), end) == 40
    assert length_in_days(end + timedelta(days=1), end) == 0
    assert length_in_days(None, end) is None


@pytest.mark.parametrize(
    ("asked", "offered", "met", "expected"),
    [
        ("100.00", "90.00", 40, ("100.00", "90.00", "40.00", "60.00")),
        ("100.00", None, 100, ("100.00", None, "100.00", "0.00")),
        ("0.01", "0.01", 50, ("0.01", "0.01", "0.00", "0.01")),
        ("0.03", "0.03", 50, ("0.03", "0.03", "0.02", "0.01")),
        ("100.00", "90.00", None, ("100.00", "90.00", None, None)),
        (None, "90.00", 50, (None, "90.00", None, None)),
    ],
)
def test_d6_asked_offered_sold_and_refused(
    asked: str | None, offered: str | None, met: int | None, expected: tuple[str | None, ...]
) -> None:
    def sum_of(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    row = DemandFacts(1, sum_of(asked), sum_of(offered), met, has_reason=True)
    assert settle(row) == Settled(*(sum_of(one) for one in expected))


CENTS = st.integers(0, 10**15).map(lambda one: Decimal(one) / 100)


@given(st.lists(st.tuples(CENTS, st.integers(0, 100))))
def test_d6_sold_and_refused_are_exactly_what_was_asked(rows: list[tuple[Decimal, int]]) -> None:
    facts = [DemandFacts(1, asked, asked, met, has_reason=True) for asked, met in rows]
    total = settle_all(facts)
    if not rows:
        assert total == Settled(None, None, None, None)
        return
    assert total.asked == sum(asked for asked, _ in rows)
    assert total.sold is not None
    assert total.refused is not None
    assert total.sold + total.refused == total.asked


@pytest.mark.parametrize(
    ("amount", "rate", "digits", "expected"),
    [
        ("100.00", "92.1234567891", 2, "9212.35"),
        ("0.01", "0.5", 2, "0.00"),
        ("0.03", "0.5", 2, "0.02"),
        ("999999999999999.99", "99999999.0000000001", 2, "99999998999999999100000.01"),
        ("150.00", "0.75", 0, "112"),
    ],
)
def test_d1_sums_in_another_currency_are_rounded_once(
    amount: str, rate: str, digits: int, expected: str
) -> None:
    assert convert(Decimal(amount), Decimal(rate), digits) == Decimal(expected)


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity", "1e12", "0.92345678912"])
def test_d1_a_rate_is_positive_and_within_reason(rate: str) -> None:
    with pytest.raises(AmountInvalid):
        check_rate(Decimal(rate))
