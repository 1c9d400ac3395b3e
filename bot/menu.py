"""The command menu of each chat, by role, language and options (conversation.md 12)."""

import asyncio
import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeChat

from bot.turn import Turn
from bot.verbs import Verbs
from core.enums import FunctionalOption, Language, Role

logger = logging.getLogger(__name__)

COMMANDS_LIMIT = 10
MenuKey = tuple[Role, Language, frozenset[FunctionalOption]]


class CommandMenu:
    """Keeps the command menu of each chat as its user's role, language and options want it."""

    def __init__(self, bot: Bot, verbs: Verbs) -> None:
        self._bot = bot
        self._verbs = verbs
        self._set: dict[int, MenuKey] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, turn: Turn) -> None:
        """Set the menu in the background if it is not what this user should have."""
        key = (turn.user.role, turn.user.language, turn.user.off)
        if self._set.get(turn.chat_id) == key:
            return
        self._set[turn.chat_id] = key
        task = asyncio.create_task(self._write(turn.chat_id, key, self.commands(turn)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def commands(self, turn: Turn) -> list[BotCommand]:
        """At most ten commands, the most used first."""
        listed = sorted(
            (verb for verb in self._verbs if verb.menu and verb.is_there_for(turn)),
            key=lambda verb: (verb.menu_order, verb.name),
        )
        return [
            BotCommand(command=verb.name, description=turn._(verb.menu)) for verb in listed[:COMMANDS_LIMIT]
        ]

    async def _write(self, chat_id: int, key: MenuKey, commands: list[BotCommand]) -> None:
        try:
            await self._bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id=chat_id))
        except TelegramAPIError as error:
            logger.warning(
                "the command menu could not be set: %s", type(error).__name__, extra={"event": "menu_not_set"}
            )
            if self._set.get(chat_id) == key:
                del self._set[chat_id]

    async def close(self) -> None:
        """Wait for what is on its way."""
        await asyncio.gather(*self._tasks)
