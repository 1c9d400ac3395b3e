"""Updates on their way in: fetched raw, stored, and only then acknowledged.

The acknowledgement is the offset of the next getUpdates, so a batch is stored before that is asked for. The
offset lives in memory alone: after a quiet week Telegram may count from a lower number again, and what comes
twice is told by its stored id. One malformed update must not cost the batch, so nothing is parsed here.
"""

import asyncio
import json
import logging
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.errors import TokenRefused
from bot.kinds import ALLOWED_UPDATES
from core import failpoints
from core.services.inbox import NewUpdate

logger = logging.getLogger(__name__)

POLL_SECONDS = 30
PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds between tries while Telegram is away."""

_WIDEST_ID = 2**63 - 1
_UNSTORABLE = re.compile(r"\\u0000|(?<!\\)\\ud[89a-f]", re.IGNORECASE)
_UNSTORABLE_SIGN = re.compile("[\x00\ud800-\udfff]")


class GetRawUpdates(TelegramMethod[list[Any]]):
    """getUpdates whose answer is left as it came."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


def lane_of(raw: dict[str, Any]) -> int:
    """The account whose order an update belongs to, or the group; else the chat; 0 where none can be told.

    What is said in a group keeps its order among all who write there: a reaction comes after its message.
    """
    group = _first_id(raw, "chat")
    return group if group < 0 else account_of(raw) or group


def account_of(raw: dict[str, Any]) -> int:
    """The account that an update comes from; 0 where it cannot be told."""
    return _first_id(raw, "from", "user")


def _first_id(raw: dict[str, Any], *keys: str) -> int:
    for part in raw.values():
        if isinstance(part, dict):
            for key in keys:
                who = part.get(key)
                if isinstance(who, dict) and is_id(who.get("id")):
                    return int(who["id"])
    return 0


def is_id(value: object) -> bool:
    """Whether a value is a whole number that the database can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _WIDEST_ID


def read_batch(batch: Sequence[object]) -> list[NewUpdate]:
    """The updates of a batch as they are stored; what carries no usable update_id is logged and left."""
    updates = []
    for raw in batch:
        if not isinstance(raw, dict) or not is_id(raw.get("update_id")):
            logger.error("an update without an id was left", extra={"event": "update_unidentifiable"})
            continue
        updates.append(NewUpdate(int(raw["update_id"]), lane_of(raw), storable(raw)))
    return updates


def storable(raw: dict[str, Any]) -> dict[str, Any]:
    """The same without NUL and lone surrogates, which no database takes in its JSON."""
    if _UNSTORABLE.search(json.dumps(raw)) is None:
        return raw
    cleaned: dict[str, Any] = _clean(raw)
    return cleaned


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE_SIGN.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    return value


class Poller:
    """Fetches updates until it is cancelled."""

    def __init__(
        self,
        bot: Bot,
        take: Callable[[Sequence[NewUpdate]], Awaitable[None]],
        *,
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        """Build a poller at rest.

        Args:
            bot: Whose updates.
            take: Stores a batch and returns when it is safe; may wait while there is too much to do.
            poll_seconds: How long Telegram may hold a request open.
        """
        self._bot = bot
        self._take = take
        self._poll_seconds = poll_seconds
        self._offset: int | None = None
        self._failures = 0

    @property
    def is_well(self) -> bool:
        """Whether the last request worked."""
        return self._failures == 0

    async def run(self) -> None:
        """Poll until cancelled. A batch that was fetched and not stored comes again.

        Raises:
            TokenRefused: Telegram does not know the token any more.
        """
        while True:
            try:
                batch = await self._fetch()
                if batch:
                    failpoints.reach("update_fetched")
                await self._take(read_batch(batch))
            except TelegramUnauthorizedError as error:
                raise TokenRefused(error.message) from error
            except Exception as error:  # noqa: BLE001 - polling ends only when it is told to
                await self._pause(error)
                continue
            self._note_success()
            if batch and not self._acknowledge(batch):
                await asyncio.sleep(PAUSES[1])

    async def _fetch(self) -> list[Any]:
        seconds = self._poll_seconds if self._failures == 0 else 0  # after trouble, know soon that it is over
        request = GetRawUpdates(offset=self._offset, timeout=seconds, allowed_updates=ALLOWED_UPDATES)
        return await self._bot(request, request_timeout=seconds + 15)

    def _acknowledge(self, batch: Sequence[object]) -> bool:
        ids = [raw["update_id"] for raw in batch if isinstance(raw, dict) and is_id(raw.get("update_id"))]
        if not ids:
            return False
        self._offset = max(ids) + 1
        return True

    def _note_success(self) -> None:
        if self._failures:
            logger.info("Telegram answers again", extra={"event": "polling_recovered"})
        self._failures = 0

    async def _pause(self, error: Exception) -> None:
        seconds = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        if isinstance(error, TelegramRetryAfter):
            seconds = float(error.retry_after)
        if isinstance(error, TelegramConflictError):
            logger.error(
                "another process fetches the updates of this bot; only one may",
                extra={"event": "polling_conflict"},
            )
        elif isinstance(error, TelegramAPIError):
            logger.warning(
                "Telegram does not answer (%s); next try in %.1f s",
                type(error).__name__,
                seconds,
                extra={"event": "polling_failed"},
            )
        else:
            logger.error(
                "a batch of updates could not be stored",
                exc_info=error,
                extra={"event": "updates_not_stored"},
            )
        await asyncio.sleep(seconds * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries, no secret
