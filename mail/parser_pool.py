"""Letters are read outside this process, by a few that may be killed: nobody's letter costs anybody else's.

    digests ── chunks ── a free process each ── letters, in order
                             │ late, dead, out of memory
                             └─ the process is killed and another started; the letter goes down the chain of
                                readers (mail/reader_chain.py), the others of its chunk are read again

Where no process can be started, small letters are read here, in a thread, with the same chain; large ones wait.
"""

import asyncio
import importlib
import logging
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from core.errors import NotFound
from core.ports import BlobStore
from mail.parser_process import ParserDied, ParserLimits, ParserProcess, ParserUnavailable, ReadingSpec
from mail.reader_chain import (
    RAW_MISSING,
    TOO_MUCH_MEMORY,
    TOO_SLOW,
    UNPARSABLE,
    Reader,
    ReadLetter,
    Task,
    find_chain,
    read_down,
)

CHUNK_LETTERS = 50
"""What one process is given at once: enough that it hardly waits for the next, few enough to be read again."""

SMALL_BYTES = 1024 * 1024
"""Up to this size a letter is read in this process when there is no other: our reader is linear."""

START_PAUSES = (0.1, 0.5)
"""Seconds between attempts to start a process."""

logger = logging.getLogger(__name__)


class ParserPool:
    """Reads letters from the blob store; attachments are written there before, and synced by whoever captures it."""

    def __init__(self, spec: ReadingSpec, limits: ParserLimits | None = None) -> None:
        self._spec = spec
        self._chain = find_chain(spec.readers)
        self._limits = limits or ParserLimits()
        self._processes = [ParserProcess(spec, self._limits) for _ in range(self._limits.workers)]
        self._free: asyncio.LifoQueue[ParserProcess] = asyncio.LifoQueue()
        self._here = asyncio.Lock()
        self._open = False
        self._warming: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Make the pool ready: one process starts meanwhile, others when there is more to read."""
        self._open = True
        first, *others = self._processes
        for process in others:
            self._free.put_nowait(process)
        self._warming = asyncio.create_task(self._warm(first), name="letters-reader-warms")

    async def _warm(self, process: ParserProcess) -> None:
        """Have a process ready, so that the first letter does not wait for its start; one that fails is tried then."""
        try:
            await process.start()
        except ParserUnavailable as error:
            self._log_unavailable(error)
        finally:
            self._free.put_nowait(process)

    async def close(self) -> None:
        """Let what is being read be finished, then end the processes; nothing of them stays."""
        if not self._open:
            return
        self._open = False
        try:
            async with asyncio.timeout(self._limits.store_seconds):
                for _ in self._processes:
                    await self._free.get()
        finally:
            await asyncio.gather(*(process.close() for process in self._processes))

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [process.pid for process in self._processes if process.pid is not None]

    async def read(self, sha256s: Sequence[str]) -> list[ReadLetter]:
        """Read letters; one result for each, in order.

        Raises:
            ParserUnavailable: No process can be started, and a letter is too large to be read without; or the
                pool is closed.
            OSError: The blob store failed; nothing is known about the letters.
        """
        if not self._open:
            raise ParserUnavailable
        chunks = _cut(sha256s, len(self._processes))
        found = await asyncio.gather(*(self._read_chunk(chunk) for chunk in chunks), return_exceptions=True)
        results: list[ReadLetter] = []
        for one in found:
            if isinstance(one, BaseException):
                raise one
            results += one
        return results

    async def _read_chunk(self, sha256s: Sequence[str]) -> list[ReadLetter]:
        chunk = _Chunk(sha256s, len(self._chain))
        process = await self._free.get()
        try:
            await self._read_with(process, chunk)
        finally:
            self._free.put_nowait(process)
        return [chunk.results[sha256] for sha256 in sha256s]

    async def _read_with(self, process: ParserProcess, chunk: "_Chunk") -> None:
        """Read a chunk, again and again without what killed the process, until all have a result."""
        while tasks := chunk.open_tasks():
            answers: list[ReadLetter] = []
            try:
                await self._start(process)
                async for answer in process.read(tasks):
                    answers.append(answer)  # noqa: PERF401 - what came before a death must be known
            except ParserDied as death:
                culprit = tasks[len(answers)] if len(answers) < len(tasks) else None
                chunk.bury(culprit, death)
                self._log_death(culprit, death)
            except ParserUnavailable:
                await self._read_here(chunk)
            else:
                chunk.take(answers)

    async def _start(self, process: ParserProcess) -> None:
        for pause in START_PAUSES:
            try:
                return await process.start()
            except ParserUnavailable as error:
                self._log_unavailable(error)
            await asyncio.sleep(pause)
        return await process.start()

    async def _read_here(self, chunk: "_Chunk") -> None:
        """Read small letters in a thread, one at a time.

        Raises:
            ParserUnavailable: A letter is not small: it waits for a process.
        """
        module, _, name = self._spec.store.partition(":")
        factory = cast("Callable[[Path], BlobStore]", getattr(importlib.import_module(module), name))
        store = factory(self._spec.folder)
        for task in chunk.open_tasks():
            async with self._here:
                chunk.take([await asyncio.to_thread(_read_small, store, task, self._chain)])

    @staticmethod
    def _log_unavailable(error: ParserUnavailable) -> None:
        logger.warning(
            "a mail parser cannot be started",
            extra={"event": "mail_parser_unavailable", "error": str(error)},
        )

    @staticmethod
    def _log_death(task: Task | None, death: ParserDied) -> None:
        logger.warning(
            "a mail parser died",
            extra={
                "event": "mail_parser_died",
                "late": death.late,
                "exit_code": death.exit_code,
                "raw": task.sha256[:12] if task is not None else None,
            },
        )


def _cut(sha256s: Sequence[str], processes: int) -> list[Sequence[str]]:
    """Chunks of equal size, as many as keep all processes busy."""
    rounds = -(-len(sha256s) // (CHUNK_LETTERS * processes))
    size = max(1, -(-len(sha256s) // max(1, rounds * processes)))
    return [sha256s[start : start + size] for start in range(0, len(sha256s), size)]


class _Chunk:
    """Letters that one process is given, and what is known about each."""

    def __init__(self, sha256s: Sequence[str], links: int) -> None:
        self._tasks = {sha256: Task(sha256) for sha256 in sha256s}
        self._links = links
        self._deaths: Counter[str] = Counter()
        self.results: dict[str, ReadLetter] = {}

    def open_tasks(self) -> list[Task]:
        """Letters without a result."""
        return [task for sha256, task in self._tasks.items() if sha256 not in self.results]

    def take(self, answers: Sequence[ReadLetter]) -> None:
        """Take results."""
        for answer in answers:
            self.results[answer.sha256] = answer

    def bury(self, culprit: Task | None, death: ParserDied) -> None:
        """Note that a process ended over a letter, or after the last one.

        Being late sends a letter down the chain. Another end is believed the second time: the first may have
        been meant for the process, not the letter.

        Raises:
            ParserUnavailable: Processes end again and again, and over no letter.
        """
        name = culprit.sha256 if culprit is not None else ""
        self._deaths[name] += 1
        if not death.late and self._deaths[name] % 2:
            return
        if culprit is None:
            raise ParserUnavailable
        reason = culprit.reason or _reason_of(death)
        if culprit.first + 1 < self._links:
            self._tasks[name] = Task(name, culprit.first + 1, reason)
        else:
            self.results[name] = ReadLetter(name, None, "", reason)


def _reason_of(death: ParserDied) -> str:
    if death.late:
        return TOO_SLOW
    return TOO_MUCH_MEMORY if death.exit_code in {-signal.SIGKILL, -signal.SIGABRT} else UNPARSABLE


def _read_small(store: BlobStore, task: Task, chain: Sequence[Reader]) -> ReadLetter:
    try:
        if store.path(task.sha256).stat().st_size > SMALL_BYTES:
            raise ParserUnavailable
        raw = store.load(task.sha256)
    except (NotFound, FileNotFoundError):
        return ReadLetter(task.sha256, None, "", RAW_MISSING)
    reading = read_down(task, raw, chain)
    for content in reading.files:
        store.write_many([content])
    return reading.read
