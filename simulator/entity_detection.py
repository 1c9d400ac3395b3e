"""Which entities does Telegram find by itself in a text, on either side of a chat?"""

import re

from simulator.entities import utf16_length
from simulator.errors import JsonObject

_BOUNDARY = r"(?<![\w/.@#+&<>-])"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "url",
        re.compile(
            r"(?i)\bhttps?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}]|(?<![@\w.])(?:[\w-]+\.)+(?:com|org|net|ru|io|dev|example|рф)\b(?:[/?#][^\s<>\"']*[^\s<>\"'.,;:!?)\]}])?(?!@)"
        ),
    ),
    ("email", re.compile(r"(?<![\w.+-])[a-zA-Z0-9._%+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.[a-zA-Z]{2,}\b")),
    ("bot_command", re.compile(_BOUNDARY + r"/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@<>])")),
    ("mention", re.compile(r"(?<![\w.@/])@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#[\w·]*[^\W\d][\w·]*")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d\s()-]{6,18}\d(?!\w)")),
)
_LITERAL = frozenset({"code", "pre", "text_link", "text_mention"})


def with_detected(text: str, given: list[JsonObject]) -> list[JsonObject]:
    """The given entities and those Telegram detects (commands, links, addresses, hashtags, phone numbers) in order.

    Nothing is found inside code and links; of overlapping finds the earlier kind in the table above wins.
    """
    if not any(mark in text for mark in "/@#.+"):
        return given
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in _LITERAL]
    found: list[JsonObject] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            end = start + utf16_length(match.group())
            if all(end <= left or start >= right for left, right in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    if not found:
        return given
    return sorted([*given, *found], key=lambda entity: (entity["offset"], -entity["length"]))
