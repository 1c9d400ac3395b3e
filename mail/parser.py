"""From the bytes of a letter to what the core captures. Pure; never raises: what is wrong is data.

raw ── mime (fields, tree of parts, caps) ──┬── header_text, addresses, message_ids ── envelope
                                            ├── body_text ── text, files, calendars ── invitations, new_text
                                            └── classify, content_identity
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from core.enums import Importance, MailClass
from core.values import AttachmentDraft, Letter, MailAddress, Original
from mail.addresses import parse_addresses, read_senders
from mail.attached_originals import read_attached_original
from mail.body_text import Body, read_body
from mail.classify import classify
from mail.content_identity import content_sha256
from mail.delivery_reports import read_failed_recipients
from mail.header_fields import Fields, read_fields
from mail.header_text import decode_header
from mail.invitations import read_invitations
from mail.letter_files import FoundFile
from mail.message_ids import parse_message_ids
from mail.mime import Part, read_tree
from mail.new_text import is_forwarded, split_letter

OWN_FIELD = "x-zveno-id"
"""What this product writes into its letters, because some providers rewrite Message-ID."""

_MAX_DATE_BYTES = 200
_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})


@dataclass(frozen=True, slots=True)
class ParsedLetter:
    """A letter and the bytes of its attachments, in the order of `letter.attachments`."""

    letter: Letter
    files: tuple[bytes, ...]


def parse_letter(raw: bytes) -> ParsedLetter:
    """Read a letter, whatever its bytes."""
    root, defects = read_tree(raw)
    return compose(raw, root, read_body(root, defects), defects)


def compose(raw: bytes, root: Part, body: Body, defects: list[str]) -> ParsedLetter:
    """A letter of its envelope and its body, whoever read them.

    Args:
        raw: The whole letter.
        root: Its header fields; its parts too, where they are known.
        body: Its text, files and invitations.
        defects: What was wrong so far.
    """
    fields, hint = root.fields, _first_charset(root)
    ids = parse_message_ids(fields.first("message-id") or b"")
    if not ids:
        defects.append("no_message_id")
    mail_class = classify(root)
    topic = decode_header(fields.first("subject") or b"", hint)
    from_ = read_senders(fields, hint)
    letter = Letter(
        message_id=ids[0] if ids else "",
        in_reply_to=_ids(fields, "in-reply-to"),
        references=_ids(fields, "references"),
        own_ids=_own_ids(root, fields),
        topic=topic,
        text=body.text,
        from_=from_,
        to=parse_addresses(_join(fields, "to"), hint),
        cc=parse_addresses(_join(fields, "cc"), hint),
        bcc=parse_addresses(_join(fields, "bcc"), hint),
        sent_on=_read_date(fields, defects),
        mail_class=mail_class,
        importance=_importance(fields),
        failed_recipients=read_failed_recipients(root) if mail_class is MailClass.BOUNCE else (),
        attachments=tuple(_draft_of(one) for one in body.files),
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        content_sha256=content_sha256(raw),
        size=len(raw),
        defects=tuple(dict.fromkeys(defects)),
        invitations=read_invitations(body.calendars) if body.calendars else (),
        new_text=_new_text(body, topic, from_),
        original=_original(root, body, mail_class),
    )
    return ParsedLetter(letter, tuple(one.content for one in body.files))


def _new_text(body: Body, topic: str, from_: tuple[MailAddress, ...]) -> str | None:
    """What is new in a letter's text; None where that is all of it."""
    senders = [said for one in from_ for said in (one.name, one.address) if said]
    found = split_letter(body.marked or body.text, senders=senders, forwarded=is_forwarded(topic))
    return found.text if found.quoted or found.signature else None


def _original(root: Part, body: Body, mail_class: MailClass) -> Original | None:
    """Who wrote what a person sends on as a file; what a report returns was written by us."""
    by_person = mail_class is MailClass.NORMAL and root.content_type.value != "multipart/report"
    return read_attached_original(body.files) if by_person else None


def _draft_of(file: FoundFile) -> AttachmentDraft:
    digest = hashlib.sha256(file.content).hexdigest()
    return AttachmentDraft(file.name, file.content_type, len(file.content), digest, inline=file.quiet)


def _join(fields: Fields, name: str) -> bytes:
    """A field that may stand once only, and still stands twice in some letters."""
    return b", ".join(fields.all(name))


def _ids(fields: Fields, name: str) -> tuple[str, ...]:
    return parse_message_ids(b" ".join(fields.all(name)))


def _own_ids(root: Part, fields: Fields) -> tuple[str, ...]:
    """Ids that our own field carries; a report also names the letter it returns (RFC 6522, 3)."""
    ids = list(_ids(fields, OWN_FIELD))
    if root.content_type.value == "multipart/report":
        for part in root.children:
            if part.content_type.value in _RETURNED:
                returned, _ = read_fields(part.raw, part.start, part.end, [])
                ids += [*_ids(returned, OWN_FIELD), *_ids(returned, "message-id")]
    return tuple(dict.fromkeys(ids))


def _read_date(fields: Fields, defects: list[str]) -> datetime | None:
    raw = fields.first("date")
    if raw is None:
        defects.append("no_date")
        return None
    try:
        found = parsedate_to_datetime(raw[:_MAX_DATE_BYTES].decode("ascii", "replace"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        defects.append("date_unreadable")
        return None


def _importance(fields: Fields) -> Importance:
    words = " ".join(
        (fields.first(name) or b"").decode("ascii", "replace").lower()
        for name in ("importance", "x-priority", "priority", "x-msmail-priority")
    )
    if re.search(r"(?<![\w-])(high|urgent|[12])\b", words):
        return Importance.HIGH
    if re.search(r"(?<![\w-])(low|non-urgent|[45])\b", words):
        return Importance.LOW
    return Importance.NORMAL


def _first_charset(root: Part) -> str | None:
    waiting = [root]
    while waiting:
        part = waiting.pop(0)
        if part.content_type.value.startswith("text/") and part.charset:
            return part.charset
        waiting.extend(part.children)
    return None
