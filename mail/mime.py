"""How is a letter put together? The tree of its MIME parts, found in the raw bytes.

A reader of our own, because the standard library's recurses with the depth of a letter and goes line by line
over attachments. This one works on offsets into the one buffer, is linear in its size for each level, has caps
on parts and depth, and never raises: what is wrong is noted as a defect. RFC 2046, 5.1.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from mail.header_fields import Fields, read_fields
from mail.header_text import Structured, decode_base64, read_structured

__all__ = ["MAX_DEPTH", "MAX_PARTS", "Fields", "Part", "read_fields", "read_tree"]

MAX_PARTS = 500
MAX_DEPTH = 50
MAX_UU_LINES = 1_000_000
"""45 bytes each, where they are honest."""

KEPT_BYTES = 256 * 1024
"""Up to this size a decoded body is kept for who asks again: texts, not files."""

_BOUNDARY_TAIL = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
_DECLARED_BOUNDARY = re.compile(rb'boundary\s*=\s*(?:"([^"\r\n]+)"|([^\s;"]+))', re.IGNORECASE)
_LIKELY_BOUNDARY = re.compile(rb"^--([^\r\n]{1,998})\r?\n(?=Content-)", re.IGNORECASE | re.MULTILINE)
"""A line like a boundary, before a line like a part's first field."""

_UU_LINE = re.compile(rb"[^\r\n]+")
_TRANSFER = {"base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue"}


@dataclass
class Part:
    """One part of a letter: a leaf with content, or a multipart with children.

    A multipart without children is a leaf too: no parts were found in it. `parent` is the type of what it is in.
    """

    raw: bytes
    start: int
    end: int
    fields: Fields
    depth: int
    parent: str = ""
    children: "list[Part]" = field(default_factory=list)
    _content: bytes | None = None

    @cached_property
    def content_type(self) -> Structured:
        """The declared media type; when it is missing, the default of its place; text/plain for nonsense."""
        raw = self.fields.first("content-type")
        if raw is None:
            return Structured("message/rfc822" if self.parent == "multipart/digest" else "text/plain")
        found = read_structured(raw)
        if re.fullmatch(r"[\w.+-]+/[\w.+-]+", found.value):
            return found
        return Structured("text/plain", found.parameters)

    @property
    def is_multipart(self) -> bool:
        """Whether it says of itself that it has parts."""
        return self.content_type.value.startswith("multipart/")

    @cached_property
    def disposition(self) -> Structured:
        """The declared disposition; empty when there is none."""
        raw = self.fields.first("content-disposition")
        return read_structured(raw) if raw is not None else Structured("")

    @cached_property
    def is_blank(self) -> bool:
        """Whether nothing is in it."""
        return not self.content().strip()

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


def read_tree(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Part, list[str]]:
    """The tree of a letter's parts, and the defects met."""
    defects: list[str] = []
    stop = len(raw) if end is None else end
    fields, body = read_fields(raw, start, stop, defects)
    root = Part(raw, body, stop, fields, depth=0)
    open_parts, count = [root], 1
    while open_parts:
        part = open_parts.pop()
        if not part.is_multipart:
            continue
        if part.depth >= MAX_DEPTH:
            defects.append("too_deep")
            continue
        media = part.content_type.value
        for first, last in _find_parts(part, defects):
            if count >= MAX_PARTS:
                defects.append("too_many_parts")
                break
            count += 1
            child_fields, child_body = read_fields(raw, first, last, defects)
            part.children.append(Part(raw, child_body, last, child_fields, part.depth + 1, media))
        open_parts.extend(reversed(part.children))
    return root, list(dict.fromkeys(defects))


def _find_parts(part: Part, defects: list[str]) -> list[tuple[int, int]]:
    """Where the parts of a multipart lie, by the declared boundary, else by what looks like one."""
    declared = _DECLARED_BOUNDARY.search(part.fields.first("content-type") or b"")
    if declared is not None:
        spans = _split(part.raw, part.start, part.end, (declared[1] or declared[2]).rstrip(), defects)
        if spans:
            return spans
    defects.append("no_boundary" if declared is None else "no_parts")
    likely = _LIKELY_BOUNDARY.search(part.raw, part.start, part.end)
    if likely is None:
        return []
    defects.append("boundary_guessed")
    return _split(part.raw, part.start, part.end, likely[1].rstrip(), defects)


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
    return spans


def _boundary_lines(raw: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Boundary lines: where each begins, its line break before it included, where it ends, whether it closes."""
    delimiter = b"--" + boundary
    line_break = b"\n" if raw.find(b"\n", start, end) >= 0 else b"\r"
    position = (
        start
        if raw.startswith(delimiter, start, end)
        else _next_line(raw, start, end, line_break + delimiter)
    )
    while position >= 0:
        after = position + len(delimiter)
        tail = _BOUNDARY_TAIL.match(raw, after, end)
        if tail is not None:
            before = position
            if before > start and raw[before - 1 : before] == b"\n":
                before -= 1
            if before > start and raw[before - 1 : before] == b"\r":
                before -= 1
            yield before, tail.end(), bool(tail[1])
            after = tail.end() - 1
        position = _next_line(raw, after, end, line_break + delimiter)


def _next_line(raw: bytes, start: int, end: int, line: bytes) -> int:
    """Where the next line that begins so begins, -1 for nowhere; `line` has the line break before it."""
    found = raw.find(line, start, end)
    return found + 1 if found >= 0 else -1


def _decode_uuencode(body: bytes) -> bytes:
    out = bytearray()
    for count, match in enumerate(_UU_LINE.finditer(body)):
        line = match[0]
        if line.startswith(b"begin ") or line == b"end":
            continue
        if count >= MAX_UU_LINES:
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            continue
    return bytes(out)
