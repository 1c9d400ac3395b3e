"""The readers behind our own: they read what they can, say who read it, and the last one always has an answer."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.fallback_readers import RefusedError, read_compiled, read_envelope, read_stdlib
from mail.parser import ParsedLetter, parse_letter
from mail.reader_chain import CHAIN, Reader, Task, read_down


def letter() -> bytes:
    message = EmailMessage()
    message["From"] = "Анна <anna@zveno.example>"
    message["Subject"] = "Договор"
    message["Message-ID"] = "<1@zveno.example>"
    message["Date"] = "Tue, 24 Nov 2026 12:00:00 +0000"
    message.set_content("Добрый день")
    message.add_alternative("<p>Добрый день", subtype="html")
    message.add_attachment(b"%PDF", "application", "pdf", filename="Договор.pdf")
    return message.as_bytes()


@pytest.mark.parametrize("reader", CHAIN[1:3], ids=lambda reader: reader.name)
def test_a_plain_letter_is_read_as_by_our_own_reader(reader: Reader) -> None:
    raw = letter()
    own, other = parse_letter(raw), reader.read(raw)
    assert other.letter.defects == (f"read_by_{reader.name}",)
    for field in ("topic", "text", "from_", "message_id", "sent_on", "attachments", "content_sha256"):
        assert getattr(other.letter, field) == getattr(own.letter, field)
    assert other.files == own.files


def test_an_embedded_letter_stays_one_file_to_the_library_too() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner.set_content("inside")
    outer.set_content("outside")
    outer.add_attachment(inner)
    read = read_stdlib(outer.as_bytes())
    assert read.letter.text == "outside"
    assert b"inside" in read.files[0]


def test_what_the_compiled_reader_refuses_is_told() -> None:
    with pytest.raises(RefusedError):
        read_compiled(b" Subject: begins with a blank\n\nx")


def test_the_envelope_alone() -> None:
    read = read_envelope(letter())
    assert read.letter.text == ""
    assert read.letter.attachments == ()
    assert read.letter.topic == "Договор"
    assert read.letter.from_[0].address == "anna@zveno.example"
    assert read.letter.defects == ("envelope_only",)


@given(st.binary(max_size=500))
def test_the_envelope_of_anything(raw: bytes) -> None:
    assert read_envelope(raw).letter.size == len(raw)


def fail(_: bytes) -> ParsedLetter:
    raise RecursionError


def test_the_chain_goes_on_until_somebody_can() -> None:
    chain = (Reader("first", fail, 1.0), *CHAIN[1:])
    read = read_down(Task("0" * 64), letter(), chain).read
    assert (read.reader, read.reason) == ("compiled", "unparsable")
    assert read.letter is not None
    assert read.letter.defects == ("unparsable", "read_by_compiled")
    refused = read_down(Task("0" * 64), b" Subject: begins with a blank\n\nx", chain).read
    assert refused.reader == "stdlib"


def test_where_nobody_can_there_is_a_reason() -> None:
    read = read_down(Task("0" * 64), letter(), [Reader("first", fail, 1.0)]).read
    assert (read.letter, read.reader, read.reason) == (None, "", "unparsable")


def test_a_letter_that_comes_down_begins_where_it_is_told() -> None:
    read = read_down(Task("0" * 64, 3, "too_slow"), letter()).read
    assert (read.reader, read.reason) == ("envelope", "too_slow")
    assert read.letter is not None
    assert read.letter.defects == ("too_slow", "envelope_only")
