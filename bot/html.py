"""The one door through which text becomes Telegram's HTML.

Only `esc` makes markup out of what people wrote. Everything that is shown is `Html`, so that the type checker
finds the text that went past the door.
"""

import re
import unicodedata
from html import escape, unescape

TEXT_LIMIT = 4096
"""UTF-16 units of a message after its entities are parsed."""

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_LONELY_JOINER = re.compile(
    "(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_TOKEN = re.compile(r"<(/?)([a-z-]+)[^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-z]+);|.", re.DOTALL)


class Html(str):
    """Text in Telegram's HTML: safe to send as it is."""

    __slots__ = ()


def neutral(text: str) -> str:
    """Text without what cannot be seen: control, zero-width and direction-changing characters.

    Text with right-to-left letters is isolated, so that it does not turn the line around it.
    """
    clean = _LONELY_JOINER.sub("", _HIDDEN.sub("", text))
    if not clean.isascii() and any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in clean):
        return f"\u2068{clean}\u2069"
    return clean


def esc(text: str) -> Html:
    """What people wrote as HTML that shows exactly that."""
    return Html(escape(neutral(text), quote=False))


def fill(template: str, **values: Html | int) -> Html:
    """A (translated) template, which is trusted to be HTML, with its placeholders filled.

    A plain string among the values is escaped, should it get past the type checker.
    """
    return Html(template.format(**{name: _safe(value) for name, value in values.items()}))


def _safe(value: object) -> object:
    return esc(value) if isinstance(value, str) and not isinstance(value, Html) else value


def bold(text: Html) -> Html:
    """Heavy type: what is unreviewed (conversation.md 8)."""
    return Html(f"<b>{text}</b>")


def italic(text: Html) -> Html:
    """Slanted type, for examples of what can be typed."""
    return Html(f"<i>{text}</i>")


def code(text: Html) -> Html:
    """Fixed type that is copied by a tap, for links."""
    return Html(f"<code>{text}</code>")


def lines(*parts: Html | None) -> Html:
    """Lines of a screen; None leaves its line out, empty text makes a blank one."""
    return Html("\n".join(part for part in parts if part is not None))


def join(separator: str, *parts: Html | None) -> Html:
    """Parts on one line; None and empty ones are left out. The separator is trusted."""
    return Html(separator.join(part for part in parts if part))


def units(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(html: Html, limit: int = TEXT_LIMIT) -> Html:
    """At most `limit` units of visible text, tags closed, an ellipsis where something is missing."""
    if len(html) * 2 <= limit or units(to_plain(html)) <= limit:
        return html
    kept: list[str] = []
    open_tags: list[str] = []
    room = limit - 1
    for token in _TOKEN.finditer(html):
        name = token[2]
        if name is not None:
            _follow(open_tags, name, closing=bool(token[1]))
        else:
            room -= units(unescape(token[0]))
            if room < 0:
                break
        kept.append(token[0])
    return Html("".join(kept) + "…" + "".join(f"</{name}>" for name in reversed(open_tags)))


def _follow(open_tags: list[str], name: str, *, closing: bool) -> None:
    if not closing:
        open_tags.append(name)
    elif open_tags:
        open_tags.pop()


def shorten(text: str, limit: int) -> str:
    """One line of at most `limit` characters, for buttons and rows of lists."""
    line = " ".join(neutral(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def to_plain(html: Html) -> str:
    """The visible text alone, for the second try when Telegram cannot parse the first."""
    return unescape("".join(token[0] for token in _TOKEN.finditer(html) if token[2] is None))
