"""Sums in other currencies, exact (domain.md D1)."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from core.errors import AmountInvalid

SMALLEST_RATE = Decimal("0.0000000001")
LARGEST_RATE = Decimal(10) ** 8 - SMALLEST_RATE
"""What both databases keep: eight digits before the point, ten behind it."""

_PRECISION = 40


def convert(amount: Decimal, rate: Decimal, digits: int) -> Decimal:
    """A sum in the organisation's currency, rounded once to its smallest coin, half to even."""
    with localcontext() as context:
        context.prec = _PRECISION
        return (amount * rate).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


def plain_rate(rate: Decimal) -> Decimal:
    """A rate without zeros that say nothing, and without an exponent: ``100``, never ``1E+2``."""
    return rate.quantize(Decimal(1)) if rate == rate.to_integral_value() else rate.normalize()


def check_rate(rate: Decimal) -> Decimal:
    """A rate, if it can be one.

    Raises:
        AmountInvalid: It is not positive, out of all measure, or finer than can be kept.
    """
    if not rate.is_finite():
        raise AmountInvalid("rate", str(rate))
    if not SMALLEST_RATE <= rate <= LARGEST_RATE:
        raise AmountInvalid("rate", str(rate), "negative" if rate <= 0 else "too_large")
    if rate % SMALLEST_RATE:
        raise AmountInvalid("rate", str(rate), "too_fine")
    return rate
