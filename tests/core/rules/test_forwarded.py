"""Who wrote what somebody forwards, as mail programs say it (pains.md 13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.forwarded import read_original
from core.values import Original

GMAIL = """Please have a look.

---------- Forwarded message ---------
From: John Smith <John@Acme.example>
Date: Thu, 12 Nov 2026 at 14:03
Subject: Prices
To: <anna@zveno.example>

What do 20 pallets cost? Write to boss@acme.example.
"""
APPLE = """Begin forwarded message:

> From: John Smith <john@acme.example>
> Subject: Prices
> Date: 12 November 2026 at 14:03:00 GMT
>
> Hello
"""
YANDEX = """Посмотри

-------- Пересылаемое сообщение --------
12.11.2026, 14:03, "Иван Иванов" <ivan@romashka.example>:

Добрый день
"""
MAIL_RU = """
-------- Пересылаемое сообщение --------
От кого: Иван Иванов <ivan@romashka.example>
Кому: anna@zveno.example
Дата: четверг, 12 ноября 2026, 14:03 +03:00
Тема: Цены
"""
THUNDERBIRD = """
-------- Перенаправленное сообщение --------
Тема: \tЦены
Дата: \tThu, 12 Nov 2026 14:03:00 +0300
От: \tИван Иванов <ivan@romashka.example>
Кому: \tanna@zveno.example
"""
OUTLOOK = """See below.

From: John Smith [mailto:john@acme.example]
Sent: Thursday, November 12, 2026 2:03 PM
To: Anna
Subject: Prices
"""
JOHN, IVAN = ("John Smith", "john@acme.example"), ("Иван Иванов", "ivan@romashka.example")


@pytest.mark.parametrize(
    ("topic", "text", "original"),
    [
        ("Fwd: Prices", GMAIL, Original(*JOHN, "Thu, 12 Nov 2026 at 14:03")),
        ("Prices", APPLE, Original(*JOHN, "12 November 2026 at 14:03:00 GMT")),
        ("Fwd: Цены", YANDEX, Original(*IVAN, "12.11.2026, 14:03")),
        ("Fwd: Цены", MAIL_RU, Original(*IVAN, "четверг, 12 ноября 2026, 14:03 +03:00")),
        ("Fwd: Цены", THUNDERBIRD, Original(*IVAN, "Thu, 12 Nov 2026 14:03:00 +0300")),
        ("FW: Prices", OUTLOOK, Original(*JOHN, "Thursday, November 12, 2026 2:03 PM")),
        ("Re: Prices", OUTLOOK, None),
        ("Fwd: Prices", "Write to john@acme.example", None),
        ("Fwd: Prices", "---------- Forwarded message ---------\nFrom: nobody\n", None),
        ("Prices", "Forwarded message from John: john@acme.example", None),
    ],
    ids=[
        "gmail",
        "apple",
        "yandex",
        "mail.ru",
        "thunderbird",
        "outlook",
        "a reply",
        "words",
        "nobody",
        "prose",
    ],
)
def test_the_block_names_the_sender(topic: str, text: str, original: Original | None) -> None:
    assert read_original(topic, text) == original


@given(st.text(max_size=80), st.text(max_size=600))
def test_any_text_is_read_without_an_error(topic: str, text: str) -> None:
    found = read_original(topic, text)
    assert found is None or "@" in found.address


def test_only_the_first_lines_of_a_long_text_are_read() -> None:
    assert read_original("Fwd: x", "From: a\n" * 100_000 + GMAIL) is None
    assert read_original("Fwd: x", "-" * 1_000_000) is None
