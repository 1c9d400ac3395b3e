"""Telegram's HTML: what becomes of it, and how its errors are told."""

import html
from collections.abc import Sequence
from typing import Any

import pytest
from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration
from hypothesis import given
from hypothesis import strategies as st

from simulator.entities import parse_html, utf16_length
from simulator.errors import Violation

E = dict[str, Any]


def entity(kind: str, offset: int, length: int, **more: Any) -> E:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><i>b</i>", "ab", [entity("bold", 0, 1), entity("italic", 1, 1)]),
        ("<STRONG>a</Strong>", "a", [entity("bold", 0, 1)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("<u>a</u><ins>a</ins>", "aa", [entity("underline", 0, 1), entity("underline", 1, 1)]),
        (
            "<s>a</s><strike>a</strike><del>a</del>",
            "aaa",
            [entity("strikethrough", n, 1) for n in range(3)],
        ),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [entity("spoiler", 0, 1)]),
        (
            '<a href="https://x.example/?a=1&amp;b=2">go</a>',
            "go",
            [entity("text_link", 0, 2, url="https://x.example/?a=1&b=2")],
        ),
        ("<a href='tg://user?id=5'>go</a>", "go", [entity("text_link", 0, 2, url="tg://user?id=5")]),
        (
            "<a>https://x.example</a>",
            "https://x.example",
            [entity("text_link", 0, 17, url="https://x.example")],
        ),
        ("<a href='nowhere'>go</a>", "go", []),
        ("<code>a&lt;b</code>", "a<b", [entity("code", 0, 3)]),
        ("<pre>x</pre>", "x", [entity("pre", 0, 1)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [entity("pre", 0, 1, language="python")]),
        ('<code class="language-python">x</code>', "x", [entity("code", 0, 1)]),
        ("<blockquote>x</blockquote>", "x", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ('<tg-emoji emoji-id="5">x</tg-emoji>', "x", [entity("custom_emoji", 0, 1, custom_emoji_id="5")]),
        ("<pre>a<code>b</code></pre>", "ab", [entity("pre", 0, 2)]),
        ("<code>a<b>b</b></code>", "ab", [entity("code", 0, 2)]),
        (
            "<b>a<code>b</code>c</b>",
            "abc",
            [entity("bold", 0, 1), entity("code", 1, 1), entity("bold", 2, 1)],
        ),
        ("<b>a<b>b</b></b>", "ab", [entity("bold", 0, 2)]),
        (
            "<blockquote>a<code>b</code></blockquote>",
            "ab",
            [entity("blockquote", 0, 2), entity("code", 1, 1)],
        ),
        ("<b></b>x", "x", []),
        ("<b>x</>", "x", [entity("bold", 0, 1)]),
        ("&lt;&gt;&amp;&quot;", '<>&"', []),
        ("&#65;&#x42;", "AB", []),
        ("AT&T &nbsp; &copy; & &#0;", "AT&T &nbsp; &copy; & &#0;", []),
        ("😀<b>😀</b>", "😀😀", [entity("bold", 2, 2)]),
        ("<b>שלום</b> /i5", "שלום /i5", [entity("bold", 0, 4)]),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: Sequence[E]) -> None:
    assert parse_html(source) == (text, list(entities))


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("Acme <Ltd>", 'Unsupported start tag "ltd" at byte offset 5'),
        ("я <script>", 'Unsupported start tag "script" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", 'Unclosed start tag "b" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</b y>", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<b =x>y</b>", 'Unexpected end of name in the tag "b" at byte offset 3'),
    ],
)
def test_html_that_telegram_refuses_is_refused_with_its_place(source: str, error: str) -> None:
    with pytest.raises(Violation) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {error}"


@given(st.text())
def test_an_escaped_text_is_itself(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])


@given(st.text(alphabet="<>/&b i='\"=;a", max_size=40))
def test_any_markup_is_parsed_or_refused_but_never_crashes(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except Violation:
        return
    length = utf16_length(text)
    assert all(e["offset"] >= 0 and e["length"] > 0 and e["offset"] + e["length"] <= length for e in entities)


@given(
    st.lists(
        st.tuples(
            st.text(alphabet="aя😀 <&\"'", min_size=1, max_size=5),
            st.sampled_from(["bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", None]),
        ),
        max_size=6,
    )
)
def test_what_aiogram_renders_from_entities_is_parsed_back_to_them(
    pieces: list[tuple[str, str | None]],
) -> None:
    text, entities = "", []
    for piece, kind in pieces:
        if kind is not None:
            entities.append(entity(kind, utf16_length(text), utf16_length(piece)))
        text += piece
    rendered = html_decoration.unparse(text, [MessageEntity(**e) for e in entities])
    assert parse_html(rendered) == (text, entities)
