"""What a bot tells Telegram about itself: name, descriptions, menu button."""

from typing import Any

from aiogram.methods import (
    GetChatMenuButton,
    GetMyDescription,
    GetMyName,
    GetMyShortDescription,
    SetChatMenuButton,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
)

from simulator.calling import ApiRequest
from simulator.chats import EventKind
from simulator.errors import JsonObject, violation
from simulator.methods.registry import MethodTable

table = MethodTable()
_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def _store(request: ApiRequest[Any], kind: str) -> bool:
    text = getattr(request.method, kind) or ""
    if len(text) > _LIMITS[kind]:
        raise violation(f"BOT_{kind.upper()}_TOO_LONG")
    place = (kind, request.method.language_code or "")
    if text:
        request.bot.texts[place] = text
    else:
        request.bot.texts.pop(place, None)
    return True


def _text(request: ApiRequest[Any], kind: str, default: str = "") -> JsonObject:
    texts = request.bot.texts
    return {kind: texts.get((kind, request.method.language_code or ""), texts.get((kind, ""), default))}


@table.serves(SetMyName)
def set_my_name(request: ApiRequest[SetMyName]) -> bool:
    """SetMyName."""
    return _store(request, "name")


@table.serves(GetMyName)
def get_my_name(request: ApiRequest[GetMyName]) -> JsonObject:
    """GetMyName."""
    return _text(request, "name", request.bot.first_name)


@table.serves(SetMyDescription)
def set_my_description(request: ApiRequest[SetMyDescription]) -> bool:
    """SetMyDescription."""
    return _store(request, "description")


@table.serves(GetMyDescription)
def get_my_description(request: ApiRequest[GetMyDescription]) -> JsonObject:
    """GetMyDescription."""
    return _text(request, "description")


@table.serves(SetMyShortDescription)
def set_my_short_description(request: ApiRequest[SetMyShortDescription]) -> bool:
    """SetMyShortDescription."""
    return _store(request, "short_description")


@table.serves(GetMyShortDescription)
def get_my_short_description(request: ApiRequest[GetMyShortDescription]) -> JsonObject:
    """GetMyShortDescription."""
    return _text(request, "short_description")


@table.serves(SetChatMenuButton)
def set_chat_menu_button(request: ApiRequest[SetChatMenuButton]) -> bool:
    """SetChatMenuButton; without a chat it is the default of all."""
    chat_id = request.method.chat_id
    affected = [request.chat(chat_id)] if chat_id is not None else list(request.bot.chats.values())
    request.bot.menu_buttons[chat_id] = request.params.get("menu_button", {"type": "default"})
    for chat in affected:
        chat.happened(EventKind.commands)
    return True


@table.serves(GetChatMenuButton)
def get_chat_menu_button(request: ApiRequest[GetChatMenuButton]) -> JsonObject:
    """GetChatMenuButton."""
    buttons = request.bot.menu_buttons
    return buttons.get(request.method.chat_id) or buttons.get(None) or {"type": "default"}
