"""Times as people write them: "tomorrow 15:00", "через 2 часа", "Friday at 10", "1 декабря в 9:30", or ISO.

This reads the argument TIME of commands and a time at the beginning of a text (interface.md, Conversation).
The wall clock is the user's; what a gap or overlap of summer time means is settled by `core.rules.user_day`.
Where a day is left open, the nearest one is meant: ahead for what is planned, back for what has happened.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from core.errors import TimeInvalid
from core.rules import time_vocabulary as words
from core.rules.time_phrase import Frame, Phrase, read_phrase
from core.rules.times import NOON, when_of_day
from core.rules.user_day import to_instant
from core.values import When

__all__ = ["Frame", "read_when", "split_leading_when"]

MAX_WORDS = 9
"""No time takes more words; the search for a leading one stops there."""

MAX_TEXT = 200
"""Characters that a time may take."""

_TOKEN = re.compile(r"\S+")


def read_when(text: str, frame: Frame) -> When:
    """The time that a text says, all of it.

    A day alone gives a `When` without a known time (domain.md I5).

    Raises:
        TimeInvalid: It is no time, or one that cannot be.
    """
    found = _read(_split(text), frame) if len(text) <= MAX_TEXT else None
    if found is None:
        raise TimeInvalid("when", text)
    return found


def split_leading_when(text: str, frame: Frame) -> tuple[When | None, str]:
    """The longest time that a text begins with, and what follows it; None and the text when there is none.

    A short weekday alone ("Sat Nam: …") is taken for a name.
    """
    tokens = [(_fold(match[0]), match.end()) for match in _first_tokens(text)]
    for length in range(len(tokens), 0, -1):
        said = [word for word, _ in tokens[:length]]
        if length == 1 and said[0] in words.WEEKDAYS and len(said[0]) <= 3:
            continue
        found = _read(said, frame)
        if found is not None:
            return found, text[tokens[length - 1][1] :].lstrip(" \t\r\n,;:.-\u2013\u2014")
    return None, text


def _first_tokens(text: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    for match in _TOKEN.finditer(text):
        found.append(match)
        if len(found) == MAX_WORDS:
            break
    return found


def _split(text: str) -> list[str]:
    return [_fold(match[0]) for match in _first_tokens(text)] if len(text.split()) <= MAX_WORDS else []


def _fold(word: str) -> str:
    folded = word.casefold().replace("ё", "е")
    return folded.rstrip(",;:!") or folded


def _read(said: Sequence[str], frame: Frame) -> When | None:
    if not said:
        return None
    try:
        phrase = read_phrase(said, frame)
        return resolve(phrase, frame) if phrase is not None else None
    except (ValueError, OverflowError):
        return None


def resolve(said: Phrase, frame: Frame) -> When:
    """The time that a phrase means.

    Raises:
        ValueError: It is out of the calendar.
    """
    if said.instant is not None:
        return When(said.instant.astimezone(UTC))
    clock = _clock_of(said, frame)
    if clock is None:
        return _whole_day(said, frame)
    day = _day_at(said, frame, clock)
    at = to_instant(datetime.combine(day, clock), frame.timezone)
    if said.ends is None:
        return When(at)
    last = day if said.ends >= clock else day + timedelta(days=1)
    return When(at, ends_at=to_instant(datetime.combine(last, said.ends), frame.timezone))


def _clock_of(said: Phrase, frame: Frame) -> time | None:
    """The time of day; "in the evening at 7" is seven in the evening."""
    if said.clock is None:
        return time(words.PART_HOURS.get(said.part, frame.morning_hour)) if said.part else None
    in_second_half = said.part in {"afternoon", "evening"} and said.clock.hour < NOON
    return said.clock.replace(hour=said.clock.hour + NOON) if in_second_half else said.clock


def _whole_day(said: Phrase, frame: Frame) -> When:
    day = said.day if said.day is not None else _weekday_at(said, frame, None)
    return when_of_day(day, frame.state, frame.timezone, frame.morning_hour)


def _day_at(said: Phrase, frame: Frame, clock: time) -> date:
    if said.day is not None:
        return said.day
    if said.weekday is not None:
        return _weekday_at(said, frame, clock)
    if frame.is_ahead and clock <= frame.local.time():
        return frame.local.date() + timedelta(days=1)
    if not frame.is_ahead and clock > frame.local.time():
        return frame.local.date() - timedelta(days=1)
    return frame.local.date()


def _weekday_at(said: Phrase, frame: Frame, clock: time | None) -> date:
    """The nearest such weekday; today only if the time of it fits."""
    wanted = said.weekday or 0
    if not frame.is_ahead:
        back = (frame.local.date().weekday() - wanted) % 7
        is_past = clock is None or clock <= frame.local.time()
        return frame.local.date() - timedelta(days=back if back or is_past else 7)
    if said.weeks:
        return frame.local.date() + timedelta(days=7 - frame.local.date().weekday() + wanted)
    ahead = (wanted - frame.local.date().weekday()) % 7
    is_today = clock is not None and clock > frame.local.time()
    return frame.local.date() + timedelta(days=ahead if ahead or is_today else 7)
