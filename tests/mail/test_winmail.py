"""Winmail.dat is unpacked, as another reader of TNEF does it; what is damaged gives what it can, or stays a file."""

import logging
import struct
from email.message import EmailMessage

import compressed_rtf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tnefparse import TNEF  # type: ignore[import-untyped] # the library has no stubs; it is here to compare with

from mail.parser import parse_letter
from mail.rtf_text import MAX_COMPRESSED_BYTES
from mail.winmail import unpack_winmail

SIGNATURE = struct.pack("<IH", 0x223E9F78, 1)
BODY, CODEPAGE, MESSAGE, BEGIN, TITLE, DATA, FILE = 0x800C, 0x9007, 0x9003, 0x9002, 0x8010, 0x800F, 0x9005
UNICODE, STRING, BINARY, OBJECT, LONG, SHORT, TIME = 0x1F, 0x1E, 0x102, 0x0D, 0x03, 0x02, 0x40
LONG_NAME, MEDIA, HTML, CHARSET, PLAIN = 0x3707, 0x370E, 0x1013, 0x3FDE, 0x1000
RTF_COMPRESSED = 0x1009


def attribute(name: int, data: bytes) -> bytes:
    level = 2 if name in {BEGIN, TITLE, DATA, FILE} else 1
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def text(value: str) -> bytes:
    return (value + "\0").encode("utf-16-le")


def properties(*values: tuple[int, int, bytes | int]) -> bytes:
    block = struct.pack("<I", len(values))
    for kind, name, value in values:
        block += struct.pack("<HH", kind, name)
        if isinstance(value, int):
            block += struct.pack("<I", value)
        elif kind == TIME:
            block += value
        else:
            block += struct.pack("<II", 1, len(value)) + padded(value)
    return block


def file(title: bytes, content: bytes, *values: tuple[int, int, bytes | int]) -> bytes:
    extra = attribute(FILE, properties(*values)) if values else b""
    return attribute(BEGIN, bytes(14)) + attribute(TITLE, title + b"\0") + attribute(DATA, content) + extra


OUTLOOK = (
    SIGNATURE
    + attribute(CODEPAGE, struct.pack("<II", 1251, 0))
    + attribute(MESSAGE, properties((SHORT, 0x0017, 1), (TIME, 0x0039, bytes(8)), (UNICODE, PLAIN, text("Добрый день"))))
    + file(b"OFFER~1.PDF", b"%PDF\0\0", (UNICODE, LONG_NAME, text("Предложение.pdf")), (STRING, MEDIA, b"application/pdf\0"))
    + file("Счёт.xls".encode("cp1251"), b"\xd0\xcf")
)  # fmt: skip


def letter_with(content: bytes, said: str = "") -> bytes:
    message = EmailMessage()
    message.set_content(said)
    message.add_attachment(content, "application", "ms-tnef", filename="winmail.dat")
    return message.as_bytes()


def test_text_and_files_come_out() -> None:
    parsed = parse_letter(letter_with(OUTLOOK))
    assert parsed.letter.text == "Добрый день"
    assert [(one.name, one.content_type) for one in parsed.letter.attachments] == [
        ("Предложение.pdf", "application/pdf"),
        ("Счёт.xls", "application/octet-stream"),
    ]
    assert parsed.files == (b"%PDF\0\0", b"\xd0\xcf")


def test_another_reader_finds_the_same_files() -> None:
    other = TNEF(OUTLOOK, do_checksum=False)
    ours = unpack_winmail(OUTLOOK, [])
    assert ours is not None
    assert [one.data for one in other.attachments] == [one.content for one in ours.files]
    assert other.attachments[0].long_filename() == ours.files[0].name
    assert other.body == ours.text


def test_the_text_beside_it_counts_more_than_the_text_in_it() -> None:
    assert parse_letter(letter_with(OUTLOOK, "Hello")).letter.text == "Hello"


