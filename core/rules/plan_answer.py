"""What somebody says of a plan: what became of it, and what comes next (domain.md I3, S7).

"held, takes 20 pallets, call on Friday", "не дозвонился, перезвонить завтра в 10": the first clause says what
became of the plan, a later one that begins with something to do and names a time says the next step. Whatever
is not plainly one of these is taken as what came of a plan that was carried out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.enums import InteractionType
from core.rules import answer_vocabulary as words
from core.rules.answer_vocabulary import Outcome
from core.rules.time_phrase import Frame
from core.rules.time_words import split_leading_when
from core.values import When

__all__ = ["FollowUp", "Outcome", "PlanAnswer", "read_answer"]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A next step that was said.

    Attributes:
        type: What is to be done; planned where the words leave it open.
        text: What was said of it beside its kind and time.
    """

    type: InteractionType
    when: When
    text: str = ""


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """An answer to a plan, understood.

    Attributes:
        outcome: What became of it.
        text: All that was said, as it was said; empty where it said no more than the outcome.
        moved_to: For a moved plan: when it takes place now; None where no time was said that can be read.
        follow_up: What comes next.
        type: What a plan of unknown kind turned out to be, where the first words say so.
    """

    outcome: Outcome
    text: str
    moved_to: When | None = None
    follow_up: FollowUp | None = None
    type: InteractionType | None = None


_CLAUSE = re.compile(r"[,;.!\n]+(?=\s|$)|\s+(?:-|\u2013|\u2014)\s+|:(?=\s)")
_LINK = re.compile(r"(?:and|then|so|и|а|но|потом|затем|далее|дальше|next|след\w* шаг)\s+", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|then|и|а|потом)\s+", re.IGNORECASE)
_AGREED = re.compile(
    r"(?:(?:we|i|he|she|they|он|она|они|мы|я)\s+)?"
    r"(?:agreed|asked|asks|wants|want|need|needs|must|will|should|shall|договорились|договорился|договорилась"
    r"|просил[аи]?|попросил[аи]?|просит|просят|надо|нужно|буду|будем|решили)\s+(?:(?:us|me)\s+)?(?=\S)"
    r"|(?:we|i|he|she|they|мы|я)(?:'ll)?\s+",
    re.IGNORECASE,
)
"""What may stand before something to do: "asked to call back on Friday", "договорились встретиться в четверг"."""

_WORD = re.compile(r"\S+")
_EDGES = " \t\r\n,;:.!?-\u2013\u2014\"'«»()"


def read_answer(said: str, frame: Frame, names: Iterable[str] = ()) -> PlanAnswer:
    """What an answer to a plan says.

    Args:
        said: The words.
        frame: What words of time mean.
        names: Presentations of the plan's participants: they may stand beside an outcome ("John did not come").
    """
    text = said.strip()
    clauses = list(_clauses(text))
    known = words.FILLERS | {word for name in names for word in _fold(name).split()}
    outcome, tail = _outcome(clauses[0] if clauses else "", known)
    later = clauses if outcome is Outcome.HELD else clauses[1:]
    follow_up = next((found for one in later if (found := _find_follow_up(one, frame)) is not None), None)
    if outcome is Outcome.MOVED:
        moved_to = _read_time(tail, frame)
        is_plain = len(clauses) == 1 and moved_to is not None
        return PlanAnswer(outcome, "" if is_plain else text, moved_to, follow_up)
    if outcome is Outcome.HELD:
        return PlanAnswer(outcome, text, None, follow_up, _kind(clauses[0] if clauses else ""))
    return PlanAnswer(outcome, "" if len(clauses) == 1 else text, None, follow_up)


def _clauses(text: str) -> Iterator[str]:
    """The parts of a text between its stops, without the word that links one to the next."""
    for part in _CLAUSE.split(text):
        clause = _LINK.sub("", part.strip(), count=1) if _LINK.match(part.strip()) else part.strip()
        if clause.strip(_EDGES):
            yield clause


def _fold(text: str) -> str:
    folded = text.casefold().replace("ё", "е").replace("\u2019", "'")
    return " ".join(word.strip(_EDGES) for word in folded.split())


def _outcome(clause: str, known: frozenset[str] | set[str]) -> tuple[Outcome, str]:
    """What the first clause says became of the plan, and what follows the word for it.

    Only a clause that says nothing else counts: "the order was cancelled" came of a talk that took place.
    """
    folded = _fold(clause)
    for outcome, pattern in words.OUTCOMES:
        found = pattern.search(folded)
        if found is None or (found.start() and folded[found.start() - 1] != " "):
            continue
        tail = folded[found.end() :].strip()
        if not set(folded[: found.start()].split()) <= known:
            continue
        if outcome is Outcome.MOVED or set(tail.split()) <= known:
            return outcome, tail
    return Outcome.HELD, ""


def _read_time(tail: str, frame: Frame) -> When | None:
    """The time that a plan was moved to: "to Friday 15:00", "на пятницу"; other words may stand before it."""
    said = tail.split()
    for start in range(len(said)):
        if said[start] in {"to", "until", "till", "for", "на", "до"}:
            continue
        when, rest = split_leading_when(" ".join(said[start:]), frame)
        if when is not None and not rest:
            return when
    return None


def _find_follow_up(clause: str, frame: Frame) -> FollowUp | None:
    """The next step of a clause: by its first words, or by those after an "and"."""
    starts = [0, *(link.end() for link in _AND.finditer(clause))]
    found = (_follow_up(clause[start:], frame) for start in starts)
    return next((one for one in found if one is not None), None)


def _follow_up(clause: str, frame: Frame) -> FollowUp | None:
    """The next step that a clause says; None where it names nothing to do, or no time that can be read."""
    before, rest = split_leading_when(_after_agreement(clause), frame)
    found = _to_do(rest)
    if found is None:
        return None
    kind, after = found
    if before is not None:
        return FollowUp(kind, before, _said(kind, rest, after))
    for word in _WORD.finditer(after):
        when, left = split_leading_when(after[word.start() :], frame)
        if when is None:
            continue
        kept = " ".join(part for part in (after[: word.start()].strip(), left) if part)
        lead = rest[: len(rest) - len(after)].strip()
        return FollowUp(kind, when, _said(kind, f"{lead} {kept}".strip(), kept))
    return None


def _after_agreement(clause: str) -> str:
    agreed = _AGREED.match(clause)
    return clause[agreed.end() :] if agreed is not None else clause


def _said(kind: InteractionType, whole: str, after: str) -> str:
    """The words of a next step: all of them where its kind does not tell what is to be done."""
    return (whole if kind is InteractionType.PLANNED else after).strip(_EDGES)


def _to_do(clause: str) -> tuple[InteractionType, str] | None:
    """What is to be done by the first words of a clause, and what follows them as it was written."""
    taken = list(_WORD.finditer(clause))
    for length in range(min(3, len(taken)), 0, -1):
        said = _fold(clause[: taken[length - 1].end()])
        for kind, pattern in words.NEXT:
            if pattern.fullmatch(said):
                return kind, clause[taken[length - 1].end() :].strip()
    return None


def _kind(clause: str) -> InteractionType | None:
    folded = _fold(clause)
    return next((kind for kind, pattern in words.KINDS if pattern.match(folded)), None)
