"""How fast messages may leave: Telegram's limits are not written down, these stay below what is known.

About 30 messages a second per bot and one a second per chat in the long run, short bursts allowed. What a
person waits for goes before what the bot tells of its own accord. Where the limits do not hold (the local
server of demo and tests) an unlimited pace is used; a 429 is honoured in any case, by the courier.
"""

import asyncio
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


GROUP_RATE = 1 / 3.5
"""Messages a second in one group in the long run: Telegram takes 20 a minute. Groups are told by negative numbers."""


class Pace:
    """Unlimited; the base that a limited pace refines."""

    async def wait(self, item: OutboxView) -> None:
        """Return when the message may leave."""
        del item


class TelegramPace(Pace):
    """Keeps below Telegram's limits."""

    def __init__(self, per_second: float = 25.0, per_chat: float = 1.0, chat_burst: float = 10.0) -> None:
        self._bot = Bucket(per_second, per_second)
        self._reserve = per_second / 2
        self._per_chat = per_chat
        self._chat_burst = chat_burst
        self._chats: dict[int, Bucket] = {}

    async def wait(self, item: OutboxView) -> None:
        """Return when the message may leave; notices leave half of the bot's burst to those who wait."""
        if item.kind is OutboxKind.ROOM:
            chat_id = int(item.payload["chat"])
            group = self._chats.setdefault(chat_id, Bucket(GROUP_RATE, self._chat_burst))
            await _draw(group, 1.0)
        elif item.user_id is not None:
            chat = self._chats.setdefault(item.user_id, Bucket(self._per_chat, self._chat_burst))
            await _draw(chat, 1.0)
        await _draw(self._bot, 1.0 if item.kind is OutboxKind.SCREEN else self._reserve + 1.0)
        self._forget_idle()

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
