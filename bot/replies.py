"""Which card a message replies to."""

import re

from aiogram.types import Message

from core.values import InteractionId

_REFERENCE = re.compile(r"/i([1-9][0-9]{0,17})(?![\w])", re.ASCII)

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
