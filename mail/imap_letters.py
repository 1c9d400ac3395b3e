"""Letters of the opened folder, fetched by UID: their sizes, their headers, their bytes.

A server may answer with less than was asked for, in another order, or with what nobody asked for: every row is told
apart by its UID. What it says of sizes is a hint; what it may send is bounded before it sends it.
"""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from mail.errors import LiteralTooLarge, ProtocolViolation, TryLater
from mail.imap_client import ANSWER_ALLOWANCE, IMAPConnection
from mail.imap_names import format_uid_set, format_uid_sets
from mail.imap_protocol import show
from mail.imap_reader import Segments
from mail.imap_wire import Value, read_fetch, read_internaldate, read_number, read_uid

MAX_LETTER_BYTES = 50 * 1024 * 1024
"""The largest letter that is fetched where nothing else is said (interface.md, MAIL_MAX_BYTES)."""

BATCH_BYTES_AT_LEAST = 8 * 1024 * 1024
"""What a batch of letters may have whatever the server said of their sizes: some servers always say 0."""

HEADER_BYTES = 65_536
"""So much of a header block is fetched to recognise a letter by."""

_ROW_BYTES = 4 * 1024
"""What a letter's row may have beside its body."""

_UID = re.compile(rb"[( ]UID (\d{1,10})\b", re.IGNORECASE)


class LetterSize(NamedTuple):
    r"""A letter of the opened folder before its body is fetched; `draft`: it is flagged \Draft."""

    uid: int
    size: int
    internal_date: datetime | None
    draft: bool = False


class LetterHeader(NamedTuple):
    """A letter's header block, cut after `HEADER_BYTES`."""

    uid: int
    header: bytes


class FetchedLetter(NamedTuple):
    """A letter with its bytes; None when the server has no body for it."""

    uid: int
    internal_date: datetime | None
    raw: bytes | None


class LetterFetcher:
    """Fetches letters over one connection.

    Args:
        connection: Logged in, a folder open.
        max_letter_bytes: A letter that the server announces as larger is not taken.
    """

    def __init__(self, connection: IMAPConnection, max_letter_bytes: int) -> None:
        self._connection = connection
        self._max_letter_bytes = max_letter_bytes

    async def fetch_sizes(self, uid_set: str) -> list[LetterSize]:
        """Sizes and arrival times, ascending."""
        sizes: dict[int, LetterSize] = {}
        what = "(UID RFC822.SIZE INTERNALDATE FLAGS)"
        for items in self._read_rows(await self._connection.run("UID FETCH", uid_set, what)):
            uid, size = read_uid(items.get("UID")), read_number(items.get("RFC822.SIZE"))
            if uid is not None and size is not None:
                date = read_internaldate(items.get("INTERNALDATE"))
                sizes[uid] = LetterSize(uid, size, date, _is_draft(items.get("FLAGS")))
        return [sizes[uid] for uid in sorted(sizes)]

    async def fetch_headers(self, uids: Iterable[int]) -> list[LetterHeader]:
        """Header blocks, ascending; each may hold `HEADER_BYTES`."""
        wanted = set(uids)
        if not wanted:
            return []
        what = f"(UID BODY.PEEK[HEADER]<0.{HEADER_BYTES}>)"
        headers: dict[int, LetterHeader] = {}
        for uid_set in format_uid_sets(wanted):
            for items in self._read_rows(await self._connection.run("UID FETCH", uid_set, what)):
                uid = read_uid(items.get("UID"))
                header = next((items[name] for name in items if name.startswith("BODY[HEADER]")), None)
                if uid is not None and uid in wanted and isinstance(header, bytes):
                    headers[uid] = LetterHeader(uid, header[:HEADER_BYTES])
        return [headers[uid] for uid in sorted(headers)]

    async def fetch_raw(self, uids: Sequence[int], announced: int | None) -> AsyncIterator[FetchedLetter]:
        """Bytes; see `IMAPSession.fetch_raw`."""
        missing = set(uids)
        if not missing:
            return
        is_alone = len(missing) == 1
        allowance = self._allow(announced, is_alone=is_alone) + _ROW_BYTES * len(missing)
        what = "(UID INTERNALDATE BODY.PEEK[])"
        responses: list[Segments] = []
        failure: TryLater | None = None
        try:
            await self._connection.run(
                "UID FETCH", format_uid_set(missing), what, allowance=allowance, untagged=responses
            )
        except TryLater as error:
            failure = error
            if isinstance(error, ProtocolViolation) and not isinstance(error, LiteralTooLarge):
                responses.clear()  # Where an answer cannot be read, what came before may be half of something.
        responses.reverse()
        while responses:
            fetched = self._read_letter(responses.pop(), missing, is_alone=is_alone)
            if fetched is not None:
                yield fetched
        if failure is not None:
            self._blame(failure, missing, is_alone=is_alone)
            raise failure

    def _allow(self, announced: int | None, *, is_alone: bool) -> int:
        if is_alone:
            return max(self._max_letter_bytes, 2 * (announced or 0))
        return ANSWER_ALLOWANCE if announced is None else max(2 * announced, BATCH_BYTES_AT_LEAST)

    def _read_letter(self, response: Segments, missing: set[int], *, is_alone: bool) -> FetchedLetter | None:
        """A letter that is missing still; None: flags told unasked, or a UID that was not asked for."""
        try:
            items = next(self._read_rows([response]), {})
        except ProtocolViolation as error:
            self._blame(error, missing, is_alone=is_alone)
            raise
        uid = read_uid(items.get("UID"))
        if uid is None or uid not in missing or "BODY[]" not in items:
            return None
        missing.discard(uid)
        body = items["BODY[]"]
        raw = body if isinstance(body, bytes) else None
        return FetchedLetter(uid, read_internaldate(items.get("INTERNALDATE")), raw)

    def _blame(self, failure: TryLater, missing: set[int], *, is_alone: bool) -> None:
        """Note the letters that an error may come from."""
        failure.uids, failure.is_alone = tuple(sorted(missing)), is_alone and bool(missing)
        if isinstance(failure, LiteralTooLarge) and failure.size > self._max_letter_bytes:
            named = _UID.search(b" ".join(failure.before[::2]))
            if named is not None and int(named[1]) in missing:
                failure.uids, failure.is_alone = (int(named[1]),), True

    def _read_rows(self, responses: Iterable[Segments]) -> Iterator[dict[str, Value]]:
        with ending(self._connection):
            for response in responses:
                items = read_fetch(response)
                if items is not None:
                    yield items


@contextmanager
def ending(connection: IMAPConnection) -> Iterator[None]:
    """An answer that cannot be read ends the connection, like one that cannot be taken."""
    try:
        yield
    except ProtocolViolation:
        connection.abort()
        raise


def _is_draft(flags: Value) -> bool:
    return isinstance(flags, list) and any(show(one).lower() == "\\draft" for one in flags)
