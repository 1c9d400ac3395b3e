"""The models that Telegram's answers are read with, kept for the life of the process.

aiogram asks pydantic for `Response[...]` at each call and pydantic remembers such a model only as long as somebody
holds it: without this, the model of a message is built anew after every garbage collection, at the cost of
several taps.
"""

from typing import Final

from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    SendChatAction,
    SendDocument,
    SendMessage,
)

from bot.updates import GetRawUpdates

KEPT: Final = tuple(
    Response[method.__returning__]  # type: ignore[name-defined]  # A type known at run time only.
    for method in (
        AnswerCallbackQuery,
        EditMessageReplyMarkup,
        EditMessageText,
        GetRawUpdates,
        SendChatAction,
        SendDocument,
        SendMessage,
    )
)
"""By the calls that the chat makes all day."""
