"""Ends updates that only looked at something, many in one transaction.

Such an update may be worked off twice after a crash: a screen is shown once more, nothing else. That is why its
end need not be written before the next one begins.
"""

import asyncio
import logging

from bot.services import Inbox
from core.services.inbox import is_transient

logger = logging.getLogger(__name__)

GATHER_SECONDS = 0.01
RETRY_SECONDS = 1.0


class Settling:
    """Gathers updates and ends them together."""

    def __init__(self, inbox: Inbox, gather_seconds: float = GATHER_SECONDS) -> None:
        self._inbox = inbox
        self._gather_seconds = gather_seconds
        self._waiting: list[int] = []
        self._task: asyncio.Task[None] | None = None

    def put(self, row_id: int) -> None:
        """Have an update ended soon."""
        self._waiting.append(row_id)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def flush(self) -> None:
        """Wait until everything that was put is ended."""
        while self._task is not None and not self._task.done():
            await self._task

    async def _run(self) -> None:
        pause = self._gather_seconds
        while self._waiting:
            await asyncio.sleep(pause)
            batch, self._waiting = self._waiting, []
            pause = self._gather_seconds
            try:
                await self._inbox.settle(batch)
            except Exception as error:
                logger.exception("updates could not be ended", extra={"event": "updates_not_settled"})
                if is_transient(error):
                    self._waiting = batch + self._waiting
                    pause = RETRY_SECONDS
