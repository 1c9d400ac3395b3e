"""Letters as bytes: a thread of three in which a client asks, asks again, and is answered; and others of any day."""

from datetime import UTC, datetime
from email.utils import format_datetime

from simulator.mail_server import MailAccount

MAILBOX = MailAccount("anna@zveno.example", "anna", 'пароль с "кавычкой"', "Anna")
CLIENT = "john@acme.example"

QUESTION, REMINDER, ANSWER = "question@acme.example", "reminder@acme.example", "answer@zveno.example"


def write_letter(message_id: str, topic: str, text: str, *fields: str, date: str) -> bytes:
    """The bytes of a plain letter."""
    lines = [f"Subject: {topic}", f"Message-ID: <{message_id}>", f"Date: {date}", *fields]
    lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", text, ""]
    return "\r\n".join(lines).encode()


THREAD = {
    QUESTION: write_letter(
        QUESTION,
        "Pallets",
        "We need 20 pallets.",
        f"From: John Smith <{CLIENT}>",
        f"To: {MAILBOX.address}",
        date="Tue, 24 Nov 2026 11:00:00 +0300",
    ),
    REMINDER: write_letter(
        REMINDER,
        "Re: Pallets",
        "And what is the price?",
        f"From: John Smith <{CLIENT}>",
        f"To: {MAILBOX.address}",
        f"In-Reply-To: <{QUESTION}>",
        f"References: <{QUESTION}>",
        date="Tue, 24 Nov 2026 11:30:00 +0300",
    ),
    ANSWER: write_letter(
        ANSWER,
        "Re: Pallets",
        "100 each.",
        f"From: Anna <{MAILBOX.address}>",
        f"To: John Smith <{CLIENT}>",
        f"In-Reply-To: <{REMINDER}>",
        f"References: <{QUESTION}> <{REMINDER}>",
        date="Tue, 24 Nov 2026 11:45:00 +0300",
    ),
}
"""By Message-ID, as the bytes on the server."""


def write_now(message_id: str, topic: str, text: str, sender: str, to: str, *fields: str) -> bytes:
    """A plain letter of this moment."""
    now = format_datetime(datetime.now(UTC))
    return write_letter(message_id, topic, text, f"From: {sender}", f"To: {to}", *fields, date=now)


def answering(*message_ids: str) -> tuple[str, str]:
    """The fields by which a letter answers the last of a thread."""
    thread = " ".join(f"<{one}>" for one in message_ids)
    return f"In-Reply-To: <{message_ids[-1]}>", f"References: {thread}"
