"""What would a person read of this letter, and what hangs on it as files?"""

import re
from collections.abc import Iterator

from mail.charsets import decode_text
from mail.html_text import html_to_text
from mail.mime import Part

MAX_TEXT_CHARACTERS = 200_000
"""More than a person reads; the whole stays in the raw letter."""

_BLANK_LINES = re.compile(r"\n{3,}")
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def read_body(root: Part, defects: list[str]) -> tuple[str, list[Part]]:
    """The text of a letter and the parts that are files.

    Of alternatives the plain one is taken if it says anything, else HTML is turned into text; several texts in
    a row (a list's footer, text around a picture) are all kept.

    Args:
        root: The letter.
        defects: What was wrong is added here.
    """
    texts: list[str] = []
    files: list[Part] = []
    for part, is_text in _walk(root):
        if is_text:
            texts.append(_text_of(part, defects))
        else:
            files.append(part)
    text = clean_body("\n\n".join(one for one in texts if one.strip()))
    if len(text) > MAX_TEXT_CHARACTERS:
        defects.append("text_shortened")
        text = text[:MAX_TEXT_CHARACTERS]
    return text, files


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
            if index == best or not is_text:
                yield leaf, is_text


def _rank(version: list[tuple[Part, bool]]) -> int:
    readable = [leaf for leaf, is_text in version if is_text]
    if any(leaf.content_type.value != "text/html" and leaf.content().strip() for leaf in readable):
        return 2
    return 1 if any(leaf.content().strip() for leaf in readable) else 0


def _is_text(part: Part) -> bool:
    if part.content_type.value not in {"text/plain", "text/html", "text/enriched"}:
        return False
    if part.disposition.value == "attachment":
        return False
    return not part.disposition.parameters.get("filename") and not part.content_type.parameters.get("name")


def _text_of(part: Part, defects: list[str]) -> str:
    text, as_declared = decode_text(part.content(), part.charset)
    if not as_declared:
        defects.append("charset")
    return html_to_text(text) if part.content_type.value == "text/html" else text


def clean_body(text: str) -> str:
    """Text as it is stored: one kind of line ends, no control characters, no ragged blanks."""
    lines = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()
