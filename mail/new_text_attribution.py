"""The line that tells who is quoted: "On Monday, Anna wrote:", "23.11.2022, 12:01, Анна <a@x.example>:".

Mail programs write it in their user's language, on one line or broken over several. What it begins with is a date;
what it ends with is a colon, and before that a verb or an address.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

MAX_CHARACTERS = 400
"""No attribution is longer."""

MAX_LINES = 4

REMEMBERED_LINES = 512
"""A letter's lines are looked at by several rules, in several passes."""

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек"
    r"|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру|mär|mai|okt|dez|janv|févr|avr|juin|juil|août|déc"
    r"|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|mei|out|fev|maj|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru)"
)
_DATE = re.compile(
    rf"\b\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}\b|\b\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|\.|-го)?[ -](?:de |of )?{_MONTH}|\b{_MONTH}[^\W\d_]*\.?[ -]\d{{1,2}}\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b\d{1,2}[:h]\d{2}\b|\b\d{1,2} ?[ap]\.?m\b", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|сред|четверг|пятниц|суббот"
    r"|воскресенье)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S@\w")
_VERBS = (
    r"(?:wrote|writes|sent|schrieb|schreef|geschreven|a [ée]crit|escribi[óo]|ha scritto|scrisse|escreveu|skrev"
    r"(?: følgende)?|kirjoitti|napisał(?:\(a\)|a)?|napsal(?:\(a\)|a)?|a scris|yazdı|đã viết|写道|寫道|님이 작성"
    r"|написал(?:\(а\)|а|и)?|пишет|писал(?:\(а\)|а|и)?|пише|написав(?:\(ла\)|ла)?)"
)
_VERB = re.compile(rf"(?<!\w){_VERBS}(?!\w)", re.IGNORECASE)
_RUN_ON = re.compile(rf"^.{{10,300}}?@.{{1,100}}? ?{_VERBS} ?:", re.IGNORECASE)
"""An attribution with the first words of the quotation on its line, as Yahoo's app writes it."""

_FROM = re.compile(r" (?:от|пользователь) ", re.IGNORECASE)
_START_CHARACTERS = 48
_LONELY = re.compile(
    r"^(?:<?\S{1,100}@\S{1,100}>?|(?:<\S{1,100}>)? ?(?:wrote|writes|написал(?:\(а\)|а)?|пишет|писал(?:\(а\)|а)?)) ?:$",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED_LINES)
def plain_line(line: str) -> str:
    """The beginning of a line, without marks of emphasis, invisible characters and doubled blanks."""
    line = line[:MAX_CHARACTERS]
    return " ".join((line if line.isascii() else _INVISIBLE.sub("", line)).split()).strip(" *_")


def find_attribution(lines: Sequence[str], end: int, *, quoted_after: bool) -> tuple[int, bool] | None:
    """The attribution whose last line is `end`.

    Args:
        lines: The text's lines, as `plain_line` has them.
        end: A line that is not blank.
        quoted_after: Whether the next line that says anything is quoted.

    Returns:
        Its first line, and whether it is certain without a quotation behind it; None when there is none.
    """
    last = lines[end]
    if not last.endswith((":", "：")):
        run_on = _RUN_ON.match(last) if "@" in last and ":" in last else None
        return (end, True) if run_on is not None and _begins(last) and _is_certain(run_on[0]) else None
    joined = ""
    for start in range(end, max(-1, end - MAX_LINES), -1):
        line = lines[start]
        if not line:
            break
        joined = f"{line} {joined}".strip()
        if len(joined) > MAX_CHARACTERS:
            break
        if _begins(line) and _is_certain(joined):
            return start, True
        if quoted_after and _begins(line) and _DATE.search(joined) and _TIME.search(joined):
            return start, False
    return (end, False) if quoted_after and _is_likely(last) else None


def _begins(line: str) -> bool:
    found = _DATE.search(line, 0, _START_CHARACTERS * 2)
    return found is not None and found.start() <= _START_CHARACTERS


def _is_certain(line: str) -> bool:
    has_verb, has_address = _VERB.search(line) is not None, _ADDRESS.search(line) is not None
    has_time = _TIME.search(line) is not None
    if has_verb:
        return (
            has_time
            or has_address
            or _WEEKDAY.search(line) is not None
            or line.lower().startswith(("on ", "am "))
        )
    return (
        has_time
        and (line.endswith((">:", "):")) or _FROM.search(line) is not None)
        and (has_address or _FROM.search(line) is not None)
    )


def _is_likely(line: str) -> bool:
    return _VERB.search(line) is not None or _LONELY.match(line) is not None
