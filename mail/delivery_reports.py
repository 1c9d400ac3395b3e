"""To whom could a letter not be delivered? What a bounce says for machines (RFC 3464; X-Failed-Recipients).

The words of a bounce are never searched: they name addresses of all sorts.
"""

import re

from mail.header_fields import Fields, read_fields
from mail.mime import Part

MAX_RECIPIENTS = 50
_MAX_GROUPS = 200
_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ADDRESS = re.compile(r"[^\s<>;,@\"]+@[^\s<>;,@\"]+")


def read_failed_recipients(root: Part) -> tuple[str, ...]:
    """The addresses for which delivery has failed for good, lower case, each once; delays do not count."""
    found: dict[str, None] = {}
    for part in root.children:
        if part.content_type.value in _STATUS:
            found.update(dict.fromkeys(_failed_in(part.content())))
    for raw in root.fields.all("x-failed-recipients"):
        found.update(dict.fromkeys(_addresses(raw)))
    return tuple(found)[:MAX_RECIPIENTS]


def _failed_in(content: bytes) -> list[str]:
    """The recipients of a delivery status: groups of fields, the first of which is about the report itself."""
    failed: list[str] = []
    position, end = 0, len(content)
    for _ in range(_MAX_GROUPS):
        if position >= end:
            break
        fields, after = read_fields(content, position, end, [])
        if _word(fields, "action") == "failed" and not _word(fields, "status").startswith("4"):
            # What was written to counts; where it was forwarded to is nobody's address here.
            failed += _recipient(fields, "original-recipient") or _recipient(fields, "final-recipient")
        if after <= position:
            break
        position = after
    return failed


def _recipient(fields: Fields, name: str) -> list[str]:
    """``rfc822; mary@acme.example`` (RFC 3464, 2.3.1)."""
    raw = fields.first(name)
    return _addresses(raw.partition(b";")[2]) if raw is not None else []


def _addresses(raw: bytes) -> list[str]:
    return [one.casefold() for one in _ADDRESS.findall(raw.decode("utf-8", "replace"))]


def _word(fields: Fields, name: str) -> str:
    return (fields.first(name) or b"").decode("ascii", "replace").strip().lower()
