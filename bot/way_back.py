"""The way back to a list survives an action: it is read off the keyboard that was tapped (conversation.md 7)."""

from aiogram.types import CallbackQuery, InaccessibleMessage

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
                back = data.removeprefix(_SHOW)
                return back if len(back) <= BACK_LIMIT and Ref.parse(back) is None else ""
    return ""


def with_way_back(address: str, back: object) -> str:
    """The address of a card with the way back to where it was opened from; other screens have ways of their own."""
    if not isinstance(back, str) or not back:
        return address
    ref = Ref.parse(address)
    if ref is None:
        return _below_mailbox(address, back)
    return f"{ref.kind}:{ref.id}:{back}"


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
