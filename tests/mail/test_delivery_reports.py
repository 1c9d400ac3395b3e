"""To whom a letter could not be delivered, as bounces say it for machines (RFC 3464)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.parser import parse_letter

HEAD = "From: MAILER-DAEMON@mx.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
REPORT = "Reporting-MTA: dns; mx.example\r\nArrival-Date: Tue, 24 Nov 2026 10:00:00 +0000"


def failed(*groups: str, fields: str = "") -> tuple[str, ...]:
    status = "\r\n\r\n".join((REPORT, *groups))
    raw = (
        f"{fields}{HEAD}--x\r\n\r\nWrite to help@mx.example.\r\n"
        f"--x\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n--x--\r\n"
    )
    return parse_letter(raw.encode()).letter.failed_recipients


@pytest.mark.parametrize(
    ("group", "recipients"),
    [
        (
            "Final-Recipient: rfc822; Mary@Acme.example\r\nAction: failed\r\nStatus: 5.1.1",
            ("mary@acme.example",),
        ),
        ("Final-Recipient: RFC822;<mary@acme.example>\r\nAction: Failed", ("mary@acme.example",)),
        (
            "Original-Recipient: rfc822;mary@acme.example\r\nFinal-Recipient: rfc822;m7@mx.example\r\nAction: failed",
            ("mary@acme.example",),
        ),
        ("Final-Recipient: rfc822;мария@пример.рф\r\nAction: failed", ("мария@пример.рф",)),
        ("Final-Recipient: rfc822; mary@acme.example\r\nAction: delayed\r\nStatus: 4.4.1", ()),
        ("Final-Recipient: rfc822; mary@acme.example\r\nAction: failed\r\nStatus: 4.4.7", ()),
        ("Final-Recipient: rfc822; mary@acme.example\r\nAction: delivered", ()),
        ("Final-Recipient: x400; /c=de/\r\nAction: failed", ()),
        ("Action: failed", ()),
    ],
)
def test_a_group_names_a_recipient_that_failed_for_good(group: str, recipients: tuple[str, ...]) -> None:
    assert failed(group) == recipients


def test_several_recipients_each_once_and_nobody_from_the_words() -> None:
    group = "Final-Recipient: rfc822; {}@acme.example\r\nAction: failed"
    found = failed(group.format("a"), group.format("b"), group.format("A"))
    assert found == ("a@acme.example", "b@acme.example")


def test_exims_own_field_counts_too() -> None:
    assert failed(fields="X-Failed-Recipients: mary@acme.example,\r\n john@acme.example\r\n") == (
        "mary@acme.example",
        "john@acme.example",
    )


def test_a_persons_letter_with_a_bounce_attached_reports_nothing() -> None:
    raw = b"From: mary@acme.example\r\nSubject: What is this?\r\n\r\nAction: failed\r\nFinal-Recipient: rfc822;a@b.example"
    assert parse_letter(raw).letter.failed_recipients == ()


@given(st.text(max_size=400))
def test_any_status_is_read_without_an_error(status: str) -> None:
    assert all("@" in one for one in failed(status))
