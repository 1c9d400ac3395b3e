"""Secrets that people type: blotted out and deleted before anything else is done with them."""

import logging

from aiogram.exceptions import TelegramAPIError

from bot.html import Html, esc
from bot.turn import Turn

logger = logging.getLogger(__name__)


async def hide(turn: Turn) -> bool:
    """Blot the stored update out and delete the message; False when the message stays in the chat."""
    row_id = turn.caller.origin.update_id
    if row_id is not None:
        await turn.services.inbox.forget_body(row_id)
    if turn.message is None:
        return True
    try:
        return await turn.bot.delete_message(turn.chat_id, turn.message.message_id)
    except TelegramAPIError as error:
        logger.warning(
            "a password was not deleted: %s", type(error).__name__, extra={"event": "password_not_deleted"}
        )
        return False


def please_delete(turn: Turn) -> Html:
    """What is said when the message stays."""
    return esc(turn._("Telegram did not let me delete your message: please delete it yourself."))
