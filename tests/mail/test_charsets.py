"""Declared charsets are believed unless the bytes contradict; undeclared ones are guessed from what Russians write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.charsets import decode_text, find_codec

RUSSIAN = (
    "Добрый день! Отправляю коммерческое предложение во вложении.",
    "Договор № 12 от 24.11.2026",
    "Re: Счёт на оплату",
    "ООО «Ромашка»",
    "СРОЧНО: ВСТРЕЧА ЗАВТРА",
)


@pytest.mark.parametrize("text", RUSSIAN)
@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r"])
@pytest.mark.parametrize("declared", [None, "us-ascii", "x-unknown", "utf-8"])
def test_russian_is_read_whatever_is_declared(text: str, charset: str, declared: str | None) -> None:
    raw = text.encode(charset, "ignore")
    assert decode_text(raw, declared)[0] == raw.decode(charset)


@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r"])
def test_a_default_is_not_believed_against_a_russian_text(charset: str) -> None:
    raw = RUSSIAN[0].encode(charset)
    assert decode_text(raw, "iso-8859-1")[0] == RUSSIAN[0]
    assert decode_text(raw, '"Windows-1252"')[0] == RUSSIAN[0]


@pytest.mark.parametrize("text", ["Frösche quaken über Straßen", "déjà vu à Besançon", "Ægir", "«Très bien»"])
def test_a_default_is_believed_of_latin_texts(text: str) -> None:
    assert decode_text(text.encode("latin-1"), "iso-8859-1") == (text, True)


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "hex", "base64", "unicode-escape", "x\0y", "", "a" * 100, "zip"]
)
def test_what_is_no_charset_of_mail_is_none(name: str) -> None:
    assert find_codec(name) is None
    assert isinstance(decode_text(b"\xff\xfe", name)[0], str)


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "utf-8", "koi8-r", "utf-16", "utf-7", "gb2312", "ascii", "iso-2022-jp"]),
)
def test_any_bytes_are_some_text(raw: bytes, declared: str | None) -> None:
    assert isinstance(decode_text(raw, declared, "cp1251")[0], str)
