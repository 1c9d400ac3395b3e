"""Where a signature begins: what stands below what somebody wrote, by their name, a dash line, a closing phrase.

Looked for from the end, each time in so many last lines, until nothing is found: linear, and what is found once
is not found again.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from mail.new_text_attribution import REMEMBERED_LINES, plain_line
from mail.new_text_headers import is_rule
from mail.new_text_phrases import (
    AFTERTHOUGHT,
    CLOSING,
    CLOSING_AND_NAME,
    CONTACT,
    DASHED_NAME,
    DELIMITER,
    DEVICE_LINE,
    FOOTER,
    FOOTER_WORDS,
    NAME,
)

WINDOW = 40
"""So many last lines are looked at, blank ones too."""

MAX_SIGNED_LINES = 15
"""Lines of a signature that say something."""

_MAX_CUTS = 8
_MAX_CLOSING_LINES = 12
_MAX_LINE = 100
_MAX_READ = 400
_MAX_SHORT_RULE = 4
_MAX_NAME_WORDS = 5
_MAX_DEVICE_WORDS = 14
_SPACED_NAME = re.compile(r"[^\w]+")


class Signatures:
    """Finds signatures of somebody who may be known by name and address."""

    def __init__(self, senders: Sequence[str] = ()) -> None:
        """`senders`: names and addresses of who signed the letter's From."""
        self._names = [words for one in senders if "@" not in one and (words := _words(one))]
        self._addresses = [one.lower() for one in senders if "@" in one]

    def start(self, lines: Sequence[str]) -> int:
        """Where the signature begins that these lines end with; their number when they end with none.

        What is left above it says something, unless no line does.
        """
        end = _trimmed(lines, len(lines))
        top = next((place for place, line in enumerate(lines) if line.strip()), 0)
        for _ in range(_MAX_CUTS):
            found = self._find(lines, end)
            if found is None or found <= top:
                break
            end = _trimmed(lines, found)
        return end

    def _find(self, lines: Sequence[str], end: int) -> int | None:
        first = max(0, end - WINDOW)
        tail = [_plain(one[:_MAX_READ]) for one in lines[first:end]]
        if not tail:
            return None
        for rule in (
            _find_device,
            _find_footer,
            _find_delimiter,
            _find_dashed,
            _find_closing,
            self._find_name,
        ):
            found = rule(tail)
            if found is not None:
                return first + found
        found = self._find_card(tail)
        return None if found is None else first + found

    def _find_name(self, tail: list[str]) -> int | None:
        """The sender's own name on a line by itself, with nothing but data below."""
        for place in _last_said(tail, _MAX_CLOSING_LINES):
            if not self._is_sender(tail[place]):
                continue
            below = [one for one in tail[place + 1 :] if one]
            if place and all(map(_is_signed, below)) and not tail[place - 1].endswith(":"):
                return place
        return None

    def _is_sender(self, line: str) -> bool:
        if len(line) > _MAX_LINE or not NAME.match(line.strip("-\u2013\u2014~., ")):
            return False
        words = _words(line)
        return any(
            words == name
            or (len(name) > 1 and name <= words and len(words) <= len(name) + 2)
            or (len(words) == 1 and words < name)
            for name in self._names
        )

    def _find_card(self, tail: list[str]) -> int | None:
        """A last paragraph that is somebody's card: a name, and two lines of how to reach them."""
        place = len(tail)
        while place and tail[place - 1]:
            place -= 1
        card = tail[place:]
        if not 3 <= len(card) <= MAX_SIGNED_LINES or place == 0:
            return None
        above = next((one for one in reversed(tail[:place]) if one), "")
        if above.endswith(":") or not NAME.match(card[0]) or not all(map(_is_signed, card)):
            return None
        if sum(CONTACT.search(one) is not None for one in card[1:]) < 2:
            return None
        return place if self._is_mine(card) else None

    def _is_mine(self, card: list[str]) -> bool:
        if not self._names and not self._addresses:
            return True
        said = " ".join(card).lower()
        return any(one in said for one in self._addresses) or any(name & _words(said) for name in self._names)


