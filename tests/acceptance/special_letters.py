"""Letters that are more than text: passed on, returned, invitations, newsletters; each of this moment."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.acceptance.letters import answering, write_now

MACHINE = "Mail Delivery System <MAILER-DAEMON@mx.acme.example>"


def write_parts(
    message_id: str, topic: str, sender: str, to: str, kind: str, *parts: str, fields: str
) -> bytes:
    """A letter of several parts, each with its own header."""
    body = "".join(f"--parts\r\n{part}\r\n" for part in parts)
    head = [
        f"Subject: {topic}",
        f"Message-ID: <{message_id}>",
        f"Date: {format_datetime(datetime.now(UTC))}",
        f"From: {sender}",
        f"To: {to}",
        *fields.splitlines(),
        "MIME-Version: 1.0",
        f'Content-Type: multipart/{kind}; boundary="parts"',
    ]
    return "\r\n".join([*head, "", f"{body}--parts--", ""]).encode()


def write_bounce(message_id: str, of: str, writer: str, recipient: str) -> bytes:
    """What a server says of a letter that it could not deliver (RFC 3464)."""
    told = f"Content-Type: text/plain\r\n\r\nYour message could not be delivered to {recipient}."
    status = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.acme.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    )
    return write_parts(
        message_id,
        "Undelivered Mail Returned to Sender",
        MACHINE,
        writer,
        "report; report-type=delivery-status",
        told,
        status,
        fields="\r\n".join((*answering(of), "Auto-Submitted: auto-replied")),
    )


def write_invitation(
    message_id: str, sender: str, to: str, begins: datetime, *, cancels: bool = False
) -> bytes:
    """John's meeting of an hour as Google writes it; or its end."""
    method, sequence = ("CANCEL", 1) if cancels else ("REQUEST", 0)
    stamp = "%Y%m%dT%H%M%SZ"
    calendar = "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            "PRODID:-//Google Inc//Google Calendar 70.9054//EN",
            "VERSION:2.0",
            f"METHOD:{method}",
            "BEGIN:VEVENT",
            f"DTSTART:{begins:{stamp}}",
            f"DTEND:{begins + timedelta(hours=1):{stamp}}",
            f"DTSTAMP:{datetime.now(UTC) + timedelta(seconds=sequence):{stamp}}",
            "ORGANIZER;CN=John Smith:mailto:john@acme.example",
            "UID:4k2v8h1q7n@google.com",
            f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{to}",
            "LOCATION:Acme office",
            f"SEQUENCE:{sequence}",
            f"STATUS:{'CANCELLED' if cancels else 'CONFIRMED'}",
            "SUMMARY:Samples",
            "END:VEVENT",
            "END:VCALENDAR",
        )
    )
    return write_parts(
        message_id,
        "Cancelled: Samples" if cancels else "Invitation: Samples",
        sender,
        to,
        "alternative",
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{'Sorry' if cancels else 'Please come'}.",
        f"Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n{calendar}",
        fields="",
    )


def write_newsletter(message_id: str, to: str) -> bytes:
    """What a list sends to many."""
    return write_now(
        message_id,
        "Weekly offers",
        "Buy!",
        "News <news@list.example>",
        to,
        "List-Id: <news.list.example>",
        "List-Unsubscribe: <https://list.example/off>",
    )


FORWARDED = {
    "ru": (
        "Смотри, что пишут\r\n\r\n-------- Пересылаемое сообщение --------\r\n"
        '12.11.2026, 14:03, "Peter Brown" <peter@gamma.example>:\r\n\r\nНужны поддоны, 300 штук.'
    ),
    "en": (
        "See what they write\r\n\r\n---------- Forwarded message ---------\r\n"
        "From: Peter Brown <peter@gamma.example>\r\nDate: Thu, 12 Nov 2026 at 14:03\r\nSubject: Pallets\r\n"
        "To: Boris <boris@zveno.example>\r\n\r\nWe need 300 pallets."
    ),
}
"""What a colleague passes on, as the text of Yandex and of Gmail."""
