"""Reading sums as people write them."""

import re
from decimal import Decimal

from core.errors import AmountInvalid

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'")
_SUM = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(тыс\.?|тысяч[аи]?|k|к|т\.?р\.?|млн\.?|миллион(?:а|ов)?|m|м)?", re.IGNORECASE
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_LARGEST = Decimal(10) ** 15


def parse_amount(text: str) -> Decimal:
    """A sum of money: ``120 000``, ``120000,50``, ``1.5 млн``, ``200к``; exact, two decimals at most.

    Raises:
        AmountInvalid: It is no sum, negative, too large, or finer than the smallest coin.
    """
    plain = text.strip().translate(_SPACES)
    match = _SUM.fullmatch(plain)
    if match is None:
        raise AmountInvalid("amount", text)
    digits = match[1]
    if _GROUPED.fullmatch(digits) and match[2] is None:
        digits = re.sub(r"[.,]", "", digits)
    value = Decimal(digits.replace(",", ".")) * _factor(match[2])
    exact = value.quantize(Decimal("0.01"))
    if exact != value or value > _LARGEST:
        raise AmountInvalid("amount", text)
    return exact


def _factor(word: str | None) -> int:
    if word is None:
        return 1
    return 1_000_000 if word.casefold()[0] in {"m", "м"} else 1000
