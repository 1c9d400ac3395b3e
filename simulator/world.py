"""The whole state of the simulator: who exists, which chats they have, what is under way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from simulator.accounts import Account
from simulator.bots import Bot, new_bot, split_token
from simulator.callback_queries import DEFAULT_LIFETIME, CallbackQueries
from simulator.calls import CallLog
from simulator.chats import Chat, ChatType
from simulator.errors import ApiError, ControlError
from simulator.faults import FaultTable
from simulator.files import FileStore

FIRST_ACCOUNT_ID = 1001
FIRST_GROUP_ID = -5001
FIRST_SUPERGROUP_ID = -1_001_000_000_001
DEFAULT_USERNAME = "zveno_demo_bot"


@dataclass(slots=True)
class World:
    """Accounts, bots, groups and files, with one clock (aware UTC) for all of them."""

    now: Callable[[], datetime]
    username: str = DEFAULT_USERNAME
    callback_lifetime: timedelta = DEFAULT_LIFETIME
    accounts: dict[int, Account] = field(default_factory=dict)
    bots: dict[int, Bot] = field(default_factory=dict)
    groups: dict[int, Chat] = field(default_factory=dict)
    files: FileStore = field(default_factory=FileStore)
    calls: CallLog = field(default_factory=CallLog)
    faults: FaultTable = field(default_factory=FaultTable)
    callbacks: CallbackQueries = field(init=False)

    def __post_init__(self) -> None:
        self.callbacks = CallbackQueries(self.now, self.callback_lifetime)

    def timestamp(self) -> int:
        """Now in Unix seconds, as Telegram dates messages."""
        return int(self.now().timestamp())

    def bot_by_token(self, token: str) -> Bot:
        """The bot of the token; a new id is registered on first use.

        Raises:
            ApiError: 401 for a malformed token, or another secret for a known bot.
        """
        parts = split_token(token)
        if parts is None:
            raise ApiError(HTTPStatus.UNAUTHORIZED, "Unauthorized")
        bot_id, secret = parts
        bot = self.bots.get(bot_id)
        if bot is None:
            bot = new_bot(bot_id, secret, self._next_username(), "Zveno", self.now)
            self.bots[bot_id] = bot
        elif not bot.accepts(secret):
            raise ApiError(HTTPStatus.UNAUTHORIZED, "Unauthorized")
        return bot

    def _next_username(self) -> str:
        if not self.bots:
            return self.username
        return f"{self.username.removesuffix('bot').rstrip('_')}_{len(self.bots) + 1}_bot"

    def default_bot(self, bot_id: int | None = None) -> Bot:
        """The bot with this id, or the one that came first.

        Raises:
            ControlError: when there is none.
        """
        bot = next(iter(self.bots.values()), None) if bot_id is None else self.bots.get(bot_id)
        if bot is None:
            raise ControlError(
                HTTPStatus.CONFLICT, "no such bot: none has connected and none was given at the start"
            )
        return bot

    def account(self, account_id: int) -> Account:
        """The account with this id.

        Raises:
            ControlError: when there is none.
        """
        account = self.accounts.get(account_id)
        if account is None:
            raise ControlError(HTTPStatus.NOT_FOUND, f"no account {account_id}")
        return account

    def add_account(self, account: Account) -> Account:
        """Registers a person.

        Raises:
            ControlError: when the id is taken.
        """
        if account.id in self.accounts or account.id in self.bots:
            raise ControlError(HTTPStatus.CONFLICT, f"id {account.id} is taken")
        self.accounts[account.id] = account
        return account

    def free_account_id(self) -> int:
        """The next id nobody has."""
        return max([FIRST_ACCOUNT_ID - 1, *self.accounts]) + 1

    def private_chat(self, bot: Bot, account: Account) -> Chat:
        """The person's chat with the bot; it exists as soon as one side looks at it."""
        chat = bot.chats.get(account.id)
        if chat is None:
            chat = Chat(account.id, ChatType.private, account.as_private_chat())
            bot.chats[account.id] = chat
        return chat
