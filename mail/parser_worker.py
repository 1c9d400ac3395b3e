"""The process that reads letters: `python -m mail.parser_worker STORE FOLDER READERS MEGABYTES`.

It takes digests on its standard input, reads the raw bytes from the blob store, keeps the attachments there and
answers with the letters on its standard output (mail/parser_frames.py). A letter may cost it its time or its
memory, which are limited, or its life, which is cheap: whoever started it starts another one. It ends when its
input does, and when its parent dies.
"""

import ctypes
import errno
import gc
import importlib
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, NoReturn, Protocol, cast

from core.errors import NotFound
from mail.parser_frames import LENGTH, Answer, Done, Phase, Ready, frame_length, pack, unpack
from mail.reader_chain import (
    RAW_MISSING,
    TOO_MUCH_MEMORY,
    Alarm,
    Reader,
    Reading,
    ReadLetter,
    Task,
    find_chain,
    read_down,
)

RETIRES_AT_BYTES = 160 * 1024 * 1024
"""Resident memory after which a worker makes room for a fresh one: Python gives little back."""

GARBAGE_THRESHOLD = 50_000
"""Objects between two looks for cycles: reading makes many objects and hardly a cycle."""

_PR_SET_PDEATHSIG = 1
_PAGE_BYTES = resource.getpagesize()


class Store(Protocol):
    """As much of core.ports.BlobStore as reading letters needs."""

    def load(self, sha256: str) -> bytes:
        """The bytes of a digest."""

    def write_many(self, contents: Sequence[bytes]) -> list[str]:
        """Keep bytes; whoever captures the letter has them synced before."""


def open_store(entry: str, folder: Path) -> Store:
    """The blob store of an entry point ``module:factory`` that takes a folder; mail knows none by itself."""
    module, _, name = entry.partition(":")
    factory = cast("Callable[[Path], Store]", getattr(importlib.import_module(module), name))
    return factory(folder)


def limit_memory(megabytes: int) -> None:
    """Let the process take no more address space than it has now and that much; not on every system."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - /proc is no file for Path
            used = int(file.read().split()[0]) * _PAGE_BYTES
    except (OSError, ValueError):
        return
    limit = used + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def resident_bytes() -> int:
    """Resident memory now, 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - as above
            return int(file.read().split()[1]) * _PAGE_BYTES
    except (OSError, ValueError):
        return 0


def die_with_parent() -> None:
    """Ask Linux for SIGKILL when the parent ends; elsewhere the end of input is what ends this process."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Worker:
    """Reads what it is told to read."""

    def __init__(self, store: Store, chain: Sequence[Reader], output: BinaryIO) -> None:
        self._store = store
        self._chain = chain
        self._output = output
        self._alarm = Alarm()

    def work(self, tasks: list[Task]) -> bool:
        """Answer tasks in order; whether another batch is welcome."""
        for task in tasks:
            self._say(self._answer(task))
        retiring = resident_bytes() > RETIRES_AT_BYTES
        self._say(Done(retiring))
        return not retiring

    def _answer(self, task: Task) -> Answer:
        try:
            return Answer(self._read(task))
        except NotFound:
            return Answer(ReadLetter(task.sha256, None, "", RAW_MISSING))
        except MemoryError:
            return Answer(ReadLetter(task.sha256, None, "", TOO_MUCH_MEMORY))
        except OSError as error:
            return Answer(None, error.errno or errno.EIO)

    def _read(self, task: Task) -> ReadLetter:
        raw = self._store.load(task.sha256)
        self._say(Phase.READING)
        reading = read_down(task, raw, self._chain, self._alarm)
        self._keep(reading)
        return reading.read

    def _keep(self, reading: Reading) -> None:
        if reading.files:
            self._say(Phase.KEEPING)
            self._store.write_many(reading.files)

    def _say(self, value: object) -> None:
        self._output.write(pack(value))
        self._output.flush()


def read_tasks(source: BinaryIO) -> list[Task] | None:
    """The next batch, None at the end of input."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    tasks = unpack(source.read(frame_length(head)))
    return cast("list[Task]", tasks)


def main(store: str, folder: str, readers: str, megabytes: str) -> NoReturn:
    """Serve until the input ends."""
    die_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # The parent drains first; the end of input is the sign.
    logging.disable()  # Libraries quote what they choke on.
    source, output = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # What anything prints must not get between the frames.
    try:
        worker = Worker(open_store(store, Path(folder)), find_chain(readers), output)
        limit_memory(int(megabytes))
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent is to know its name
        output.write(pack(Ready(type(error).__name__)))
        output.flush()
        sys.exit(1)
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    output.write(pack(Ready()))
    output.flush()
    while (tasks := read_tasks(source)) is not None:
        if not worker.work(tasks):
            break
    sys.exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
