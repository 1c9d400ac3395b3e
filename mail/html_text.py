"""HTML of a letter as the plain text a person reads of it.

A converter of our own and linear, because general ones are not: html2text takes minutes over a few thousand
nested lists. No pictures, no link targets, no emphasis: what is stored is for reading, quoting and searching;
the letter itself stays in the blob store.
"""

import html
import re

from mail.new_text_marks import MARKS, MarkedElements, drop_marks

MAX_CHARACTERS = 2 * 1024 * 1024
"""Of longer HTML the beginning is read."""

MAX_TEXT_CHARACTERS = 600_000
"""After so much text and so many line ends the rest is not looked at; nobody reads it."""

_INLINE_DATA = re.compile(r"\bdata:[a-z]+/[^\"'<>\s()]{500,}+")
_TOKEN = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9:]*)"""
    r"""(?>[^<>"']+|"[^"]{0,2000}"|'[^']{0,2000}'|["']){0,200}+>"""
    r"""|<[!?/][^<>]*>|[^<]+|<"""
)
_COMMENT_START, _COMMENT_END = "<!--", "-->"
_SILENT = frozenset({"head", "script", "style", "title", "template", "noscript", "svg", "math", "object"})
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "hr", "form"}
)
_LINES = frozenset(
    {
        "br",
        "div",
        "tr",
        "li",
        "dt",
        "dd",
        "section",
        "article",
        "header",
        "footer",
        "body",
        "center",
        "address",
    }
)
_CELLS = frozenset({"td", "th"})
_HUGE_REFERENCE = re.compile(r"&#[0-9]{8,};?")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LINE_BLANKS = re.compile(rf" *\n *((?:{MARKS.pattern})*) *")
_BLANK_LINES = re.compile(r"\n{3,}")


def html_to_text(source: str) -> str:
    """The text of an HTML document, paragraphs parted by a blank line; never raises."""
    return drop_marks(html_to_marked_text(source))


def html_to_marked_text(source: str) -> str:
    """The same, with the marks of mail/new_text_marks.py where quotations and signatures begin and end."""
    out: list[str] = []
    elements = MarkedElements()
    silent: str | None = None
    length = 0
    for match in _TOKEN.finditer(
        _drop_comments(_INLINE_DATA.sub("", MARKS.sub("", source))[:MAX_CHARACTERS])
    ):
        tag = match[2].lower() if match[2] else None
        if silent is not None:
            if tag == silent and match[1]:
                silent = None
        elif tag is None:
            if not match[0].startswith(("<!", "<?", "</")):
                out.append(_read_text(match[0]))
                length += len(out[-1])
        elif tag in _SILENT:
            silent = None if match[1] or match[0].endswith("/>") else tag
        else:
            closing = bool(match[1])
            parting, mark = _break_of(tag, closing=closing), elements.mark(tag, match[0], closing=closing)
            out.append(mark + parting if closing else parting + mark)
            length += len(parting)
        if length > MAX_TEXT_CHARACTERS:
            break
    text = _LINE_BLANKS.sub(r"\n\1", re.sub(r" {2,}", " ", "".join(out)))
    return _BLANK_LINES.sub("\n\n", text).strip()


def _drop_comments(source: str) -> str:
    """Comments out; one that is never closed ends at its own opening, as browsers would not, but readers wish."""
    kept: list[str] = []
    position = 0
    while (start := source.find(_COMMENT_START, position)) >= 0:
        end = source.find(_COMMENT_END, start + 2)
        if end < 0:
            break
        kept.append(source[position:start])
        position = end + len(_COMMENT_END)
    kept.append(source[position:])
    return "".join(kept)


def _read_text(text: str) -> str:
    plain = html.unescape(_HUGE_REFERENCE.sub("", text))
    return _SPACES.sub(" ", plain).replace("\N{NO-BREAK SPACE}", " ")


def _break_of(tag: str, *, closing: bool) -> str:
    if tag in _PARAGRAPHS:
        return "\n\n"
    if tag == "li" and not closing:
        return "\n- "
    if tag in _LINES:
        return "\n"
    return " " if tag in _CELLS else ""
