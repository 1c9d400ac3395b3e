"""One user's updates in order, many users at once, and an end that can be waited for.

A lane is a queue with at most one worker; it exists while it has something to do.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

Item = TypeVar("Item")


class Lanes(Generic[Item]):
    """Queues by key: first in, first out within a lane, concurrent over lanes."""

    def __init__(
        self, work: Callable[[Item], Awaitable[None]], *, concurrency: int = 64, backlog: int = 10_000
    ) -> None:
        """Build idle lanes.

        Args:
            work: Called with one item; what it raises is logged and ends this item alone.
            concurrency: Items worked on at once, over all lanes.
            backlog: Items waiting or in work above which `room` blocks.
        """
        self._work = work
        self._slots = asyncio.Semaphore(concurrency)
        self._backlog = backlog
        self._queues: dict[int, deque[Item]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._pending = 0
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def pending(self) -> int:
        """Items waiting or in work."""
        return self._pending

    def put(self, lane: int, item: Item) -> None:
        """Queue an item behind the others of its lane."""
        self._pending += 1
        if self._pending >= self._backlog:
            self._has_room.clear()
        queue = self._queues.get(lane)
        if queue is not None:
            queue.append(item)
            return
        self._queues[lane] = deque((item,))
        worker = asyncio.create_task(self._run(lane), name=f"lane {lane}")
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def room(self) -> None:
        """Wait until the backlog is short enough to take in more."""
        await self._has_room.wait()

    async def _run(self, lane: int) -> None:
        queue = self._queues[lane]
        try:
            while queue:
                async with self._slots:
                    await self._do(queue[0])
                queue.popleft()
                self._note_end(1)
        finally:
            del self._queues[lane]
            self._note_end(len(queue))

    def _note_end(self, items: int) -> None:
        self._pending -= items
        if self._pending < self._backlog:
            self._has_room.set()

    async def _do(self, item: Item) -> None:
        try:
            await self._work(item)
        except Exception:
            logger.exception("an item of a lane failed", extra={"event": "lane_item_failed"})

    async def drain(self, seconds: float) -> bool:
        """Wait until all lanes are empty, at most that long; then what is left is broken off.

        Returns:
            True when nothing was left.
        """
        if self._workers:
            _, late = await asyncio.wait(set(self._workers), timeout=seconds)
            for worker in late:
                worker.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            return not late
        return True
