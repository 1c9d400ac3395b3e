"""How is a letter of the demo written, and what of it is shown on the page?

Writing gives a proper RFC 5322 letter (Message-ID, Date, threading headers, attachments); reading never raises: what
cannot be decoded is shown as far as it goes, the raw bytes stay what the product receives.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import SMTP, compat32
from email.utils import format_datetime, getaddresses
from typing import Final, Self

SHOWN_CHARACTERS: Final = 20_000
SHOWN_HEADER_CHARACTERS: Final = 2_000  # decoding a header of many encoded words is quadratic
PARSER_FAILURES: Final = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError)


class LetterError(ValueError):
    """A letter cannot be written from what was given; the text says what is wrong with which field."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    content_type: str
    content: bytes

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Self:
        """Read `{name, content_type, base64}`; raises LetterError where it is not that."""
        try:
            content = base64.b64decode(str(value["base64"]), validate=True)
        except (KeyError, binascii.Error) as broken:
            raise LetterError("attachments: each needs a name and its content in base64") from broken
        content_type = str(value.get("content_type") or "application/octet-stream")
        return cls(name=str(value.get("name") or "file"), content_type=content_type, content=content)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a client wants to send.

    `answered` is the Message-ID replied to, `references` the thread before it; `date` an aware time.
    """

    from_name: str
    from_address: str
    to: Sequence[str]
    subject: str
    text: str
    date: datetime
    answered: str | None = None
    references: Sequence[str] = ()
    attachments: Sequence[Attachment] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the page shows of one letter."""

    folder: str
    message_id: str
    in_reply_to: str
    references: Sequence[str]
    from_name: str
    from_address: str
    to: Sequence[str]
    subject: str
    date: str
    received_at: datetime
    text: str
    attachments: Sequence[Mapping[str, object]]
    seen: bool

    def as_json(self) -> dict[str, object]:
        """Return the letter for the control API; `from` and `to` are bare addresses."""
        return {
            "folder": self.folder,
            "message_id": self.message_id,
            "in_reply_to": self.in_reply_to,
            "references": list(self.references),
            "from": self.from_address,
            "from_name": self.from_name,
            "to": list(self.to),
            "subject": self.subject,
            "date": self.date,
            "received_at": self.received_at.isoformat(),
            "text": self.text,
            "attachments": [dict(attachment) for attachment in self.attachments],
            "seen": self.seen,
        }


def write(draft: Draft) -> bytes:
    """Return the draft as an RFC 5322 letter with CRLF line ends and a fresh Message-ID.

    Raises:
        LetterError: an address or a header cannot be written as a header.
    """
    letter = EmailMessage(policy=SMTP)
    domain = draft.from_address.rpartition("@")[2]
    try:
        letter["From"] = Address(draft.from_name, addr_spec=draft.from_address)
        letter["To"] = [Address(addr_spec=address) for address in draft.to]
        letter["Subject"] = draft.subject
        letter["Date"] = format_datetime(draft.date)
        letter["Message-ID"] = f"<{secrets.token_hex(12)}@{domain}>"
        if draft.answered:
            letter["In-Reply-To"] = draft.answered
            letter["References"] = " ".join([*draft.references, draft.answered])
    except (ValueError, IndexError) as broken:
        raise LetterError(f"a header of the letter cannot be written: {broken}") from broken
    letter.set_content(draft.text)
    for attachment in draft.attachments:
        maintype, _, subtype = attachment.content_type.partition("/")
        if maintype in {"message", "multipart"} or not subtype:
            maintype, subtype = "application", "octet-stream"
        letter.add_attachment(
            attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name
        )
    return letter.as_bytes()


def read(raw: bytes, folder: str, received_at: datetime, *, seen: bool) -> Letter:
    """Return what the page shows of a letter; never raises, whatever the bytes are."""
    try:
        return _read(BytesParser(policy=compat32).parsebytes(raw), folder, received_at, seen=seen)
    except PARSER_FAILURES:
        head = BytesParser(policy=compat32).parsebytes(raw, headersonly=True)
        text = raw[:SHOWN_CHARACTERS].decode("latin-1")
        return Letter(
            folder=folder,
            message_id=str(head.get("Message-ID", ""))[:SHOWN_HEADER_CHARACTERS],
            in_reply_to="",
            references=(),
            from_name="",
            from_address="",
            to=(),
            subject="",
            date="",
            received_at=received_at,
            text=text,
            attachments=(),
            seen=seen,
        )


def _read(message: Message, folder: str, received_at: datetime, *, seen: bool) -> Letter:
    senders = _addresses(message, "From")
    return Letter(
        folder=folder,
        message_id=_header(message, "Message-ID"),
        in_reply_to=_header(message, "In-Reply-To"),
        references=_header(message, "References").split(),
        from_name=senders[0][0] if senders else "",
        from_address=senders[0][1] if senders else "",
        to=[address for _, address in [*_addresses(message, "To"), *_addresses(message, "Cc")]],
        subject=_header(message, "Subject"),
        date=_header(message, "Date"),
        received_at=received_at,
        text=_text(message)[:SHOWN_CHARACTERS],
        attachments=_attachments(message),
        seen=seen,
    )


def _header(message: Message, name: str) -> str:
    value = message.get(name)
    if value is None:
        return ""
    return " ".join(_decoded(str(value)[:SHOWN_HEADER_CHARACTERS]).split())


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        return value


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    raw = [str(value)[:SHOWN_HEADER_CHARACTERS] for value in message.get_all(name, [])]
    return [(_decoded(shown), address.lower()) for shown, address in getaddresses(raw) if address]


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(message: Message) -> str:
    """Return the first plain text part; an HTML letter without one is shown as its source."""
    texts = [
        part for part in message.walk() if part.get_content_maintype() == "text" and not part.get_filename()
    ]
    plain = [part for part in texts if part.get_content_subtype() == "plain"]
    for part in [*plain, *texts]:
        charset = part.get_content_charset("utf-8")
        try:
            return _content(part).decode(charset, "replace").replace("\r\n", "\n").strip()
        except (LookupError, ValueError):
            return _content(part).decode("latin-1").replace("\r\n", "\n").strip()
    return ""


def _attachments(message: Message) -> list[dict[str, object]]:
    return [
        {
            "name": str(part.get_filename() or ""),
            "content_type": part.get_content_type(),
            "size": len(_content(part)),
        }
        for part in message.walk()
        if part.get_filename()
    ]
