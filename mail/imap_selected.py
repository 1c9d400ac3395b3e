"""What does opening a folder tell, and how is it asked what has changed since? (RFC 3501, 6.3.1; RFC 7162, 3.2.5)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from core.rules.uid_ranges import UIDRange
from mail.imap_reader import Segments

HIGHEST_UID = 2**32 - 1

_RANGE = re.compile(rb"(\d{1,10})(?::(\d{1,10}))?")
_VANISHED = re.compile(rb"\* VANISHED (?:\(EARLIER\) )?([\d:,]+)\s*\Z", re.IGNORECASE)


class SelectedFolder(NamedTuple):
    """What opening a folder tells.

    Attributes:
        uidvalidity: None where the server gives its numbers no validity.
        uidnext: None where the server keeps it to itself.
        exists: How many letters there are.
        highest_modseq: The server's count of changes; None: it does not count them for this folder.
        vanished: UIDs that left since the point that was asked from.
        writable: Whether flags may be changed.
        has_news: Whether letters arrived while it was being opened.
    """

    uidvalidity: int | None
    uidnext: int | None
    exists: int
    highest_modseq: int | None = None
    vanished: tuple[UIDRange, ...] = ()
    writable: bool = False
    has_news: bool = False


class ResyncPoint(NamedTuple):
    """Up to where a folder's changes are known: tell what came after it (RFC 7162)."""

    uidvalidity: int
    highest_modseq: int
    last_uid: int

    def __str__(self) -> str:
        known = f" 1:{self.last_uid}" if self.last_uid else ""
        return f"({self.uidvalidity} {self.highest_modseq}{known})"


def read_selected(responses: Sequence[Segments], *, writable: bool) -> SelectedFolder:
    """What the answer to EXAMINE (or SELECT, `writable`) tells."""
    lines = [response[0] for response in responses]
    text = b"\n".join(line for line in lines if not _is_fetch(line))
    counts = [int(number) for number in re.findall(rb"(?im)^\* (\d{1,10}) EXISTS", text)]
    return SelectedFolder(
        uidvalidity=_find_number(rb"\[UIDVALIDITY (\d{1,18})\]", text),
        uidnext=_find_number(rb"\[UIDNEXT (\d{1,18})\]", text),
        exists=counts[0] if counts else 0,
        highest_modseq=_find_number(rb"\[HIGHESTMODSEQ (\d{1,18})\]", text) or None,
        vanished=tuple(one for line in lines for one in read_vanished(line)),
        writable=writable and _may_be_seen(text),
        has_news=len(counts) > 1,
    )


def read_vanished(line: bytes) -> list[UIDRange]:
    """The UIDs that a VANISHED line names; none for another line, or where its numbers cannot be UIDs."""
    match = _VANISHED.match(line)
    if match is None:
        return []
    ranges = []
    for piece in match[1].split(b","):
        bounds = _RANGE.fullmatch(piece)
        if bounds is None:
            return []
        first = int(bounds[1])
        last = int(bounds[2] or first)
        low, high = min(first, last), max(first, last)
        if not 0 < low <= high <= HIGHEST_UID:
            return []
        ranges.append(UIDRange(low, high))
    return ranges


def _may_be_seen(text: bytes) -> bool:
    r"""Whether the server keeps \Seen for good; one that lists no permanent flags keeps them all (RFC 3501, 7.1)."""
    match = re.search(rb"\[PERMANENTFLAGS \(([^)]*)\)\]", text, re.IGNORECASE)
    return match is None or b"\\seen" in match[1].lower()


def _is_fetch(line: bytes) -> bool:
    return re.match(rb"\* \d+ FETCH ", line, re.IGNORECASE) is not None


def _find_number(pattern: bytes, text: bytes) -> int | None:
    match = re.search(pattern, text, re.IGNORECASE)
    return int(match[1]) if match else None
