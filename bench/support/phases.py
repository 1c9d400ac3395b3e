"""Where an import spends its time, seen by looking at its threads from within, without touching the product.

A thread of its own looks every ten milliseconds at what all others are doing and asks for each which part of the
house is at work. Seconds are of wall time, a thread's waiting for the disk included, its waiting for work not.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

EVERY: Final = 0.01
ROOT: Final = Path(__file__).parents[2]

_FETCHING: Final = ("imap_", "connections", "sessions", "letter_stream", "gates")
_LEADING: Final = (
    "catch_up",
    "intake",
    "engine",
    "watcher",
    "sync",
    "door",
    "folders",
    "remap",
    "settings",
    "suspects",
)
"""Modules of mail that call the others; whatever else is there reads letters."""

_IDLE: Final = frozenset(
    {"select", "wait", "_worker", "get", "acquire", "_recv", "_wait_for_tstate_lock", "_do_waitpid"}
)
"""Functions of the standard library in which a thread that has nothing to do stands."""

_IDLE_THREAD: Final = "_connection_worker_thread"
"""Of aiosqlite: it stands there when it waits, and in statements so short that they do not matter here."""


def phase_of(frame: FrameType | None) -> str | None:
    """The part of the house that a thread works for; None: it waits for work."""
    innermost = True
    while frame is not None:
        name = frame.f_code.co_filename
        if innermost and _waits(frame.f_code.co_name, name):
            return None
        innermost = False
        if (phase := _phase_of_module(name)) is not None:
            return phase
        frame = frame.f_back
    return "other"


def _waits(function: str, name: str) -> bool:
    if function == _IDLE_THREAD:
        return True
    return function in _IDLE and "site-packages" not in name and not _is_ours(name)


def _is_ours(name: str) -> bool:
    return name.startswith(str(ROOT)) and "site-packages" not in name


def _phase_of_module(name: str) -> str | None:
    if not _is_ours(name):
        return "fetch" if "/aioimaplib/" in name else "database" if "/sqlalchemy/" in name else None
    package, _, module = str(Path(name).relative_to(ROOT)).partition("/")
    if (package, module) == ("app", "blobs.py"):
        return "blobs"
    if package == "mail":
        if module.startswith(_FETCHING):
            return "fetch"
        return None if module.startswith(_LEADING) else "parse"
    return "database" if package == "core" else None


class PhaseSampler:
    """Counts looks by phase: of the loop's thread, and of the threads beside it."""

    def __init__(self) -> None:
        self._loop_looks: Counter[str] = Counter()
        self._beside_looks: Counter[str] = Counter()
        self._looks = 0
        self.seconds = 0.0
        self._ended = threading.Event()

    @contextmanager
    def sampling(self) -> Iterator[None]:
        """Look at everything that goes on in the block, whose thread is the loop's."""
        loop_thread = threading.get_ident()
        watcher = threading.Thread(target=self._watch, args=(loop_thread,), daemon=True)
        start = time.perf_counter()
        watcher.start()
        try:
            yield
        finally:
            self._ended.set()
            watcher.join()
            self.seconds = time.perf_counter() - start

    def _watch(self, loop_thread: int) -> None:
        own = threading.get_ident()
        while not self._ended.wait(EVERY):
            self._looks += 1
            for thread, frame in sys._current_frames().items():  # noqa: SLF001 - the documented way to look
                if thread == own:
                    continue
                looks = self._loop_looks if thread == loop_thread else self._beside_looks
                looks[phase_of(frame) or "waiting"] += 1

    def summary(self) -> dict[str, dict[str, float]]:
        """Seconds by phase: of the loop, and of all threads beside it together, their waiting left out."""
        each = self.seconds / max(1, self._looks)
        beside = {phase: looks * each for phase, looks in self._beside_looks.items() if phase != "waiting"}
        return {"loop": {phase: looks * each for phase, looks in self._loop_looks.items()}, "beside": beside}
