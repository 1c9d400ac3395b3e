"""What Telegram leaves of a text, and what it finds in it."""

from typing import Any

import pytest
from aiogram.types import MessageEntity
from hypothesis import given
from hypothesis import strategies as st

from simulator.entities import utf16_length
from simulator.entity_detection import with_detected
from simulator.errors import Violation
from simulator.formatting import clean, format_text

E = dict[str, Any]


def formatted(text: str, limit: int = 4096) -> tuple[str, list[E]]:
    result = format_text(text, parse_mode="HTML", entities=None, limit=limit)
    return result.text, result.entities


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("  x \n", "x"),
        ("a\r\nb", "a\nb"),
        ("a\x00b\x1fc", "a b c"),
        ("a\u202eb\u202cc", "abc"),
        ("a\u2028b", "ab"),
        (" \n\t", ""),
        ("\u200b\u200d", ""),
        ("\u2800 \u3164", ""),
        ("a\u200bb", "a\u200bb"),
    ],
)
def test_control_characters_and_outer_blanks_are_stripped(source: str, text: str) -> None:
    assert clean(source, []).text == text


def test_entities_move_with_the_text_that_is_stripped() -> None:
    assert formatted("  <b>a\u202eb</b>\u202d c ") == ("ab c", [{"type": "bold", "offset": 0, "length": 2}])
    assert formatted("x <b>  </b>") == ("x", [])


def test_the_limit_counts_characters_after_parsing() -> None:
    assert formatted(f"<b>{'x' * 4096}</b>")[0] == "x" * 4096
    assert formatted("😀" * 4096)[0] == "😀" * 4096
    with pytest.raises(Violation, match="message is too long"):
        formatted("x" * 4097)


def test_given_entities_are_used_instead_of_the_parse_mode() -> None:
    result = format_text(
        "<b>x</b>", parse_mode="HTML", entities=[MessageEntity(type="italic", offset=0, length=3)], limit=10
    )
    assert (result.text, result.entities) == ("<b>x</b>", [{"type": "italic", "offset": 0, "length": 3}])


@pytest.mark.parametrize(("offset", "length"), [(0, 4), (-1, 2), (0, 0), (3, 1)])
def test_given_entities_outside_of_the_text_are_refused(offset: int, length: int) -> None:
    wrong = MessageEntity(type="bold", offset=offset, length=length)
    with pytest.raises(Violation, match="outside of the text"):
        format_text("abc", parse_mode=None, entities=[wrong], limit=10)


def test_other_parse_modes_are_refused_loudly() -> None:
    with pytest.raises(Violation, match="unsupported parse_mode"):
        format_text("*x*", parse_mode="MarkdownV2", entities=None, limit=10)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start payload", [("bot_command", "/start")]),
        ("see /i123, /s7.", [("bot_command", "/i123"), ("bot_command", "/s7")]),
        ("/help@zveno_bot now", [("bot_command", "/help@zveno_bot")]),
        ("a/b 1/2 //x /a/b", []),
        ("mail ivan@acme.example or @ivan_p", [("email", "ivan@acme.example"), ("mention", "@ivan_p")]),
        ("https://acme.example/a?b=/c#d.", [("url", "https://acme.example/a?b=/c#d")]),
        ("acme.ru is down", [("url", "acme.ru")]),
        ("#срочно и #2026 #a1", [("hashtag", "#срочно"), ("hashtag", "#a1")]),
        ("call +7 999 123-45-67 now", [("phone_number", "+7 999 123-45-67")]),
        ("😀 /i5", [("bot_command", "/i5")]),
        ("1 + 1 = 2. Ok", []),
    ],
)
def test_commands_links_and_addresses_are_found(text: str, found: list[tuple[str, str]]) -> None:
    units = text.encode("utf-16-le")
    detected = [
        (e["type"], units[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le"))
        for e in with_detected(text, [])
    ]
    assert detected == found


def test_nothing_is_found_inside_code() -> None:
    assert formatted("<code>/i5</code> /i6")[1] == [
        {"type": "code", "offset": 0, "length": 3},
        {"type": "bot_command", "offset": 4, "length": 3},
    ]


@given(st.text())
def test_detected_entities_never_leave_the_text_nor_overlap(text: str) -> None:
    result = clean(text, [])
    end = 0
    for e in result.entities:
        assert end <= e["offset"]
        end = e["offset"] + e["length"]
    assert end <= utf16_length(result.text)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text, [])
    assert clean(once.text, []) == once
