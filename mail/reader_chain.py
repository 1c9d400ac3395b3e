"""Who reads a letter, and who when that fails: one reader after the other, each with a time of its own.

    own ── compiled ── stdlib ── envelope

Our own reader comes first because it reads what people get every day (docs/decisions/0005); the others are
there for the letter on which it is wrong. Time is processor time, so that neither a slow disk nor a busy machine
makes a letter look bad. What a reader does below Python cannot be interrupted here; for that the process that
reads is watched and killed from outside (mail/parser_process.py).
"""

import importlib
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import cast

from core.values import Letter
from mail.fallback_readers import read_compiled, read_envelope, read_stdlib
from mail.parser import ParsedLetter, parse_letter

UNPARSABLE = "unparsable"
TOO_SLOW = "too_slow"
TOO_MUCH_MEMORY = "too_much_memory"
RAW_MISSING = "raw_missing"
"""Why a letter could not be read by a reader, or by any."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One link of the chain.

    Attributes:
        name: How it is called in reports.
        read: The reader; what it raises sends the letter down the chain.
        seconds: Processor time for a letter, beside what its size grants.
    """

    name: str
    read: Callable[[bytes], ParsedLetter]
    seconds: float


CHAIN = (
    Reader("own", parse_letter, 1.0),
    Reader("compiled", read_compiled, 0.3),
    Reader("stdlib", read_stdlib, 0.3),
    Reader("envelope", read_envelope, 0.2),
)


def find_chain(entry: str) -> Sequence[Reader]:
    """The chain that ``module:name`` names."""
    module, _, name = entry.partition(":")
    return cast("Sequence[Reader]", getattr(importlib.import_module(module), name))


SECONDS_PER_MEGABYTE = 0.02
"""Honest letters of 50 MB are large, not poison."""

_AGAIN = 0.1
"""The alarm rings until it is heard: a library may swallow the first one."""


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """What became of a letter's bytes.

    Attributes:
        sha256: The raw bytes' digest, as it was asked for.
        letter: The letter; None when no reader had anything to say.
        reader: The link of the chain that read it, empty when none did.
        reason: Why the first reader failed, empty when it did not.
    """

    sha256: str
    letter: Letter | None
    reader: str = ""
    reason: str = ""


class OutOfTime(BaseException):
    """The processor time granted to a reader is over. No Exception, so that no reader takes it for bad input."""


class Alarm:
    """Ends what takes too much processor time; for the main thread of a process alone."""

    def __init__(self) -> None:
        self._armed = False
        signal.signal(signal.SIGPROF, self._ring)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self._armed:
            raise OutOfTime

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Run the block.

        Raises:
            OutOfTime: It took more processor time than that.
        """
        self._armed = True
        signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
        try:
            yield
        finally:
            self._armed = False
            signal.setitimer(signal.ITIMER_PROF, 0)


@contextmanager
def _no_alarm(_seconds: float) -> Iterator[None]:
    yield


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter read by one of the chain, with the bytes of its attachments."""

    read: ReadLetter
    files: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Read the letter with this digest, beginning with that link of the chain; `reason`: why not with the first."""

    sha256: str
    first: int = 0
    reason: str = ""


def read_down(task: Task, raw: bytes, chain: Sequence[Reader] = CHAIN, alarm: Alarm | None = None) -> Reading:
    """Read a letter with the first reader of the chain that can.

    Args:
        task: Which letter.
        raw: Its bytes.
        chain: The readers.
        alarm: What ends a reader that takes too long; None where there is no main thread to interrupt.
    """
    within, sha256, reason = alarm.within if alarm is not None else _no_alarm, task.sha256, task.reason
    for reader in chain[task.first :]:
        try:
            with within(reader.seconds + len(raw) / 1e6 * SECONDS_PER_MEGABYTE):
                parsed = reader.read(raw)
        except OutOfTime:
            reason = reason or TOO_SLOW
        except MemoryError:
            reason = reason or TOO_MUCH_MEMORY
        except Exception:  # noqa: BLE001 - whatever a letter does to a reader, the next one gets it
            reason = reason or UNPARSABLE
        else:
            letter = parsed.letter
            if reason:
                letter = replace(letter, defects=(reason, *letter.defects))
            return Reading(ReadLetter(sha256, letter, reader.name, reason), parsed.files)
    return Reading(ReadLetter(sha256, None, "", reason))
