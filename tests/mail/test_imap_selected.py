"""What opening a folder tells (RFC 3501, 6.3.1; RFC 7162)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.uid_ranges import UIDRange
from mail.imap_selected import HIGHEST_UID, ResyncPoint, SelectedFolder, read_selected, read_vanished


def read(*lines: bytes, writable: bool = False) -> SelectedFolder:
    return read_selected([(line,) for line in lines], writable=writable)


def test_all_that_a_server_tells_is_read() -> None:
    selected = read(
        b"* FLAGS (\\Seen)",
        b"* 172 EXISTS",
        b"* ok [uidvalidity 3857529045] UIDs valid",
        b"* OK [UIDNEXT 4392] Predicted next UID",
        b"* OK [HIGHESTMODSEQ 715194045007]",
        b"* VANISHED (EARLIER) 41,43:45",
        b"* 49 FETCH (UID 117 FLAGS (\\Seen) MODSEQ (90060115194045001))",
    )
    vanished = (UIDRange(41, 41), UIDRange(43, 45))
    assert selected == SelectedFolder(3857529045, 4392, 172, 715194045007, vanished)


def test_what_a_server_keeps_to_itself_is_none() -> None:
    assert read(b"* 0 EXISTS", b"* OK [NOMODSEQ] no") == SelectedFolder(None, None, 0)


def test_a_letter_that_arrives_meanwhile_is_news() -> None:
    assert read(b"* 1 EXISTS", b"* OK [UIDVALIDITY 1]", b"* 2 EXISTS").has_news


def test_flags_in_letters_rows_are_no_words_of_the_folder() -> None:
    row = b'* 1 FETCH (UID 1 FLAGS ("[UIDVALIDITY 9]"))'
    assert read(row, b"* 1 EXISTS").uidvalidity is None


@pytest.mark.parametrize(
    ("words", "writable"),
    [
        (b"* OK [PERMANENTFLAGS (\\Answered \\Seen \\*)]", True),
        (b"* OK [PERMANENTFLAGS (\\Answered)]", False),
        (b"* OK [PERMANENTFLAGS ()]", False),
        (b"* OK nothing about it", True),
    ],
)
def test_marks_are_written_only_where_they_are_kept(words: bytes, *, writable: bool) -> None:
    assert read(words, writable=True).writable is writable
    assert not read(words).writable


@pytest.mark.parametrize("numbers", [b"0", b"1:0", b"99999999999", b"4294967296", b"a", b"1:2:3", b",", b""])
def test_numbers_that_are_no_uids_name_nobody(numbers: bytes) -> None:
    assert read_vanished(b"* VANISHED (EARLIER) " + numbers) == []


@given(st.lists(st.tuples(st.integers(1, HIGHEST_UID), st.integers(1, HIGHEST_UID)), min_size=1))
def test_vanished_ranges_are_read_in_either_direction(pairs: list[tuple[int, int]]) -> None:
    numbers = ",".join(f"{first}:{last}" for first, last in pairs).encode()
    assert read_vanished(b"* VANISHED " + numbers) == [UIDRange(min(pair), max(pair)) for pair in pairs]


def test_a_point_names_the_uids_that_are_known() -> None:
    assert str(ResyncPoint(7, 90, 12)) == "(7 90 1:12)"
    assert str(ResyncPoint(7, 90, 0)) == "(7 90)"
