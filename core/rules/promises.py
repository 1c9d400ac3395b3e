"""Promises, two-sided: what words plainly promise, when somebody is reminded, how many were kept (pains.md 5).

A promise is plain where a clause says a deed, whose it is, and by when: "пришлю КП до среды", "обещал оплатить в
пятницу", "will send the catalogue by Wed". Such words only propose; a person keeps them with a tap.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.enums import PromiseSide, PromiseState
from core.errors import TimeInvalid
from core.rules import promise_vocabulary as words
from core.rules.time_phrase import Frame
from core.rules.time_words import read_when, split_leading_when
from core.rules.times import is_overdue
from core.rules.user_day import at_hour
from core.rules.working_time import Hours, after_working_days
from core.values import When

MOST = 3
"""Promises proposed of one text."""

READ = 4000
"""Characters of a text that are looked through."""

TEXT_LIMIT = 300

_CLAUSE = re.compile(r"[,;!?\n]+|\.(?=\s|$)|\s+(?:-|\u2013|\u2014)\s+|\s(?:and|but|и|а|но)\s")
_WORD = re.compile(r"\S+")
_EDGES = " \t\r\n,;:.!?-\u2013\u2014\"'«»()"
_DIGITS = re.compile(r"[\d\s]+")
_NEGATED = re.compile(r"(?:^|\s)(?:не|never)\s+$")


@dataclass(frozen=True, slots=True)
class FoundPromise:
    """A promise that words make.

    Attributes:
        side: Who promised.
        text: What.
        when: By when.
        quote: The clause that says so, as it was written.
    """

    side: PromiseSide
    text: str
    when: When
    quote: str

    @property
    def mark(self) -> str:
        """A short mark of the quote, by which a button names it."""
        return mark_of(self.quote)


def mark_of(quote: str) -> str:
    """The mark of a quote: eight characters."""
    return f"{zlib.crc32(quote.encode()):08x}"


def find_promises(text: str, frame: Frame, said_by: PromiseSide) -> tuple[FoundPromise, ...]:
    """The plain promises of a text, in order; what one's own are depends on who wrote it.

    Args:
        text: What was written or noted.
        frame: When it was said, and in whose zone.
        said_by: Who wrote it: a letter that came in is theirs, notes and what we sent are ours.
    """
    found: dict[str, FoundPromise] = {}
    for clause in _clauses(text[:READ]):
        promise = _read_clause(clause, frame, said_by)
        if promise is not None:
            found.setdefault(promise.quote, promise)
    return tuple(found.values())[:MOST]


def _clauses(text: str) -> Iterator[str]:
    """The clauses that may promise something: no questions, and not what a condition before a comma governs."""
    start, depends = 0, False
    for match in [*_CLAUSE.finditer(text), None]:
        end = match.start() if match is not None else len(text)
        mark = match[0] if match is not None else ""
        clause = text[start:end].strip(_EDGES)
        if not mark.startswith("?") and not depends:
            yield clause
        depends = mark.startswith(",") and words.CONDITIONS.search(clause.casefold()) is not None
        start = match.end() if match is not None else end


def _read_clause(clause: str, frame: Frame, said_by: PromiseSide) -> FoundPromise | None:
    folded = clause.casefold().replace("ё", "е")
    if len(folded) != len(clause) or words.CONDITIONS.search(folded):
        return None
    side, match = _find_deed(folded, said_by)
    if match is None:
        return None
    timed = _find_when(clause, frame)
    if timed is None:
        return None
    when, start, end = timed
    begins = match.start("do") if match["do"] is not None else match.start()
    before, after = clause[begins : max(start, begins)], clause[max(end, begins) :]
    said = " ".join(f"{before} {after}".split()).strip(_EDGES)
    if len(said.split()) == 0:
        return None
    return FoundPromise(side, said[:TEXT_LIMIT], when, clause[:TEXT_LIMIT])


def _find_deed(folded: str, said_by: PromiseSide) -> tuple[PromiseSide, re.Match[str] | None]:
    other = PromiseSide.US if said_by is PromiseSide.THEM else PromiseSide.THEM
    for side, pattern in ((said_by, words.OWN), (other, words.OTHERS)):
        if side is other and said_by is PromiseSide.THEM:
            break  # whom a client means by "they" is anybody's guess
        for match in pattern.finditer(folded):
            is_word = match.start() == 0 or not folded[match.start() - 1].isalnum()
            negated = _NEGATED.search(folded[: match.start()])
            bare_will = match[0].startswith("will ") and match.start() > 0
            if is_word and not negated and not bare_will and match["do"] not in words.NO_DEEDS:
                return side, match
    return said_by, None


def _find_when(clause: str, frame: Frame) -> tuple[When, int, int] | None:
    """The first time in a clause, and where it stands, with what leads to it."""
    lead = -1
    for token in _WORD.finditer(clause):
        word = token[0].casefold().strip(_EDGES)
        if word in words.UNTIL:
            lead = token.start()
            continue
        when, rest = split_leading_when(clause[token.start() :], frame)
        if when is None and lead >= 0:
            when, rest = _read_word(token[0], frame), clause[token.end() :]
        said = clause[token.start() : len(clause) - len(rest)]
        if when is not None and not _DIGITS.fullmatch(said):
            return when, lead if lead >= 0 else token.start(), len(clause) - len(rest)
        lead = -1
    return None


def _read_word(word: str, frame: Frame) -> When | None:
    """A short weekday: by itself it may be a name, after "by" it is none."""
    try:
        return read_when(word.strip(_EDGES), frame)
    except TimeInvalid:
        return None


def split_promise(text: str, frame: Frame) -> tuple[str, When | None]:
    """What is promised and by when, of words that say that it is a promise; no time where none is said."""
    timed = _find_when(text, frame)
    if timed is None:
        return text.strip()[:TEXT_LIMIT], None
    when, start, end = timed
    said = " ".join(f"{text[:start]} {text[end:]}".split()).strip(_EDGES)
    return (said or text.strip())[:TEXT_LIMIT], when


def remind_at(side: PromiseSide, when: When, hours: Hours) -> datetime:
    """When its user is reminded of a promise.

    Of ours on the morning of its day, or at its time; of theirs on the next working morning after its day, or at
    its time: then it is seen whether they kept it.
    """
    if when.due_on is None:
        return when.at
    if side is PromiseSide.US:
        return at_hour(when.due_on, hours.starts, hours.timezone)
    day = after_working_days(when.due_on + timedelta(days=1), 0, hours.days_off)
    return at_hour(day, hours.starts, hours.timezone)


@dataclass(frozen=True, slots=True)
class Given:
    """A promise, as far as it counts for how well somebody keeps them."""

    side: PromiseSide
    state: PromiseState
    due_at: datetime
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many promises of one side have come due, and how many of those were kept."""

    kept: int = 0
    come: int = 0


def is_late(one: Given, now: datetime, timezone: str) -> bool:
    """Whether it is still open although its time is over."""
    return one.state is PromiseState.OPEN and is_overdue(one.due_at, one.due_on, now, timezone)


def tally(promises: Iterable[Given], side: PromiseSide, now: datetime, timezone: str) -> Tally:
    """Count the promises of a side: kept ones, and all that are kept, broken or late; withdrawn ones never count."""
    kept = come = 0
    for one in promises:
        if one.side is side:
            kept += one.state is PromiseState.KEPT
            come += one.state in {PromiseState.KEPT, PromiseState.BROKEN} or is_late(one, now, timezone)
    return Tally(kept, come)
