"""Chats and the messages in them.

Message ids count per chat from 1, so the same id exists in many chats: a bot that mixes chats up edits a wrong message
here as it would with Telegram. Everything a person could notice is also an event of the chat, numbered, for live views.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from simulator.errors import JsonObject

KEPT_EVENTS = 1000
KEPT_TOASTS = 200
_PRESENT = frozenset({"member", "administrator", "creator"})


class ChatType(StrEnum):
    """Kinds of chats the simulator knows."""

    private = "private"
    group = "group"
    supergroup = "supergroup"


class EventKind(StrEnum):
    """What can happen in a chat in the eyes of a person."""

    message = "message"
    edited = "edited"
    deleted = "deleted"
    toast = "toast"
    action = "action"
    keyboard = "keyboard"
    commands = "commands"
    status = "status"


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """One numbered happening; `message_id` for those about a message, `body` for the others."""

    number: int
    kind: EventKind
    message_id: int | None = None
    body: JsonObject | None = None


@dataclass(slots=True)
class ChatMessage:
    """A message with what is known of it beyond the Bot API's Message."""

    payload: JsonObject
    bot_id: int | None
    had_reply_keyboard: bool = False
    reactions: dict[int, list[JsonObject]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """Number within the chat."""
        return int(self.payload["message_id"])

    @property
    def is_text(self) -> bool:
        """Whether it can be edited as text."""
        return "text" in self.payload

    def quoted(self) -> JsonObject:
        """The payload as others refer to it: replies are not nested deeper than one level."""
        return {
            key: value
            for key, value in self.payload.items()
            if key not in {"reply_to_message", "pinned_message"}
        }


class Signal:
    """Lets coroutines sleep until something happens."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wakes everyone who waits now."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, seconds: float) -> bool:
        """Sleeps until the next `notify`, or so many seconds (then False)."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return False
        finally:
            self._waiters.discard(waiter)
        return True


@dataclass(slots=True)
class Chat:
    """A private chat of one bot with one account, or a group."""

    id: int
    type: ChatType
    card: JsonObject
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    members: dict[int, str] = field(default_factory=dict)
    rights: dict[int, frozenset[str]] = field(default_factory=dict)
    topics: dict[int, JsonObject] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    messages: dict[int, ChatMessage] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    keyboard: JsonObject | None = None
    keyboard_message_id: int | None = None
    toasts: deque[JsonObject] = field(default_factory=lambda: deque(maxlen=KEPT_TOASTS))
    read_up_to: int = 0
    last_message_id: int = 0
    last_event: int = 0
    events: deque[ChatEvent] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    changed: Signal = field(default_factory=Signal)

    def add(self, payload: JsonObject, bot_id: int | None) -> ChatMessage:
        """Numbers the payload (in place) and appends it as a message."""
        self.last_message_id += 1
        payload["message_id"] = self.last_message_id
        message = ChatMessage(payload, bot_id)
        self.messages[self.last_message_id] = message
        self.happened(EventKind.message, message_id=self.last_message_id)
        return message

    def remove(self, message_ids: Iterable[int]) -> None:
        """Deletes the messages that exist among the ids."""
        for message_id in message_ids:
            if self.messages.pop(message_id, None) is not None:
                if message_id in self.pinned:
                    self.pinned.remove(message_id)
                self.happened(EventKind.deleted, message_id=message_id)

    def show_keyboard(self, markup: JsonObject | None, message_id: int | None) -> None:
        """Puts a reply keyboard (or a forced reply) in force, or takes it away with None."""
        self.keyboard = markup
        self.keyboard_message_id = message_id
        self.happened(EventKind.keyboard, body={"keyboard": markup})

    def happened(
        self, kind: EventKind, *, message_id: int | None = None, body: JsonObject | None = None
    ) -> None:
        """Numbers the event, keeps it for a while and wakes who waits."""
        self.last_event += 1
        self.events.append(ChatEvent(self.last_event, kind, message_id, body))
        self.changed.notify()

    def is_member(self, user_id: int) -> bool:
        """Whether a person or bot is in the group now."""
        return self.members.get(user_id, "left") in _PRESENT

    def has_right(self, user_id: int, right: str) -> bool:
        """Whether a member has a right of administrators; the creator has all of them."""
        status = self.members.get(user_id, "left")
        return status == "creator" or (status == "administrator" and right in self.rights.get(user_id, ()))

    def unread_ids(self) -> list[int]:
        """Messages of bots that nobody has looked at."""
        ids = []
        for message in reversed(self.messages.values()):
            if message.id <= self.read_up_to:
                break
            if message.bot_id is not None:
                ids.append(message.id)
        return ids
