"""What is said between the product and the processes that read letters, and how: pickles with their length before.

Pickle, because it carries our own frozen values several times faster than JSON. What comes from a process that
reads strangers' bytes is unpickled with a list of the classes it may name, and within a size.

    product ─ [Task, Task, …] ─▶ worker
    product ◀─ Ready ─ … ─ (Phase* Answer)* Done ─ worker
"""

import io
import pickle
import struct
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mail.reader_chain import ReadLetter

LENGTH = struct.Struct("<I")
MAX_FRAME_BYTES = 32 * 1024 * 1024
"""A letter without its files is a megabyte at most; more is no answer of ours."""

_MODULES = frozenset({"core.values", "core.enums", "core.itip", "mail.parser_frames", "mail.reader_chain"})
_BUILTINS = frozenset({("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta")})


class FrameError(Exception):
    """The other side sent what is no frame of ours."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has started; `trouble` is the class of the error if it could not."""

    trouble: str = ""


class Phase(Enum):
    """What the worker does with the letter whose answer comes next: a slow disk is no slow letter."""

    READING = "reading"
    KEEPING = "keeping"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one letter.

    Attributes:
        read: The outcome; None when the blob store failed.
        store_errno: The system's number for what the blob store met, 0 when nothing.
    """

    read: ReadLetter | None
    store_errno: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """All answers of the tasks are given and their attachments are safe on disk.

    Attributes:
        retiring: The worker has grown and ends now; another one is to be started.
    """

    retiring: bool = False


_PHASES = {pickle.dumps(one, protocol=pickle.HIGHEST_PROTOCOL): one for one in Phase}
"""Two of three frames are phases: they are known by their bytes."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """A class that a frame may name.

        Raises:
            FrameError: It may not.
        """
        if "." in name or (module not in _MODULES and (module, name) not in _BUILTINS):
            raise FrameError
        found = super().find_class(module, name)
        if not isinstance(found, type):
            raise FrameError
        return found


def pack(value: object) -> bytes:
    """A frame: the length of the pickle, and the pickle."""
    content = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(content)) + content


def frame_length(head: bytes | bytearray) -> int:
    """How long the pickle is whose frame begins so.

    Raises:
        FrameError: Longer than any of ours.
    """
    (length,) = LENGTH.unpack(head)
    if not 0 < length <= MAX_FRAME_BYTES:
        raise FrameError
    return int(length)


def unpack(content: bytes) -> object:
    """The value of a frame.

    Raises:
        FrameError: It is none of ours.
    """
    phase = _PHASES.get(content)
    if phase is not None:
        return phase
    try:
        return _Unpickler(io.BytesIO(content)).load()
    except FrameError:
        raise
    except Exception as error:
        raise FrameError from error


class FrameBuffer:
    """Cuts what comes through a pipe into frames."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._at = 0

    def feed(self, said: bytes) -> None:
        """Take bytes as they come."""
        del self._bytes[: self._at]
        self._at = 0
        self._bytes += said

    def take(self) -> object | None:
        """The value of the next frame that is whole; None when there is none yet.

        Raises:
            FrameError: It is none of ours, or longer than any of ours.
        """
        start = self._at + LENGTH.size
        if len(self._bytes) < start:
            return None
        end = start + frame_length(self._bytes[self._at : start])
        if len(self._bytes) < end:
            return None
        self._at = end
        return unpack(bytes(self._bytes[start:end]))
