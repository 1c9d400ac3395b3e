"""When two letters are the same letter (domain.md M1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.content_identity import TRANSPORT_FIELDS, content_sha256, is_transport_field

LETTER = b"From: a@b.example\r\nSubject: Offer\r\n folded\r\nMessage-ID: <x@y>\r\n\r\nHello\r\n\r\nBye\r\n"


@pytest.mark.parametrize(
    "name", [*sorted(TRANSPORT_FIELDS), "ARC-Seal", "X-Spam-Status", "X-MS-Exchange-Any"]
)
def test_m1_fields_of_the_way_make_no_other_letter(name: str) -> None:
    added = f"{name}: something\r\n\tfolded: on\r\n".encode()
    first, _, rest = LETTER.partition(b"\r\n")
    assert content_sha256(added + LETTER) == content_sha256(LETTER)
    assert content_sha256(first + b"\r\n" + added + rest) == content_sha256(LETTER)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Hello", b"hello"),
        (b"a@b.example", b"evil@b.example"),
        (b"Offer", b"Offer!"),
        (b" folded", b" unfolded"),
        (b"Hello", b"Hello\r\nReceived: by x"),
        (b"Message-ID", b"Reply-To: evil@x\r\nMessage-ID"),
    ],
)
def test_m1_anything_else_makes_another_letter(old: bytes, new: bytes) -> None:
    assert content_sha256(LETTER.replace(old, new)) != content_sha256(LETTER)


def test_m1_line_ends_and_blank_lines_at_the_end_count_as_equal() -> None:
    assert content_sha256(LETTER.replace(b"\r\n", b"\n")) == content_sha256(LETTER)
    assert content_sha256(LETTER + b"\r\n\r\n") == content_sha256(LETTER)
    assert content_sha256(b"From a@b Tue Nov 24\n" + LETTER) == content_sha256(LETTER)


@pytest.mark.parametrize("name", ["Subject", "From", "Reply-To", "Content-Type", "X-Mailer", "X-Anything"])
def test_what_the_sender_writes_is_of_the_letter(name: str) -> None:
    assert not is_transport_field(name)


@given(st.binary(max_size=300))
def test_any_bytes_have_an_identity(raw: bytes) -> None:
    assert len(content_sha256(raw)) == 64
