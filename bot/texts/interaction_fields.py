"""What of an interaction can be edited, and what people call it and its values when they type."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.i18n import N_
from bot.reader import Reader
from bot.texts.interactions import CHANNELS
from bot.texts.kinds import TYPE_NAMES
from core.enums import CallResult, Channel, Direction, Importance, InteractionType
from core.errors import Invalid

FIELDS = {
    "text": N_("text"),
    "topic": N_("topic"),
    "goal": N_("goal"),
    "place": N_("place"),
    "when": N_("time"),
    "kind": N_("kind"),
    "duration": N_("duration"),
    "importance": N_("importance"),
    "direction": N_("direction"),
    "result": N_("result"),
    "channel": N_("channel"),
}
"""Field, and its name."""

_VALUES: Mapping[str, tuple[type[StrEnum], Mapping[Any, str]]] = {
    "importance": (
        Importance,
        {Importance.LOW: N_("low"), Importance.NORMAL: N_("normal"), Importance.HIGH: N_("high")},
    ),
    "direction": (Direction, {Direction.IN: N_("incoming"), Direction.OUT: N_("outgoing")}),
    "result": (CallResult, {CallResult.REACHED: N_("reached"), CallResult.NOT_REACHED: N_("not reached")}),
    "channel": (Channel, CHANNELS),
}
"""Fields that have a choice of values, and what these are called."""

_VERB_WORDS = {
    "call": InteractionType.CALL,
    "meeting": InteractionType.MEETING,
    "email": InteractionType.EMAIL,
    "letter": InteractionType.EMAIL,
    "mail": InteractionType.EMAIL,
    "sms": InteractionType.SMS,
}

STEM = 6
"""Letters by which a longer word is known whatever its ending."""

_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,4})\s*([^\W\d]*)\.?")
_HOURS = frozenset(["h", "hr", "hrs", "hour", "hours", "ч", "час", "часа", "часов"])
_MINUTES = frozenset(["", "m", "min", "mins", "minute", "minutes", "м", "мин", "минута", "минуты", "минут"])
_SECONDS = frozenset(["s", "sec", "second", "seconds", "с", "сек", "секунда", "секунды", "секунд"])


def field_of(reader: Reader, word: str) -> str:
    """The field that a word names, in English or the reader's language.

    Raises:
        Invalid: It names none.
    """
    said = word.casefold()
    for field, name in FIELDS.items():
        if said in {field, reader._(name).casefold()}:
            return field
    raise Invalid("field", word)


def value_of(reader: Reader, field: str, text: str) -> Any:
    """What a text says as the value of a field, for `Care.edit`; times are read elsewhere.

    Raises:
        Invalid: It is no value of that field.
    """
    if field == "duration":
        return _duration(text)
    if field not in _VALUES:
        return text
    kind, names = _VALUES[field]
    said = " ".join(text.casefold().split())
    for value in kind:
        if said in {value.value, value.value.replace("_", " ")} or _is_alike(said, reader._(names[value])):
            return value
    raise Invalid(field, text)


def _is_alike(said: str, name: str) -> bool:
    """Whether a word names a value, whatever its ending: "входящий" for "входящее"."""
    known = name.casefold()
    return said == known or (len(said) > STEM <= len(known) and said[:STEM] == known[:STEM])


def type_of(reader: Reader, word: str) -> InteractionType | None:
    """The type that a word names, in English or the reader's language; plans are no type to carry out."""
    said = word.casefold().rstrip(",.:")
    if said in _VERB_WORDS:
        return _VERB_WORDS[said]
    for type_, name in TYPE_NAMES.items():
        if type_ is not InteractionType.PLANNED and reader._(name).casefold() == said:
            return type_
    return None


def plan_kind_of(reader: Reader, word: str) -> InteractionType:
    """The kind of plan that a word names, "plan" for one that is not known yet.

    Raises:
        Invalid: It names none.
    """
    said = word.strip().casefold()
    if said in {"plan", InteractionType.PLANNED, reader._(TYPE_NAMES[InteractionType.PLANNED]).casefold()}:
        return InteractionType.PLANNED
    kind = type_of(reader, said)
    if kind is None:
        raise Invalid("kind", word)
    return kind


def result_of(reader: Reader, text: str) -> tuple[CallResult, str]:
    """Whether somebody was reached, as the first words of a text say, and what follows; reached where they do not."""
    for value, name in _VALUES["result"][1].items():
        for words in (value.value, value.value.replace("_", " "), reader._(name)):
            if re.match(rf"{re.escape(words)}(?![^\W_])", text, re.IGNORECASE):
                return value, text[len(words) :].lstrip(" ,:.")
    return CallResult.REACHED, text


def _duration(text: str) -> timedelta:
    """Reads "12", "12 min", "1 h 5 min" or "1:05"; a number alone is minutes."""
    clock = _CLOCK.fullmatch(text.strip())
    if clock is not None:
        return timedelta(hours=int(clock[1]), minutes=int(clock[2]))
    total, rest = timedelta(), text.casefold().strip()
    if not rest:
        raise Invalid("duration", text)
    while rest:
        amount = _AMOUNT.match(rest)
        if amount is None:
            raise Invalid("duration", text)
        total += _span(int(amount[1]), amount[2], text)
        rest = rest[amount.end() :].strip(" ,")
    return total


def _span(number: int, unit: str, text: str) -> timedelta:
    if unit in _HOURS:
        return timedelta(hours=number)
    if unit in _MINUTES:
        return timedelta(minutes=number)
    if unit in _SECONDS:
        return timedelta(seconds=number)
    raise Invalid("duration", text)
