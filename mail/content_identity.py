"""When are two letters the same letter? (domain.md M1).

The same bytes apart from what servers on the way add or take: trace and delivery fields, verdicts of filters,
signatures of relays, flags of mailbox files, Bcc (which only the sender's copy has). Line ends count as equal,
and so do blank lines at the very end. Everything else makes another letter, so that a forged one never hides
a real one.
"""

import hashlib
import re

TRANSPORT_FIELDS = frozenset(
    {
        "received",
        "return-path",
        "delivered-to",
        "delivery-date",
        "envelope-to",
        "envelope-from",
        "x-original-to",
        "x-envelope-to",
        "x-envelope-from",
        "x-delivered-to",
        "x-forwarded-to",
        "x-forwarded-for",
        "x-received",
        "received-spf",
        "authentication-results",
        "x-authentication-results",
        "dkim-signature",
        "domainkey-signature",
        "x-google-dkim-signature",
        "x-gm-message-state",
        "x-google-smtp-source",
        "x-virus-scanned",
        "x-virus-status",
        "x-scanned-by",
        "x-amavis-alert",
        "x-rspamd-server",
        "x-rspamd-queue-id",
        "x-mras",
        "x-mru-trust-ip",
        "x-yandex-front",
        "x-yandex-timemark",
        "x-yandex-fwd",
        "x-yandex-suid",
        "x-ms-publictraffictype",
        "bcc",
        "status",
        "x-status",
        "x-uid",
        "x-uidl",
        "x-keywords",
        "x-imapbase",
        "x-mozilla-status",
        "x-mozilla-status2",
        "x-mozilla-keys",
        "content-length",
        "lines",
    }
)
TRANSPORT_PREFIXES = (
    "arc-",
    "x-spam-",
    "x-rspam",
    "x-ms-exchange-",
    "x-microsoft-antispam",
    "x-forefront-antispam",
    "x-gmail-",
    "x-mailru-",
    "x-proofpoint-",
    "x-barracuda-",
    "x-originating-",
    "x-authenticated-",
    "x-antivirus",
    "x-antiabuse",
)

MAX_HEADER_BYTES = 1024 * 1024
"""What a header has beyond this belongs to the identity as it stands."""

_PIECE_BYTES = 64 * 1024
_FIELD_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")


def is_transport_field(name: str) -> bool:
    """Whether a field is of the way, not of the letter."""
    lower = name.lower()
    return lower in TRANSPORT_FIELDS or lower.startswith(TRANSPORT_PREFIXES)


def content_sha256(raw: bytes) -> str:
    """The identity of a letter's content as 64 hex digits; linear, whatever the bytes."""
    text = raw.translate(None, b"\r")
    digest = hashlib.sha256()
    position, skipping = 0, False
    while position < min(len(text), MAX_HEADER_BYTES):
        end = text.find(b"\n", position)
        end = len(text) if end < 0 else end + 1
        line = text[position:end]
        if line == b"\n":
            break
        if line[:1] not in {b" ", b"\t"}:
            name = _FIELD_NAME.match(line)
            if name is None and not (position == 0 and line.startswith(b"From ")):
                break
            skipping = name is None or is_transport_field(name[1].decode("ascii"))
        if not skipping:
            digest.update(line)
        position = end
    digest.update(memoryview(text)[position : _end_of_words(text, position)])
    return digest.hexdigest()


def _end_of_words(text: bytes, start: int) -> int:
    """Where the blank lines at the very end begin; looked at from behind, in pieces, without copying the whole."""
    end = len(text)
    while end > start:
        piece = text[max(start, end - _PIECE_BYTES) : end]
        words = piece.rstrip(b"\n")
        end -= len(piece) - len(words)
        if words:
            break
    return end
