"""Carries out what the outbox holds for groups of deal rooms: topics, and the lines in them (decisions/0032).

    open    ── createForumTopic ──▶ its number is kept, the room says what it is
    follow  ── rename, close, reopen, as the deal is by now, whatever was asked for before
    say, taken ── a line; or 👌 on the message that was taken

Only `open` makes something that cannot be made twice without a trace, and only its own row makes it.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)
from aiogram.types import ReactionTypeEmoji, ReplyParameters

from bot.html import Html
from bot.i18n import Catalogues, Translator
from bot.services import BotServices
from bot.texts import rooms as texts
from core import failpoints
from core.enums import Language
from core.ports import OutboxView, RetryLater, Undeliverable
from core.queries.deal_rooms import Topic
from core.room_states import RoomFailure, RoomState
from core.values import UserId

logger = logging.getLogger(__name__)

TAKEN = "👌"
"""What the bot puts on a message that became an interaction."""

STEPS = 5
"""How often a topic is looked at again that changes while it is being followed."""

_AS_IT_SHOULD_BE = "topic_not_modified"
_FAILURES = (
    ("not enough rights", RoomFailure.RIGHTS),
    ("chat_admin_required", RoomFailure.RIGHTS),
    ("not a forum", RoomFailure.NO_FORUM),
    ("chat not found", RoomFailure.NO_GROUP),
    ("topic_id_invalid", RoomFailure.NO_TOPIC),
    ("topic_deleted", RoomFailure.NO_TOPIC),
    ("message thread not found", RoomFailure.NO_TOPIC),
)
"""Telegram's words in lower case, and what they mean here."""


def failure_of(words: str) -> RoomFailure:
    """What a refusal of Telegram means."""
    lowered = words.lower()
    return next((failure for sign, failure in _FAILURES if sign in lowered), RoomFailure.REFUSED)


