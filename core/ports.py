"""What the core needs of the outside world: small protocols, fulfilled by adapters that app wires in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from core.enums import OutboxKind
from core.values import UserId


class BlobStore(Protocol):
    """Keeps bytes by their SHA-256: raw letters and attachments.

    The same bytes are kept once. `save` returns only when they are safe on disk, so that a row that names
    the digest may be committed after it.
    """

    def save(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256 as 64 hex digits. Blocking: call it in a thread."""
        ...

    def save_many(self, contents: Sequence[bytes]) -> list[str]:
        """Keep many and return their digests in order, all safe at once; cheaper than one by one. Blocking."""
        ...

    def write_many(self, contents: Sequence[bytes]) -> list[str]:
        """Keep many and return their digests in order; safe only after a later `sync`. Blocking."""
        ...

    def sync(self) -> None:
        """Return once everything written before is safe, whichever process wrote it. Blocking."""
        ...

    def load(self, sha256: str) -> bytes:
        """The bytes of a digest.

        Raises:
            core.errors.NotFound: There is no such blob.
        """
        ...

    def path(self, sha256: str) -> Path:
        """Where the bytes of a digest lie, whether or not they exist."""
        ...

    def delete(self, sha256: str) -> None:
        """Forget the bytes of a digest; there being none is no error. Blocking: call it in a thread."""
        ...


class SweptBlobs(Protocol):
    """The blob store as its sweep sees it: what nothing names is put aside, and forgotten later. Blocking."""

    def list_older(self, first: int, behind: int, age: timedelta) -> list[str]:
        """Digests whose first byte is at least `first` and lower than `behind`, not written for so long."""
        ...

    def put_aside(self, sha256: str, age: timedelta) -> bool:
        """Move bytes aside, from where a load brings them back; False when they are younger than that."""
        ...

    def list_aside(self) -> dict[str, timedelta]:
        """What lies aside, and for how long, by the machine's clock."""
        ...

    def bring_back(self, sha256: str) -> bool:
        """Move bytes back; False where none lie aside."""
        ...

    def forget(self, sha256: str) -> None:
        """Delete what lies aside."""
        ...


class SecretBox(Protocol):
    """Seals secrets for storage: mailbox passwords at rest."""

    def seal(self, secret: str) -> str:
        """An encrypted, authenticated form, safe to store."""
        ...

    def open(self, sealed: str) -> str:
        """The secret again.

        Raises:
            core.errors.Invalid: Sealed with another key, or damaged.
        """
        ...


@dataclass(frozen=True, slots=True)
class OutboxView:
    """An effect on the world that is to be carried out now.

    Attributes:
        attempts: How often it has been claimed, this time included.
    """

    id: int
    key: str
    kind: OutboxKind
    user_id: UserId | None
    payload: Mapping[str, Any]
    attempts: int

    @property
    def lane(self) -> "Lane | None":
        """What keeps its order: a user's confirmations among themselves, and what comes of its own accord."""
        return None if self.user_id is None else (self.user_id, self.kind is OutboxKind.SCREEN)


Lane = tuple[int, bool]
"""A user, and whether it is what they wait for: the confirmation of what they have just done."""


class DeliveryError(Exception):
    """An effect did not happen; the two kinds below say what is to become of it."""


class RetryLater(DeliveryError):
    """The world is busy or away: the same effect is tried again, however often.

    Attributes:
        seconds: How long to wait at least; None leaves it to the back-off.
    """

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Undeliverable(DeliveryError):
    """The effect can never happen, for example because the user blocked the bot."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Courier(Protocol):
    """Carries out the effects of the outbox, at least once each, one user's in order."""

    async def deliver(self, item: OutboxView) -> None:
        """Carry out one effect; returning means that the world has accepted it.

        Raises:
            RetryLater: Not now.
            Undeliverable: Never.
        """
        ...
