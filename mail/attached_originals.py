"""Who wrote the letter that somebody sends on as a file (pains.md 13)? Its own header says it, whatever a text says."""

from collections.abc import Sequence

from core.rules.coordinates import parse_email
from core.values import MailAddress, Original
from mail.addresses import read_senders
from mail.header_fields import read_fields
from mail.header_text import decode_header
from mail.letter_files import EMBEDDED_TYPES, FoundFile

_LONGEST = 200
"""Characters of a name or date that are kept: what is longer is no name."""


def read_attached_original(files: Sequence[FoundFile]) -> Original | None:
    """The sender of the letters among a letter's files; None where there are none, or several people's."""
    found = [
        original
        for one in files
        if one.content_type in EMBEDDED_TYPES
        if (original := _original_of(one.content)) is not None
    ]
    return found[0] if len({one.address for one in found}) == 1 else None


def _original_of(content: bytes) -> Original | None:
    fields, _ = read_fields(content, 0, len(content), [])
    senders = read_senders(fields)
    sender = senders[0] if senders else MailAddress("", "", "")
    address = parse_email(sender.address)
    if address is None:
        return None
    said_at = decode_header(fields.first("date") or b"")
    return Original(sender.name[:_LONGEST] or address.value, address.value, said_at[:_LONGEST])
