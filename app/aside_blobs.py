"""Bytes that nothing names any more: put aside first, forgotten a while later, brought back if they are wanted after all.

Whether somebody is about to name a file cannot be seen: a letter is kept first, and received a moment later. So a file
is never deleted where it lies. It is moved, can be moved back, and the date of the file says since when it lies there.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
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

    def list_older(self, first: int, behind: int, before: datetime) -> list[str]:
        """Digests whose first byte is in a range and that were not written since a moment; what was never finished goes.

        Args:
            first: The first byte at least.
            behind: Lower than this.
            before: The moment.
        """
        found: list[str] = []
        for number in range(first, behind):
            for entry in _entries(self._folder / f"{number:02x}"):
                if _written_at(entry) >= before:
                    continue
                if entry.name.startswith(_UNFINISHED):
                    Path(entry.path).unlink(missing_ok=True)
                elif _NAME.fullmatch(entry.name):
                    found.append(entry.name)
        return found

    def put_aside(self, sha256: str, before: datetime) -> bool:
        """Move the bytes of a digest aside; False where they were written anew since a moment, or are gone."""
        path = self._path(sha256)
        try:
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) >= before:
                return False
            self._aside.mkdir(exist_ok=True)
            os.utime(path)  # First: who is killed in between has made it young, and it waits once more.
            path.rename(self._aside / sha256)
        except FileNotFoundError:
            return False
        return True

    def list_aside(self) -> dict[str, datetime]:
        """What lies aside, and since when."""
        return {
            entry.name: _written_at(entry) for entry in _entries(self._aside) if _NAME.fullmatch(entry.name)
        }

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


def _written_at(entry: "os.DirEntry[str]") -> datetime:
    """When it was written; what vanished meanwhile counts as written just now."""
    try:
        return datetime.fromtimestamp(entry.stat(follow_symlinks=False).st_mtime, UTC)
    except FileNotFoundError:
        return datetime.now(UTC)
