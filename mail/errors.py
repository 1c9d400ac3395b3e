"""What can go wrong with a mail server, as one tree by reaction.

    MailError
    ├── TryLater                 back off with jitter, then connect anew
    │   ├── ConnectionRefused    no connection, or no greeting
    │   ├── ConnectionLost       cut in the middle
    │   ├── ServerTimeout        silent for longer than we are patient
    │   ├── ServerUnavailable    it says itself that it cannot now (BYE, NO [UNAVAILABLE])
    │   ├── ProtocolViolation    it says what no IMAP server may say
    │   │   └── LiteralTooLarge  it announces more than was asked for
    │   ├── ServerSays           NO or BAD to a command that should have worked
    │   └── ProviderRefusesUs    the token server does not know this product: the operator's settings are wrong
    ├── NeedsPerson              stop this mailbox at once, tell its owner; `reason` is the word for it
    │   ├── AuthenticationRefused
    │   ├── TokenRefused         the provider or the server accepts the mailbox's tokens no more
    │   ├── CertificateRefused
    │   └── EncryptionMissing    STARTTLS was asked for and is not offered
    └── FolderMissing            skip this folder, go on with the others

What servers write may hold addresses: `text` is for the person who runs a check, never for logs.
"""

import re
from typing import ClassVar

_TEMPORARY = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", re.IGNORECASE)


class MailError(Exception):
    """The mail server did not do what was asked."""


class TryLater(MailError):
    """It may work later.

    Attributes:
        uids: The letters that were being fetched when it happened and have not been given out: one of them may be
            the reason. Empty for other commands.
        is_alone: Whether `uids` is one letter that was asked for alone, or that the server named itself as it failed:
            it is the reason, or the connection is.
    """

    uids: tuple[int, ...] = ()
    is_alone: bool = False


class ConnectionRefused(TryLater):
    """The server cannot be reached."""


class ConnectionLost(TryLater):
    """The connection was cut."""


class ServerTimeout(TryLater):
    """The server was silent for too long."""


class ServerUnavailable(TryLater):
    """The server says that it cannot serve now."""

    def __init__(self, text: str = "") -> None:
        super().__init__("the server is unavailable")
        self.text = text


class ProtocolViolation(TryLater):
    """The server's answer cannot be read."""


class LiteralTooLarge(ProtocolViolation):
    """The server announces more bytes than it may send.

    Attributes:
        size: How many it announces.
        before: The response up to there, text and literals in turn.
    """

    def __init__(self, size: int, before: tuple[bytes, ...]) -> None:
        super().__init__("the server announces too much")
        self.size = size
        self.before = before


class ServerSays(TryLater):
    """The server refused a command with NO or BAD."""

    def __init__(self, command: str, status: str, text: str = "") -> None:
        super().__init__(f"{status} to {command}")
        self.command = command
        self.status = status
        self.text = text

    @property
    def is_temporary(self) -> bool:
        """Whether the server says "not now" (RFC 5530)."""
        return _TEMPORARY.search(self.text) is not None


class ProviderRefusesUs(TryLater):
    """The token server does not know this product (OAUTH_*_CLIENT_ID and SECRET).

    Tried again all the same: the operator puts it right for every mailbox at once.
    """


class NeedsPerson(MailError):
    """Only a person can put it right."""

    reason: ClassVar[str] = "unknown"


class AuthenticationRefused(NeedsPerson):
    """The login or password is refused."""

    reason = "auth"

    def __init__(self, text: str = "") -> None:
        super().__init__("the login is refused")
        self.text = text


class TokenRefused(NeedsPerson):
    """The tokens of the mailbox are accepted no more: revoked, expired, or never given."""

    reason = "token"

    def __init__(self, text: str = "") -> None:
        super().__init__("the tokens are refused")
        self.text = text


class CertificateRefused(NeedsPerson):
    """The server's certificate cannot be trusted."""

    reason = "certificate"


class EncryptionMissing(NeedsPerson):
    """The server does not offer the encryption that was asked for."""

    reason = "encryption"


class FolderMissing(MailError):
    """There is no such folder, or it cannot be opened."""

    def __init__(self, folder: str) -> None:
        super().__init__("no such folder")
        self.folder = folder
