"""Cutting and reading responses: whatever the server sends, in whatever pieces."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.errors import ProtocolViolation
from mail.imap_wire import (
    MAX_LINE_BYTES,
    ResponseReader,
    read_fetch,
    read_internaldate,
    read_number,
    read_values,
)

CONVERSATION = (
    b"* OK ready {5}\r\n"
    b"* 1 FETCH (UID 7 BODY[] {13}\r\nline (\r\nline\x00 FLAGS (\\Seen))\r\n"
    b"* 2 FETCH (BODY[] {0}\r\n UID 8)\r\n"
    b"A1 OK done\r\n"
)
RESPONSES = [
    (b"* OK ready {5}",),
    (b"* 1 FETCH (UID 7 BODY[] ", b"line (\r\nline\x00", b" FLAGS (\\Seen))"),
    (b"* 2 FETCH (BODY[] ", b"", b" UID 8)"),
    (b"A1 OK done",),
]


@given(st.lists(st.integers(0, len(CONVERSATION)), max_size=12))
def test_responses_do_not_depend_on_how_the_stream_is_cut(cuts: list[int]) -> None:
    reader = ResponseReader(1_000)
    places = [0, *sorted(cuts), len(CONVERSATION)]
    found = []
    for start, end in pairwise(places):
        found += reader.feed(CONVERSATION[start:end])
    assert found == RESPONSES
    assert reader.is_empty


def test_ten_thousand_lines_in_one_piece_are_no_recursion() -> None:
    lines = b"".join(b"* %d FETCH (UID %d)\r\n" % (number, number) for number in range(1, 10_001))
    assert len(ResponseReader(0).feed(lines)) == 10_000


def test_a_literal_larger_than_allowed_ends_the_conversation() -> None:
    with pytest.raises(ProtocolViolation):
        ResponseReader(10).feed(b"* 1 FETCH (BODY[] {11}\r\n")


def test_a_line_without_end_ends_the_conversation() -> None:
    reader = ResponseReader(10)
    for _ in range(MAX_LINE_BYTES // 65_536):
        assert reader.feed(b"x" * 65_536) == []
    with pytest.raises(ProtocolViolation):
        reader.feed(b"x")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        for response in ResponseReader(100).feed(data + b"\r\n"):
            read_fetch(response)
            read_values(response)
    except ProtocolViolation:
        pass


@pytest.mark.parametrize(
    ("line", "items"),
    [
        ((b"* 1 FETCH (UID 7 BODY[] NIL)",), {"UID": b"7", "BODY[]": None}),
        ((b'* 1 FETCH (BODY[] "" UID 7)',), {"UID": b"7", "BODY[]": b""}),
        ((b"* 1 FETCH (body[] ", b"x)", b" uid 7)"), {"UID": b"7", "BODY[]": b"x)"}),
        ((b'* 9 FETCH (FLAGS (\\Seen "a)b"))',), {"FLAGS": [b"\\Seen", b"a)b"]}),
        (
            (b"* 9 FETCH (BODY[HEADER.FIELDS (SUBJECT DATE)] ", b"h", b" UID 3)"),
            {"BODY[HEADER.FIELDS (SUBJECT DATE)]": b"h", "UID": b"3"},
        ),
    ],
)
def test_items_of_a_fetch_in_any_order_and_writing(line: tuple[bytes, ...], items: dict[str, object]) -> None:
    assert read_fetch(line) == items


def test_other_responses_are_no_fetch() -> None:
    assert read_fetch((b"* 5 EXISTS",)) is None
    assert read_fetch((b"* OK FETCH (done)",)) is None


@pytest.mark.parametrize("line", [b"* LIST (", b"* LIST )", b'* LIST "x'])
def test_unmatched_signs_are_refused(line: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read_values((line,))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b" 7-Jul-2026 02:44:25 -0700", datetime(2026, 7, 7, 9, 44, 25, tzinfo=UTC)),
        (b"24-NOV-2026 12:00:60 +0300", datetime(2026, 11, 24, 9, 0, 59, tzinfo=UTC)),
        (b"31-Feb-2026 12:00:00 +0000", None),
        (b"01-Jan-0001 00:00:00 +2359", None),
        (b"01-Abc-2026 00:00:00 +0000", None),
        (b"yesterday", None),
        (None, None),
    ],
)
def test_arrival_times(written: bytes | None, read: datetime | None) -> None:
    assert read_internaldate(written) == read


@pytest.mark.parametrize(
    ("written", "read"), [(b"7", 7), (b"-7", None), (b"9" * 30, None), (None, None), ([], None)]
)
def test_numbers(written: bytes | None, read: int | None) -> None:
    assert read_number(written) == read