class RoomCourier:
    """Delivers the outbox rows of groups."""

    def __init__(
        self, bot: Bot, services: BotServices, catalogues: Catalogues, default_language: Language
    ) -> None:
        self._bot = bot
        self._services = services
        self._catalogues = catalogues
        self._default_language = default_language
        self._acts: dict[str, Callable[[OutboxView, int], Awaitable[None]]] = {
            "open": self._open,
            "follow": self._follow,
            "say": self._say,
            "taken": self._tell_taken,
        }

    async def deliver(self, item: OutboxView) -> None:
        """Carry one out; returning means that it is done, or that there is nothing to do any more.

        Raises:
            RetryLater: Telegram is busy or away.
            Undeliverable: Telegram refuses; whoever asked for a room has been told why.
        """
        chat_id = int(item.payload["chat"])
        try:
            await self._carry_out(item, chat_id)
        except TelegramRetryAfter as error:
            raise RetryLater("too many messages", seconds=error.retry_after) from error
        except TelegramForbiddenError as error:
            await self._services.rooms.groups.left(chat_id)
            await self._fail(item, RoomFailure.NO_GROUP)
            raise Undeliverable("the group refuses the bot") from error
        except TelegramBadRequest as error:
            failure = failure_of(error.message)
            await self._fail(item, failure)
            raise Undeliverable(f"refused: {failure}") from error
        except TelegramAPIError as error:
            raise RetryLater(type(error).__name__) from error

    async def _carry_out(self, item: OutboxView, chat_id: int) -> None:
        act = self._acts.get(str(item.payload["do"]))
        if act is None:
            raise Undeliverable("an act of another version")
        try:
            await act(item, chat_id)
        except TelegramMigrateToChat as error:
            await self._services.rooms.groups.moved(chat_id, error.migrate_to_chat_id)
            await act(item, error.migrate_to_chat_id)

    async def _fail(self, item: OutboxView, failure: RoomFailure) -> None:
        logger.warning(
            "a room was refused: %s", failure, extra={"event": "room_refused", "outbox_id": item.id}
        )
        room_id = item.payload.get("room")
        if isinstance(room_id, int):
            await self._services.rooms.topics.failed(room_id, failure, _asker(item))

    async def _open(self, item: OutboxView, _chat_id: int) -> None:
        topics = self._services.rooms.topics
        topic = await topics.find(int(item.payload["room"]))
        if topic is None or topic.thread_id is not None or topic.state is not RoomState.OPENING:
            return
        opened = await self._bot.create_forum_topic(topic.chat_id, topic.name)
        failpoints.reach("topic_opened")
        await topics.opened(topic, opened.message_thread_id, item.payload.get("reply_to") or {})

    async def _follow(self, item: OutboxView, _chat_id: int) -> None:
        topics = self._services.rooms.topics
        for _ in range(STEPS):
            topic = await topics.find(int(item.payload["room"]))
            if topic is None or topic.thread_id is None:
                return
            renamed = topic.name != topic.shown_name
            turned = topic.is_closed != topic.shown_closed
            if not renamed and not turned:
                return
            if renamed:
                await _unless_so(self._bot.edit_forum_topic(topic.chat_id, topic.thread_id, name=topic.name))
            if turned:
                await self._turn(topic, topic.thread_id)
            await topics.shown(topic)
        raise RetryLater("the deal changes faster than its topic")

    async def _turn(self, topic: Topic, thread_id: int) -> None:
        turn = self._bot.close_forum_topic if topic.is_closed else self._bot.reopen_forum_topic
        await _unless_so(turn(topic.chat_id, thread_id))

    async def _say(self, item: OutboxView, chat_id: int) -> None:
        await self._send(item, chat_id, texts.say(await self._translator(item), item.payload))

    async def _tell_taken(self, item: OutboxView, chat_id: int) -> None:
        message_id = int(item.payload["message"])
        if not item.payload.get("line"):
            try:
                await self._bot.set_message_reaction(
                    chat_id, message_id, reaction=[ReactionTypeEmoji(emoji=TAKEN)]
                )
            except TelegramBadRequest as error:  # reactions may be restricted in a group
                logger.info("no reaction: %s", error.message, extra={"event": "room_reaction_refused"})
            else:
                return
        await self._send(item, chat_id, texts.taken(await self._translator(item), item.payload), message_id)

    async def _send(self, item: OutboxView, chat_id: int, text: Html, reply_to: int | None = None) -> None:
        if text:
            answers = reply_to or item.payload.get("reply_to")
            await say_in_group(
                self._bot, chat_id, text, thread_id=item.payload.get("thread"), reply_to=answers
            )

    async def _translator(self, item: OutboxView) -> Translator:
        asker = _asker(item)
        user = await self._services.chats.find_user(asker) if asker is not None else None
        return self._catalogues.translator(user.language if user is not None else self._default_language)


def _asker(item: OutboxView) -> UserId | None:
    """Whose doing it is."""
    user = item.payload.get("user")
    return UserId(user) if isinstance(user, int) else None


async def say_in_group(
    bot: Bot, chat_id: int, text: Html, *, thread_id: Any = None, reply_to: Any = None
) -> None:
    """Say a line in a group without a sound, as an answer where the message is still there.

    Raises:
        TelegramAPIError: Telegram refuses or is away.
    """
    await bot.send_message(
        chat_id,
        text,
        message_thread_id=thread_id if isinstance(thread_id, int) else None,
        reply_parameters=(
            ReplyParameters(message_id=reply_to, allow_sending_without_reply=True)
            if isinstance(reply_to, int)
            else None
        ),
        parse_mode="HTML",
        disable_notification=True,
    )


async def _unless_so(change: Awaitable[bool]) -> None:
    """Await a change of a topic; that it is so already is as good."""
    try:
        await change
    except TelegramBadRequest as error:
        if _AS_IT_SHOULD_BE not in error.message.lower():
            raise