@lru_cache(maxsize=REMEMBERED_LINES)
def _plain(line: str) -> str:
    return line.strip() if is_rule(line) else plain_line(line)


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in _SPACED_NAME.split(name.lower()) if len(word) > 1)


def _trimmed(lines: Sequence[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _last_said(tail: list[str], count: int) -> list[int]:
    """The places of the last lines that say something, in order."""
    return [place for place, line in enumerate(tail) if line][-count:]


def _is_signed(line: str) -> bool:
    """Whether a line may stand in a signature: short, and nothing is asked or told in it."""
    return len(line) <= _MAX_LINE and not line.endswith("?") and not AFTERTHOUGHT.match(line)


def _find_device(tail: list[str]) -> int | None:
    line = tail[-1]
    is_short = len(line.split("<")[0].split()) <= _MAX_DEVICE_WORDS
    return len(tail) - 1 if is_short and DEVICE_LINE.match(line) else None


def _find_footer(tail: list[str]) -> int | None:
    """A last paragraph that a company or a list puts under every letter."""
    place = len(tail)
    while place and tail[place - 1]:
        place -= 1
    if place == len(tail) or (place == 0 and len(tail) == WINDOW):
        return None
    paragraph = " ".join(tail[place:])
    return place if FOOTER.match(paragraph) and FOOTER_WORDS.search(paragraph) else None


def _find_dashed(tail: list[str]) -> int | None:
    """A name after a dash, on a line by itself below a blank one, and contact data at most below it."""
    for place in _last_said(tail, 5):
        if place and DASHED_NAME.match(tail[place]) and not tail[place - 1]:
            above = next((one for one in reversed(tail[:place]) if one), "")
            if not above.startswith(("-", "\u2013", "\u2014")) and all(
                CONTACT.search(one) for one in tail[place + 1 :] if one
            ):
                return place
    return None


def _find_closing(tail: list[str]) -> int | None:
    """A closing phrase with a signature's worth below it."""
    said = _last_said(tail, _MAX_CLOSING_LINES + 1)
    lowest_unsigned = max((at for at, place in enumerate(said) if not _is_signed(tail[place])), default=0)
    for at, place in enumerate(said[lowest_unsigned:], start=lowest_unsigned):
        line = tail[place]
        below = [tail[one] for one in said[at + 1 :]]
        named = CLOSING_AND_NAME.match(line)
        if named is not None and len(named["name"].split()) <= _MAX_NAME_WORDS:
            return place
        found = CLOSING.match(line)
        if found is None:
            continue
        if found["regards"]:
            if below or found["regards"].lower().startswith(
                ("с ", "всего", "best regards", "kind", "regards")
            ):
                return place
        elif below and _is_name(below[0]) and "?" not in "".join(below):
            return place
    return None


def _is_name(line: str) -> bool:
    return len(line) <= _MAX_LINE and NAME.match(line.strip("-\u2013\u2014~.,! ")) is not None


def _find_delimiter(tail: list[str]) -> int | None:
    """The last dash line with a signature's worth below it; a drawn line only above contact data."""
    below: list[str] = []
    for place in range(len(tail) - 1, -1, -1):
        line = tail[place]
        if not line:
            continue
        if DELIMITER.match(line):
            return place
        if is_rule(line) and _is_signed_below(line, below):
            return place
        below.append(line)
        if len(below) > MAX_SIGNED_LINES or AFTERTHOUGHT.match(line):
            return None
    return None


def _is_signed_below(rule: str, below: Sequence[str]) -> bool:
    """Whether what stands under a drawn line is a signature: contact data, or after a short one a name."""
    is_name = len(rule) <= _MAX_SHORT_RULE and len(below) == 1 and _is_name(below[0])
    return not below or is_name or any(CONTACT.search(one) for one in below)
