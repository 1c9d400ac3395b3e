"""Chats as wholes: who they are, who is in them, what is pinned; forwarding and copying between them."""

from typing import Any

from aiogram.methods import (
    CopyMessage,
    ForwardMessage,
    GetChat,
    GetChatMember,
    GetChatMemberCount,
    LeaveChat,
    PinChatMessage,
    UnpinAllChatMessages,
    UnpinChatMessage,
)

from simulator.calling import ApiRequest
from simulator.chats import Chat, ChatMessage, ChatType, EventKind
from simulator.errors import JsonObject, bad_request
from simulator.files import FileKind
from simulator.groups import Groups, member_card
from simulator.methods.media import caption_content
from simulator.methods.registry import MethodTable
from simulator.replies import post

table = MethodTable()
_CONTENT = (
    "text",
    "entities",
    "caption",
    "caption_entities",
    "location",
    "venue",
    "contact",
    *(kind.value for kind in FileKind),
)
_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
_MAX_REACTIONS = 11


@table.serves(GetChat)
def get_chat(request: ApiRequest[GetChat]) -> JsonObject:
    """GetChat."""
    chat = request.chat(request.method.chat_id)
    full: JsonObject = {
        **chat.card,
        "accent_color_id": 0,
        "max_reaction_count": _MAX_REACTIONS,
        "accepted_gift_types": _GIFTS,
    }
    if chat.pinned:
        full["pinned_message"] = chat.messages[chat.pinned[-1]].quoted()
    return full


@table.serves(GetChatMember)
def get_chat_member(request: ApiRequest[GetChatMember]) -> JsonObject:
    """GetChatMember."""
    chat = request.chat(request.method.chat_id)
    user_id = request.method.user_id
    if user_id == request.bot.id:
        user = request.bot.as_user()
    elif user_id in request.world.accounts:
        user = request.world.accounts[user_id].as_user()
    else:
        raise bad_request("member not found")
    if chat.type is ChatType.private:
        return member_card(user, "member")
    return Groups(request.world).member_card(chat, user_id, user)


@table.serves(GetChatMemberCount)
def get_chat_member_count(request: ApiRequest[GetChatMemberCount]) -> int:
    """GetChatMemberCount."""
    chat = request.chat(request.method.chat_id)
    if chat.type is ChatType.private:
        return 2
    return sum(chat.is_member(user_id) for user_id in chat.members)


@table.serves(LeaveChat)
def leave_chat(request: ApiRequest[LeaveChat]) -> bool:
    """LeaveChat."""
    chat = request.chat(request.method.chat_id)
    if chat.type is ChatType.private:
        raise bad_request("chat member status can't be changed in private chats")
    Groups(request.world).remove_bot(chat, request.bot, request.bot.as_user(), "left")
    return True


@table.serves(PinChatMessage)
def pin_chat_message(request: ApiRequest[PinChatMessage]) -> bool:
    """PinChatMessage."""
    chat = request.writable_chat(request.method.chat_id)
    message_id = request.method.message_id
    if message_id not in chat.messages:
        raise bad_request("message to pin not found")
    if message_id in chat.pinned:
        chat.pinned.remove(message_id)
    chat.pinned.append(message_id)
    chat.happened(EventKind.edited, message_id=message_id)
    return True


@table.serves(UnpinChatMessage)
def unpin_chat_message(request: ApiRequest[UnpinChatMessage]) -> bool:
    """UnpinChatMessage; the newest pin without a message id."""
    chat = request.writable_chat(request.method.chat_id)
    message_id = request.method.message_id
    if message_id is None:
        message_id = chat.pinned[-1] if chat.pinned else None
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    chat.happened(EventKind.edited, message_id=message_id)
    return True


@table.serves(UnpinAllChatMessages)
def unpin_all_chat_messages(request: ApiRequest[UnpinAllChatMessages]) -> bool:
    """UnpinAllChatMessages."""
    chat = request.writable_chat(request.method.chat_id)
    former, chat.pinned = chat.pinned, []
    for message_id in former:
        chat.happened(EventKind.edited, message_id=message_id)
    return True


def _source(request: ApiRequest[Any], missing: str) -> tuple[Chat, ChatMessage]:
    chat = request.chat(request.method.from_chat_id)
    message = chat.messages.get(request.method.message_id)
    if message is None:
        raise bad_request(missing)
    return chat, message


def _content(message: ChatMessage) -> JsonObject:
    return {key: message.payload[key] for key in _CONTENT if key in message.payload}


@table.serves(ForwardMessage)
def forward_message(request: ApiRequest[ForwardMessage]) -> JsonObject:
    """ForwardMessage; what was forwarded before keeps its first origin."""
    target = request.writable_chat(request.method.chat_id)
    _, message = _source(request, "message to forward not found")
    content = _content(message)
    if not content or message.payload.get("has_protected_content"):
        raise bad_request("the message can't be forwarded")
    origin = message.payload.get("forward_origin") or {
        "type": "user",
        "sender_user": message.payload["from"],
        "date": message.payload["date"],
    }
    return post(request, target, {**content, "forward_origin": origin}).payload


@table.serves(CopyMessage)
def copy_message(request: ApiRequest[CopyMessage]) -> JsonObject:
    """CopyMessage; a caption given takes the place of the former one."""
    method = request.method
    target = request.writable_chat(method.chat_id)
    _, message = _source(request, "message to copy not found")
    content = _content(message)
    if not content or message.payload.get("has_protected_content"):
        raise bad_request("message can't be copied")
    if method.caption is not None and "text" not in content:
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content.update(caption_content(method.caption, method.parse_mode, method.caption_entities))
    return {"message_id": post(request, target, content).id}
