"""Which lines of a letter are its sender's own, and which are repeated of other letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from mail.new_text_attribution import find_attribution, plain_line
from mail.new_text_headers import find_header, is_rule, starts_forwarded, starts_original
from mail.new_text_marks import (
    ATTRIBUTION,
    MARKS,
    OPENING,
    QUOTE,
    REST,
    SIGNATURE,
    WEAK_QUOTE,
)

_MAX_ABOVE = 6


class LineKind(Enum):
    """Whose a line is."""

    OWN = "own"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Line:
    """A line with what the letter's HTML says of it.

    Attributes:
        text: Without marks.
        inside: The marks of the elements it lies in.
        is_rest: Whether everything from here on is quoted.
    """

    text: str
    inside: frozenset[str] = frozenset()
    is_rest: bool = False

    @property
    def is_quoted(self) -> bool:
        """Whether it is marked as quoted, by its own looks or the element it is in."""
        if QUOTE in self.inside:
            return True
        return self.text[:4].lstrip().startswith(">") and not self.text.rstrip().endswith("<<")


def read_lines(marked: str) -> list[Line]:
    """The lines of a text and what its marks say of each."""
    open_marks: list[str] = []
    return [_read_line(raw, open_marks) for raw in marked.split("\n")]


def _read_line(raw: str, open_marks: list[str]) -> Line:
    """A line lies in what is open where its first word stands; `open_marks` is brought up to its end."""
    marks = MARKS.findall(raw)
    if not marks:
        return Line(raw, frozenset(open_marks))
    inside: frozenset[str] | None = None
    for mark, said in zip(["", *marks], MARKS.split(raw), strict=True):
        opening = OPENING.get(mark)
        if opening is None and mark and mark != REST:
            open_marks.append(mark)
        elif opening in open_marks:
            open_marks.remove(opening or "")
        if inside is None and said.strip():
            inside = frozenset(open_marks)
    return Line(MARKS.sub("", raw), frozenset(open_marks) if inside is None else inside, REST in marks)


def kinds_of(lines: Sequence[Line]) -> list[LineKind]:
    """Whose each line is; from the beginning of a forwarded letter on all is its sender's own choice."""
    return _Reading(lines).read()


class _Reading:
    """One walk over the lines of a letter."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._plain = [plain_line(one.text) for one in lines]
        self._kinds = [LineKind.OWN] * len(lines)
        self._next_said = _next_said(self._plain)

    def read(self) -> list[LineKind]:
        """The kinds of all lines."""
        place = 0
        last_quoted = -1
        while place < len(self._lines):
            line = self._lines[place]
            plain = self._plain[place]
            if not line.text.strip() and not line.is_rest:
                if line.is_quoted:
                    self._kinds[place] = LineKind.QUOTED
                place += 1
                continue
            after_quote = last_quoted >= 0 and self._next_said[last_quoted] in {place, last_quoted}
            if starts_forwarded(plain) and not (line.is_quoted and after_quote):
                break
            if line.is_rest or starts_original(plain):
                self._quote(self._above(place), len(self._lines))
                break
            end = self._read_line(place, any_quoted=last_quoted >= 0)
            if end > place:
                last_quoted = end - 1
            place = max(end, place + 1)
        return self._kinds

    def _read_line(self, place: int, *, any_quoted: bool) -> int:
        """Set the kind of a line, and of others with it; returns the end of what is quoted, `place` if nothing."""
        line = self._lines[place]
        if line.is_quoted or ATTRIBUTION in line.inside or (WEAK_QUOTE in line.inside and any_quoted):
            return self._quote(place, place + 1)
        if SIGNATURE in line.inside:
            self._kinds[place] = LineKind.SIGNATURE
            return place
        if ":" not in self._plain[place] and "：" not in self._plain[place]:
            return place
        header_end = find_header(self._plain, place)
        if header_end is not None:
            quoted = self._is_quoted_after(header_end - 1)
            return self._quote(self._above(place), header_end if quoted else len(self._lines))
        quoted = self._is_quoted_after(place)
        found = find_attribution(self._plain, place, quoted_after=quoted)
        if found is None:
            return place
        start, is_certain = found
        return self._quote(start, len(self._lines) if is_certain and not quoted else place + 1)

    def _quote(self, start: int, end: int) -> int:
        self._kinds[start:end] = [LineKind.QUOTED] * (end - start)
        return end

    def _above(self, place: int) -> int:
        """Where the drawn lines and titles begin that stand right above a repeated header."""
        top = place
        while place and place > top - _MAX_ABOVE:
            line = self._lines[place - 1].text
            if is_rule(line) or starts_original(self._plain[place - 1]):
                top = place - 1
            elif line.strip():
                break
            place -= 1
        return top

    def _is_quoted_after(self, place: int) -> bool:
        following = self._next_said[place]
        if following == place:
            return False
        line = self._lines[following]
        return line.is_quoted or WEAK_QUOTE in line.inside


def _next_said(texts: Sequence[str]) -> list[int]:
    """For each line the next one that is not blank; the line itself where there is none."""
    found = list(range(len(texts)))
    following = -1
    for place in range(len(texts) - 1, -1, -1):
        if following >= 0:
            found[place] = following
        if texts[place].strip():
            following = place
    return found
