"""Paragraphs that a mail program broke are whole again (RFC 3676)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.flowed_text import unfold_flowed
from mail.parser import parse_letter


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("one \ntwo \nthree\nfour", "one two three\nfour"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("> asked \n> more\nanswered \nmore", "> asked more\nanswered more"),
        (">> a \n> b\nc", ">> a \n> b\nc"),
        ("end \n-- \nAnna \nof Acme", "end \n-- \nAnna of Acme"),
        (" stuffed\n >not a quote", "stuffed\n>not a quote"),
        ("open \n", "open "),
    ],
)
def test_soft_breaks_go_and_hard_ones_stay(sent: str, read: str) -> None:
    assert unfold_flowed(sent, delsp=False) == read


def test_with_delsp_the_blank_goes_too() -> None:
    assert unfold_flowed("日本 \n語", delsp=True) == "日本語"


def test_a_letter_says_it_is_flowed() -> None:
    raw = "Content-Type: text/plain; charset=utf-8; format=Flowed; DelSp=Yes\r\n\r\n日本 \r\n語\r\n-- \r\nя"
    assert parse_letter(raw.encode()).letter.text == "日本語\n--\nя"
    fixed = "Content-Type: text/plain; charset=utf-8\r\n\r\na \r\nb"
    assert parse_letter(fixed.encode()).letter.text == "a\nb"


@given(st.text(st.sampled_from("ab >-\n"), max_size=200))
def test_no_letter_of_a_text_is_lost(text: str) -> None:
    marks = str.maketrans("", "", "> \n")
    assert unfold_flowed(text, delsp=False).translate(marks) == text.translate(marks)
