"""Taps on inline buttons that wait for an answer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.chats import Chat, EventKind
from simulator.errors import JsonObject, bad_request, violation

MAX_ANSWER = 200
KEPT_QUERIES = 20_000
DEFAULT_LIFETIME = timedelta(seconds=60)


@dataclass(slots=True)
class CallbackQuery:
    """One tap; `answer` is what the person saw."""

    id: str
    bot_id: int
    account_id: int
    chat: Chat
    message_id: int
    created_at: datetime
    answer: JsonObject | None = None
    update_id: int | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class CallbackQueries:
    """All taps by id; an answer after the lifetime is refused as Telegram does."""

    def __init__(self, now: Callable[[], datetime], lifetime: timedelta = DEFAULT_LIFETIME) -> None:
        self._now = now
        self._lifetime = lifetime
        self._queries: dict[str, CallbackQuery] = {}
        self._count = 0

    def open(self, *, bot_id: int, account_id: int, chat: Chat, message_id: int) -> CallbackQuery:
        """Registers a tap."""
        self._count += 1
        query = CallbackQuery(
            f"{account_id}{self._count:09d}", bot_id, account_id, chat, message_id, self._now()
        )
        self._queries[query.id] = query
        if len(self._queries) > KEPT_QUERIES:
            del self._queries[next(iter(self._queries))]
        return query

    def answer(self, bot_id: int, query_id: str, answer: JsonObject) -> None:
        """Shows the answer to the person who tapped; a second answer changes nothing.

        Raises:
            ApiError: "query is too old...", also for unknown ids and other bots' taps.
            Violation: for a text above 200 characters.
        """
        if len(answer.get("text", "")) > MAX_ANSWER:
            raise violation("MESSAGE_TOO_LONG")
        query = self._queries.get(query_id)
        if query is None or query.bot_id != bot_id or self._now() - query.created_at > self._lifetime:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if query.answer is not None:
            return
        query.answer = answer
        query.answered.set()
        toast = {
            "callback_id": query.id,
            "account_id": query.account_id,
            "message_id": query.message_id,
            "text": answer.get("text", ""),
            "show_alert": answer.get("show_alert", False),
            "url": answer.get("url"),
            "at": self._now().isoformat(),
        }
        query.chat.toasts.append(toast)
        query.chat.happened(EventKind.toast, body=toast)
