"""Telegram's limits on sending, for those who want them: 30 a second per bot, 1 a second per chat, 20 a minute per group."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from simulator.errors import too_many_requests


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many messages within a window."""

    count: int
    window: timedelta


PER_BOT = Allowance(30, timedelta(seconds=1))
PER_CHAT = Allowance(1, timedelta(seconds=1))
PER_GROUP = Allowance(20, timedelta(minutes=1))


class RateLimits:
    """Counts the messages that bots send; a refused one does not count."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._sent: dict[tuple[int, Any], deque[datetime]] = {}

    def check(self, bot_id: int, method: str, chat_id: Any) -> None:
        """Lets a call pass, or not yet.

        Raises:
            ApiError: 429 with the seconds to wait.
        """
        if not method.startswith(("send", "forward", "copy")) or method == "sendChatAction":
            return
        is_group = isinstance(chat_id, int) and chat_id < 0
        rules = [((bot_id, None), PER_BOT), ((bot_id, chat_id), PER_GROUP if is_group else PER_CHAT)]
        moment = self._now()
        for key, allowance in rules:
            sent = self._sent.setdefault(key, deque())
            while sent and moment - sent[0] >= allowance.window:
                sent.popleft()
            if len(sent) >= allowance.count:
                raise too_many_requests(max(1, ceil((sent[0] + allowance.window - moment).total_seconds())))
        for key, _ in rules:
            self._sent[key].append(moment)
