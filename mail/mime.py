"""How is a letter put together? Its header fields and the tree of its MIME parts, found in the raw bytes.

A reader of our own, because the standard library's recurses with the depth of a letter and goes line by line
over attachments. This one works on offsets into the one buffer, is linear in its size for each level, has caps
on fields, parts and depth, and never raises: what is wrong is noted as a defect. RFC 5322, 2.2; RFC 2046, 5.1.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from mail.header_text import Structured, decode_base64, read_structured

MAX_FIELD_BYTES = 8 * 1024
MAX_LIST_BYTES = 32 * 1024
MAX_HEADER_BYTES = 256 * 1024
MAX_PARTS = 500
MAX_DEPTH = 50
KEPT_BYTES = 256 * 1024
"""Up to this size a decoded body is kept for who asks again: texts, not files."""

_LINE = re.compile(rb"([^\r\n]*)(\r\n|\n|\r|\Z)")
_FIELD = re.compile(rb"([!-9;-~]{1,256})[ \t]*:(.*)", re.DOTALL)
_BOUNDARY_TAIL = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
_PLAIN_FIELD = re.compile(
    rb"([!-9;-~]{1,256})[ \t]*:([^\r\n]*(?:\r?\n[ \t]+[^\r\n \t][^\r\n]*)*)\r?\n(?=[!-9;-~\r\n])"
)
"""A field as nearly all are; at the first that is not, the lines are looked at one by one."""

_FOLD = re.compile(rb"\r?\n")
_LISTS = frozenset({"to", "cc", "bcc", "references"})
"""Fields that are long in honest letters too."""

_TRANSFER = {"base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue"}


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


@dataclass
class Part:
    """One part of a letter: a leaf with content, or a multipart with children."""

    raw: bytes
    start: int
    end: int
    fields: Fields
    depth: int
    children: "list[Part]" = field(default_factory=list)
    _content: bytes | None = None

    @cached_property
    def content_type(self) -> Structured:
        """The declared media type; text/plain when it is missing or senseless (RFC 2045, 5.2)."""
        raw = self.fields.first("content-type")
        found = read_structured(raw) if raw is not None else Structured("text/plain")
        return (
            found
            if re.fullmatch(r"[\w.+-]+/[\w.+-]+", found.value)
            else Structured("text/plain", found.parameters)
        )

    @cached_property
    def disposition(self) -> Structured:
        """The declared disposition; empty when there is none."""
        raw = self.fields.first("content-disposition")
        return read_structured(raw) if raw is not None else Structured("")

    @property
    def charset(self) -> str | None:
        """The declared charset of a text."""
        return self.content_type.parameters.get("charset")

    def content(self) -> bytes:
        """The body with its transfer encoding undone, as far as that goes."""
        if self._content is None:
            content = self._decode()
            if len(content) > KEPT_BYTES:
                return content
            self._content = content
        return self._content

    def _decode(self) -> bytes:
        body = self.raw[self.start : self.end]
        encoding = (self.fields.first("content-transfer-encoding") or b"").decode("ascii", "replace")
        encoding = encoding.partition(";")[0].strip().lower()
        if encoding == "base64":
            return decode_base64(body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(body)
        if encoding in _TRANSFER:
            return _decode_uuencode(body)
        return body


@dataclass(slots=True)
class _FieldReader:
    """Gathers the lines of fields, unfolds them and keeps to the caps."""

    defects: list[str]
    fields: Fields = field(default_factory=Fields)
    _lines: list[bytes] = field(default_factory=list)
    _kept: int = 0

    def take(self, line: bytes) -> bool:
        """Take a line; False: it cannot belong to a header."""
        folded = line[:1] in {b" ", b"\t"}
        if folded and self._lines:
            self._lines.append(line)
            return True
        self.close()
        if folded or _FIELD.match(line[:300]):
            self._lines.append(line)
            return True
        return False

    def close(self) -> None:
        """Keep the field gathered so far."""
        match = _FIELD.fullmatch(b"".join(self._lines)) if self._lines else None
        self._lines.clear()
        if match is not None:
            self.keep(match[1].decode("ascii").lower(), match[2].strip())

    def keep(self, name: str, value: bytes) -> None:
        """Keep a field, within the caps."""
        longest = MAX_LIST_BYTES if name in _LISTS else MAX_FIELD_BYTES
        if len(value) > longest:
            value = value[:longest]
            self.defects.append("field_too_long")
        self._kept += len(name) + len(value)
        if self._kept > MAX_HEADER_BYTES:
            self.defects.append("header_too_long")
            return
        self.fields.add(name, value)


def read_fields(raw: bytes, start: int, end: int, defects: list[str]) -> tuple[Fields, int]:
    """Read a header block.

    Returns:
        The fields, and where the body begins.
    """
    reader, position = _FieldReader(defects), start
    while (plain := _PLAIN_FIELD.match(raw, position, end)) is not None:
        value = plain[2]
        reader.keep(
            plain[1].decode("ascii").lower(), (_FOLD.sub(b"", value) if b"\n" in value else value).strip()
        )
        position = plain.end()
    while position < end:
        match = _LINE.match(raw, position, end)
        if match is None:
            break
        if not match[1]:
            position = match.end()
            break
        mailbox_line = position == start and match[1].startswith((b"From ", b">From "))
        if not mailbox_line and not reader.take(match[1]):
            defects.append("header_not_ended")
            break
        position = match.end()
    reader.close()
    return reader.fields, position


def read_tree(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Part, list[str]]:
    """The tree of a letter's parts, and the defects met."""
    defects: list[str] = []
    stop = len(raw) if end is None else end
    fields, body = read_fields(raw, start, stop, defects)
    root = Part(raw, body, stop, fields, depth=0)
    open_parts, count = [root], 1
    while open_parts:
        part = open_parts.pop()
        boundary = _boundary(part, defects)
        if boundary is None:
            continue
        if part.depth >= MAX_DEPTH:
            defects.append("too_deep")
            continue
        for first, last in _split(raw, part.start, part.end, boundary, defects):
            if count >= MAX_PARTS:
                defects.append("too_many_parts")
                break
            count += 1
            child_fields, child_body = read_fields(raw, first, last, defects)
            part.children.append(Part(raw, child_body, last, child_fields, part.depth + 1))
        open_parts.extend(reversed(part.children))
    return root, list(dict.fromkeys(defects))


