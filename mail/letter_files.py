"""What is a file of a letter called, and what is in it?"""

import mimetypes
import re
import unicodedata
from dataclasses import dataclass

from mail.header_fields import read_fields
from mail.header_text import decode_header
from mail.mime import Part

MAX_NAME_CHARACTERS = 200

EMBEDDED_TYPES = frozenset({"message/rfc822", "message/global"})
_ENDINGS = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/calendar": ".ics",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "text/plain": ".txt",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
    "message/external-body": ".txt",
}
"""What the machine's own table of media types may call otherwise, or not know."""

_FORBIDDEN = re.compile(r'[<>:"|?*]')
_LONGEST_ENDING = 12


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a letter: its name without any path, its declared media type, its bytes.

    Attributes:
        quiet: Nobody would miss it in a list: a picture of the letter's HTML, a signature of its transport.
    """

    name: str
    content_type: str
    content: bytes
    quiet: bool = False


def file_of(part: Part, number: int, *, quiet: bool = False) -> FoundFile:
    """The file that a part is; `number` is its place, for a name where none was given."""
    media = part.content_type.value
    content = part.content()
    declared = part.disposition.parameters.get("filename") or part.content_type.parameters.get("name") or ""
    name = clean_file_name(declared)
    if not name and media in EMBEDDED_TYPES and (topic := _topic_of(content)):
        name = clean_file_name(f"{topic.replace('/', ' ').replace(chr(92), ' ')}.eml")
    return FoundFile(name or name_of_place(media, number), media, content, quiet)


def name_of_place(media: str, number: int) -> str:
    """A name that tells only place and kind."""
    return f"part-{number}{_ENDINGS.get(media) or mimetypes.guess_extension(media) or '.bin'}"


def clean_file_name(declared: str) -> str:
    """A name that is safe to show and to save: no path, no control or direction characters, its ending kept.

    Direction overrides make ``gpj.exe`` read as ``exe.jpg``; they and everything else without a shape go.
    """
    shown = "".join(one for one in declared if one == "\N{ZERO WIDTH JOINER}" or not _is_shapeless(one))
    name = _FORBIDDEN.sub("_", re.split(r"[/\\]", shown)[-1])
    name = " ".join(name.split()).strip(". ")
    if len(name) <= MAX_NAME_CHARACTERS:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return name[:MAX_NAME_CHARACTERS]
    return f"{stem[: MAX_NAME_CHARACTERS - len(ending) - 1]}.{ending}"


def _is_shapeless(character: str) -> bool:
    """Control, format and private characters, halves of pairs (Unicode's categories Cc, Cf, Cs, Co, Cn)."""
    return unicodedata.category(character)[0] == "C" and character not in "\t\n\r"


def _topic_of(content: bytes) -> str:
    fields, _ = read_fields(content, 0, len(content), [])
    return decode_header(fields.first("subject") or b"")
