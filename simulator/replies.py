"""How a message that a bot sends gets into a chat."""

from typing import Any

from aiogram.types import Message, ReplyParameters

from simulator.calling import ApiRequest
from simulator.chats import Chat, ChatMessage
from simulator.errors import JsonObject, bad_request
from simulator.keyboards import check_markup
from simulator.topics import check_topic_open


def post(request: ApiRequest[Any], chat: Chat, content: JsonObject) -> ChatMessage:
    """Adds the bot's message with what all send methods share: reply, topic, keyboard, protection.

    Raises:
        ApiError: for a message to reply to that is not there.
        Violation: for a keyboard that cannot be shown.
    """
    params = request.params
    markup: JsonObject | None = params.get("reply_markup")
    check_markup(markup)
    payload: JsonObject = {
        "message_id": 0,
        "from": request.bot.as_user(),
        "chat": chat.card,
        "date": request.world.timestamp(),
        **_placement(request, chat),
        **content,
    }
    if markup and "inline_keyboard" in markup and markup["inline_keyboard"]:
        payload["reply_markup"] = markup
    if request.method.protect_content is True:
        payload["has_protected_content"] = True
    Message.model_validate(payload)
    message = chat.add(payload, request.bot.id)
    _apply_reply_keyboard(chat, message, markup)
    return message


def _apply_reply_keyboard(chat: Chat, message: ChatMessage, markup: JsonObject | None) -> None:
    if not markup or "inline_keyboard" in markup:
        return
    message.had_reply_keyboard = True
    if markup.get("remove_keyboard"):
        chat.show_keyboard(None, None)
    else:
        chat.show_keyboard(markup, message.id)


def _placement(request: ApiRequest[Any], chat: Chat) -> JsonObject:
    placement: JsonObject = {}
    thread_id = request.params.get("message_thread_id")
    if thread_id is not None:
        thread_id = int(thread_id)
        if thread_id not in chat.topics:
            raise bad_request("message thread not found")
        check_topic_open(chat, request.bot.id, thread_id)
        placement.update(message_thread_id=thread_id, is_topic_message=True)
    replied = _replied_message(request.method, chat)
    if replied is not None:
        placement["reply_to_message"] = replied.quoted()
    return placement


def _replied_message(method: Any, chat: Chat) -> ChatMessage | None:
    parameters: ReplyParameters | None = getattr(method, "reply_parameters", None)
    if parameters is not None:
        wanted, optional = parameters.message_id, parameters.allow_sending_without_reply is True
    else:
        wanted, optional = (
            getattr(method, "reply_to_message_id", None),
            bool(getattr(method, "allow_sending_without_reply", False)),
        )
    if wanted is None:
        return None
    replied = chat.messages.get(wanted)
    if replied is None and not optional:
        raise bad_request("message to be replied not found")
    return replied
