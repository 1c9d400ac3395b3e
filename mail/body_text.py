"""What would a person read of this letter, and what hangs on it as files?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mail.calendar_parts import CalendarPart, find_calendars
from mail.charsets import decode_text
from mail.flowed_text import unfold_flowed
from mail.html_text import html_to_marked_text
from mail.letter_files import EMBEDDED_TYPES, FoundFile, file_of
from mail.mime import Part, read_tree
from mail.new_text_marks import MARKS, drop_marks
from mail.sealed_parts import is_signature, label_sealed, open_clear_signed
from mail.winmail import is_winmail, unpack_winmail

MAX_TEXT_CHARACTERS = 200_000
"""More than a person reads; the whole stays in the raw letter."""

MAX_TEXT_BYTES = 4 * 1024 * 1024
"""Of a longer text part the beginning is decoded: it holds more than `MAX_TEXT_CHARACTERS` in any charset."""

MAX_EMBEDDED = 3
"""So many letters in letters are opened for a text, where the outer ones have none."""

_TEXT_TYPES = frozenset({"text/plain", "text/html", "text/enriched"})
_LIKE_TEXT_TYPES = frozenset({"message/delivery-status", "message/disposition-notification"})
_DATA_TYPES = frozenset({"text/calendar", "text/css", "text/csv", "text/vcard", "text/x-vcard", "text/rtf"})
_BLANK_LINES = re.compile(r"\n{3,}")
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Body:
    """What a letter holds beside its envelope, whoever read it; `marked` is its text with the marks of HTML."""

    text: str
    files: tuple[FoundFile, ...] = ()
    calendars: tuple[CalendarPart, ...] = ()
    marked: str = ""


def read_body(root: Part, defects: list[str], embedded: int = 0) -> Body:
    """The text of a letter, its files and its invitations.

    Of alternatives the plain one is taken if it says anything, else HTML is turned into text; several texts in
    a row (a list's footer, text around a picture) are all kept. Where none of them says anything, a text sent as
    a file, a report of delivery or the text of an embedded letter is taken. What nobody would miss comes last
    of the files.

    Args:
        root: The letter.
        defects: What was wrong is added here.
        embedded: In how many other letters this one lies.
    """
    label_sealed(root, defects)
    texts: list[str] = []
    files: list[FoundFile] = []
    others: list[Part] = []
    for part, is_text in _walk(root):
        if is_text and sum(map(len, texts)) <= MAX_TEXT_CHARACTERS:
            texts.append(_text_of(part, defects))
        elif is_text:
            defects.append("text_shortened")
        elif is_winmail(part) and (unpacked := unpack_winmail(part.content(), defects)) is not None:
            files += unpacked.files
            texts.append("" if any(map(_says, texts)) else unpacked.text)
        elif not _is_nothing(part):
            others.append(part)
            files.append(file_of(part, len(files) + 1, quiet=_is_quiet(part)))
    if not any(map(_says, texts)):
        texts = [_text_of_other(others, defects, embedded)]
    marked = clean_body("\n\n".join(filter(_says, texts)))
    text = shorten_text(drop_marks(marked), defects)
    ordered = sorted(files, key=lambda one: one.quiet)
    return Body(text, tuple(ordered), find_calendars(root, defects), marked[:MAX_TEXT_CHARACTERS])


def _says(text: str) -> bool:
    return bool(MARKS.sub("", text).strip())


def _text_of_other(others: list[Part], defects: list[str], embedded: int) -> str:
    """The text of a letter that has none in the usual place."""
    for part in others:
        media, disposition = part.content_type.value, part.disposition.value
        if disposition == "attachment":
            continue
        if media in _LIKE_TEXT_TYPES or (media.startswith("text/") and media not in _DATA_TYPES):
            return _text_of(part, defects)
        if media in EMBEDDED_TYPES and embedded < MAX_EMBEDDED:
            inner, _ = read_tree(part.content())
            return read_body(inner, [], embedded + 1).text
    return ""


def _walk(part: Part) -> Iterator[tuple[Part, bool]]:
    """Leaves in order, with whether each is to be read as text. As deep as `mime.MAX_DEPTH` at most."""
    media = part.content_type.value
    if media == "multipart/alternative" and part.children:
        yield from _walk_alternatives(part.children)
    elif part.children:
        for child in part.children:
            yield from _walk(child)
    else:
        yield part, _is_text(part)


def _walk_alternatives(children: list[Part]) -> Iterator[tuple[Part, bool]]:
    """One alternative's text; the files of all of them."""
    versions = [list(_walk(child)) for child in children]
    best = max(range(len(versions)), key=lambda index: _rank(versions[index]))
    for index, version in enumerate(versions):
        for leaf, is_text in version:
            if index == best or not (is_text or _is_unnamed_text(leaf)):
                yield leaf, is_text


def _rank(version: list[tuple[Part, bool]]) -> int:
    readable = [leaf for leaf, is_text in version if is_text]
    if any(leaf.content_type.value != "text/html" and not leaf.is_blank for leaf in readable):
        return 2
    return 1 if any(not leaf.is_blank for leaf in readable) else 0


def _is_text(part: Part) -> bool:
    if part.is_multipart:  # Nothing in it looked like parts: what is there is text, if anything.
        return b"\0" not in part.content()
    return part.content_type.value in _TEXT_TYPES and _is_unnamed_text(part)


def _is_unnamed_text(part: Part) -> bool:
    """Whether a part is some text of the letter, not a file: also other tellings of it, as AMP or invitations."""
    if not part.content_type.value.startswith("text/") or part.disposition.value == "attachment":
        return False
    return not part.disposition.parameters.get("filename") and not part.content_type.parameters.get("name")


def _is_nothing(part: Part) -> bool:
    """Whether a part is no file: empty and unnamed."""
    unnamed = not part.disposition.value and not part.content_type.parameters.get("name")
    return unnamed and part.is_blank


def _is_quiet(part: Part) -> bool:
    """Whether a part belongs to the letter's looks or transport: pictures of its HTML, signatures."""
    if is_signature(part):
        return True
    if not part.content_type.value.startswith("image/"):
        return False
    named_for_html = part.fields.has("content-id") or part.fields.has("content-location")
    return named_for_html and (part.disposition.value != "attachment" or part.parent == "multipart/related")


def _text_of(part: Part, defects: list[str]) -> str:
    content = part.content()
    text, as_declared = decode_text(content[:MAX_TEXT_BYTES], part.charset)
    if not as_declared:
        defects.append("charset")
    if len(content) > MAX_TEXT_BYTES:
        defects.append("text_shortened")
    if part.content_type.value == "text/html":
        return html_to_marked_text(text)
    text = MARKS.sub("", text)
    parameters = part.content_type.parameters
    if parameters.get("format", "").lower() == "flowed":
        text = unfold_flowed(text, delsp=parameters.get("delsp", "").lower() == "yes")
    return open_clear_signed(text, defects)


def clean_body(text: str) -> str:
    """Text as it is stored: one kind of line ends, no control characters, no ragged blanks."""
    lines = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def shorten_text(text: str, defects: list[str]) -> str:
    """Text within the cap; that it was cut is a defect."""
    if len(text) > MAX_TEXT_CHARACTERS:
        defects.append("text_shortened")
        return text[:MAX_TEXT_CHARACTERS]
    return text
