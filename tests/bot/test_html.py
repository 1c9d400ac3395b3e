"""The one door to HTML."""

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.html import TEXT_LIMIT, Html, bold, cut, esc, fill, join, lines, neutral, shorten, to_plain, units

TAG = re.compile(r"<(/?)(b|i|code)>")


def is_balanced(html: str) -> bool:
    open_tags: list[str] = []
    for closing, name in TAG.findall(html):
        if not closing:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return False
    return not open_tags


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Acme <Ltd> & Co", "Acme &lt;Ltd&gt; &amp; Co"),
        ("a_b*c`d[e](f)", "a_b*c`d[e](f)"),
        ("пере\u202eворот", "переворот"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("bell\x07 nul\x00", "bell nul"),
        ("line\nbreak\ttab", "line\nbreak\ttab"),
        ("lone \ud83d surrogate", "lone  surrogate"),
        ("👨‍👩‍👧 family", "👨‍👩‍👧 family"),
        ("join\u200der", "joiner"),
    ],
)
def test_what_people_wrote_is_shown_and_nothing_more(written: str, shown: str) -> None:
    assert esc(written) == shown


def test_right_to_left_names_do_not_turn_the_line() -> None:
    assert neutral("שלום") == "\u2068שלום\u2069"


@given(st.text())
def test_escaped_text_reads_back_as_the_neutral_text(text: str) -> None:
    escaped = esc(text)
    assert unescape(escaped) == neutral(text)
    assert "<" not in escaped
    escaped.encode()


@given(
    st.lists(st.tuples(st.sampled_from(["", "b", "i"]), st.text(min_size=1)), max_size=8), st.integers(1, 60)
)
def test_cut_text_fits_and_keeps_its_tags_closed(parts: list[tuple[str, str]], limit: int) -> None:
    html = Html("".join(f"<{tag}>{esc(text)}</{tag}>" if tag else esc(text) for tag, text in parts))
    short = cut(html, limit)
    assert units(to_plain(short)) <= limit
    assert is_balanced(short)
    if units(to_plain(html)) <= limit:
        assert short == html


def test_long_text_is_cut_by_what_telegram_counts() -> None:
    text = bold(esc("😀" * 3000))
    short = cut(text)
    assert units(to_plain(short)) == TEXT_LIMIT - 1
    assert short.endswith("…</b>")


def test_fill_escapes_what_slipped_past_the_type_checker() -> None:
    values: dict[str, Any] = {"name": "<b>", "count": 3}
    assert fill("{name}: {count}", **values) == "&lt;b&gt;: 3"


def test_lines_and_joins_leave_out_what_is_missing() -> None:
    assert lines(Html("a"), None, Html(""), Html("b")) == "a\n\nb"
    assert join(" · ", Html("a"), None, Html(""), Html("b")) == "a · b"


@given(st.text(), st.integers(2, 40))
def test_labels_are_one_short_line(text: str, limit: int) -> None:
    label = shorten(text, limit)
    assert len(label) <= limit
    assert "\n" not in label
