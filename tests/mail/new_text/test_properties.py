"""What holds of every text, whoever wrote it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mail.html_text import html_to_marked_text, html_to_text
from mail.new_text import is_forwarded, split_letter
from mail.new_text_marks import MARKS, drop_marks

LINES = st.sampled_from(
    [
        "",
        " ",
        "Twenty pallets, please.",
        "Двадцать поддонов.",
        "> How many?",
        ">> Сколько?",
        ">",
        "On Mon, Nov 23, 2026 at 12:01 PM John Smith <john@zveno.example> wrote:",
        "пн, 23 нояб. 2026 г. в 12:01, Иван Петров <ivan@vostok.example>:",
        "On Mon, Nov 23, 2026 at 12:01 PM John Smith",
        "wrote:",
        "<john@zveno.example>",
        "From: John Smith <john@zveno.example>",
        "Sent: Monday, November 23, 2026 12:01 PM",
        "От: Иван Петров <ivan@vostok.example>",
        "Отправлено: 23 ноября 2026 г. 12:01",
        "To: Anna <anna@zveno.example>",
        "Subject: Pallets",
        "Тема: Поддоны",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "Начало переадресованного сообщения:",
        "________________________________",
        "---",
        "--",
        "-- ",
        "С уважением,",
        "С уважением, Анна",
        "Best regards,",
        "Thanks,",
        "Anna Smirnova",
        "Анна",
        "-Anna",
        "+7 495 000-00-01",
        "anna@zveno.example",
        "Отправлено с iPhone",
        "Sent from my iPhone",
        "This e-mail is confidential and intended solely for the addressee.",
        "P.S. One more thing.",
        "a:",
    ]
)
TEXTS = st.lists(LINES, max_size=25).map("\n".join)
SENDERS = st.sampled_from([(), ("Anna Smirnova", "anna@zveno.example"), ("Анна Смирнова",)])
TAGS = st.sampled_from(
    [
        "<div>",
        "</div>",
        "<br>",
        "<p>",
        "<blockquote>",
        '<blockquote type="cite">',
        '<blockquote class="gmail_quote">',
        "</blockquote>",
        '<div class="gmail_signature">',
        '<div class="gmail_attr">',
        '<div id="divRplyFwdMsg">',
        '<div class="yahoo_quoted">',
        "<hr>",
        "<b",
        "\ufdd0",
        "\ufdd8",
    ]
)
SOURCES = st.lists(TAGS | LINES, max_size=30).map("".join)


def said(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


@given(TEXTS | st.text(max_size=400), SENDERS)
@example("--\nAnna", ())
@example("Thanks,\nAnna\n> Yes?", ())
def test_something_is_always_left_of_a_text_that_says_something(text: str, senders: tuple[str, ...]) -> None:
    found = split_letter(text, senders=senders)
    assert bool(found.text.strip()) == bool(drop_marks(text).strip())


@given(TEXTS | st.text(max_size=400), SENDERS)
@example("\n".join(["--"] * 60), ())
@example("On Mon, Nov 23, 2026 at 12:01 PM John\n> x\nwrote:\n> y\nz", ())
def test_what_is_new_has_nothing_more_to_cut(text: str, senders: tuple[str, ...]) -> None:
    found = split_letter(text, senders=senders)
    assert split_letter(found.text, senders=senders).text == found.text


@given(TEXTS, SENDERS)
def test_the_parts_are_the_lines_of_the_letter(text: str, senders: tuple[str, ...]) -> None:
    found = split_letter(text, senders=senders)
    assert sorted(said(f"{found.text}\n{found.signature}\n{found.quoted}")) == sorted(said(text))


@given(TEXTS, SENDERS)
def test_what_is_new_keeps_its_order(text: str, senders: tuple[str, ...]) -> None:
    lines = iter(said(text))
    assert all(any(one == other for other in lines) for one in said(split_letter(text, senders=senders).text))


@given(SOURCES)
def test_marks_of_html_are_seen_by_nobody(source: str) -> None:
    marked = html_to_marked_text(source)
    text = html_to_text(source)
    found = split_letter(marked)
    assert not MARKS.search(text + found.text + found.signature + found.quoted)
    assert sorted(said(f"{found.text}\n{found.signature}\n{found.quoted}")) == sorted(said(text))
    assert bool(found.text) == bool(text)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "line",
    [
        "--",
        "> a\nb",
        "a:",
        "From: a@b.example\nTo: c",
        "On ",
        "Best,\nAnn",
        "x@" * 190 + " wrote:",
        "_" * 300,
        "+1 " * 130,
    ],
)
def test_a_text_as_long_as_any_is_read_to_its_end(line: str) -> None:
    """Where time grew faster than the text, this would not end: 200 000 characters, a line over and over."""
    text = f"Own words.\n{line}\n" * (200_000 // (len(line) + 12))
    assert split_letter(text).text.startswith("Own words.")


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("Fwd: Catalogue", True),
        ("FW: Catalogue", True),
        ("Пересл: Прайс", True),
        ("[EXT] Fwd: Catalogue", True),
        ("Re: Fwd: Catalogue", False),
        ("Forward planning", False),
        ("", False),
    ],
)
def test_a_topic_says_that_a_letter_is_passed_on(topic: str, *, expected: bool) -> None:
    assert is_forwarded(topic) is expected
