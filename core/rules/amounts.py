"""Reading sums as people write them."""

import re
from decimal import Decimal
from typing import NamedTuple

from core.errors import AmountInvalid

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")
_MULTIPLIERS = r"тыс\.?|тысяч[аи]?|k|к|т\.?р\.?|млн\.?|миллион(?:а|ов)?|mln|million|m|м|млрд\.?|bn"
_SUM = re.compile(rf"(\d+(?:[.,]\d+)*)\s*({_MULTIPLIERS})?", re.IGNORECASE)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d{1,2})?|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{1,2})?")
_MINUS = ("-", "\u2212", "\u2013")
_LARGEST = Decimal(10) ** 15
CENTS = 2


def parse_amount(text: str, *, field: str = "amount", digits: int = CENTS) -> Decimal:
    """A sum of money: ``120 000``, ``120000,50``, ``1.5 млн``, ``200к``, ``1.200.000,50``; exact.

    Args:
        text: As it was typed.
        field: What the sum is of, for the refusal.
        digits: Decimals of the currency's smallest coin, two at most.

    Raises:
        AmountInvalid: It is no sum, negative, too large, or finer than the smallest coin.
    """
    plain = text.strip().translate(_SPACES)
    if plain.startswith(_MINUS) and _SUM.fullmatch(plain[1:]):
        raise AmountInvalid(field, text, "negative")
    match = _SUM.fullmatch(plain)
    number = _read_number(match[1], grouped=match[2] is None) if match is not None else None
    if match is None or number is None:
        raise AmountInvalid(field, text)
    value = number * _factor(match[2])
    if value > _LARGEST:
        raise AmountInvalid(field, text, "too_large")
    if value != value.quantize(Decimal(1).scaleb(-digits)):
        raise AmountInvalid(field, text, "too_fine")
    return value.quantize(Decimal("0.01"))


def _read_number(digits: str, *, grouped: bool) -> Decimal | None:
    """``1.200.000,50`` has groups, ``1.5`` a fraction, ``1.5.5`` is none of both."""
    if grouped and _GROUPED.fullmatch(digits):
        groups = "." if digits.find(",") > digits.find(".") > 0 or "," not in digits else ","
        return Decimal(digits.replace(groups, "").replace(",", "."))
    return Decimal(digits.replace(",", ".")) if _PLAIN.fullmatch(digits) else None


def _factor(word: str | None) -> int:
    if word is None:
        return 1
    plain = word.casefold()
    if plain.startswith(("млрд", "bn")):
        return 1_000_000_000
    return 1_000_000 if plain[0] in {"m", "м"} else 1000


_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "₽": "RUB", "¥": "CNY", "₸": "KZT"}
_WORDS = {
    "евро": "EUR",
    "euro": "EUR",
    "долл": "USD",
    "руб": "RUB",
    "р.": "RUB",
}
_CODES = ("EUR", "USD", "GBP", "RUB", "CNY", "KZT", "BYN")
_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_MENTION = re.compile(
    rf"(?<![\w.,])(?P<sign>[€$£₽¥₸])?[ \u00a0]?(?P<number>{_NUMBER})[ \u00a0]?(?P<factor>(?:{_MULTIPLIERS})(?![^\W\d_]))?"
    rf"[ \u00a0]?(?P<after>[€$£₽¥₸]|(?:евро|euros?|долл\w*|руб\w*|р\.|{'|'.join(_CODES)})(?!\w))?",
    re.IGNORECASE,
)

_WORD = 2
"""Letters that make a multiplier plain without a currency: ``3 м`` are metres."""


class Mention(NamedTuple):
    """A sum that a text speaks of, and its currency if that is said."""

    amount: Decimal
    currency: str | None


def find_amounts(text: str) -> tuple[Mention, ...]:
    """The sums of money in a text, in order: numbers with a currency, and those in thousands or millions.

    A bare number is none: it may be a quantity, a house, a phone.
    """
    found = []
    for match in _MENTION.finditer(text):
        said = match["sign"] or match["after"]
        if said is None and len(match["factor"] or "") < _WORD:
            continue
        try:
            amount = parse_amount(match["number"] + (match["factor"] or ""))
        except AmountInvalid:
            continue
        found.append(Mention(amount, _currency_of(said) if said is not None else None))
    return tuple(found)


def _currency_of(said: str) -> str | None:
    if said in _SIGNS:
        return _SIGNS[said]
    plain = said.casefold()
    if plain.upper() in _CODES:
        return plain.upper()
    return next((code for word, code in _WORDS.items() if plain.startswith(word)), None)
