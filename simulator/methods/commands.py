"""The command menu per scope and language."""

import re

from aiogram.methods import DeleteMyCommands, GetMyCommands, SetMyCommands

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.calling import ApiRequest
from simulator.chats import EventKind
from simulator.errors import JsonObject, violation
from simulator.methods.registry import MethodTable

table = MethodTable()
MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")


def _place(
    request: ApiRequest[SetMyCommands] | ApiRequest[GetMyCommands] | ApiRequest[DeleteMyCommands],
) -> tuple[str, str]:
    language = request.method.language_code or ""
    if not _LANGUAGE.fullmatch(language):
        raise violation("invalid language code specified")
    scope: JsonObject = request.params.get("scope", {"type": "default"})
    if scope["type"] in {"chat", "chat_administrators", "chat_member"}:
        request.chat(_number(scope["chat_id"]))
    return _scope_key(scope), language


def _number(chat_id: int | str) -> int | str:
    return int(chat_id) if str(chat_id).lstrip("-").isdigit() else chat_id


def _scope_key(scope: JsonObject) -> str:
    return ":".join(str(scope[part]) for part in ("type", "chat_id", "user_id") if part in scope)


@table.serves(SetMyCommands)
def set_my_commands(request: ApiRequest[SetMyCommands]) -> bool:
    """SetMyCommands."""
    place = _place(request)
    if len(request.method.commands) > MAX_COMMANDS:
        raise violation("BOT_COMMANDS_TOO_MUCH")
    for command in request.method.commands:
        if not _COMMAND.fullmatch(command.command.removeprefix("/")):
            raise violation("BOT_COMMAND_INVALID")
        if not 1 <= len(command.description) <= MAX_DESCRIPTION:
            raise violation("BOT_COMMAND_DESCRIPTION_INVALID")
    request.bot.commands[place] = [
        {"command": command.command.removeprefix("/"), "description": command.description}
        for command in request.method.commands
    ]
    _announce(request.bot)
    return True


@table.serves(GetMyCommands)
def get_my_commands(request: ApiRequest[GetMyCommands]) -> list[JsonObject]:
    """GetMyCommands."""
    return request.bot.commands.get(_place(request), [])


@table.serves(DeleteMyCommands)
def delete_my_commands(request: ApiRequest[DeleteMyCommands]) -> bool:
    """DeleteMyCommands."""
    request.bot.commands.pop(_place(request), None)
    _announce(request.bot)
    return True


def _announce(bot: Bot) -> None:
    for chat in bot.chats.values():
        chat.happened(EventKind.commands)


def commands_for(bot: Bot, account: Account) -> list[JsonObject]:
    """The menu this person sees in the private chat: the narrowest scope wins, the language before the general list."""
    language = (account.language_code or "")[:2]
    for scope in (f"chat:{account.id}", "all_private_chats", "default"):
        for code in (language, ""):
            if commands := bot.commands.get((scope, code)):
                return commands
    return []
