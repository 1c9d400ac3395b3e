"""The one source of "now"."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from core.errors import TimeInvalid


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware and in UTC."""
        return datetime.now(UTC)


class FileClock:
    """A clock moved from outside: the instant in a file, time running on from the file's writing.

    interface.md, CLOCK_FILE: the file is looked at each time somebody asks, so that every process that reads
    it agrees; while it is absent or empty the machine's time counts.

    Raises:
        TimeInvalid: The file holds no ISO 8601 instant with an offset.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._shift = timedelta(0)

    def now(self) -> datetime:
        """The present instant as the file tells it, aware and in UTC."""
        stamp = self._read_stamp()
        if stamp != self._stamp:
            self._shift = self._read_shift(stamp[0]) if stamp is not None else timedelta(0)
            self._stamp = stamp
        return datetime.now(UTC) + self._shift

    def _read_stamp(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_size

    def _read_shift(self, written_ns: int) -> timedelta:
        text = self._path.read_text(encoding="utf-8").strip()
        if not text:
            return timedelta(0)
        try:
            told = datetime.fromisoformat(text)
        except ValueError as error:
            raise TimeInvalid("CLOCK_FILE", text) from error
        if told.tzinfo is None:
            raise TimeInvalid("CLOCK_FILE", text)
        return told.astimezone(UTC) - datetime.fromtimestamp(written_ns / 1_000_000_000, UTC)
