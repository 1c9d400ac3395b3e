"""Other ways to read a letter, for the day when our own reader fails on it.

The envelope is always read by our own capped, linear functions; only the body comes from somebody else's parser.

    read_compiled   fast_mail_parser: another implementation, fast, with caps; refuses letters people read every day
    read_stdlib     email, compat32: takes what the compiled one refuses, slowly
    read_envelope   no body at all; each field for itself, so that one bad field does not cost the others
"""

import email
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import Message
from typing import TypeVar

import fast_mail_parser

from core.enums import Importance, MailClass
from core.values import Letter, MailAddress
from mail.addresses import parse_addresses
from mail.body_text import MAX_TEXT_BYTES, Body, clean_body, shorten_text
from mail.charsets import decode_text
from mail.content_identity import content_sha256
from mail.header_fields import Fields, read_fields
from mail.header_text import decode_header
from mail.html_text import html_to_text
from mail.letter_files import FoundFile, clean_file_name, name_of_place
from mail.message_ids import parse_message_ids
from mail.mime import MAX_PARTS, Part
from mail.parser import ParsedLetter, compose

T = TypeVar("T")


class RefusedError(Exception):
    """The parser has no reading of this letter."""


def read_compiled(raw: bytes) -> ParsedLetter:
    """Read a letter's body with the compiled parser.

    Raises:
        RefusedError: It refuses the letter.
    """
    root, defects = _header_of(raw)
    try:
        mail = fast_mail_parser.parse_email(raw)
    except fast_mail_parser.ParseError as error:
        raise RefusedError from error
    texts = [one for one in mail.text_plain if one.strip()] or [html_to_text(one) for one in mail.text_html]
    files = [
        _file(one.filename, one.mimetype, one.content, place) for place, one in enumerate(mail.attachments, 1)
    ]
    defects.append("read_by_compiled")
    return compose(raw, root, _body(texts, files, defects), defects)


def read_stdlib(raw: bytes) -> ParsedLetter:
    """Read a letter's body with the standard library.

    Raises:
        RecursionError, LookupError, ValueError: What the library makes of the letter.
    """
    root, defects = _header_of(raw)
    plain: list[str] = []
    rich: list[str] = []
    files: list[FoundFile] = []
    for part in _leaves_of(email.message_from_bytes(raw)):
        data, media = _bytes_of(part), part.get_content_type()
        if media in {"text/plain", "text/html"} and part.get_filename() is None:
            text, _ = decode_text(data[:MAX_TEXT_BYTES], part.get_content_charset())
            (plain if media == "text/plain" else rich).append(text)
        else:
            files.append(_file(part.get_filename() or "", media, data, len(files) + 1))
    defects.append("read_by_stdlib")
    texts = [one for one in plain if one.strip()] or [html_to_text(one) for one in rich]
    return compose(raw, root, _body(texts, files, defects), defects)


def read_envelope(raw: bytes) -> ParsedLetter:
    """The envelope alone, however broken; never raises but for a lack of memory."""
    defects: list[str] = []
    root = _try(lambda: _header_of(raw)[0], Part(b"", 0, 0, Fields(), 0))
    try:
        parsed = compose(raw, root, Body(""), defects)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - this is the reader for letters on which the others' code is wrong
        parsed = ParsedLetter(_letter_of(raw, root.fields), ())
    return ParsedLetter(
        replace(parsed.letter, defects=("envelope_only", *parsed.letter.defects)), parsed.files
    )


def _letter_of(raw: bytes, fields: Fields) -> Letter:
    """What can be said field by field."""
    nobody: tuple[MailAddress, ...] = ()
    none: tuple[str, ...] = ()
    ids = _try(lambda: parse_message_ids(fields.first("message-id") or b""), none)
    digest = hashlib.sha256(raw).hexdigest()
    return Letter(
        message_id=ids[0] if ids else "",
        in_reply_to=_try(lambda: parse_message_ids(fields.first("in-reply-to") or b""), none),
        references=_try(lambda: parse_message_ids(fields.first("references") or b""), none),
        own_ids=(),
        topic=_try(lambda: decode_header(fields.first("subject") or b""), ""),
        text="",
        from_=_try(lambda: parse_addresses(fields.first("from") or b""), nobody),
        to=_try(lambda: parse_addresses(fields.first("to") or b""), nobody),
        cc=_try(lambda: parse_addresses(fields.first("cc") or b""), nobody),
        bcc=(),
        sent_on=None,
        mail_class=MailClass.NORMAL,
        importance=Importance.NORMAL,
        attachments=(),
        raw_sha256=digest,
        content_sha256=_try(lambda: content_sha256(raw), digest),
        size=len(raw),
        defects=(),
    )


def _try(read: Callable[[], T], otherwise: T) -> T:
    try:
        return read()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above: one field that cannot be read costs only itself
        return otherwise


def _header_of(raw: bytes) -> tuple[Part, list[str]]:
    defects: list[str] = []
    fields, body = read_fields(raw, 0, len(raw), defects)
    return Part(raw, body, len(raw), fields, depth=0), defects


def _leaves_of(message: Message) -> Iterator[Message]:
    """The leaves, embedded letters whole: they are files."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload() if part.get_content_maintype() == "multipart" else None
        if isinstance(inner, list):
            waiting.extend(one for one in reversed(inner) if isinstance(one, Message))
        else:
            yield part


def _bytes_of(part: Message) -> bytes:
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            return inner[0].as_bytes()
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file(declared: str, media: str, content: bytes, place: int) -> FoundFile:
    return FoundFile(clean_file_name(declared) or name_of_place(media, place), media, content)


def _body(texts: list[str], files: list[FoundFile], defects: list[str]) -> Body:
    text = shorten_text(clean_body("\n\n".join(texts)), defects)
    return Body(text, tuple(files[:MAX_PARTS]))
