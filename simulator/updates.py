"""The queue of updates of one bot, as getUpdates sees it.

An update stays until a later call acknowledges it by its offset, or for 24 hours; a bot that was killed between
receiving and acknowledging gets it again.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiogram.types import Update

from simulator.errors import ApiError, JsonObject, conflict

FIRST_UPDATE_ID = 100_000_001
MAX_BATCH = 100
LIFETIME = timedelta(hours=24)
KEPT_FOR_REDELIVERY = 10_000
_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
# Telegram sends these only to bots that ask for them by name.
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class PendingUpdate:
    """An update that has not been acknowledged; `body` is any JSON, for malformed ones can be injected."""

    id: int
    body: Any
    queued_at: datetime
    delivered: bool = False
    redelivery: bool = False


class UpdateQueue:
    """Updates in order, at least once."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._pending: deque[PendingUpdate] = deque()
        self._sent: deque[PendingUpdate] = deque(maxlen=KEPT_FOR_REDELIVERY)
        self._poller: asyncio.Future[None] | None = None
        self.next_id = FIRST_UPDATE_ID
        self.allowed: frozenset[str] | None = None
        self.arrived = asyncio.Event()

    def set_allowed(self, kinds: Iterable[str] | None) -> None:
        """Remembers which kinds the bot wants from now on; None keeps the former choice, empty means the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def is_allowed(self, kind: str) -> bool:
        """Whether an update of this kind reaches the bot."""
        return kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed

    def put(self, kind: str, payload: JsonObject) -> int | None:
        """Queues a checked update; None when the bot has not asked for its kind."""
        if not self.is_allowed(kind):
            return None
        body = {"update_id": self.next_id, kind: payload}
        Update.model_validate(body)
        return self._append(body)

    def put_raw(self, body: Any) -> int:
        """Queues any JSON as it is; an object without an update_id gets the next one."""
        if isinstance(body, dict):
            body = {"update_id": self.next_id, **body}
        return self._append(body)

    def _append(self, body: Any) -> int:
        given = body.get("update_id") if isinstance(body, dict) else None
        update_id = given if isinstance(given, int) else self.next_id
        is_former = update_id < self.next_id
        self.next_id = max(self.next_id, update_id + 1)
        update = PendingUpdate(update_id, body, self._now(), redelivery=is_former)
        self._pending.append(update)
        self._sent.append(update)
        self._wake()
        return update_id

    def redeliver(self, update_id: int) -> bool:
        """Queues a former update once more, before all others; False when it is no longer known."""
        former = next((update for update in reversed(self._sent) if update.id == update_id), None)
        if former is None:
            return False
        self._pending.appendleft(PendingUpdate(update_id, former.body, self._now(), redelivery=True))
        self._wake()
        return True

    def _wake(self) -> None:
        self.arrived.set()
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def acknowledge(self, offset: int) -> None:
        """Forgets the updates before the offset; a negative one keeps only that many of the newest.

        An offset in the future (numbers have begun anew, lower) acknowledges nothing.
        """
        if offset < 0:
            while len(self._pending) > -offset:
                self._pending.popleft()
            return
        if offset > self.next_id:
            return
        if self._pending and self._pending[0].redelivery:
            self._pending = deque(
                update
                for update in self._pending
                if update.id >= offset or (update.redelivery and not update.delivered)
            )
        while self._pending and self._pending[0].id < offset and not self._pending[0].redelivery:
            self._pending.popleft()

    def restart_numbers(self, next_id: int) -> bool:
        """Numbers the next update anew, as Telegram may after a week without updates; False while updates wait."""
        if self.pending_count():
            return False
        self.next_id = next_id
        return True

    def discard(self, update: PendingUpdate) -> None:
        """Takes out one update that a webhook has accepted."""
        with contextlib.suppress(ValueError):
            self._pending.remove(update)

    def clear(self) -> None:
        """Drops everything that waits (drop_pending_updates)."""
        self._pending.clear()

    def pending_count(self) -> int:
        """How many updates wait for acknowledgement; those older than 24 hours are gone."""
        self._expire()
        return len(self._pending)

    def waiting(self) -> list[PendingUpdate]:
        """What waits for a webhook, in order."""
        self._expire()
        return list(self._pending)

    def _expire(self) -> None:
        oldest = self._now() - LIFETIME
        while self._pending and self._pending[0].queued_at < oldest:
            self._pending.popleft()

    def _batch(self, limit: int) -> list[Any]:
        self._expire()
        batch = [update for _, update in zip(range(limit), self._pending, strict=False)]
        for update in batch:
            update.delivered = True
        return [update.body for update in batch]

    async def poll(self, offset: int | None, limit: int, seconds: float) -> list[Any]:
        """One getUpdates: acknowledges, then answers at once or waits up to `seconds` for the first update.

        Raises:
            ApiError: 409 for the poller that waits while a second one comes.
        """
        if offset:
            self.acknowledge(offset)
        self.terminate_poller(conflict(_OTHER_POLLER))
        if batch := self._batch(limit):
            return batch
        if seconds <= 0:
            return []
        poller: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = poller
        try:
            async with asyncio.timeout(seconds):
                await poller
        except TimeoutError:
            return []
        finally:
            if self._poller is poller:
                self._poller = None
        return self._batch(limit)

    def terminate_poller(self, reason: ApiError) -> None:
        """Ends a waiting getUpdates with this answer."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(reason)
        self._poller = None
