"""Invitations come out of a letter as they were sent, once each, within the caps."""

from email.message import EmailMessage

import pytest

from mail.calendar_parts import MAX_CALENDAR_BYTES, CalendarPart, find_calendars
from mail.mime import read_tree
from mail.parser import parse_letter

INVITATION = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def letter_with(*contents: bytes, subtype: str = "calendar", charset: str = "utf-8") -> bytes:
    message = EmailMessage()
    message.set_content("You are invited")
    for content in contents:
        message.add_attachment(content, "text", subtype, params={"method": "request", "charset": charset})
    return message.as_bytes()


def calendars_of(raw: bytes) -> tuple[CalendarPart, ...]:
    root, defects = read_tree(raw)
    return find_calendars(root, defects)


def test_an_invitation_keeps_its_bytes_and_method() -> None:
    raw = letter_with(INVITATION)
    assert calendars_of(raw) == (CalendarPart(INVITATION, "REQUEST"),)
    assert parse_letter(raw).letter.text == "You are invited"


def test_the_same_invitation_as_alternative_and_as_file_is_taken_once() -> None:
    message = EmailMessage()
    message.set_content("You are invited")
    message.add_alternative(INVITATION.decode(), subtype="calendar", params={"method": "REQUEST"})
    message.add_attachment(INVITATION, "application", "ics", filename="invite.ics")
    raw = message.as_bytes()
    assert [one.method for one in calendars_of(raw)] == ["REQUEST"]
    assert "invite.ics" in [one.name for one in parse_letter(raw).letter.attachments]


def test_a_declared_charset_becomes_utf_8() -> None:
    content = "BEGIN:VCALENDAR\r\nSUMMARY:Встреча\r\nEND:VCALENDAR\r\n"
    raw = letter_with(content.encode("koi8-r"), charset="koi8-r")
    assert calendars_of(raw)[0].content.decode() == content


@pytest.mark.parametrize("charset", ["utf-16-nonsense", "us-ascii", "utf-8", "koi8-r", "iso-8859-1"])
@pytest.mark.parametrize("written", ["koi8-r", "utf-8"])
def test_whatever_is_declared_the_words_survive(charset: str, written: str) -> None:
    content = "BEGIN:VCALENDAR\r\nSUMMARY:Встреча с заказчиком\r\nEND:VCALENDAR\r\n"
    raw = letter_with(content.encode(written), charset=charset)
    assert calendars_of(raw)[0].content.decode() == content


def test_no_more_than_three_and_none_larger_than_256_kb() -> None:
    many = [INVITATION + b"%d" % number for number in range(5)]
    raw = letter_with(*many, b"x" * (MAX_CALENDAR_BYTES + 1))
    assert [one.content for one in calendars_of(raw)] == many[:3]
    assert {"too_many_calendars", "calendar_too_large"} <= set(parse_letter(raw).letter.defects)
