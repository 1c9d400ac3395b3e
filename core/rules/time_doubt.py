"""Words at the beginning of a plan that look like a time and are none: "the 32nd", "31 июня", "25:99"."""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.rules.time_vocabulary import MONTHS


class TimeDoubt(StrEnum):
    """Why a time that was said is not the plan's."""

    UNREAD = "time_unread"
    PAST = "time_past"


_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_CLOCK = r"\d{1,3}[:.]\d{2,3}"
_LEAD = r"(?:(?:on|at|by|the|в|во|на|к|до)\s+)*"
_DAY = (
    rf"\d{{1,4}}(?:st|nd|rd|th|-?го|-?е)?\s+(?:of\s+)?(?:{_MONTH})(?:\s+\d{{4}})?"
    rf"|(?:{_MONTH})\s+\d{{1,4}}(?:st|nd|rd|th)?"
    r"|\d{1,4}(?:st|nd|rd|th|-го|-е)"
    r"|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{2,4}"
)
_TIME = re.compile(
    rf"{_LEAD}(?:(?:{_DAY})(?:\s+(?:at|в|к)?\s*{_CLOCK})?|\d{{1,3}}:\d{{2,3}})(?=[\s,;:]|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class UnsaidTime:
    """A time that was said and is not the plan's: the words, and why not."""

    words: str
    why: TimeDoubt


def split_unread_time(text: str) -> tuple[str, str]:
    """What looks like a time at the beginning of a text, and the rest; nothing and the text where nothing does.

    For texts of which `split_leading_when` reads no time.
    """
    found = _TIME.match(text.strip())
    if found is None:
        return "", text
    return found[0].strip(), text.strip()[found.end() :].lstrip(" \t\r\n,;:.-\u2013\u2014")
