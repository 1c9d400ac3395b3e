"""Looking at threads from within: whose work is seen for what it is, and waiting for waiting."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from app.blobs import FileBlobs
from bench.support.phases import PhaseSampler, phase_of
from mail.parser import parse_letter


def phase_within(work: Callable[[], object]) -> set[str | None]:
    """The phases seen at every call of a function that the work makes."""
    seen: set[str | None] = set()

    def look(frame: FrameType, _event: str, _argument: object) -> None:
        seen.add(phase_of(frame))

    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(None)
    return seen


@contextmanager
def waiting_thread() -> Iterator[int]:
    """A thread that waits for the end of the block; its id."""
    end, begun = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        end.wait()

    thread = threading.Thread(target=wait)
    thread.start()
    begun.wait()
    try:
        assert thread.ident is not None
        yield thread.ident
    finally:
        end.set()
        thread.join()


def test_reading_a_letter_is_parsing() -> None:
    assert "parse" in phase_within(lambda: parse_letter(b"Subject: x\r\n\r\ny"))


def test_keeping_bytes_is_the_blobs_phase(tmp_path: Path) -> None:
    assert "blobs" in phase_within(lambda: FileBlobs(tmp_path).save(b"bytes"))


def test_a_thread_that_waits_for_work_has_no_phase() -> None:
    with waiting_thread() as ident:
        frame = sys._current_frames()[ident]
        while phase_of(frame) is not None:
            frame = sys._current_frames()[ident]
        assert phase_of(frame) is None


def test_the_sampler_sums_what_it_saw_up_to_the_length_of_the_block() -> None:
    sampler = PhaseSampler()
    letter = b"Subject: x\r\n\r\n" + b"<p>text</p>" * 2_000
    with sampler.sampling():
        for _ in range(200):
            parse_letter(letter)
    loop = sampler.summary()["loop"]
    assert set(loop) <= {"parse", "other", "waiting"}
    assert sum(loop.values()) <= sampler.seconds * 1.01
