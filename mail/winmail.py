"""What did Outlook wrap in winmail.dat? A reader of TNEF (MS-OXTNEF), for the files and text in it.

Linear and never raising. What is cut off or lies about its lengths gives what was readable before that.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mail.charsets import decode_text
from mail.html_text import html_to_text
from mail.letter_files import FoundFile, clean_file_name, name_of_place
from mail.mapi_properties import read_properties
from mail.mime import Part
from mail.rtf_text import unpack_rtf

MAX_WINMAIL_BYTES = 32 * 1024 * 1024
MAX_ATTRIBUTES = 5_000
MAX_FILES = 500

_SIGNATURE = struct.pack("<I", 0x223E9F78)
_ATTRIBUTE = struct.Struct("<BHHI")
_CHECKSUM_BYTES = 2

_BODY = 0x800C
_CODEPAGE = 0x9007
_MESSAGE_PROPERTIES = 0x9003
_FILE_BEGINS = 0x9002
_FILE_NAME = 0x8010
_FILE_DATA = 0x800F
_FILE_PROPERTIES = 0x9005

_PROPERTY_BODY, _PROPERTY_HTML, _PROPERTY_RTF, _PROPERTY_CHARSET = 0x1000, 0x1013, 0x1009, 0x3FDE
_PROPERTY_NAMES = (0x3707, 0x3704, 0x3001)
_PROPERTY_MEDIA, _PROPERTY_DATA = 0x370E, 0x3701

_EMBEDDED_LETTER = bytes.fromhex("0703020000000000c000000000000046")
"""Before the data of an embedded message: the interface id of IMessage. Any other id is an OLE object's."""


@dataclass(slots=True)
class _Draft:
    """A file while its attributes come in."""

    title: bytes = b""
    data: bytes = b""
    properties: dict[int, bytes | str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Winmail:
    """What a winmail.dat holds. `text` is empty where it has none."""

    text: str
    files: tuple[FoundFile, ...]


def is_winmail(part: Part) -> bool:
    """Whether a part is one, by its declared type or its name."""
    name = part.disposition.parameters.get("filename") or part.content_type.parameters.get("name") or ""
    return part.content_type.value in {"application/ms-tnef", "application/vnd.ms-tnef"} or (
        name.lower() == "winmail.dat"
    )


def unpack_winmail(content: bytes, defects: list[str]) -> Winmail | None:
    """The text and files in a winmail.dat; None when it is to be kept as the one file it is.

    Args:
        content: Its bytes.
        defects: What was wrong is added here.
    """
    if not content.startswith(_SIGNATURE):
        defects.append("tnef_unreadable")
        return None
    if len(content) > MAX_WINMAIL_BYTES:
        defects.append("tnef_too_large")
        return None
    reader = _Reader()
    for attribute, data in _attributes_of(content, defects):
        reader.take(attribute, data)
    return reader.finish(defects)


def _attributes_of(content: bytes, defects: list[str]) -> Iterator[tuple[int, bytes]]:
    """Attribute after attribute: level, id, type, length, data, checksum. The checksum is not looked at."""
    position, count = len(_SIGNATURE) + 2, 0
    while position + _ATTRIBUTE.size <= len(content):
        _, attribute, _, length = _ATTRIBUTE.unpack_from(content, position)
        position += _ATTRIBUTE.size
        if length > len(content) - position or count >= MAX_ATTRIBUTES:
            defects.append("tnef_damaged")
            return
        yield attribute, content[position : position + length]
        position += length + _CHECKSUM_BYTES
        count += 1
    if content[position:].strip(b"\0"):
        defects.append("tnef_damaged")


class _Reader:
    """Gathers the attributes of one winmail.dat."""

    def __init__(self) -> None:
        self._body = b""
        self._codepage = "cp1252"
        self._properties: dict[int, bytes | str | int] = {}
        self._drafts: list[_Draft] = []

    def take(self, attribute: int, data: bytes) -> None:
        """Take one attribute."""
        if attribute == _BODY:
            self._body = data
        elif attribute == _CODEPAGE and len(data) >= 4:
            self._codepage = f"cp{int.from_bytes(data[:4], 'little')}"
        elif attribute == _MESSAGE_PROPERTIES:
            self._properties.update(read_properties(data))
        elif attribute == _FILE_BEGINS and len(self._drafts) < MAX_FILES:
            self._drafts.append(_Draft())
        elif self._drafts:
            self._take_of_file(self._drafts[-1], attribute, data)

    def _take_of_file(self, draft: _Draft, attribute: int, data: bytes) -> None:
        if attribute == _FILE_NAME:
            draft.title = data
        elif attribute == _FILE_DATA:
            draft.data = data
        elif attribute == _FILE_PROPERTIES:
            draft.properties.update(read_properties(data))

    def finish(self, defects: list[str]) -> Winmail:
        """What was gathered."""
        if len(self._drafts) >= MAX_FILES:
            defects.append("too_many_parts")
        files = [self._file_of(draft, number) for number, draft in enumerate(self._drafts, start=1)]
        return Winmail(self._text(defects), tuple(one for one in files if one is not None))

    def _text(self, defects: list[str]) -> str:
        html, body = self._properties.get(_PROPERTY_HTML), self._properties.get(_PROPERTY_BODY) or self._body
        if body:
            return self._decode(body)
        if html:
            return html_to_text(self._decode(html))
        rtf = self._properties.get(_PROPERTY_RTF)
        return unpack_rtf(rtf, defects) if isinstance(rtf, bytes) else ""

    def _file_of(self, draft: _Draft, number: int) -> FoundFile | None:
        media = self._decode(draft.properties.get(_PROPERTY_MEDIA, "")).lower()
        data = draft.data
        attached = draft.properties.get(_PROPERTY_DATA)
        if not data and isinstance(attached, bytes):
            data = attached[len(_EMBEDDED_LETTER) :]
            if attached.startswith(_EMBEDDED_LETTER):
                media = "application/ms-tnef"
        if not data:
            return None
        names = [self._decode(draft.properties.get(name, "")) for name in _PROPERTY_NAMES]
        name = clean_file_name(next((one for one in names if one), self._decode(draft.title)))
        return FoundFile(name or name_of_place(media, number), media or "application/octet-stream", data)

    def _decode(self, value: bytes | str | int) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, int):
            return ""
        declared = self._properties.get(_PROPERTY_CHARSET)
        codepage = f"cp{declared}" if isinstance(declared, int) else self._codepage
        return decode_text(
            value.rstrip(b"\0"), {"cp65001": "utf-8", "cp20866": "koi8-r"}.get(codepage, codepage)
        )[0]
