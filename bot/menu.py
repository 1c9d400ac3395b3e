"""The command menu and the small keyboard at the bottom, by role, language and options (conversation.md 12)."""

import asyncio
import logging
import re

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeChat, KeyboardButton, ReplyKeyboardMarkup

from bot.i18n import N_, Catalogues
from bot.reader import Reader
from bot.turn import Turn
from bot.verbs import Verbs
from core.enums import FunctionalOption, Language, Role

logger = logging.getLogger(__name__)

COMMANDS_LIMIT = 10
MORE_THAN_COUNTED = 99

BOTTOM = (
    ("📥", N_("Inbox"), "inbox"),
    ("📅", N_("Today"), "today"),
    ("🔎", N_("Find"), "find"),
    ("☰", N_("More"), "more"),
)
"""Sign, word and verb of the keyboard at the bottom."""

_COUNTER = re.compile(r"\s+[0-9]+\+?$", re.ASCII)


def bottom_keyboard(reader: Reader, to_review: int) -> ReplyKeyboardMarkup:
    """The keyboard that stays at the bottom; the inbox carries its count."""
    labels = []
    for sign, word, verb in BOTTOM:
        if verb == "inbox" and reader.lacks(FunctionalOption.REVIEW_FLAGS):
            continue
        counted = verb == "inbox" and to_review > 0
        count = f" {to_review}" if to_review <= MORE_THAN_COUNTED else f" {MORE_THAN_COUNTED}+"
        labels.append(f"{sign} {reader._(word)}{count if counted else ''}")
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=label) for label in labels]], resize_keyboard=True, is_persistent=True
    )


class BottomLabels:
    """Recognises the labels of the bottom keyboard in every language, whatever counter they carry."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._verbs = {
            f"{sign} {label}": verb
            for sign, word, verb in BOTTOM
            for label in catalogues.in_every_language(word)
        }

    def verb_of(self, text: str) -> str | None:
        """The verb that a label stands for; None for any other text."""
        return self._verbs.get(_COUNTER.sub("", text.strip()))


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
