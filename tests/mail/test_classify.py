"""Automatic mail by its header fields (domain.md S1; RFC 3834, 3464, 2369, 2919)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import MailClass
from mail.parser import parse_letter

REPORT = "Content-Type: multipart/report; report-type={}; boundary=x\r\n\r\n--x\r\n\r\nsorry\r\n--x--"


def classify(raw: str) -> MailClass:
    return parse_letter(raw.encode()).letter.mail_class


@pytest.mark.parametrize(
    ("fields", "mail_class"),
    [
        ("", MailClass.NORMAL),
        ("Auto-Submitted: no", MailClass.NORMAL),
        ("Auto-Submitted: auto-replied (vacation)", MailClass.AUTO_REPLY),
        ("Auto-Submitted: Auto-Generated; owner=x", MailClass.AUTO_REPLY),
        ("X-Autoreply: yes", MailClass.AUTO_REPLY),
        ("X-Autorespond: out of office", MailClass.AUTO_REPLY),
        ("Precedence: auto_reply", MailClass.AUTO_REPLY),
        ("List-Id: <users.lists.example>\r\nList-Post: <mailto:u@l.example>", MailClass.LIST),
        ("Precedence: list", MailClass.LIST),
        ("List-Id: <news.example>\r\nList-Unsubscribe: <https://x>", MailClass.NEWSLETTER),
        ("List-Post: NO\r\nList-Id: <news.example>", MailClass.NEWSLETTER),
        ("Precedence: bulk", MailClass.NEWSLETTER),
        ("List-Id: <a.b>\r\nAuto-Submitted: auto-generated", MailClass.LIST),
        ("X-Failed-Recipients: a@b.example", MailClass.BOUNCE),
        ("Return-Path: <>\r\nFrom: MAILER-DAEMON@b.example", MailClass.BOUNCE),
        ("Return-Path: <>\r\nFrom: anna@b.example", MailClass.NORMAL),
        ("From: postmaster@b.example\r\nReturn-Path: <postmaster@b.example>", MailClass.NORMAL),
        ("Subject: Out of office: automatic reply", MailClass.NORMAL),
    ],
)
def test_s1_classes(fields: str, mail_class: MailClass) -> None:
    assert classify(f"{fields}\r\n\r\ntext") is mail_class


@pytest.mark.parametrize(
    ("kind", "mail_class"),
    [("delivery-status", MailClass.BOUNCE), ("disposition-notification", MailClass.AUTO_REPLY)],
)
def test_s1_reports(kind: str, mail_class: MailClass) -> None:
    assert classify(REPORT.format(kind)) is mail_class


def test_a_report_names_the_letter_it_returns() -> None:
    raw = (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nsorry\r\n"
        "--x\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <sent@zveno.example>\r\n\r\nHello\r\n--x--"
    )
    assert parse_letter(raw.encode()).letter.own_ids == ("sent@zveno.example",)


@given(st.text(max_size=60))
def test_no_words_of_topic_or_text_make_mail_automatic(words: str) -> None:
    line = words.replace("\r", " ").replace("\n", " ")
    assert classify(f"Subject: {line}\r\n\r\n{words}") is MailClass.NORMAL
