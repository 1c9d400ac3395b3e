"""One process that reads letters, watched: started, spoken to within deadlines, killed when it is late.

It gets none of this process's environment: what reads strangers' bytes has no business with our secrets.
"""

import asyncio
import contextlib
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mail.errors import TryLater
from mail.parser_frames import Answer, Done, FrameBuffer, FrameError, Phase, Ready, pack
from mail.reader_chain import ReadLetter, Task

READ_BYTES = 64 * 1024
"""Taken of a pipe at once: the answers about some twenty letters."""


@dataclass(frozen=True, slots=True)
class ReadingSpec:
    """What a process that reads letters needs to be told, as words: it shares nothing with this one.

    Attributes:
        store: ``module:factory``; the factory takes the folder and returns a core.ports.BlobStore.
        folder: Where the store is.
        readers: ``module:name`` of the chain of readers.
    """

    store: str
    folder: Path
    readers: str = "mail.reader_chain:CHAIN"


@dataclass(frozen=True, slots=True)
class ParserLimits:
    """What reading letters may take.

    Attributes:
        workers: Processes.
        seconds: For one letter by the clock on the wall; then its process is killed.
        store_seconds: For the blob store to bring the bytes, and to keep the attachments.
        starting_seconds: For a process to start.
        megabytes: Address space of a process beside what it has at its start.
    """

    workers: int = 2
    seconds: float = 5.0
    store_seconds: float = 120.0
    starting_seconds: float = 30.0
    megabytes: int = 256


class ParserUnavailable(TryLater):
    """No process that reads letters can be started now."""


class ParserDied(Exception):
    """The process ended or fell silent in the middle of a letter.

    Attributes:
        late: It was killed because nothing came for too long.
        exit_code: How it ended by itself; negative: the signal.
    """

    def __init__(self, *, late: bool = False, exit_code: int | None = None) -> None:
        super().__init__("late" if late else f"exit {exit_code}")
        self.late = late
        self.exit_code = exit_code


class ParserProcess:
    """A handle for one process at a time; a new one is started when there is none."""

    def __init__(self, spec: ReadingSpec, limits: ParserLimits) -> None:
        self._spec = spec
        self._limits = limits
        self._process: asyncio.subprocess.Process | None = None
        self._frames = FrameBuffer()

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def start(self) -> None:
        """Start a process unless there is one.

        Raises:
            ParserUnavailable: It cannot be started.
        """
        if self.pid is not None:
            return
        await self.kill()
        try:
            self._process, self._frames = await self._spawn(), FrameBuffer()
            frame = await self._frame(self._limits.starting_seconds)
        except OSError as error:
            raise ParserUnavailable from error
        except ParserDied as error:
            raise ParserUnavailable from error
        if frame != Ready():
            await self.kill()
            raise ParserUnavailable(frame.trouble if isinstance(frame, Ready) else "")

    async def _spawn(self) -> asyncio.subprocess.Process:
        roots = [str(Path(__file__).parent.parent), *(one for one in sys.path if one)]
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "mail.parser_worker",
            self._spec.store,
            str(self._spec.folder),
            self._spec.readers,
            str(self._limits.megabytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(dict.fromkeys(roots)), "PYTHONUTF8": "1"},
            start_new_session=True,  # Ctrl-C is for the parent, which drains first.
        )

    async def read(self, tasks: Sequence[Task]) -> AsyncIterator[ReadLetter]:
        """Letters in order. They count when the iteration ends by itself: only then is everything safe on disk.

        Raises:
            ParserDied: The process is gone, over the task whose answer would have been next.
            OSError: The blob store failed.
        """
        process = self._process
        if process is None or process.stdin is None:
            raise ParserDied
        try:
            process.stdin.write(pack(list(tasks)))
            reading = False
            while not isinstance(frame := await self._frame_of(reading=reading), Done):
                reading = frame is Phase.READING
                if isinstance(frame, Answer):
                    yield _read_of(frame)
        except BaseException:
            await self.kill()  # Half an answer may be on its way: nobody may take it for the next one's.
            raise
        if frame.retiring:
            await self.close()

    async def _frame_of(self, *, reading: bool) -> object:
        """The next frame about a letter; when the blob store is what is slow, that is told apart.

        Raises:
            TimeoutError: It is; an OSError.
        """
        if reading:
            return await self._frame(self._limits.seconds)
        try:
            return await self._frame(self._limits.store_seconds)
        except ParserDied as death:
            if death.late:
                raise TimeoutError(errno.ETIMEDOUT, "the blob store") from death
            raise

    async def _frame(self, seconds: float) -> object:
        process = self._process
        if process is None or process.stdout is None:
            raise ParserDied
        try:
            async with asyncio.timeout(seconds):
                return await self._next_frame(process.stdout)
        except TimeoutError as error:
            await self.kill()
            raise ParserDied(late=True) from error
        except (ConnectionError, FrameError) as error:
            exit_code = await self.kill()
            raise ParserDied(exit_code=exit_code) from error

    async def _next_frame(self, stdout: asyncio.StreamReader) -> object:
        while (frame := self._frames.take()) is None:
            said = await stdout.read(READ_BYTES)
            if not said:
                raise ConnectionResetError
            self._frames.feed(said)
        return frame

    async def close(self) -> None:
        """Let the process end by itself, and see that it does."""
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.seconds):
                    await process.wait()
        await self.kill()

    async def kill(self) -> int | None:
        """End the process now, whatever it does, and take its exit code; None when there was none."""
        process, self._process = self._process, None
        if process is None:
            return None
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)  # send_signal would take the exit code away from wait.
        if process.stdin is not None:
            process.stdin.close()
        return await asyncio.shield(process.wait())


def _read_of(answer: Answer) -> ReadLetter:
    if answer.read is None:
        raise OSError(answer.store_errno, os.strerror(answer.store_errno))
    return answer.read
