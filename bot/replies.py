"""What a message replies to: a card, or a row of a list that it names by its number."""

import re
from typing import NamedTuple

from aiogram.types import Message

from core.values import InteractionId

_REFERENCE = re.compile(r"/i([1-9][0-9]{0,17})(?![\w])", re.ASCII)

_ROW = re.compile(r"^([1-9][0-9]?)\. .*?/i([1-9][0-9]{0,17})(?![\w])", re.ASCII | re.MULTILINE)
_NUMBERED = re.compile(r"\s*([1-9][0-9]?)(?:[.):,]\s*|\s+)(\S.*)", re.ASCII | re.DOTALL)

REMINDER_SIGN = "⏰"
"""What messages begin with that remind; the cards themselves begin with the signs of their kinds."""


def replies_to_reminder(message: Message) -> bool:
    """Whether a message replies to one that reminds of something."""
    former = message.reply_to_message
    return former is not None and (former.text or "").startswith(REMINDER_SIGN)


def replied_card(message: Message) -> InteractionId | None:
    """The interaction whose card, and nothing else, the message replies to; None for any other message.

    A list names several, and a question of a guided dialog none.
    """
    former = message.reply_to_message
    if former is None or former.from_user is None or not former.from_user.is_bot:
        return None
    named = set(_REFERENCE.findall(former.text or former.caption or ""))
    return InteractionId(int(named.pop())) if len(named) == 1 else None


class Replied(NamedTuple):
    """What is replied to, and what was said of it."""

    interaction_id: InteractionId
    said: str


def replied_to(message: Message) -> Replied | None:
    """The interaction that a message says something of; None where it replies to none, or to several at once.

    "1 held, takes 20 pallets" as a reply to a list is about its first row.
    """
    former, said = message.reply_to_message, message.text or message.caption or ""
    if former is None or former.from_user is None or not former.from_user.is_bot:
        return None
    rows = {number: int(named) for number, named in _ROW.findall(former.text or former.caption or "")}
    numbered = _NUMBERED.fullmatch(said)
    if numbered is not None and numbered[1] in rows:
        return Replied(InteractionId(rows[numbered[1]]), numbered[2])
    card = replied_card(message)
    return Replied(card, said) if card is not None else None
