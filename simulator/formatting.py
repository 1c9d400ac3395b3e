"""What becomes of the text of a call: parsed, cleaned, measured.

Lengths are counted in code points, as Telegram's configuration states for its message and caption limits.
"""

import re
from dataclasses import dataclass

from aiogram.client.default import Default
from aiogram.types import MessageEntity

from simulator.entities import parse_html, utf16_length
from simulator.entity_detection import with_detected
from simulator.entity_nesting import settled
from simulator.errors import JsonObject, violation

MAX_TEXT = 4096
MAX_CAPTION = 1024
# Line separators and bidirectional embeddings never reach another client; nor do control characters.
_REMOVED = re.compile("[\u2028-\u202e\r]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0]*"
)


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text as the other side gets it; empty when nothing visible is left."""

    text: str
    entities: list[JsonObject]


def clean(text: str, entities: list[JsonObject]) -> FormattedText:
    """The text without what Telegram strips: control characters, surrounding blanks; entities moved along."""
    if not entities:
        plain = _CONTROL.sub(" ", _REMOVED.sub("", text)).strip()
        return FormattedText("" if _INVISIBLE.fullmatch(plain) else plain, with_detected(plain, []))
    plain = _CONTROL.sub(" ", text)
    if _REMOVED.search(plain):
        plain, entities = _without_removed(plain, entities)
    right = plain.rstrip()
    shift = utf16_length(right) - utf16_length(right.lstrip())
    plain = right.lstrip()
    kept = _clipped(entities, shift, utf16_length(plain))
    return FormattedText("" if _INVISIBLE.fullmatch(plain) else plain, with_detected(plain, kept))


def _without_removed(text: str, entities: list[JsonObject]) -> tuple[str, list[JsonObject]]:
    """Takes the forbidden characters out; all of them are one UTF-16 unit long."""
    places = [utf16_length(text[: match.start()]) for match in _REMOVED.finditer(text)]
    moved = []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        before = sum(place < start for place in places)
        inside = sum(start <= place < end for place in places)
        moved.append({**entity, "offset": start - before, "length": entity["length"] - inside})
    return _REMOVED.sub("", text), moved


def _clipped(entities: list[JsonObject], shift: int, length: int) -> list[JsonObject]:
    kept = []
    for entity in entities:
        start = max(entity["offset"] - shift, 0)
        end = min(entity["offset"] + entity["length"] - shift, length)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return kept


def format_text(
    text: str,
    *,
    parse_mode: str | Default | None,
    entities: list[MessageEntity] | None,
    limit: int,
    too_long: str = "message is too long",
) -> FormattedText:
    """The text of a call as its reader sees it.

    Raises:
        Violation: for HTML Telegram cannot parse, an unknown parse mode, or more than `limit` characters after parsing.
    """
    given: list[JsonObject] = []
    if isinstance(parse_mode, str) and parse_mode and not entities:
        if parse_mode.lower() != "html":
            raise violation(f"unsupported parse_mode: the simulator speaks HTML alone, not {parse_mode[:20]}")
        text, given = parse_html(text)
    elif entities:
        given = [entity.model_dump(exclude_none=True) for entity in entities]
        _check_entities(given, utf16_length(text))
        given = settled(given)
    formatted = clean(text, given)
    if len(formatted.text) > limit:
        raise violation(too_long)
    return formatted


def _check_entities(entities: list[JsonObject], length: int) -> None:
    for entity in entities:
        if entity["offset"] < 0 or entity["length"] <= 0 or entity["offset"] + entity["length"] > length:
            raise violation("can't parse entities: entity lies outside of the text")
