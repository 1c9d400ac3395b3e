"""Bytes by their SHA-256 in plain files: raw letters and attachments, each kept once."""

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path

from core.errors import NotFound

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileBlobs:
    """Keeps blobs in a folder, 256 sub-folders wide; fulfils core.ports.BlobStore.

    A blob appears under its name complete and synced, or not at all: written beside, then renamed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256; what is there already is left as it is."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if path.exists() and path.stat().st_size == len(content):
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(fresh).replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(fresh).unlink()
            raise
        _sync_folder(path.parent)
        return digest

    def load(self, sha256: str) -> bytes:
        """The bytes of a digest.

        Raises:
            NotFound: There is no such blob.
        """
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"blob {sha256[:12]}") from error

    def delete(self, sha256: str) -> None:
        """Forget the bytes of a digest; there being none is no error."""
        path = self.path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _sync_folder(path.parent)

    def path(self, sha256: str) -> Path:
        """Where the bytes of a digest lie, whether or not they exist.

        Raises:
            NotFound: That is no digest; nothing else may become a path.
        """
        if _DIGEST.fullmatch(sha256) is None:
            raise NotFound("blob")
        return self._folder / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
