"""Reading whole responses: whatever the server writes into them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.errors import ProtocolViolation
from mail.imap_reader import ResponseReader
from mail.imap_wire import (
    MAX_DEPTH,
    read_fetch,
    read_internaldate,
    read_number,
    read_uid,
    read_values,
)


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
        ((b"* 9 FETCH (BODY[HEADER]<0> ", b"h", b" UID 3)"), {"BODY[HEADER]<0>": b"h", "UID": b"3"}),
        ((b'* 9 FETCH (UID 3 X "5* hotel (* best")',), {"UID": b"3", "X": b"5* hotel (* best"}),
    ],
)
def test_items_of_a_fetch_in_any_order_and_writing(line: tuple[bytes, ...], items: dict[str, object]) -> None:
    assert read_fetch(line) == items


def test_other_responses_are_no_fetch() -> None:
    assert read_fetch((b"* 5 EXISTS",)) is None
    assert read_fetch((b"* OK FETCH (done)",)) is None


@pytest.mark.parametrize(
    "line",
    [
        b"* 1 FETCH ((UID) 7)",
        b"* 1 FETCH (UID 7) (UID 8)",
        b"* 1 FETCH (UID)",
        b"* 1 FETCH 7",
        b"* 1 FETCH (UID 1 BODY[ abc)",
    ],
)
def test_a_fetch_that_is_no_list_of_names_and_values_is_refused(line: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read_fetch((line,))


def test_a_name_with_brackets_is_one_word_even_unquoted() -> None:
    assert read_values((b"* LIST () / [Gmail]/Sent",))[4:] == [b"[Gmail]/Sent"]


def test_absurd_nesting_is_refused() -> None:
    assert read_values((b"(" * MAX_DEPTH + b")" * MAX_DEPTH,))
    with pytest.raises(ProtocolViolation):
        read_values((b"(" * 1_000_000,))


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


@pytest.mark.parametrize(
    ("written", "read"),
    [(b"1", 1), (b"4294967295", 4294967295), (b"4294967296", None), (b"0", None), (b"x", None), (None, None)],
)
def test_uids_have_32_bits_and_are_not_zero(written: bytes | None, read: int | None) -> None:
    assert read_uid(written) == read
