"""Which fields does a header say? Read in one pass, unfolded, within caps, never raising (RFC 5322, 2.2).

Nearly all fields are plain and taken with one pattern each; from the first one on that is not, the lines are
looked at one by one.
"""

import re
from dataclasses import dataclass, field

MAX_FIELD_BYTES = 8 * 1024
MAX_LIST_BYTES = 32 * 1024
MAX_HEADER_BYTES = 256 * 1024
MAX_STRAY_LINES = 20
BYTES_OF_A_FIELD = 32
"""What a field counts at least: very many short ones are no header either."""

_WINDOW_BYTES = 2 * MAX_LIST_BYTES
_HEADER_END = re.compile(rb"(?>\r\n|\n|\r)(?>\r\n|\n|\r)")
_NEXT_FIELD = re.compile(rb"(?>\r\n|\n|\r)(?=[^ \t])")

_LINE = re.compile(rb"([^\r\n]*)(\r\n|\n|\r|\Z)")
_FIELD = re.compile(rb"([!-9;-~]{1,256})[ \t]*:(.*)", re.DOTALL)
_PLAIN_FIELD = re.compile(
    rb"([!-9;-~]{1,256})[ \t]*:([^\r\n]*+(?:\r?\n[ \t]++[^\r\n \t][^\r\n]*+)*+)\r?\n(?=[!-9;-~\r\n])"
)
_FOLD = re.compile(rb"\r?\n")
_LISTS = frozenset({"to", "cc", "bcc", "references"})
"""Fields that are long in honest letters too."""

_KNOWN_FIELD = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]{1,40}|received|reply-to|return-path|"
    rb"sender|references|in-reply-to|delivered-to|dkim-signature|list-[a-z-]{1,40}|x-[a-z-]{1,80}):",
    re.IGNORECASE,
)
"""What shows, on the line after one that is no field, that the header goes on."""


@dataclass(slots=True)
class Fields:
    """The header fields of a letter or part by name, values unfolded and within the caps."""

    _values: dict[str, list[bytes]] = field(default_factory=dict)

    def add(self, name: str, value: bytes) -> None:
        """Take a field; its name in lower case."""
        self._values.setdefault(name, []).append(value)

    def first(self, name: str) -> bytes | None:
        """The first field of a name (lower case), None when there is none."""
        values = self._values.get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[bytes]:
        """All fields of a name (lower case)."""
        return self._values.get(name, [])

    def has(self, name: str) -> bool:
        """Whether there is a field of that name (lower case)."""
        return name in self._values


@dataclass(slots=True)
class _FieldReader:
    """Gathers the lines of fields, unfolds them and keeps to the caps."""

    defects: list[str]
    fields: Fields = field(default_factory=Fields)
    _lines: list[bytes] = field(default_factory=list)
    _gathered: int = 0
    _kept: int = 0
    _skipped: int = 0

    def take(self, line: bytes) -> bool:
        """Take a line; False: it cannot belong to a header."""
        folded = line[:1] in {b" ", b"\t"}
        if folded and self._lines:
            self._lines.append(line)
            self._gathered += len(line) + 1
            return True
        self.close()
        if folded or _FIELD.match(line[:300]):
            self._lines.append(line)
            return True
        return False

    @property
    def is_overflowing(self) -> bool:
        """Whether the field at hand has more than is ever kept of one."""
        return self._gathered > MAX_LIST_BYTES

    def may_skip(self) -> bool:
        """Whether a line that is no field may stand among the fields: some gateways leave one there."""
        self._skipped += 1
        return self._kept > 0 and self._skipped <= MAX_STRAY_LINES

    def close(self) -> None:
        """Keep the field gathered so far."""
        match = _FIELD.fullmatch(b"".join(self._lines)) if self._lines else None
        self._lines.clear()
        self._gathered = 0
        if match is not None:
            self.keep(match[1].decode("ascii").lower(), match[2].strip())

    def keep(self, name: str, value: bytes) -> None:
        """Keep a field, within the caps."""
        longest = MAX_LIST_BYTES if name in _LISTS else MAX_FIELD_BYTES
        if len(value) > longest:
            value = value[:longest]
            self.defects.append("field_too_long")
        self._kept += len(name) + len(value) + BYTES_OF_A_FIELD
        if self.is_full:
            self.defects.append("header_too_long")
        else:
            self.fields.add(name, value)

    @property
    def is_full(self) -> bool:
        """Whether no more fields are kept."""
        return self._kept > MAX_HEADER_BYTES


def read_fields(raw: bytes, start: int, end: int, defects: list[str]) -> tuple[Fields, int]:
    """Read a header block.

    Returns:
        The fields, and where the body begins.
    """
    reader, position = _FieldReader(defects), start
    while not reader.is_full and (
        plain := _PLAIN_FIELD.match(raw, position, min(end, position + _WINDOW_BYTES))
    ):
        value = plain[2]
        reader.keep(
            plain[1].decode("ascii").lower(), (_FOLD.sub(b"", value) if b"\n" in value else value).strip()
        )
        position = plain.end()
    while position < end:
        if reader.is_full:
            past = _HEADER_END.search(raw, max(start, position - 2), end)
            position = past.end() if past is not None else end
            break
        if reader.is_overflowing:
            following = _NEXT_FIELD.search(raw, max(start, position - 1), end)
            position = following.end() if following is not None else end
            reader.close()
            continue
        match = _LINE.match(raw, position, end)
        if match is None:
            break
        if not match[1]:
            position = match.end()
            break
        mailbox_line = position == start and match[1].startswith((b"From ", b">From "))
        if not mailbox_line and not reader.take(match[1]):
            if not reader.may_skip() or not _KNOWN_FIELD.match(raw, match.end(), end):
                defects.append("header_not_ended")
                break
            defects.append("header_line_skipped")
        position = match.end()
    reader.close()
    return reader.fields, position