def test_html_in_it_is_read_where_there_is_no_plain_text() -> None:
    html = attribute(MESSAGE, properties((LONG, CHARSET, 1251), (BINARY, HTML, "<p>Привет".encode("cp1251"))))
    assert parse_letter(letter_with(SIGNATURE + html)).letter.text == "Привет"


def test_a_file_that_is_an_object_loses_only_the_id_before_it() -> None:
    body = SIGNATURE + attribute(BEGIN, bytes(14))
    embedded = bytes.fromhex("0703020000000000c000000000000046") + SIGNATURE
    body += attribute(FILE, properties((OBJECT, 0x3701, embedded), (UNICODE, LONG_NAME, text("inner"))))
    unpacked = unpack_winmail(body, [])
    assert unpacked is not None
    assert [(one.name, one.content, one.content_type) for one in unpacked.files] == [
        ("inner", SIGNATURE, "application/ms-tnef")
    ]


@pytest.mark.parametrize("content", [b"", b"no such thing", SIGNATURE[:3]])
def test_what_is_none_stays_a_file(content: bytes) -> None:
    letter = parse_letter(letter_with(content, "Hello")).letter
    assert [one.name for one in letter.attachments] == ["winmail.dat"]
    assert "tnef_unreadable" in letter.defects


def test_what_is_cut_gives_the_files_before_the_cut() -> None:
    letter = parse_letter(letter_with(OUTLOOK[:-10])).letter
    assert [one.name for one in letter.attachments] == ["Предложение.pdf"]
    assert "tnef_damaged" in letter.defects


@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    damaged = bytearray(OUTLOOK)
    for _ in range(data.draw(st.integers(1, 20))):
        damaged[data.draw(st.integers(6, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    defects: list[str] = []
    unpacked = unpack_winmail(bytes(damaged), defects)
    assert unpacked is not None
    assert sum(len(one.content) for one in unpacked.files) <= len(OUTLOOK)


logging.getLogger("tnefparse").setLevel(logging.CRITICAL)


RTF = (
    rb"{\rtf1\ansi\ansicpg1251\fromtext \deff0{\fonttbl{\f0\fswiss Arial;}}{\*\generator Riched20;}\uc1\pard\plain\deftab360 \f0\fs20 "
    rb"\'c4\'ee\'e1\'f0\'fb\'e9 \'e4\'e5\'ed\'fc, the price is 100\par see \'93Offer\'94\par }"
)


def in_rtf(compressed: bytes) -> bytes:
    return SIGNATURE + attribute(MESSAGE, properties((BINARY, RTF_COMPRESSED, compressed)))


@pytest.mark.parametrize("is_compressed", [True, False])
def test_a_letter_that_is_only_rtf_has_its_text(is_compressed: bool) -> None:
    content = in_rtf(compressed_rtf.compress(RTF, compressed=is_compressed))
    parsed = parse_letter(letter_with(content))
    assert parsed.letter.text == "Добрый день, the price is 100\nsee \u201cOffer\u201d"
    assert not [one for one in parsed.letter.defects if one.startswith("tnef")]


def test_plain_text_is_taken_before_rtf() -> None:
    both = properties((BINARY, RTF_COMPRESSED, compressed_rtf.compress(RTF)), (UNICODE, PLAIN, text("Plain")))
    found = unpack_winmail(SIGNATURE + attribute(MESSAGE, both), [])
    assert found is not None
    assert found.text == "Plain"


@given(
    st.binary(max_size=200)
    | st.binary(max_size=200).map(lambda some: compressed_rtf.compress(RTF)[:20] + some)
)
def test_broken_rtf_gives_no_text_and_a_defect_at_most(compressed: bytes) -> None:
    defects: list[str] = []
    found = unpack_winmail(in_rtf(compressed), defects)
    assert found is not None
    assert set(defects) <= {"tnef_rtf_unreadable"}


def test_rtf_beyond_measure_is_left_unread_and_labelled() -> None:
    defects: list[str] = []
    found = unpack_winmail(in_rtf(bytes(MAX_COMPRESSED_BYTES + 1)), defects)
    assert found is not None
    assert (found.text, defects) == ("", ["tnef_rtf_too_large"])
