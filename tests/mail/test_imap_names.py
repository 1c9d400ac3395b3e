"""Folder names and strings as they go over the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.imap_names import (
    LONGEST_UID_SET,
    decode_folder,
    encode_folder,
    format_uid_set,
    format_uid_sets,
    quote,
)

SURROGATES = st.characters(exclude_categories=["Cs"])


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", "INBOX"),
        ("Отправленные", "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("Q&A", "Q&-A"),
        ("[Gmail]/Письма", "[Gmail]/&BB8EOARBBEwEPAQw-"),
    ],
)
def test_names_are_written_in_modified_utf_7(name: str, wire: str) -> None:
    assert encode_folder(name) == wire
    assert decode_folder(wire.encode()) == name


@given(st.text(SURROGATES))
def test_any_name_survives_the_way_there_and_back(name: str) -> None:
    wire = encode_folder(name)
    assert wire.isascii()
    assert decode_folder(wire.encode()) == name


@given(st.binary(max_size=60))
def test_any_bytes_are_shown_as_some_name(wire: bytes) -> None:
    assert isinstance(decode_folder(wire), str)


@pytest.mark.parametrize("wire", [b"&", b"a&b", b"&ABC", b"&!!!-", b"&2D0-"])
def test_what_is_no_modified_utf_7_is_shown_as_it_is(wire: bytes) -> None:
    assert decode_folder(wire) == wire.decode()


@given(st.text(SURROGATES))
def test_a_quoted_string_holds_no_line_end_and_only_escaped_quotes(text: str) -> None:
    wire = quote(text)
    if isinstance(wire, bytes):
        assert wire.decode() == text
        return
    assert wire[1:-1].replace("\\\\", "").replace('\\"', "").count('"') == 0
    assert wire[1:-1].replace('\\"', '"').replace("\\\\", "\\") == text or "\\" in text


def test_passwords_of_other_letters_go_as_literals() -> None:
    assert quote("пароль") == "пароль".encode()
    assert quote("line\nbreak") == b"line\nbreak"
    assert quote('a"b\\c') == '"a\\"b\\\\c"'


@given(st.lists(st.integers(1, 60)))
def test_a_uid_set_names_exactly_its_uids(uids: list[int]) -> None:
    named: set[int] = set()
    for piece in filter(None, format_uid_set(uids).split(",")):
        first, _, last = piece.partition(":")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == set(uids)
    assert format_uid_set([3, 1, 2, 7]) == "1:3,7"


@given(st.lists(st.integers(1, 2**32 - 1), max_size=50), st.integers(0, 3_000))
def test_uid_sets_in_pieces_name_every_uid_once_and_fit_a_line(uids: list[int], scattered: int) -> None:
    wanted = set(uids) | set(range(1, 2 * scattered, 2))
    pieces = list(format_uid_sets(wanted))
    assert all(0 < len(piece) <= LONGEST_UID_SET for piece in pieces)
    runs = [run.partition(":") for piece in pieces for run in piece.split(",")]
    named = [uid for first, _, last in runs for uid in range(int(first), int(last or first) + 1)]
    assert len(named) == len(wanted)
    assert set(named) == wanted
