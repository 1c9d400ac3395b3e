"""Who wrote the letter that is sent on as a file: what its own header says (pains.md 13)."""

from email.message import EmailMessage

import pytest

from core.values import Original
from mail.parser import parse_letter


def inner(sender: str = "John Smith <John@Acme.example>", **fields: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["Date"] = "Thu, 12 Nov 2026 14:03:00 +0300"
    message["Subject"] = "Prices"
    for name, value in fields.items():
        message[name] = value
    message.set_content("What do 20 pallets cost?")
    return message


def original_of(*attached: EmailMessage, text: str = "Please have a look.") -> Original | None:
    message = EmailMessage()
    message["From"] = "Boris <boris@zveno.example>"
    message["Subject"] = "See the file"
    message.set_content(text)
    for one in attached:
        message.add_attachment(one)
    return parse_letter(message.as_bytes()).letter.original


def test_the_sender_and_date_of_the_attached_letter_are_read() -> None:
    said_at = "Thu, 12 Nov 2026 14:03:00 +0300"
    assert original_of(inner()) == Original("John Smith", "john@acme.example", said_at)


def test_an_encoded_name_is_decoded_and_a_missing_one_is_the_address() -> None:
    found = original_of(inner("Иван Иванов <ivan@romashka.example>"))
    assert found is not None
    assert found.name == "Иван Иванов"
    bare = original_of(inner("ivan@romashka.example"))
    assert bare is not None
    assert bare.name == "ivan@romashka.example"


def test_several_letters_of_one_person_are_theirs_and_of_several_nobodys() -> None:
    one = original_of(inner(), inner("J. Smith <john@acme.example>"))
    assert one is not None
    assert one.address == "john@acme.example"
    assert original_of(inner(), inner("Mary <mary@beta.example>")) is None


def test_a_letter_without_one_has_none() -> None:
    assert original_of() is None


@pytest.mark.parametrize("sender", ["", "undisclosed", "a@b@c"])
def test_a_sender_that_is_no_address_is_nobody(sender: str) -> None:
    head = f"From: {sender}\r\n".encode()
    raw = (
        b"From: boris@zveno.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nsee\r\n"
        b"--x\r\nContent-Type: message/rfc822\r\n\r\n" + head + b"Subject: s\r\n\r\nwords\r\n--x--\r\n"
    )
    assert parse_letter(raw).letter.original is None


def test_what_a_report_returns_was_written_by_us() -> None:
    raw = (
        b"From: mailer-daemon@x.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x"
        b"\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Final-Recipient: rfc822; mary@acme.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--x\r\nContent-Type: message/rfc822\r\n\r\nFrom: anna@zveno.example\r\n\r\nwords\r\n--x--\r\n"
    )
    assert parse_letter(raw).letter.original is None
