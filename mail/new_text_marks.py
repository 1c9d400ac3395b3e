"""What HTML tells of a letter's parts, carried along in its text: where a quotation, a signature begins and ends.

The marks are noncharacters of Unicode, which no letter may hold; they are taken out of what comes in, and out
of the text again before anybody sees it.
"""

import re
from dataclasses import dataclass

QUOTE, WEAK_QUOTE, SIGNATURE, ATTRIBUTION = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
"""Openings: of what is certainly quoted; of a blockquote, which some use to indent; of a signature; of the line
that tells who is quoted."""

CLOSING = {QUOTE: "\ufdd4", WEAK_QUOTE: "\ufdd5", SIGNATURE: "\ufdd6", ATTRIBUTION: "\ufdd7"}
OPENING = {closing: opening for opening, closing in CLOSING.items()}
REST = "\ufdd8"
"""From here to the end all is quoted."""

MARKS = re.compile("[\ufdd0-\ufdd8]")

_MAX_OPEN = 32
_MAX_TAG_CHARACTERS = 2000
_BLANK_LINES = re.compile(r"\n{3,}")
_MARKABLE = frozenset({"blockquote", "div", "span", "pre", "p", "table", "td", "section", "hr"})
_ATTRIBUTE = re.compile(r"""([a-z-]{2,30})\s{0,5}=\s{0,5}(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_PREFIX = re.compile(r"^(?:x_|m_-?\d*|ecx)+")
_REST_IDS = frozenset({"divrplyfwdmsg", "stopspelling", "replyforwardmarker"})
_QUOTE_NAMES = frozenset({"olk_src_body_section", "yahoo_quoted", "protonmail_quote", "tutanota_quote"})
_SIGNATURE_NAMES = frozenset(
    {
        "gmail_signature",
        "moz-signature",
        "ms-outlook-mobile-signature",
        "applemailsignature",
        "signature",
        "protonmail_signature_block",
    }
)
_SIGNATURE_ATTRIBUTES = frozenset({"data-signatureblock", "data-signature-widget"})
_ATTRIBUTION_NAMES = frozenset({"moz-cite-prefix", "gmail_attr"})
_INDENT = re.compile(r"border(?:-width)?\s?:\s?(?:none|0)")


def drop_marks(text: str) -> str:
    """A text as people see it."""
    shown = "\n".join(line.rstrip() for line in MARKS.sub("", text).split("\n"))
    return _BLANK_LINES.sub("\n\n", shown).strip()


def _mark_of(tag: str, source: str) -> str:
    if "=" not in source and tag != "blockquote":
        return ""
    attributes = {
        found[1]: found[2] or found[3] or found[4] or ""
        for found in _ATTRIBUTE.finditer(source[:_MAX_TAG_CHARACTERS].lower())
    }
    names = {_PREFIX.sub("", one) for one in attributes.get("class", "").split()}
    identity = _PREFIX.sub("", attributes.get("id", ""))
    names.add(identity)
    if identity in _REST_IDS and tag in {"div", "hr"}:
        return REST
    if tag == "blockquote":
        return _mark_of_blockquote(attributes)
    if names & _SIGNATURE_NAMES or attributes.keys() & _SIGNATURE_ATTRIBUTES:
        return SIGNATURE
    if names & _ATTRIBUTION_NAMES:
        return ATTRIBUTION
    return QUOTE if names & _QUOTE_NAMES else ""


def _mark_of_blockquote(attributes: dict[str, str]) -> str:
    if "cite" in attributes or attributes.get("type") == "cite":
        return QUOTE
    return "" if _INDENT.search(attributes.get("style", "")) else WEAK_QUOTE


@dataclass(slots=True)
class _Open:
    tag: str
    mark: str
    depth: int = 0


class MarkedElements:
    """Follows the tags of a document and says which marks they set; broken nesting ends with the outer element."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def mark(self, tag: str, source: str, *, closing: bool) -> str:
        """The marks that stand at a tag.

        Args:
            tag: Its name in lower case.
            source: The tag as it is written.
            closing: Whether it closes an element.
        """
        if closing:
            return self._close(tag)
        if tag not in _MARKABLE:
            return ""
        mark = _mark_of(tag, source)
        if mark == REST:
            return mark
        if mark and len(self._open) < _MAX_OPEN:
            self._open.append(_Open(tag, mark))
            return mark
        for one in reversed(self._open):
            if one.tag == tag:
                one.depth += 1
                break
        return ""

    def _close(self, tag: str) -> str:
        for place in range(len(self._open) - 1, -1, -1):
            one = self._open[place]
            if one.tag != tag:
                continue
            if one.depth:
                one.depth -= 1
                return ""
            ended = self._open[place:]
            del self._open[place:]
            return "".join(CLOSING[each.mark] for each in reversed(ended))
        return ""
