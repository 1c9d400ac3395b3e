"""Secrets at rest: sealed with one key that lies apart from the database."""

import logging
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from core.errors import Invalid

logger = logging.getLogger(__name__)


class FernetBox:
    """Seals with Fernet (AES-128-CBC and HMAC-SHA256); fulfils core.ports.SecretBox."""

    def __init__(self, key: str) -> None:
        self._fernet = Fernet(key)

    def seal(self, secret: str) -> str:
        """An encrypted, authenticated form, safe to store."""
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The secret again.

        Raises:
            Invalid: Sealed with another key, or damaged.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except (InvalidToken, UnicodeError) as error:
            raise Invalid("SECRET_KEY", "does not open this secret") from error


def read_or_make_key(path: Path) -> str:
    """The key in a file that only its owner can read; made when there is none.

    Two processes that start at once agree on one key: the file appears complete, and the first one wins.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(Fernet.generate_key().decode("ascii") + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(fresh)
            logger.info("A secret key was made; keep a copy of it", extra={"event": "secret_key_made"})
        except FileExistsError:
            logger.debug("Another process made the secret key", extra={"event": "secret_key_found"})
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()
