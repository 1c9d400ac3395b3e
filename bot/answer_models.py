"""The models that Telegram's answers are read with, kept as long as the bot lives.

aiogram asks pydantic for `Response[...]` at each call, and pydantic remembers such a model only as long as somebody
holds it: without this, the model of a message is built anew after every garbage collection, at the cost of
several taps.
"""

from typing import Any

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

_CALLS: tuple[type[Any], ...] = (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    GetRawUpdates,
    SendChatAction,
    SendDocument,
    SendMessage,
)
"""What the chat calls all day."""


def build_answer_models() -> tuple[object, ...]:
    """The models of the answers to what the chat calls all day; to be held by who makes the calls."""
    return tuple(Response.__class_getitem__(call.__returning__) for call in _CALLS)
