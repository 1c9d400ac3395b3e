"""What comes from a process that reads strangers' bytes may be our own values, and nothing else."""

import pickle
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.parser import parse_letter
from mail.parser_frames import (
    LENGTH,
    MAX_FRAME_BYTES,
    Answer,
    Done,
    FrameBuffer,
    FrameError,
    Phase,
    Ready,
    frame_length,
    pack,
    unpack,
)
from mail.reader_chain import ReadLetter, Task

CALENDARS = Path(__file__).parent / "calendars"
LETTER = parse_letter(
    b"From: Anna <anna@zveno.example>\nDate: Tue, 24 Nov 2026 12:00:00 +0300\nImportance: high\n"
    b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n"
).letter


class Runs:
    """What would run a function when it is unpickled without care."""

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (print, ("taken over",))


@pytest.mark.parametrize(
    "value",
    [
        Ready("MemoryError"),
        Phase.KEEPING,
        Done(retiring=True),
        Answer(None, 28),
        Answer(ReadLetter("0" * 64, LETTER, "own")),
        [Task("0" * 64, 2, "too_slow")],
        datetime(2026, 11, 24, tzinfo=timezone(timedelta(hours=3))),
        datetime(2026, 11, 24, tzinfo=UTC),
    ],
    ids=lambda value: type(value).__name__,
)
def test_our_values_come_through_whole(value: object) -> None:
    frame = pack(value)
    assert frame_length(frame[: LENGTH.size]) == len(frame) - LENGTH.size
    assert unpack(frame[LENGTH.size :]) == value


@pytest.mark.parametrize(
    "value", [Runs(), print, __import__, pickle.loads, parse_letter, unpack, Exception("x")], ids=range(7)
)
def test_nothing_else_is_found(value: object) -> None:
    with pytest.raises(FrameError):
        unpack(pickle.dumps(value))


@given(st.binary(max_size=200))
def test_noise_is_no_frame(noise: bytes) -> None:
    with pytest.raises(FrameError):
        unpack(noise + b"\0")


@pytest.mark.parametrize("length", [0, MAX_FRAME_BYTES + 1])
def test_a_length_that_none_of_ours_has(length: int) -> None:
    with pytest.raises(FrameError):
        frame_length(LENGTH.pack(length))


@given(
    st.lists(st.sampled_from([Phase.READING, Phase.KEEPING, Done(), Answer(None, 28), Ready()])), st.data()
)
def test_frames_are_the_same_however_the_pipe_cuts_them(values: list[object], data: st.DataObject) -> None:
    said = b"".join(map(pack, values))
    buffer, taken = FrameBuffer(), list[object]()
    while said:
        size = data.draw(st.integers(1, len(said)))
        buffer.feed(said[:size])
        said = said[size:]
        while (value := buffer.take()) is not None:
            taken.append(value)
    assert taken == values


def test_a_frame_that_is_too_long_is_refused_before_it_has_come() -> None:
    buffer = FrameBuffer()
    buffer.feed(LENGTH.pack(MAX_FRAME_BYTES + 1))
    with pytest.raises(FrameError):
        buffer.take()


@pytest.mark.parametrize("calendar", sorted(CALENDARS.glob("*.ics")), ids=lambda path: path.stem)
def test_letters_with_every_calendar_come_through_whole(calendar: Path) -> None:
    head = b"From: Anna <anna@zveno.example>\nContent-Type: text/calendar; charset=UTF-8\n\n"
    letter = parse_letter(head + calendar.read_bytes()).letter
    assert letter.invitations
    answer = Answer(ReadLetter("0" * 64, letter, "own"))
    assert unpack(pack(answer)[LENGTH.size :]) == answer
