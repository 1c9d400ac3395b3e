"""Who wrote what somebody forwards? The original sender in a forwarded letter's text (pains.md 13).

Only the block of fields that mail programs put over a forwarded text counts, behind their own line or under a
topic that says so; addresses elsewhere in a text are nobody's. What is read is asked about, never believed.
"""

import re

from core.rules.coordinates import parse_email
from core.values import Original

_MARKER = re.compile(
    r"^[\s>]*(?:-{2,}\s*)?(?:begin\s+)?(?:forwarded message|пересылаемое сообщение|пересланное сообщение"
    r"|перенаправленное сообщение|начало переадресованного сообщения|начало пересылаемого сообщения)\s*:?\s*-*\s*$",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"^\s*(?:fwd?|пер|пересл|отпр)\s*:", re.IGNORECASE)
_FROM = re.compile(r"^[\s>*]*(?:from|от кого|от)\s*:\*?\s*(?P<who>\S.*)$", re.IGNORECASE)
_DATE = re.compile(r"^[\s>*]*(?:date|sent|дата|отправлено)\s*:\*?\s*(?P<when>\S.*)$", re.IGNORECASE)
_DATED = re.compile(r"^[\s>]*(?P<when>\d{1,2}\.\d{1,2}\.\d{4},? (?:в )?\d{1,2}:\d{2}),? (?P<who>\S.*):\s*$")
"""``12.11.2026, 14:03, "Иван Иванов" <ivan@romashka.example>:``, as Yandex writes it."""

_WHO = re.compile(
    r"^(?P<name>[^<>\[]*?)[\s<\[(]*(?:mailto:)?(?P<address>[^\s<>()\[\]]+@[^\s<>()\[\]]+)[>\])]*"
)
_BLOCK = 12
"""Lines within which the fields stand."""

_LONGEST = 300
_LINES = 2_000


def read_original(topic: str, text: str) -> Original | None:
    """The original sender of a forwarded letter; None where nothing was forwarded or nobody is named."""
    written = text.split("\n", _LINES)[:_LINES]
    for number, line in enumerate(written):
        if len(line) <= _LONGEST and _MARKER.match(line):
            return _read_block(written[number + 1 : number + 1 + _BLOCK])
    if not _TOPIC.match(topic[:_LONGEST]):
        return None
    for number, line in enumerate(written):
        if len(line) <= _LONGEST and _FROM.match(line):
            return _read_block(written[number : number + _BLOCK])
    return None


def _read_block(block: list[str]) -> Original | None:
    who = when = ""
    for line in block:
        if len(line) > _LONGEST:
            continue
        dated, sender, date = _DATED.match(line), _FROM.match(line), _DATE.match(line)
        if dated is not None and not who:
            who, when = dated["who"], dated["when"]
        elif sender is not None and not who:
            who = sender["who"]
        elif date is not None and not when:
            when = date["when"]
    said = _WHO.match(who)
    address = parse_email(said["address"]) if said is not None else None
    if said is None or address is None:
        return None
    return Original(said["name"].strip(" \t\"'*") or address.value, address.value, when.strip(" *"))
