"""Which reply markups does Telegram take, and what can a person press in them?"""

from collections.abc import Iterator

from simulator.errors import JsonObject, violation

MAX_CALLBACK_BYTES = 64
MAX_INLINE_BUTTONS = 100
MAX_REPLY_BUTTONS = 300
MAX_PLACEHOLDER = 64
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def check_markup(markup: JsonObject | None) -> None:
    """Lets a markup pass that Telegram would take.

    Raises:
        Violation: BUTTON_DATA_INVALID and its like; the bot built a keyboard that can never be shown.
    """
    if not markup:
        return
    if "inline_keyboard" in markup:
        _check_inline(markup["inline_keyboard"])
    elif "keyboard" in markup:
        _check_reply(markup)


def _check_inline(rows: list[list[JsonObject]]) -> None:
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_INLINE_BUTTONS:
        raise violation("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        if not button["text"].strip():
            raise violation("can't parse inline keyboard button: Button text must be non-empty")
        actions = [action for action in _ACTIONS if action in button]
        if not actions:
            raise violation(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            )
        if len(actions) > 1:
            raise violation(f"can't parse inline keyboard button: more than one of {', '.join(actions)}")
        data = button.get("callback_data")
        if data is not None and not 0 < len(data.encode()) <= MAX_CALLBACK_BYTES:
            raise violation("BUTTON_DATA_INVALID")
        url = button.get("url")
        if url is not None and not url.startswith(("http://", "https://", "tg://", "mailto:", "tel:")):
            raise violation(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_reply(markup: JsonObject) -> None:
    buttons = [button for row in markup["keyboard"] for button in row]
    if not buttons:
        raise violation("reply keyboard must have at least one button")
    if len(buttons) > MAX_REPLY_BUTTONS:
        raise violation("REPLY_MARKUP_TOO_LONG")
    if any(not button["text"].strip() for button in buttons):
        raise violation("can't parse keyboard button: Button text must be non-empty")
    if len(markup.get("input_field_placeholder", "")) > MAX_PLACEHOLDER:
        raise violation("REPLY_MARKUP_PLACEHOLDER_INVALID")


def inline_buttons(markup: JsonObject | None) -> Iterator[tuple[int, int, JsonObject]]:
    """Every inline button with its row and column, as seen."""
    for row_number, row in enumerate((markup or {}).get("inline_keyboard", ())):
        for column, button in enumerate(row):
            yield row_number, column, button


def reply_buttons(markup: JsonObject | None) -> Iterator[JsonObject]:
    """Every button of a reply keyboard."""
    for row in (markup or {}).get("keyboard", ()):
        yield from row
