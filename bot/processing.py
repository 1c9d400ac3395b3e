"""A stored update on its way to its effect, and what becomes of it when that fails.

A failing handler leaves nothing behind: its transaction is rolled back. The attempt is then counted in a
transaction of its own. Only what the database did is tried again; a fault of ours would fail the same way, so
such an update is given up at once and its sender is told (engineering-notes: updates).
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

from bot.services import BotServices
from bot.updates import account_of
from core.services.inbox import StoredUpdate, is_transient

logger = logging.getLogger(__name__)

RETRY_SECONDS = 0.2
"""Pause before the second try; the third waits twice as long."""

DATABASE_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between tries while not even the attempt can be counted."""

Handle = Callable[[Update, StoredUpdate], Awaitable[None]]


class Processing:
    """Works off one stored update; never raises, so that its lane goes on."""

    def __init__(self, bot: Bot, services: BotServices, handle: Handle) -> None:
        self._bot = bot
        self._services = services
        self._handle = handle

    async def work_off(self, stored: StoredUpdate) -> None:
        """Parse and handle an update until it is finished, given up, or the process ends."""
        try:
            update = Update.model_validate(stored.body, context={"bot": self._bot})
        except (ValidationError, ValueError, TypeError) as error:
            await self._give_up(stored, f"malformed: {type(error).__name__}", tell=False)
            return
        tries = 0
        while True:
            try:
                await self._handle(update, stored)
            except Exception as error:  # noqa: BLE001 - the edge of the chat: nothing may stop a lane
                tries += 1
                if not await self._may_try_again(stored, error):
                    return
                await asyncio.sleep(RETRY_SECONDS * tries)
            else:
                return

    async def _may_try_again(self, stored: StoredUpdate, error: Exception) -> bool:
        where = _place(error)
        logger.error(
            "update U%d failed",
            stored.id,
            exc_info=error,
            extra={"event": "update_failed", "update_row": stored.id},
        )
        if not is_transient(error):
            await self._give_up(stored, where, tell=True)
            return False
        if await self._persist(lambda: self._services.inbox.count_attempt(stored.id, where)):
            await self._give_up(stored, where, tell=True)
            return False
        return True

    async def _give_up(self, stored: StoredUpdate, reason: str, *, tell: bool) -> None:
        logger.error(
            "update U%d is given up",
            stored.id,
            extra={"event": "update_given_up", "update_row": stored.id, "reason": reason},
        )

        async def write() -> bool:
            user = await self._services.chats.find_by_account(account_of(stored.body)) if tell else None
            await self._services.inbox.give_up(stored.id, reason, user.id if user is not None else None)
            return True

        await self._persist(write)

    async def _persist(self, write: Callable[[], Awaitable[bool]]) -> bool:
        """Do what must be written before this lane may go on, however long the database is away."""
        failures = 0
        while True:
            try:
                return await write()
            except Exception as error:
                if not is_transient(error):
                    raise
                pause = DATABASE_PAUSES[min(failures, len(DATABASE_PAUSES) - 1)]
                failures += 1
                logger.warning(
                    "the database is away; next try in %.1f s", pause, extra={"event": "database_away"}
                )
                await asyncio.sleep(pause)


def _place(error: Exception) -> str:
    """Class of the error and where it was raised; never its text, which may quote what people wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{at}"
