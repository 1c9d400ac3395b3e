"""Sending, changing and deleting text messages."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from aiogram.methods import (
    DeleteMessage,
    DeleteMessages,
    EditMessageReplyMarkup,
    EditMessageText,
    SendMessage,
)
from aiogram.types import Message

from simulator.calling import ApiRequest
from simulator.chats import Chat, ChatMessage, EventKind
from simulator.errors import JsonObject, bad_request, violation
from simulator.formatting import MAX_TEXT, format_text
from simulator.keyboards import check_markup
from simulator.methods.registry import MethodTable
from simulator.replies import post

table = MethodTable()
DELETABLE_FOR = timedelta(hours=48)
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def text_content(method: SendMessage | EditMessageText) -> JsonObject:
    """Text and entities of a call.

    Raises:
        Violation: empty, too long, or not parseable.
    """
    formatted = format_text(
        method.text or "", parse_mode=method.parse_mode, entities=method.entities, limit=MAX_TEXT
    )
    if not formatted.text:
        raise violation("message text is empty")
    content: JsonObject = {"text": formatted.text}
    if formatted.entities:
        content["entities"] = formatted.entities
    return content


@table.serves(SendMessage)
def send_message(request: ApiRequest[SendMessage]) -> JsonObject:
    """SendMessage."""
    chat = request.writable_chat(request.method.chat_id)
    return post(request, chat, text_content(request.method)).payload


def editable_message(request: ApiRequest[Any]) -> tuple[Chat, ChatMessage]:
    """The bot's own message that a call wants to change.

    Raises:
        ApiError: it is gone, or it is not the bot's, or it carries a reply keyboard.
        Violation: no message is named.
    """
    if request.method.message_id is None or request.method.chat_id is None:
        raise violation("message identifier is not specified")
    chat = request.writable_chat(request.method.chat_id)
    message = chat.messages.get(request.method.message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.bot_id != request.bot.id or message.had_reply_keyboard:
        raise bad_request("message can't be edited")
    return chat, message


def replace_content(
    request: ApiRequest[Any],
    chat: Chat,
    message: ChatMessage,
    changed: JsonObject,
    *,
    replaced: Collection[str] = (),
) -> JsonObject:
    """Puts the new content in the place of the replaced fields; an edit without a keyboard takes the former one away.

    Raises:
        ApiError: "message is not modified".
        Violation: for a keyboard that cannot be shown.
    """
    markup: JsonObject | None = request.params.get("reply_markup")
    check_markup(markup)
    dropped = {*replaced, "reply_markup"}
    payload = {key: value for key, value in message.payload.items() if key not in dropped}
    payload.update(changed)
    if markup and markup.get("inline_keyboard"):
        payload["reply_markup"] = markup
    if payload == message.payload:
        raise bad_request(_NOT_MODIFIED)
    payload["edit_date"] = request.world.timestamp()
    Message.model_validate(payload)
    message.payload = payload
    chat.happened(EventKind.edited, message_id=message.id)
    return payload


@table.serves(EditMessageText)
def edit_message_text(request: ApiRequest[EditMessageText]) -> JsonObject:
    """EditMessageText."""
    chat, message = editable_message(request)
    if not message.is_text:
        raise bad_request("there is no text in the message to edit")
    return replace_content(
        request, chat, message, text_content(request.method), replaced=("text", "entities")
    )


@table.serves(EditMessageReplyMarkup)
def edit_message_reply_markup(request: ApiRequest[EditMessageReplyMarkup]) -> JsonObject:
    """EditMessageReplyMarkup."""
    chat, message = editable_message(request)
    return replace_content(request, chat, message, {})


def _is_deletable(request: ApiRequest[Any], message: ChatMessage) -> bool:
    sent_at: int = message.payload["date"]
    return request.world.timestamp() - sent_at <= DELETABLE_FOR.total_seconds()


@table.serves(DeleteMessage)
def delete_message(request: ApiRequest[DeleteMessage]) -> bool:
    """DeleteMessage."""
    chat = request.chat(request.method.chat_id)
    message = chat.messages.get(request.method.message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if not _is_deletable(request, message):
        raise bad_request("message can't be deleted for everyone")
    chat.remove([message.id])
    return True


@table.serves(DeleteMessages)
def delete_messages(request: ApiRequest[DeleteMessages]) -> bool:
    """DeleteMessages skips what is not there."""
    chat = request.chat(request.method.chat_id)
    chat.remove(
        message_id
        for message_id in request.method.message_ids
        if message_id in chat.messages and _is_deletable(request, chat.messages[message_id])
    )
    return True
