"""Which words of an interaction ask for something: what a new deal proposes as its primary demand (domain.md, S6)."""

import re

LINES = 40
"""Lines of a text that are looked at."""
LINE_LIMIT = 200
"""Letters of a line that are kept."""
MIN_WORDS = 2
"""Words of a line that says anything."""

_ASKING = re.compile(
    r"\b(?:needs?|wants?|wanted|wishes|requires?|requests?|requested|orders?|ordered|asks? for|asked for"
    r"|asking for|interested in|looking for|would like|quote|quotation|"
    r"нуж(?:ен|на|но|ны|ен)|хо(?:чет|тят|чу|тим|тел\w*)|прос(?:ит|ят|им|ил\w*)|прошу|"
    r"интересу\w+|заказ\w*|заявк\w+|требу(?:ет|ют)ся|запрос\w*|ищ(?:ет|ут|ем))\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(r"(?<![\w.,:/])\d{1,6}(?:[.,]\d{1,3})?\s+(?P<unit>[^\W\d_]{2,})", re.IGNORECASE)
_NO_UNIT = re.compile(
    r"(?:min|minute|hour|day|week|month|quarter|year|percent|per|am|pm|o|eur|usd|rub|gbp|euro|dollar|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|"
    r"мин|час|ден|дн|недел|месяц|квартал|год|лет|процент|руб|евро|долл|тыс|млн|млрд|mln|mio|million|thousand|"
    r"янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)",
    re.IGNORECASE,
)


def find_asking(text: str) -> str | None:
    """The first line that asks for something, by a word of asking or by a number of things; None: none does."""
    for line in _lines(text):
        if _ASKING.search(line) or any(
            not _NO_UNIT.match(match["unit"]) for match in _QUANTITY.finditer(line)
        ):
            return line
    return None


def find_words(text: str) -> str | None:
    """The first line that says anything."""
    return next(iter(_lines(text)), None)


def _lines(text: str) -> list[str]:
    lines = (" ".join(line.split())[:LINE_LIMIT] for line in text.splitlines()[:LINES])
    return [line for line in lines if len(line.split()) >= MIN_WORDS]
