"""The words of an interaction that a fact of a deal was taken from (pains.md 9)."""

from collections.abc import Iterable
from decimal import Decimal

from core.rules.amounts import find_amounts
from core.rules.asked_for import find_words

LINE_LIMIT = 160
LINES = 200
"""Lines of a text that are looked at."""


def telling_words(texts: Iterable[str], amount: Decimal | None = None) -> str:
    """The line that names the sum; without a sum, or where none does, the first that says anything.

    Args:
        texts: Topic, text and goal, in the order of their weight.
        amount: The sum that was taken from them.
    """
    known = [text for text in texts if text.strip()]
    if amount is not None:
        for text in known:
            for line in text.splitlines()[:LINES]:
                if any(one.amount == amount for one in find_amounts(line)):
                    return " ".join(line.split())[:LINE_LIMIT]
    words = (find_words(text) or " ".join(text.split()) for text in known)
    return next((one[:LINE_LIMIT] for one in words), "")