def _boundary(part: Part, defects: list[str]) -> bytes | None:
    if not part.content_type.value.startswith("multipart/"):
        return None
    declared = re.search(
        rb'boundary\s*=\s*(?:"([^"\r\n]{1,300})"|([^\s;"]{1,300}))',
        part.fields.first("content-type") or b"",
        re.IGNORECASE,
    )
    if declared is None:
        defects.append("no_boundary")
        return None
    return (declared[1] or declared[2]).rstrip()


def _split(raw: bytes, start: int, end: int, boundary: bytes, defects: list[str]) -> list[tuple[int, int]]:
    """Where the parts between the boundary lines lie."""
    spans: list[tuple[int, int]] = []
    begin: int | None = None
    closed = False
    for line_start, line_end, closes in _boundary_lines(raw, start, end, boundary):
        if begin is not None:
            spans.append((begin, max(begin, line_start)))
        begin, closed = line_end, closes
        if closes or len(spans) > MAX_PARTS:
            break
    if begin is not None and not closed:
        spans.append((begin, end))
        defects.append("not_closed")
    if not spans:
        defects.append("no_parts")
    return spans


def _boundary_lines(raw: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Boundary lines: where each begins, its line break before it included, where it ends, whether it closes."""
    delimiter = b"--" + boundary
    position = raw.find(delimiter, start, end)
    while position >= 0:
        after = position + len(delimiter)
        tail = _BOUNDARY_TAIL.match(raw, after, end)
        if tail is not None and (position == start or raw[position - 1 : position] in {b"\r", b"\n"}):
            before = position
            if before > start and raw[before - 1 : before] == b"\n":
                before -= 1
            if before > start and raw[before - 1 : before] == b"\r":
                before -= 1
            yield before, tail.end(), bool(tail[1])
            after = tail.end()
        position = raw.find(delimiter, after, end)


def _decode_uuencode(body: bytes) -> bytes:
    out = bytearray()
    for line in body.splitlines():
        if line[:6] == b"begin " or line == b"end" or not line:
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            continue
    return bytes(out)
