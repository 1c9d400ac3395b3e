"""How fast messages may leave: Telegram's limits are not written down, these stay below what is known.

About 30 messages a second per bot and one a second per chat in the long run, short bursts allowed. What a
person waits for goes before what the bot tells of its own accord. Where the limits do not hold (the local
server of demo and tests) an unlimited pace is used; a 429 is honoured in any case, by the courier.
"""

import asyncio
import heapq
import itertools
import time
from dataclasses import dataclass, field

from core.enums import OutboxKind
from core.ports import OutboxView


@dataclass(slots=True)
class Bucket:
    """Tokens that refill with time.

    Attributes:
        rate: Tokens a second.
        size: Most tokens at once.
    """

    rate: float
    size: float
    level: float = field(init=False)
    seen: float = field(init=False)

    def __post_init__(self) -> None:
        self.level = self.size
        self.seen = time.monotonic()

    def refill(self) -> None:
        """Add what has grown since the last look."""
        now = time.monotonic()
        self.level = min(self.size, self.level + (now - self.seen) * self.rate)
        self.seen = now

    def pause_until(self, level: float) -> float:
        """Seconds until so many tokens are there; 0.0 when they are."""
        self.refill()
        return max(0.0, (level - self.level) / self.rate)

    def empty_for(self, seconds: float) -> None:
        """Have no token for so long."""
        self.refill()
        self.level = min(self.level, 1.0 - seconds * self.rate)


FLOOD_WITHIN = 1.0
"""Seconds."""

FLOOD_CHATS = 3
"""So many chats that refuse within that time mean that the bot as a whole is too fast."""

GROUP_RATE = 1 / 3.5
"""Messages a second in one group in the long run: Telegram takes 20 a minute. Groups are told by negative numbers."""


class Pace:
    """Unlimited; the base that a limited pace refines."""

    async def wait(self, item: OutboxView) -> None:
        """Return when the message may leave."""
        del item

    def hold(self, item: OutboxView, seconds: float) -> None:
        """Take note that the receiving side wants no message of this chat for so long."""
        del item, seconds


class Turnstile:
    """Lets those who wait pass one by one as a bucket fills: first what people wait for, then the nearest due.

    However many wait, one timer runs, for the first of them.

    Args:
        bucket: What they draw from.
        reserve: Tokens that only the urgent ones may use up.
    """

    def __init__(self, bucket: Bucket, reserve: float) -> None:
        self._bucket = bucket
        self._reserve = reserve
        self._waiting: list[tuple[bool, int, int, asyncio.Future[None]]] = []
        self._count = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def pass_through(self, order: int, *, urgent: bool) -> None:
        """Return when it is this one's turn; of equal urgency the lower order goes first."""
        passed = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (not urgent, order, next(self._count), passed))
        self._let_pass()
        await passed

    def hold(self, seconds: float) -> None:
        """Let nobody pass for so long."""
        self._bucket.empty_for(seconds)

    def _let_pass(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            patient, _, _, passed = self._waiting[0]
            pause = 0.0 if passed.done() else self._bucket.pause_until(1.0 + self._reserve * patient)
            if pause > 0.0:
                self._timer = asyncio.get_running_loop().call_later(pause, self._let_pass)
                return
            heapq.heappop(self._waiting)
            if not passed.done():
                self._bucket.level -= 1.0
                passed.set_result(None)


class TelegramPace(Pace):
    """Keeps below Telegram's limits; of each burst half is left to what people wait for."""

    def __init__(self, per_second: float = 25.0, per_chat: float = 1.0, chat_burst: float = 10.0) -> None:
        self._bot = Bucket(per_second, per_second)
        self._gate = Turnstile(self._bot, per_second / 2)
        self._per_chat = per_chat
        self._chat_burst = chat_burst
        self._chats: dict[int, Bucket] = {}
        self._held: dict[int, float] = {}
        """Chats that wanted no messages for a while, and when they said so."""

    async def wait(self, item: OutboxView) -> None:
        """Return when the message may leave."""
        urgent = item.kind is OutboxKind.SCREEN
        chat = self._chat_of(item)
        if chat is not None:
            spare = 0.0 if urgent or item.kind is OutboxKind.ROOM else self._chat_burst / 2
            await _draw(chat, 1.0 + spare)
        await self._gate.pass_through(item.id, urgent=urgent)
        self._forget_idle()

    def _chat_of(self, item: OutboxView) -> Bucket | None:
        if item.kind is OutboxKind.ROOM:
            return self._chats.setdefault(int(item.payload["chat"]), Bucket(GROUP_RATE, self._chat_burst))
        if item.user_id is None:
            return None
        return self._chats.setdefault(item.user_id, Bucket(self._per_chat, self._chat_burst))

    def hold(self, item: OutboxView, seconds: float) -> None:
        """Leave the chat alone for so long; where several chats say so at once, it is the bot that is too fast."""
        chat = self._chat_of(item)
        if chat is not None:
            chat.empty_for(seconds)
        now = time.monotonic()
        self._held = {one: at for one, at in self._held.items() if now - at < FLOOD_WITHIN}
        self._held[item.user_id or item.id] = now
        if len(self._held) >= FLOOD_CHATS:
            self._gate.hold(seconds)

    def _forget_idle(self) -> None:
        if len(self._chats) < 1000:
            return
        for user_id, bucket in list(self._chats.items()):
            if bucket.pause_until(bucket.size) == 0.0:
                del self._chats[user_id]


async def _draw(bucket: Bucket, level: float) -> None:
    pause = bucket.pause_until(level)
    while pause > 0.0:
        await asyncio.sleep(pause)
        pause = bucket.pause_until(level)
    bucket.level -= 1.0
