"""What does a header field say? Encoded words (RFC 2047), parameters (RFC 2045, 2231), plain 8-bit text.

Linear in the length of the field and never raising: the library's own decoder takes quadratic memory on long
subjects and raises on unknown charsets (mail-notes.md, 5).
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from mail.charsets import decode_text

MAX_PARAMETERS = 50
_KNOWN_BYTES = 200

_WORD = re.compile(rb"=\?([^?\s]{1,60}?)(?:\*[^?\s]*)?\?([BbQq])\?([^?\r\n]*?)\?=")
_VALUE = re.compile(rb"\s*[!#-'*+.0-9A-Z^-~/-]*")
"""The token before the parameters; some senders forget the semicolon after it."""

_SPACES = re.compile(r"\s+")
_PARAMETER = re.compile(
    rb'(?<![\s;])[\s;]++([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))', re.DOTALL
)
"""Begins at the beginning of a run of blanks and semicolons alone, so that long runs are passed once."""


def decode_header(raw: bytes, hint: str | None = None) -> str:
    """An unstructured field as text on one line.

    Neighbouring encoded words of one charset are joined as bytes before decoding, because senders cut letters
    of several bytes in two; blanks between encoded words vanish (RFC 2047, 6.2).

    Args:
        raw: The field's value.
        hint: The charset of the letter's text, for 8-bit fields without any declaration.
    """
    if b"=?" not in raw and raw.isascii():
        return clean_line(raw.decode("ascii"))
    pieces: list[tuple[str | None, bytearray]] = []
    position = 0
    for match in _WORD.finditer(raw):
        between = raw[position : match.start()]
        if between and not (pieces and pieces[-1][0] is not None and between.isspace()):
            pieces.append((None, bytearray(between)))
        charset = match[1].decode("ascii", "replace").lower()
        content = _decode_word(match[2], match[3])
        if pieces and pieces[-1][0] == charset:
            pieces[-1][1].extend(content)
        else:
            pieces.append((charset, bytearray(content)))
        position = match.end()
    pieces.append((None, bytearray(raw[position:])))
    text = "".join(decode_text(bytes(content), charset, hint)[0] for charset, content in pieces if content)
    return clean_line(text)


def clean_line(text: str) -> str:
    """Text on one line: white space collapsed, control characters and halves of surrogate pairs gone."""
    if text.isprintable():
        return " ".join(text.split())
    printable = "".join(
        character if character.isprintable() or character.isspace() else "" for character in _keep(text)
    )
    return _SPACES.sub(" ", printable).strip()


def _keep(text: str) -> str:
    """Joiners and direction marks are no printable characters to Python, yet belong to names and emoji."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def _decode_word(kind: bytes, content: bytes) -> bytes:
    if kind in b"Qq":
        return binascii.a2b_qp(content, header=True)
    return decode_base64(content)


def decode_base64(content: bytes) -> bytes:
    """Base64 as far as it goes: foreign characters skipped, missing padding supplied."""
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        pass
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


@dataclass(frozen=True, slots=True)
class Structured:
    """A field with parameters: its value in lower case and its decoded parameters by lower-case name."""

    value: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def read_structured(raw: bytes) -> Structured:
    """Content-Type or Content-Disposition with parameters, continued and encoded ones put together (RFC 2231)."""
    return _read_known(raw) if len(raw) <= _KNOWN_BYTES else _read_structured(raw)


@lru_cache(maxsize=1024)
def _read_known(raw: bytes) -> Structured:
    """The same few values stand in nearly all letters."""
    return _read_structured(raw)


def _read_structured(raw: bytes) -> Structured:
    token = _VALUE.match(raw)
    value = token[0].decode("ascii").strip().lower() if token is not None else ""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, bytes]]] = {}
    for number, match in enumerate(_PARAMETER.finditer(raw)):
        if number >= MAX_PARAMETERS:
            break
        name = match[1].decode("ascii", "replace").lower()
        content = re.sub(rb"\\(.)", rb"\1", match[2]) if match[2] is not None else match[3].strip()
        parts = re.fullmatch(r"([^*]+)\*(?:(\d{1,3})(\*)?)?", name)
        if parts is None:
            plain.setdefault(name, decode_header(content))
        else:
            encoded = parts[2] is None or parts[3] is not None
            pieces.setdefault(parts[1], []).append((int(parts[2] or 0), encoded, content))
    plain.update({name: _join_pieces(found) for name, found in pieces.items()})
    return Structured(value, plain)


def _join_pieces(pieces: list[tuple[int, bool, bytes]]) -> str:
    charset = None
    joined = b""
    for order, (_, encoded, content) in enumerate(sorted(pieces, key=lambda piece: piece[0])):
        text = content
        if order == 0 and encoded and text.count(b"'") >= 2:
            declared, _, text = text.split(b"'", 2)
            charset = declared.decode("ascii", "replace")
        joined += unquote_to_bytes(text) if encoded else text
    return clean_line(decode_text(joined, charset or None)[0])
