"""Bytes that nothing names any more: put aside first, forgotten a while later, brought back if they are wanted after all.

Whether somebody is about to name a file cannot be seen: a letter is kept first, and received a moment later. So a file
is never deleted where it lies. It is moved, can be moved back, and the date of the file says since when it lies there.
"""

import contextlib
import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

ASIDE = ".aside"
_NAME = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = ".new-"
"""What names of files begin with that are being written; a process that died may have left some."""


class AsideBlobs:
    """The side of the blob store that is swept; fulfils core.ports.SweptBlobs. Everything is blocking.

    Any number of processes may sweep, save and load at once, and any may be killed at any moment.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._aside = folder / ASIDE

    def list_older(self, first: int, behind: int, age: timedelta) -> list[str]:
        """Digests whose first byte is in a range and that were not written for so long; what was never finished goes.

        Args:
            first: The first byte at least.
            behind: Lower than this.
            age: How long.
        """
        found: list[str] = []
        for number in range(first, behind):
            for entry in _entries(self._folder / f"{number:02x}"):
                if _age_of(entry) < age:
                    continue
                if entry.name.startswith(_UNFINISHED):
                    Path(entry.path).unlink(missing_ok=True)
                elif _NAME.fullmatch(entry.name):
                    found.append(entry.name)
        return found

    def put_aside(self, sha256: str, age: timedelta) -> bool:
        """Move the bytes of a digest aside; False where they are younger than that, written anew, or gone."""
        path = self._path(sha256)
        try:
            if _age(path.stat()) < age:
                return False
            self._aside.mkdir(exist_ok=True)
            os.utime(path)  # First: who is killed in between has made it young, and it waits once more.
            path.rename(self._aside / sha256)
        except FileNotFoundError:
            return False
        return True

    def list_aside(self) -> dict[str, timedelta]:
        """What lies aside, and for how long."""
        return {entry.name: _age_of(entry) for entry in _entries(self._aside) if _NAME.fullmatch(entry.name)}

    def bring_back(self, sha256: str) -> bool:
        """Move bytes back to where they are looked for; False where none lie aside."""
        try:
            (self._aside / sha256).rename(self._path(sha256))
        except FileNotFoundError:
            return False
        return True

    def forget(self, sha256: str) -> None:
        """Delete what lies aside; the same bytes saved again meanwhile are another file."""
        (self._aside / sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        yield from entries


def _age_of(entry: "os.DirEntry[str]") -> timedelta:
    """How long ago it was written; what vanished meanwhile counts as written just now."""
    try:
        return _age(entry.stat(follow_symlinks=False))
    except FileNotFoundError:
        return timedelta()


def _age(found: os.stat_result) -> timedelta:
    """By the machine's clock, which dates files."""
    return timedelta(seconds=time.time() - found.st_mtime)
