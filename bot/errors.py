"""What can go wrong at the chat's door.

BotError
├── TokenRefused     Telegram does not know the token: a person must act
├── UsageWrong       a typed command lacks what it needs; says how it is written
├── UnknownVerb      a command or button that does not exist for this user
├── NothingToTell    what a notice would tell is not there any more
└── UnknownScreen    a screen's address that no renderer knows (an old or forged button)
"""


class BotError(Exception):
    """Something at the chat's door went wrong."""


class TokenRefused(BotError):
    """Telegram does not accept BOT_TOKEN."""


class UsageWrong(BotError):
    """A command was given without what it needs.

    Attributes:
        usage: A message id that shows how it is written; filled in by the registry of verbs.
    """

    def __init__(self, usage: str = "") -> None:
        super().__init__(usage)
        self.usage = usage


class UnknownVerb(BotError):
    """There is no such verb, or not for this user: switched off, or another role's (domain.md O2)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown verb: {name}")
        self.name = name


class FileUnreachable(BotError):
    """Telegram does not hand out a file.

    Attributes:
        name: What the file is called.
    """

    def __init__(self, name: str) -> None:
        super().__init__("a file is out of reach")
        self.name = name


class NothingToTell(BotError):
    """What a notice would tell was deleted, seen or taken away before it went out."""


class UnknownScreen(BotError):
    """No renderer knows this address."""

    def __init__(self, address: str) -> None:
        super().__init__(f"unknown screen: {address}")
        self.address = address
