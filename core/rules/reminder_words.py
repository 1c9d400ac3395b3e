"""How long before or after a plan, as people say it: "15 min before", "за час", "через час после" (domain.md I5)."""

from core.enums import ReminderKind
from core.rules import time_vocabulary as words
from core.rules.reminders import DAY
from core.rules.time_phrase import Frame, read_phrase

_BEFORE = frozenset({"before", "до"})
_AHEAD_OF = frozenset({"за"})
_AFTER = frozenset({"after", "после"})
_AT_START = frozenset({"at its time", "at the start", "at start", "в срок", "в начале", "вовремя"})
_AROUND = frozenset({"in", "через", "спустя"})
_WORDS_AFTER = 3
"""Words that may follow: "before the meeting starts"."""


def read_bound(text: str, frame: Frame) -> tuple[ReminderKind, int] | None:
    """What a text binds a reminder to: before a plan or after its end, and by how many minutes.

    None when it says neither; then it may be a time.
    """
    said = text.casefold().replace("ё", "е").strip(" .,;!").split()
    if " ".join(said) in _AT_START:
        return ReminderKind.BEFORE, 0
    if said and said[0] in _AHEAD_OF:
        cut = next((place for place, word in enumerate(said) if word in _BEFORE), len(said))
        return _bound(ReminderKind.BEFORE, said[1:cut], said[cut + 1 :], frame)
    for place, word in enumerate(said):
        if word in _BEFORE | _AFTER and place:
            kind = ReminderKind.BEFORE if word in _BEFORE else ReminderKind.AFTER
            span = said[1:place] if said[0] in _AROUND else said[:place]
            return _bound(kind, span, said[place + 1 :], frame)
    return None


def _bound(
    kind: ReminderKind, span: list[str], rest: list[str], frame: Frame
) -> tuple[ReminderKind, int] | None:
    minutes = _minutes(span, frame) if len(rest) <= _WORDS_AFTER else None
    return None if minutes is None else (kind, minutes)


def _minutes(span: list[str], frame: Frame) -> int | None:
    """A span of time in minutes, read as the words that follow "in"."""
    if len(span) == 1 and (span[0] in words.MINUTES or span[0] in words.SPANS):
        span = ["1", *span]
    if not span or words.DAYS.keys() & set(span):
        return None
    try:
        phrase = read_phrase(["in", *span], frame)
    except (ValueError, OverflowError):
        return None
    if phrase is None or phrase.clock is not None or phrase.weekday is not None or phrase.part:
        return None
    if phrase.instant is not None:
        return round((phrase.instant - frame.now).total_seconds() / 60)
    if phrase.day is None:
        return None
    return (phrase.day - frame.local.date()).days * DAY


def read_minutes(text: str, frame: Frame) -> tuple[int, ...] | None:
    """A list of how long ahead: ``60,15``, "1 day, 2 hours"; bare numbers are minutes; None: something is no span."""
    found: list[int] = []
    for part in text.casefold().replace("ё", "е").replace(";", ",").split(","):
        one = part.split()
        minutes = (
            int(one[0]) if len(one) == 1 and one[0].isdecimal() and len(one[0]) < 7 else _minutes(one, frame)
        )
        if minutes is None:
            return None
        found.append(minutes)
    return tuple(found)
