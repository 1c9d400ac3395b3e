"""The bots that have shown up with a token."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simulator.chats import Chat
from simulator.errors import JsonObject
from simulator.updates import UpdateQueue


@dataclass(slots=True)
class Webhook:
    """Where updates of a bot are posted to, and how that goes."""

    url: str
    secret_token: str | None
    max_connections: int
    last_error_at: datetime | None = None
    last_error: str | None = None


@dataclass(slots=True)
class Bot:
    """A bot with everything it has told Telegram about itself, and its chats by id."""

    id: int
    secret: str
    username: str
    first_name: str
    updates: UpdateQueue
    chats: dict[int, Chat] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[JsonObject]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int | None, JsonObject] = field(default_factory=dict)
    webhook: Webhook | None = None
    privacy: bool = True

    def as_user(self) -> JsonObject:
        """The Bot API's User of the bot in messages."""
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def accepts(self, secret: str) -> bool:
        """Whether the token's second half is the one it came with first."""
        return secrets.compare_digest(self.secret.encode(), secret.encode())


def split_token(token: str) -> tuple[int, str] | None:
    """Bot id and secret of `digits:text`, or None."""
    digits, separator, secret = token.partition(":")
    if not (digits.isascii() and digits.isdigit() and separator and secret):
        return None
    return int(digits), secret


def new_bot(bot_id: int, secret: str, username: str, first_name: str, now: Callable[[], datetime]) -> Bot:
    """A bot that nobody knows yet."""
    return Bot(bot_id, secret, username, first_name, UpdateQueue(now))
