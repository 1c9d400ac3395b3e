"""What a chain proposes as primary demand, and the words that a fact was taken from (domain.md S6, pains.md 9)."""

from decimal import Decimal

import pytest

from core.rules.asked_for import find_asking, find_words
from core.rules.telling_words import telling_words


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("20 pallets by Friday", "20 pallets by Friday"),
        ("Hello Anna,\nwe need a new line for juice.\nBest regards", "we need a new line for juice."),
        ("Called John, wants the catalogue", "Called John, wants the catalogue"),
        ("Добрый день!\nПросим прислать цены на 40 паллет", "Просим прислать цены на 40 паллет"),
        ("Ивану нужен насос", "Ивану нужен насос"),
        ("Интересует поставка труб", "Интересует поставка труб"),
        ("Agreed on the price, call on Friday", None),
        ("Call back in 20 minutes", None),
        ("Встреча 20 ноября, 15 минут", None),
        ("Скидка 10 процентов за 120 000 рублей", None),
        ("We meet at 3 pm", None),
        ("Hello", None),
        ("", None),
    ],
)
def test_s6_words_that_ask_for_something_are_known(text: str, line: str | None) -> None:
    assert find_asking(text) == line


@pytest.mark.parametrize(
    ("text", "line"), [("Hi\nGood  day to you\n20 pallets", "Good day to you"), ("Hello", None), ("", None)]
)
def test_s6_else_the_first_words_are_proposed(text: str, line: str | None) -> None:
    assert find_words(text) == line


@pytest.mark.parametrize(
    ("texts", "amount", "words"),
    [
        (("Hi Anna,\nit is 120 000 EUR then\nBye", "", "Price"), Decimal(120_000), "it is 120 000 EUR then"),
        (("Hi Anna, all well", "", "Price is 5 млн руб"), Decimal(5_000_000), "Price is 5 млн руб"),
        (("Hi Anna, all well", "", "Price"), Decimal(7), "Hi Anna, all well"),
        (("", "", "Price"), None, "Price"),
        (("", " ", ""), None, ""),
    ],
)
def test_the_words_that_name_the_sum_are_told(
    texts: tuple[str, ...], amount: Decimal | None, words: str
) -> None:
    assert telling_words(texts, amount) == words
