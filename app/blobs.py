"""Bytes by their SHA-256 in plain files: raw letters and attachments, each kept once."""

import contextlib
import ctypes
import hashlib
import itertools
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from app.aside_blobs import AsideBlobs
from core.errors import NotFound

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
"""A process that died may have left a file under such a name."""

_PRIVATE = 0o600
_FEW = 3
"""So many files are synced one by one."""


class FileBlobs:
    """Keeps blobs in a folder, 256 sub-folders wide; fulfils core.ports.BlobStore.

    A blob appears under its name complete or not at all: written beside, then renamed. Saving returns once it is
    synced; what a power cut left unsynced under a name is found by comparing, and written anew.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._aside = AsideBlobs(folder)

    def save(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256; what is there already is left as it is."""
        return self.save_many([content])[0]

    def save_many(self, contents: Sequence[bytes]) -> list[str]:
        """Keep many and return their SHA-256 in order, safe on disk together."""
        digests = self.write_many(contents)
        _sync([self.path(digest) for digest in dict.fromkeys(digests)])
        return digests

    def write_many(self, contents: Sequence[bytes]) -> list[str]:
        """Keep many and return their SHA-256 in order; they are safe after a later `sync`."""
        digests = [hashlib.sha256(content).hexdigest() for content in contents]
        folder = os.fspath(self._folder)
        for digest, content in dict(zip(digests, contents, strict=True)).items():
            path = f"{folder}/{digest[:2]}/{digest}"  # As `path` says it, at a tenth of the price.
            if not _holds(path, content):
                _write(path, content)
            else:
                _freshen(path)
        return digests

    def sync(self) -> None:
        """Have everything on disk that was written to this store before, by any process."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _sync_all(self._folder)

    def load(self, sha256: str) -> bytes:
        """The bytes of a digest.

        Raises:
            NotFound: There is no such blob.
        """
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            if not self._aside.bring_back(sha256):
                raise NotFound(f"blob {sha256[:12]}") from error
        return self.path(sha256).read_bytes()

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


def _freshen(path: str) -> None:
    """Say that a file is wanted again: what nobody names for long is put aside (app.aside_blobs)."""
    with contextlib.suppress(FileNotFoundError):
        os.utime(path)


def _holds(path: str, content: bytes) -> bool:
    """Whether a file has these bytes already: one that a power cut left behind may have others."""
    try:
        return os.stat(path).st_size == len(content) and Path(path).read_bytes() == content  # noqa: PTH116
    except FileNotFoundError:
        return False


_number = itertools.count()


def _write(path: str, content: bytes) -> None:
    folder = path.rpartition("/")[0]
    fresh = f"{folder}/.new-{os.getpid()}-{next(_number)}"
    try:
        descriptor = _create(fresh, folder)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        finally:
            os.close(descriptor)
        os.rename(fresh, path)  # noqa: PTH104 - paths are text here, as everywhere in this loop
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(fresh)  # noqa: PTH108
        raise


def _create(path: str, folder: str) -> int:
    """The descriptor of a new file for its owner alone; its folder is made with the first one in it."""
    try:
        return os.open(path, _NEW, _PRIVATE)
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        return os.open(path, _NEW, _PRIVATE)


def _find_syncfs() -> Callable[[int], int] | None:
    """syncfs(2) of the C library, which Python does not have; None where there is none."""
    try:
        found = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return None
    return cast("Callable[[int], int]", found)


_syncfs = _find_syncfs()


def _sync(paths: Sequence[Path]) -> None:
    """Have files and their names on disk: a few one by one, many by one sync of their file system.

    Fifty letters cost fifty journal commits the one way, and one the other (docs/decisions/0022).
    """
    if len(paths) > _FEW and _syncfs is not None:
        _sync_all(paths[0].parent)
        return
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for folder in {path.parent for path in paths}:
        _sync_folder(folder)


def _sync_all(folder: Path) -> None:
    """Sync the file system that a folder is on; where the C library cannot name it, all of them."""
    if _syncfs is None:
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if _syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), "syncfs failed")
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
