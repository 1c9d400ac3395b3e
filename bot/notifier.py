"""Carries what the outbox holds to the chats: the core's courier (core.ports.Courier).

A row names a screen and a note, not a text: it is rendered when it goes out, in the language and with the
rights that its reader has then.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramRetryAfter,
)

from bot.errors import NothingToTell, UnknownScreen
from bot.i18n import Catalogues
from bot.reader import Reader
from bot.room_courier import RoomCourier
from bot.screens.base import Screen, Screens
from bot.screens.choose_subject import question_address
from bot.services import BotServices
from bot.texts.errors import EXPECTED, describe
from bot.texts.notes import SOUNDING, with_note
from bot.way_back import with_way_back
from bot.window import ChatWindow
from core.enums import OutboxKind
from core.ports import OutboxView, RetryLater, Undeliverable
from core.values import Origin, UserId

logger = logging.getLogger(__name__)

FALLBACK = "more"
"""What is shown of an object that has no screen of its own, for example after its change was undone."""


class Notifier:
    """Delivers confirmations and notices as screens."""

    def __init__(
        self,
        services: BotServices,
        catalogues: Catalogues,
        screens: Screens,
        window: ChatWindow,
        rooms: RoomCourier,
    ) -> None:
        self._services = services
        self._catalogues = catalogues
        self._screens = screens
        self._window = window
        self._rooms = rooms

    async def deliver(self, item: OutboxView) -> None:
        """Show one item; returning means that Telegram has accepted it, or that there is nothing to tell any more.

        Raises:
            RetryLater: Telegram is busy or away.
            Undeliverable: The user has no chat any more, or Telegram refuses the message for good.
        """
        if item.kind is OutboxKind.ROOM:
            await self._rooms.deliver(item)
            return
        reader = await self._find_reader(item.user_id)
        address, note, message_id = _read_payload(item.payload)
        try:
            screen = await self._render(reader, address)
        except NothingToTell:
            return
        if screen.takes_note:
            screen = replace(screen, text=with_note(reader, note, screen.text, item.payload))
        if screen.choices:
            await self._services.chats.offer_choices(reader.user.id, screen.choices)
        try:
            await self._window.show(
                reader.user.account_id,
                screen,
                edit=message_id,
                silent=note not in SOUNDING,
                edit_only=item.payload.get("edit_only") is True,
            )
        except TelegramForbiddenError as error:
            await self._services.chats.mark_reachable(reader.user.id, reachable=False)
            raise Undeliverable("the chat refuses messages") from error
        except TelegramRetryAfter as error:
            raise RetryLater("too many messages", seconds=error.retry_after) from error
        except (TelegramBadRequest, TelegramEntityTooLarge) as error:
            raise Undeliverable(f"refused: {type(error).__name__}") from error
        except TelegramAPIError as error:
            raise RetryLater(type(error).__name__) from error
        if not reader.user.reachable:
            await self._services.chats.mark_reachable(reader.user.id, reachable=True)

    async def _find_reader(self, user_id: UserId | None) -> Reader:
        user = await self._services.chats.find_user(user_id) if user_id is not None else None
        if user is None:
            raise Undeliverable("no active user with a chat")
        return Reader(
            user=user,
            caller=user.caller(Origin()),
            tr=self._catalogues.translator(user.language),
            services=self._services,
            now=self._services.clock.now(),
        )

    async def _render(self, reader: Reader, address: str) -> Screen:
        try:
            return await self._screens.render(reader, address)
        except UnknownScreen:
            return await self._screens.render(reader, FALLBACK)
        except EXPECTED as error:
            logger.info("screen refused: %s", type(error).__name__, extra={"event": "screen_refused"})
            return Screen(describe(error, reader))


def _read_payload(payload: Mapping[str, Any]) -> tuple[str, str, int | None]:
    """Address, note and the message to be redrawn; the door that asked may have named another screen."""
    reply_to = payload.get("reply_to") or {}
    address = str(reply_to.get("show") or with_way_back(str(payload.get("show", "")), reply_to.get("back")))
    message_id = reply_to.get("message")
    note = str(payload.get("note", ""))
    if "subjects" in payload:
        address = question_address(address, payload)
    return address, note, message_id if isinstance(message_id, int) else None
