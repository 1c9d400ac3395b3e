"""Cutting a stream into responses: whatever the server sends, in whatever pieces, in bounded memory."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.errors import LiteralTooLarge, MailError, ProtocolViolation
from mail.imap_reader import LINE_COST, MAX_LINE_BYTES, ResponseReader, Segments
from mail.imap_wire import read_fetch, read_values

CONVERSATION = (
    b"* OK ready {5}\r\n"
    b"* 1 FETCH (UID 7 BODY[] {13}\r\nline (\r\nline\x00 FLAGS (\\Seen))\r\n"
    b"* 2 FETCH (BODY[] {0}\r\n UID 8)\r\n"
    b"\r\n"
    b"* 3 FETCH (BODY[] {2}\r\n\r\n X ~{1+}\r\n\n)\r\n"
    b"A1 OK done\r\n"
)
RESPONSES = [
    (b"* OK ready {5}",),
    (b"* 1 FETCH (UID 7 BODY[] ", b"line (\r\nline\x00", b" FLAGS (\\Seen))"),
    (b"* 2 FETCH (BODY[] ", b"", b" UID 8)"),
    (b"",),
    (b"* 3 FETCH (BODY[] ", b"\r\n", b" X ", b"\n", b")"),
    (b"A1 OK done",),
]

WORDS = st.sampled_from(
    b'* |1 FETCH (|UID 7| BODY[] |{3}\r\n|{0}\r\n|{99}\r\n|abc|)|\r\n|\r|\n|+ |A1 OK |"|\\|(|[|]|NIL|\x00|* BYE x'.split(
        b"|"
    )
)
STREAMS = st.one_of(st.binary(max_size=400), st.lists(WORDS, max_size=60).map(b"".join))


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    bounds = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[start:end] for start, end in pairwise(bounds)]


def read_all(pieces: list[bytes], allowance: int = 10_000) -> tuple[list[Segments], type[MailError] | None]:
    """Everything that was read, and the error that ended it."""
    reader = ResponseReader(allowance)
    found: list[Segments] = []
    try:
        for piece in pieces:
            for response in reader.feed(piece):
                found.append(response)  # noqa: PERF402 - what came before an error counts
    except MailError as error:
        return found, type(error)
    return found, None


@given(st.lists(st.integers(0), max_size=12))
def test_a_conversation_does_not_depend_on_how_it_is_cut(places: list[int]) -> None:
    assert read_all(cut(CONVERSATION, places)) == (RESPONSES, None)


def test_a_conversation_byte_by_byte_leaves_nothing_over() -> None:
    reader = ResponseReader(10_000)
    found = [response for byte in CONVERSATION for response in reader.feed(bytes([byte]))]
    assert found == RESPONSES
    assert reader.is_empty


@given(STREAMS, st.lists(st.integers(0), max_size=20))
def test_any_stream_reads_the_same_however_it_is_cut(stream: bytes, places: list[int]) -> None:
    assert read_all(cut(stream, places)) == read_all([stream])


@given(STREAMS)
def test_any_stream_is_read_or_refused(stream: bytes) -> None:
    for response in read_all([stream + b"\r\n"])[0]:
        assert len(response) % 2 == 1
        try:
            read_values(response)
            read_fetch(response)
        except ProtocolViolation:
            continue


@given(STREAMS, st.integers(0, 300))
def test_no_stream_gets_more_than_it_is_allowed(stream: bytes, allowance: int) -> None:
    found, _ = read_all([stream], allowance)
    assert sum(len(segment) for response in found for segment in response) <= allowance


def test_ten_thousand_lines_in_one_piece_are_no_recursion() -> None:
    lines = b"".join(b"* %d FETCH (UID %d)\r\n" % (number, number) for number in range(1, 10_001))
    assert len(list(ResponseReader(10_000_000).feed(lines))) == 10_000


def test_a_literal_larger_than_allowed_is_refused_when_it_is_announced() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(LiteralTooLarge) as refused:
            list(ResponseReader(10_000).feed(b"* 1 FETCH (UID 5 BODY[] {2147483648}\r\n"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (refused.value.size, refused.value.before) == (2_147_483_648, (b"* 1 FETCH (UID 5 BODY[] ",))
    assert peak < 1_000_000


def test_a_literal_that_just_fits_is_read_wherever_it_is_cut() -> None:
    text = b"* 1 FETCH (BODY[] {50}\r\n" + b"x" * 50 + b")\r\n"
    for place in range(len(text) + 1):
        found, error = read_all([text[:place], text[place:]], len(text) + 2 * LINE_COST)
        assert (len(found), error) == (1, None)


def test_a_flood_of_short_lines_is_not_cheap() -> None:
    found, error = read_all([b"* 1\r\n" * 1000], 100 * LINE_COST + 5000)
    assert error is ProtocolViolation
    assert len(found) <= 100 + 5000 // LINE_COST


def test_a_line_without_end_ends_the_conversation() -> None:
    reader = ResponseReader(4 * MAX_LINE_BYTES)
    for _ in range(MAX_LINE_BYTES // 65_536):
        assert list(reader.feed(b"x" * 65_536)) == []
    with pytest.raises(ProtocolViolation):
        list(reader.feed(b"xx"))


def test_a_large_literal_in_small_pieces_takes_little_more_than_itself() -> None:
    size = 4 * 1024 * 1024
    reader = ResponseReader(2 * size)
    list(reader.feed(b"* 1 FETCH (BODY[] {%d}\r\n" % size))
    tracemalloc.start()
    try:
        for _ in range(size // 64):
            list(reader.feed(b"x" * 64))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    [(_, literal, _)] = reader.feed(b")\r\n")
    assert literal == b"x" * size
    assert peak < 2.5 * size
