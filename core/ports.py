"""What the core needs of the outside world: small protocols, fulfilled by adapters that app wires in."""

from pathlib import Path
from typing import Protocol


class BlobStore(Protocol):
    """Keeps bytes by their SHA-256: raw letters and attachments.

    The same bytes are kept once. `save` returns only when they are safe on disk, so that a row that names
    the digest may be committed after it.
    """

    def save(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256 as 64 hex digits. Blocking: call it in a thread."""
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
