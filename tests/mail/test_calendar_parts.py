"""Invitations come out of a letter as they were sent, once each, within the caps."""

from email.message import EmailMessage

import pytest

from core.values import CalendarPart
from mail.calendar_parts import MAX_CALENDAR_BYTES
from mail.parser import parse_letter

INVITATION = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def letter_with(*contents: bytes, subtype: str = "calendar", charset: str = "utf-8") -> bytes:
    message = EmailMessage()
    message.set_content("You are invited")
    for content in contents:
        message.add_attachment(content, "text", subtype, params={"method": "request", "charset": charset})
    return message.as_bytes()


def test_an_invitation_keeps_its_bytes_and_method() -> None:
    letter = parse_letter(letter_with(INVITATION)).letter
    assert letter.calendars == (CalendarPart(INVITATION, "REQUEST"),)
    assert letter.text == "You are invited"


def test_the_same_invitation_as_alternative_and_as_file_is_taken_once() -> None:
    message = EmailMessage()
    message.set_content("You are invited")
    message.add_alternative(INVITATION.decode(), subtype="calendar", params={"method": "REQUEST"})
    message.add_attachment(INVITATION, "application", "ics", filename="invite.ics")
    letter = parse_letter(message.as_bytes()).letter
    assert [one.method for one in letter.calendars] == ["REQUEST"]
    assert "invite.ics" in [one.name for one in letter.attachments]


def test_a_declared_charset_becomes_utf_8() -> None:
    content = "BEGIN:VCALENDAR\r\nSUMMARY:Встреча\r\nEND:VCALENDAR\r\n"
    letter = parse_letter(letter_with(content.encode("koi8-r"), charset="koi8-r")).letter
    assert letter.calendars[0].content.decode() == content


@pytest.mark.parametrize("charset", ["utf-16-nonsense", "us-ascii", "utf-8", "koi8-r", "iso-8859-1"])
@pytest.mark.parametrize("written", ["koi8-r", "utf-8"])
def test_whatever_is_declared_the_words_survive(charset: str, written: str) -> None:
    content = "BEGIN:VCALENDAR\r\nSUMMARY:Встреча с заказчиком\r\nEND:VCALENDAR\r\n"
    letter = parse_letter(letter_with(content.encode(written), charset=charset)).letter
    assert letter.calendars[0].content.decode() == content


def test_no_more_than_three_and_none_larger_than_256_kb() -> None:
    many = [INVITATION + b"%d" % number for number in range(5)]
    letter = parse_letter(letter_with(*many, b"x" * (MAX_CALENDAR_BYTES + 1))).letter
    assert [one.content for one in letter.calendars] == many[:3]
    assert {"too_many_calendars", "calendar_too_large"} <= set(letter.defects)
