"""Fields come out of a header whole, whatever stands between them, and within caps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.header_fields import MAX_FIELD_BYTES, MAX_HEADER_BYTES, Fields, read_fields


def read(raw: bytes) -> tuple[Fields, bytes, list[str]]:
    defects: list[str] = []
    fields, body = read_fields(raw, 0, len(raw), defects)
    return fields, raw[body:], defects


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_fields_are_unfolded_and_the_body_begins_after_the_blank_line(line_end: bytes) -> None:
    raw = b"Subject: one\n two\n\tthree\nTO : a@b.example\nX-Empty:\n\nbody\n".replace(b"\n", line_end)
    fields, body, defects = read(raw)
    assert fields.first("subject") == b"one two\tthree"
    assert (fields.first("to"), fields.first("x-empty"), fields.first("cc")) == (b"a@b.example", b"", None)
    assert body == b"body" + line_end
    assert defects == []


def test_a_line_of_another_program_among_the_fields_is_passed_over() -> None:
    fields, body, defects = read(b"Received: x\nquite Delivered-To: a@b\nSubject: y\nFrom: z@b\n\nbody")
    assert (fields.first("subject"), fields.first("from"), body) == (b"y", b"z@b", b"body")
    assert defects == ["header_line_skipped"]


@pytest.mark.parametrize("raw", [b"just words\nFrom: me\n", b"Subject: x\nwords\nmore words\n"])
def test_a_text_is_not_taken_for_a_header(raw: bytes) -> None:
    _, body, defects = read(raw)
    assert body.startswith((b"just words", b"words"))
    assert defects == ["header_not_ended"]


def test_stray_lines_without_end_are_no_header() -> None:
    _, body, _ = read(b"Subject: x\n" + b"stray line\nX-A: b\n" * 1_000 + b"\nbody")
    assert body.startswith(b"stray line")


def test_a_mailbox_line_before_the_header_is_passed_over() -> None:
    fields, _, _ = read(b"From anna Tue Nov 24 12:00:00 2026\nSubject: x\n\n")
    assert fields.first("subject") == b"x"


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("filler", [b"X-A: b\n", b" more\n"])
def test_after_too_much_header_the_body_is_still_found(filler: bytes, line_end: bytes) -> None:
    head = (b"Subject: x\nX-Long: y\n" + filler * 100_000 + b"To: a@b.example\n\nbody").replace(
        b"\n", line_end
    )
    fields, body, defects = read(head)
    assert (fields.first("subject"), body) == (b"x", b"body")
    assert set(defects) <= {"header_too_long", "field_too_long"}
    assert defects


def test_caps() -> None:
    fields, _, defects = read(b"Subject: " + b"x" * 100_000 + b"\nTo: " + b"y" * 100_000 + b"\nFrom: z\n\n")
    assert len(fields.first("subject") or b"") == MAX_FIELD_BYTES
    assert len(fields.first("to") or b"") == 4 * MAX_FIELD_BYTES
    assert fields.first("from") == b"z"
    assert defects == ["field_too_long", "field_too_long"]
    fields, _, defects = read(b"".join(b"X-%d: y\n" % number for number in range(100_000)) + b"\n")
    assert 1_000 < sum(fields.has(f"x-{number}") for number in range(100_000)) < MAX_HEADER_BYTES / 32
    assert "header_too_long" in defects


LINES = st.sampled_from(
    [b"Subject: x", b"To:", b" folded", b"\t", b" ", b"stray", b"From: y", b"X : z", b":", b"", b"\xff: a", b"X-1: \xd0"]
)  # fmt: skip


@given(st.lists(st.tuples(LINES, st.sampled_from([b"\r\n", b"\n", b"\r"])), max_size=15))
def test_plain_fields_and_lines_one_by_one_give_the_same(lines: list[tuple[bytes, bytes]]) -> None:
    """A mailbox line at the beginning makes the reader go line by line through all that follows."""
    raw = b"X-First: 1\n" + b"".join(line + end for line, end in lines)
    fields, body, defects = read(raw)
    slowly, slow_body, slow_defects = read(b"From somebody\n" + raw)
    names = ("x-first", "subject", "to", "from", "x", "x-1")
    assert [fields.all(name) for name in names] == [slowly.all(name) for name in names]
    assert (body, defects) == (slow_body, slow_defects)
