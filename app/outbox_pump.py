"""Delivers the outbox: two lanes a user, in order, concurrent over users.

    born claimed (kick) ──▶ take ─┐
                                  ├─▶ lane of the user ──▶ courier ──▶ sent (marked in batches)
    sweep, once a second ─▶ claim ┘                          │
                                         RetryLater ─▶ due again later, the rest of the lane is given back
                                         Undeliverable, or too many unexpected errors ─▶ failed

A lane holds the confirmations of what its user has just done, the other what comes of its own accord: nobody who taps
waits behind a wave of reminders, their own ones included.

What this process holds is remembered until the database knows what became of it; leases of it are renewed.
A stop is asked for, not forced: a database call that is cancelled half-way may leave its connection behind.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from app.pace import Pace
from core import failpoints
from core.ports import Courier, DeliveryError, Lane, OutboxView, RetryLater, Undeliverable
from core.services.outbox import LEASE, MAX_ATTEMPTS, Outbox

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
"""How long a row that nobody kicked for may wait."""

CLAIM_LIMIT = 200
"""Rows in one claim."""

FLUSH_SECONDS = 0.04
"""How long deliveries are gathered before one transaction marks them sent."""

_RENEW_SECONDS = LEASE.total_seconds() / 3


class OutboxPump:
    """The delivering loop of one process.

    Args:
        outbox: Leases.
        courier: Carries the effects out.
        pace: Keeps to the limits of the receiving side.
        alone: No other process delivers from this database: what is in flight at the start was abandoned.
        grace: Seconds that deliveries under way have to end once a stop is asked for.
        gather: Seconds that deliveries are gathered before they are marked together.
    """

    def __init__(
        self,
        outbox: Outbox,
        courier: Courier,
        pace: Pace,
        *,
        alone: bool = False,
        grace: float = 5.0,
        gather: float = FLUSH_SECONDS,
    ) -> None:
        self._outbox = outbox
        self._courier = courier
        self._pace = pace
        self._alone = alone
        self._grace = grace
        self._gather = gather
        self._stopping = asyncio.Event()
        self._carrying: set[asyncio.Task[Any]] = set()
        """Lanes that wait for the outside world at this moment: these can be cancelled safely."""
        self.started = asyncio.Event()
        """Set once what former processes left has been looked through."""
        self._kicked: list[OutboxView] = []
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._lanes: dict[Lane, deque[OutboxView]] = {}
        self._held: set[int] = set()
        self._set_back: set[Lane] = set()
        """Lanes of which something was given back while rows were being taken."""
        self._doubtful: set[int] | None = None
        """Users of whom an older row may wait; None while other processes deliver too: then of everybody."""
        self._sent: list[int] = []
        self._has_sent = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def kick(self, items: Sequence[OutboxView]) -> None:
        """Deliver these rows, which this process claimed as it wrote them; called after the commit."""
        self._kicked.extend(items)
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled; what was held is given back or marked on the way out."""
        self._stopping.clear()
        self._held.clear()
        if self._alone:
            await self._outbox.abandon_all(but=[item.id for item in self._kicked])
            self._doubtful = await self._outbox.list_waiting_users()
        self.started.set()
        loops = [
            asyncio.create_task(one) for one in (self._collect(), self._flush_sent(), self._renew_leases())
        ]
        try:
            await asyncio.wait(loops, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            await asyncio.shield(self._close(loops))
        for loop in loops:
            await loop

    async def settle(self) -> None:
        """Wait until everything taken so far has been tried and marked; bound it with `asyncio.timeout`."""
        while self._kicked or self._held:
            self._quiet.clear()
            await self._quiet.wait()

    async def _collect(self) -> None:
        while not self._stopping.is_set():
            items = await self._outbox.claim_due(CLAIM_LIMIT)
            self._enqueue([item for item in items if item.id not in self._held])
            next_sweep = time.monotonic() + (0.0 if len(items) == CLAIM_LIMIT else SWEEP_SECONDS)
            await self._take_kicked()
            while (rest := next_sweep - time.monotonic()) > 0 and not self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), rest)
                await self._take_kicked()

    async def _take_kicked(self) -> None:
        self._wake.clear()
        items = [item for item in self._kicked if item.id not in self._held]
        self._kicked.clear()
        if not items:
            return
        self._held.update(item.id for item in items)
        self._set_back.clear()
        taken = await self._outbox.take(items, frozenset(self._held), self._doubtful)
        if self._doubtful is not None:
            self._doubtful -= taken.clear - {user_id for user_id, _ in self._set_back}
        late = [*taken.late, *(item.id for item in taken.ready if item.lane in self._set_back)]
        self._enqueue([item for item in taken.ready if item.lane not in self._set_back])
        if late:
            await self._give_back(late)
        self._quiet.set()

    def _enqueue(self, items: Sequence[OutboxView]) -> None:
        for item in items:
            self._held.add(item.id)
            key = item.lane or (-item.id, False)
            lane = self._lanes.get(key)
            if lane is None:
                self._lanes[key] = lane = deque()
                task = asyncio.create_task(self._work_off(key, lane))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            lane.append(item)

    async def _work_off(self, key: Lane, lane: deque[OutboxView]) -> None:
        """Deliver a lane; it stays known until its rest is given back, so that nothing newer overtakes it."""
        held: list[int] = []
        try:
            while lane:
                item = lane.popleft()
                held.append(item.id)
                if not await self._conclude(item, await self._attempt(item)):
                    break
                held.clear()
                if self._stopping.is_set():
                    break
            while lane:
                held.extend(item.id for item in lane)
                lane.clear()
                await self._give_back(held)
                self._doubt(key)
        except Exception:
            logger.exception("Lane failed", extra={"event": "outbox_lane_failed", "user_id": key[0]})
            self._held.difference_update(held, (item.id for item in lane))
        finally:
            del self._lanes[key]
            self._quiet.set()

    async def _attempt(self, item: OutboxView) -> Exception | None:
        task = asyncio.current_task()
        if task is not None:
            self._carrying.add(task)
        try:
            await self._pace.wait(item)
            failpoints.reach("outbox_claimed")
            await self._courier.deliver(item)
            failpoints.reach("telegram_accepted")
        except asyncio.CancelledError:
            return RetryLater("stopped")
        except (RetryLater, Undeliverable) as error:
            if isinstance(error, RetryLater) and error.seconds is not None:
                self._pace.hold(item, error.seconds)
            return error
        except Exception as error:
            logger.exception("Delivery crashed", extra={"event": "delivery_crashed", "outbox_id": item.id})
            return error
        finally:
            if task is not None:
                self._carrying.discard(task)
        return None

    async def _conclude(self, item: OutboxView, error: Exception | None) -> bool:
        """Write down what became of an attempt; False when the lane has to wait."""
        if error is None:
            self._sent.append(item.id)
            self._has_sent.set()
            return True
        reason = str(error) if isinstance(error, DeliveryError) else type(error).__name__
        final = isinstance(error, Undeliverable) or (
            not isinstance(error, RetryLater) and item.attempts >= MAX_ATTEMPTS
        )
        if final:
            await self._outbox.mark_failed(item, reason)
            logger.warning("Delivery given up", extra={"event": "delivery_failed", "outbox_id": item.id})
        else:
            seconds = error.seconds if isinstance(error, RetryLater) else None
            await self._outbox.postpone(item, reason, seconds)
            logger.info("Delivery waits", extra={"event": "delivery_postponed", "outbox_id": item.id})
            self._doubt(item.lane)
        self._held.discard(item.id)
        return final

    def _doubt(self, lane: Lane | None) -> None:
        """Note that a row of this lane waits, which no later one may overtake."""
        if lane is not None and lane[0] > 0:
            self._set_back.add(lane)
            if self._doubtful is not None:
                self._doubtful.add(lane[0])

    async def _give_back(self, ids: Sequence[int]) -> None:
        await self._outbox.release(ids)
        self._held.difference_update(ids)

    async def _flush_sent(self) -> None:
        while not self._stopping.is_set():
            await self._has_sent.wait()
            await asyncio.sleep(self._gather)
            await self._mark_sent()

    async def _mark_sent(self) -> None:
        self._has_sent.clear()
        ids, self._sent = self._sent, []
        if not ids:
            return
        try:
            await self._outbox.mark_sent(ids)
        except BaseException:
            self._sent = [*ids, *self._sent]
            self._has_sent.set()
            raise
        failpoints.reach("outbox_marked")
        self._held.difference_update(ids)
        self._quiet.set()

    async def _renew_leases(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _RENEW_SECONDS)
            if self._held:
                await self._outbox.renew(sorted(self._held))

    async def _close(self, loops: Sequence[asyncio.Task[None]]) -> None:
        for event in (self._stopping, self._wake, self._has_sent):
            event.set()
        await asyncio.wait(loops)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._grace)
        for task in list(self._carrying):
            task.cancel()
        await asyncio.gather(*self._tasks)
        await self._mark_sent()
        kicked, self._kicked = self._kicked, []
        await self._give_back(sorted({*self._held, *(item.id for item in kicked)}))
