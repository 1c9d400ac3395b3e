"""How is a stream of bytes from an IMAP server cut into whole responses, whatever it sends?

Everything here is linear in the bytes received, free of recursion and bounded in memory: the library's own reader
recurses per line and rescans per line (mail-notes.md, 3). RFC 3501, section 9.
"""

import io
import re
from collections.abc import Iterator
from typing import TypeAlias

from mail.errors import LiteralTooLarge, ProtocolViolation

Segments: TypeAlias = tuple[bytes, ...]
"""One response: text and literals in turn, the text first and last."""

MAX_LINE_BYTES = 16 * 1024 * 1024
"""A line without literals: a search over two million UIDs fits."""

LINE_COST = 128
"""What keeping a line costs beside its bytes: a flood of short ones must not be cheap."""

_LITERAL = re.compile(rb"~?\{(\d{1,18})\+?\}\Z")
_PROSE = re.compile(rb"(?:\+|\S+ (?:OK|NO|BAD|BYE|PREAUTH)\b)", re.IGNORECASE)
_LF = 0x0A


class ResponseReader:
    """Cuts what arrives into whole responses.

    Args:
        allowance: Bytes that may arrive until `allow` is called again. A literal is held against it when it is
            announced, before any memory is taken for it.
    """

    def __init__(self, allowance: int) -> None:
        self._left = self._allowance = allowance
        self._line = bytearray()
        self._segments: list[bytes] = []
        self._missing = 0
        self._literal = io.BytesIO()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left over from a response that is not whole yet."""
        return not (self._line or self._segments)

    @property
    def taken(self) -> int:
        """How much of the allowance has arrived."""
        return self._allowance - self._left - self._missing

    def allow(self, allowance: int) -> None:
        """Begin to count anew."""
        self._left = self._allowance = allowance

    def feed(self, data: bytes) -> Iterator[Segments]:
        """Take bytes and give the responses that are whole now; exhaust it before the next call.

        Raises:
            ProtocolViolation: A line is too long, or more came than is allowed.
            LiteralTooLarge: A literal is announced that is larger than what is still allowed.
        """
        position = 0
        while position < len(data):
            if self._missing:
                position = self._take_literal(data, position)
                continue
            line, position = self._take_line(data, position)
            if line is not None and not self._begin_literal(line):
                response = (*self._segments, line)
                self._segments.clear()
                yield response

    def _take_literal(self, data: bytes, position: int) -> int:
        end = position + min(self._missing, len(data) - position)
        if self._literal.tell() == 0 and end - position == self._missing:
            self._segments.append(data[position:end])  # All in one piece: the usual small letter.
        else:
            self._literal.write(memoryview(data)[position:end])
            if end - position == self._missing:
                self._segments.append(self._literal.getvalue())
                self._literal = io.BytesIO()
        self._missing -= end - position
        return end

    def _take_line(self, data: bytes, position: int) -> tuple[bytes | None, int]:
        """The line that ends here, None if it is not whole; and where to go on."""
        if self._line.endswith(b"\r") and data[position] == _LF:
            line, after = bytes(self._line[:-1]), position + 1
        else:
            end = data.find(b"\r\n", position)
            if end < 0:
                self._line += memoryview(data)[position:]
                if len(self._line) - 1 > min(MAX_LINE_BYTES, self._left):
                    raise ProtocolViolation
                return None, len(data)
            line, after = bytes(self._line) + data[position:end], end + 2
        if len(line) > min(MAX_LINE_BYTES, self._left):
            raise ProtocolViolation
        self._left -= len(line) + LINE_COST
        self._line.clear()
        return line, after

    def _begin_literal(self, line: bytes) -> bool:
        """Whether a line announces a literal."""
        match = _LITERAL.search(line) if line.endswith(b"}") else None
        if match is None or (not self._segments and _PROSE.match(line)):
            return False
        size = int(match[1])
        if size > self._left:
            raise LiteralTooLarge(size, (*self._segments, line[: match.start()]))
        self._segments.append(line[: match.start()])
        self._left -= size
        self._missing = size
        if size == 0:
            self._segments.append(b"")
        return True
