"""The way back to a list survives an action: it is read off the keyboard that was tapped (conversation.md 7)."""

import re
from dataclasses import replace

from aiogram.types import CallbackQuery, InaccessibleMessage, Message

from bot.screens.base import Button, Screen
from bot.screens.listing import BACK_LIMIT
from core.values import Ref

BACK_SIGN = "‹ "
"""What labels of ways back begin with; the pager's sign stands alone."""

_SHOW = "show:"


def way_back(tap: CallbackQuery | None) -> str:
    """The address that the tapped message leads back to; empty where it leads nowhere, or to another card."""
    if tap is None or tap.message is None or isinstance(tap.message, InaccessibleMessage):
        return ""
    keyboard = tap.message.reply_markup.inline_keyboard if tap.message.reply_markup is not None else []
    for row in reversed(keyboard):
        for button in row:
            data = button.callback_data or ""
            if button.text.startswith(BACK_SIGN) and data.startswith(_SHOW):
                back = _past_more(data.removeprefix(_SHOW))
                return back if len(back) <= BACK_LIMIT and Ref.parse(back) is None else ""
    return ""


_LISTS = frozenset(
    [
        "closed_deals",
        "contacts",
        "day",
        "deals",
        "evening",
        "find",
        "inbox",
        "list",
        "morning",
        "overdue",
        "person_day",
        "person_week",
        "snoozed",
        "team_list",
        "today",
        "trail",
        "tree",
        "week",
        "weekly",
        "welcome",
        "zone_moved",
    ]
)
"""Whose rows open cards that lead back to them."""

_MORE = "care:"
"""What lies below "More" leads back there, and "More" to the card: ``care:12:list:2`` stands for ``i:12:list:2``."""


def _past_more(back: str) -> str:
    if not back.startswith(_MORE):
        return back
    number, _, rest = back.removeprefix(_MORE).partition(":")
    return f"i:{number}:{rest}" if rest else ""


def with_way_back(address: str, back: object) -> str:
    """The address of a card with the way back to where it was opened from; other screens have ways of their own."""
    if not isinstance(back, str) or not back:
        return address
    ref = Ref.parse(address)
    if ref is None:
        return _below_mailbox(address, back)
    lead = f"{ref.kind}:{ref.id}:"
    return back if back.startswith(lead) else f"{lead}{back}"


def keep_way_back(screen: Screen, tap: CallbackQuery | None) -> Screen:
    """A screen that was opened from a card leads back to the card as it was: with the way to the list behind it."""
    back = way_back(tap)
    if not back or tap is None or not isinstance(tap.message, Message):
        return screen
    head = (tap.message.text or "").partition("\n")[0]
    keyboard = tuple(tuple(_kept(button, back, head) for button in row) for row in screen.keyboard)
    return screen if keyboard == screen.keyboard else replace(screen, keyboard=keyboard)


def _kept(button: Button, back: str, head: str) -> Button:
    """A button that leads to the card which was tapped, or which that was below; others stay as they are."""
    target = button.data.removeprefix(_SHOW) if button.data.startswith(_SHOW) else ""
    if not button.text.startswith(BACK_SIGN):
        return button
    if target.startswith(_MORE) and back.startswith(f"i:{target.removeprefix(_MORE)}:"):
        return Button(button.text, f"{button.data}:{back.split(':', 2)[2]}")
    ref = Ref.parse(target)
    if ref is None:
        return button
    lead = f"{ref.kind}:{ref.id}:"
    from_list = back.partition(":")[0] in _LISTS and re.search(rf"/{ref}\b", head) is not None
    if not (back.startswith(lead) or from_list):
        return button
    return Button(button.text, f"{_SHOW}{with_way_back(str(ref), back)}")


_BELOW = {"rules": ":1", "quarantine": ":1", "shares": ""}
"""Screens below a mailbox that remember how its card was left: behind their page, where they have pages."""


def _below_mailbox(address: str, back: str) -> str:
    """A screen below a mailbox, as it was opened from the card that the way back leads to."""
    name, _, mailbox_id = address.partition(":")
    lead = f"m:{mailbox_id}:"
    if name in _BELOW and back.startswith(f"{address}:"):
        return back
    if name not in _BELOW or not mailbox_id.isdecimal() or not back.startswith(lead):
        return address
    return f"{address}{_BELOW[name]}:{back.removeprefix(lead)}"
