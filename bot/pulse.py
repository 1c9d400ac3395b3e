"""A sign of life within the second: a tap is always answered, longer work on a message shows "typing…"."""

import asyncio
import logging
from typing import Self

from aiogram.exceptions import TelegramAPIError

from bot.window import ChatWindow

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.7
"""How long work may take before the sign is given without its result (conversation.md 5)."""


class Pulse:
    """The sign of life of one update. An async context manager around the work on it."""

    def __init__(self, window: ChatWindow, chat_id: int, tap_id: str | None) -> None:
        self._window = window
        self._chat_id = chat_id
        self._tap_id = tap_id
        self._answered = False
        self._early: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._start_early)
        return self

    async def __aexit__(self, *_exc_info: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._early is not None:
            await self._early
        await self.answer()

    def _start_early(self) -> None:
        self._early = asyncio.create_task(self._give_sign())

    async def _give_sign(self) -> None:
        if self._tap_id is not None:
            await self.answer()
            return
        try:
            await self._window.show_typing(self._chat_id)
        except TelegramAPIError as error:
            logger.info("no typing sign: %s", type(error).__name__, extra={"event": "typing_not_shown"})

    async def answer(self, text: str = "", *, alert: bool = False) -> bool:
        """Answer the tap, once.

        Returns:
            True when this text has been shown; False when there was no tap or it was answered before.
        """
        if self._tap_id is None or self._answered:
            return False
        self._answered = True
        try:
            await self._window.answer_tap(self._tap_id, text, alert=alert)
        except TelegramAPIError as error:
            logger.warning(
                "a tap could not be answered: %s", type(error).__name__, extra={"event": "tap_unanswered"}
            )
            return False
        return True
