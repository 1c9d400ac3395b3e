"""How groups are answered: a line there, what concerns one person in their own chat, or by leaving."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Chat, Message

from bot.html import Html
from bot.i18n import Catalogues
from bot.reader import Reader
from bot.room_courier import say_in_group
from bot.screens.base import Screen, Screens
from bot.services import BotServices
from bot.texts import rooms as texts
from bot.texts.errors import EXPECTED, describe
from bot.window import ChatWindow
from core.enums import Language
from core.queries.chat_users import ChatUser
from core.values import Origin, Ref

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GroupParts:
    """What groups are handled with."""

    bot: Bot
    services: BotServices
    catalogues: Catalogues
    screens: Screens
    window: ChatWindow
    default_language: Language


class GroupReplies:
    """Answers to what comes from groups."""

    def __init__(self, parts: GroupParts) -> None:
        self._parts = parts
        self._bot = parts.bot
        self._services = parts.services

    def reader(self, user: ChatUser, row_id: int | None) -> Reader:
        """A user in a group; nothing of theirs is shown there, so that no screen is named to be redrawn."""
        return Reader(
            user=user,
            caller=user.caller(Origin(update_id=row_id)),
            tr=self._parts.catalogues.translator(user.language),
            services=self._services,
            now=self._services.clock.now(),
        )

    async def show_privately(self, reader: Reader, ref: Ref) -> None:
        """A reference tapped in a group opens its card in the chat of who tapped it, with their rights."""
        try:
            screen = await self._parts.screens.render(reader, str(ref))
        except EXPECTED as error:
            screen = Screen(describe(error, reader))
        try:
            await self._parts.window.show(reader.user.account_id, screen)
        except TelegramAPIError as error:
            logger.info("a card was not shown: %s", type(error).__name__, extra={"event": "card_not_shown"})

    async def tell_privately(self, user: ChatUser, error: Exception) -> None:
        """What did not work, in the chat of whom it concerns."""
        logger.info("refused: %s", type(error).__name__, extra={"event": "room_update_refused"})
        with suppress(TelegramAPIError):
            await self._parts.window.show(user.account_id, Screen(describe(error, self.reader(user, None))))

    async def say(self, message: Message, text: Html) -> None:
        """Answer a message in its group."""
        thread_id = message.message_thread_id if message.is_topic_message else None
        await self.say_in(message.chat.id, text, thread_id=thread_id, reply_to=message.message_id)

    async def say_in(
        self, chat_id: int, text: Html, *, thread_id: int | None = None, reply_to: int | None = None
    ) -> None:
        """Say a line in a group; that it cannot be said is no matter."""
        try:
            await say_in_group(self._bot, chat_id, text, thread_id=thread_id, reply_to=reply_to)
        except TelegramAPIError as error:
            logger.info("a group was not told: %s", type(error).__name__, extra={"event": "group_not_told"})

    async def leave(self, chat: Chat, *, with_word: bool) -> None:
        """Leave a group, after a polite word or without one."""
        tr = self._parts.catalogues.translator(self._parts.default_language)
        try:
            if with_word and chat.type != ChatType.CHANNEL:
                await self._bot.send_message(chat.id, tr._(texts.WORD_AND_LEAVE), disable_notification=True)
            await self._bot.leave_chat(chat.id)
        except TelegramAPIError as error:
            logger.info("a group was not left: %s", type(error).__name__, extra={"event": "group_not_left"})
