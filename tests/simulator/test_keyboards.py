"""Keyboards that Telegram takes, and those it does not."""

from typing import Any

import pytest

from simulator.errors import Violation
from simulator.keyboards import check_markup, inline_buttons, reply_buttons


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **button}]]}


@pytest.mark.parametrize(
    "markup",
    [
        None,
        {},
        {"inline_keyboard": []},
        inline(callback_data="d" * 64),
        inline(callback_data="я" * 32),
        inline(url="https://acme.example"),
        inline(copy_text={"text": "x"}),
        {"keyboard": [[{"text": "x"}]]},
        {"remove_keyboard": True},
        {"force_reply": True},
        {"inline_keyboard": [[{"text": "x", "callback_data": "y"}] * 5] * 20},
    ],
)
def test_keyboards_that_can_be_shown_pass(markup: dict[str, Any] | None) -> None:
    check_markup(markup)
    assert sum(1 for _ in inline_buttons(markup)) in {0, 1, 100}


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        (inline(callback_data="d" * 65), "BUTTON_DATA_INVALID"),
        (inline(callback_data="я" * 33), "BUTTON_DATA_INVALID"),
        (inline(callback_data=""), "BUTTON_DATA_INVALID"),
        (inline(), "Text buttons are unallowed"),
        (inline(callback_data="a", url="https://acme.example"), "more than one of"),
        (inline(url="acme.example"), "Wrong HTTP URL"),
        ({"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}, "must be non-empty"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "y"}]] * 101}, "REPLY_MARKUP_TOO_LONG"),
        ({"keyboard": []}, "at least one button"),
        ({"keyboard": [[{"text": ""}]]}, "must be non-empty"),
        ({"keyboard": [[{"text": "x"}]] * 301}, "REPLY_MARKUP_TOO_LONG"),
        ({"keyboard": [[{"text": "x"}]], "input_field_placeholder": "x" * 65}, "PLACEHOLDER"),
    ],
)
def test_keyboards_that_can_never_be_shown_are_violations(markup: dict[str, Any], error: str) -> None:
    with pytest.raises(Violation, match=error):
        check_markup(markup)


def test_buttons_are_listed_with_their_places() -> None:
    rows = {"inline_keyboard": [[{"text": "a"}], [{"text": "b"}, {"text": "c"}]]}
    assert [(row, column, button["text"]) for row, column, button in inline_buttons(rows)] == [
        (0, 0, "a"),
        (1, 0, "b"),
        (1, 1, "c"),
    ]
    assert [button["text"] for button in reply_buttons({"keyboard": rows["inline_keyboard"]})] == [
        "a",
        "b",
        "c",
    ]
