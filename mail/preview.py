"""What would an import bring? Counted on the server, from dates and headers alone, before anything is taken (pains.md 25).

Nothing is fetched whole and nothing is stored. The number of headers and the time are bounded: what lies beyond is
counted, not looked at, and the figures say so.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.enums import MailClass
from mail.addresses import parse_addresses
from mail.classify import classify
from mail.errors import FolderMissing
from mail.header_fields import Fields
from mail.imap_session import IMAPSession
from mail.mime import Part, read_fields

MOST_HEADERS = 1_000
"""So many headers are looked at, the latest first: a megabyte or some."""

MOST_DATES = 5_000
"""Up to so many letters are held against the exact moment; more are counted by the server's days."""

HEADERS_AT_ONCE = 100
PATIENCE_SECONDS = 15.0
"""A person waits for it: what was not looked at by then is left."""

_ADDRESS_FIELDS = ("from", "sender", "reply-to", "to", "cc")


@dataclass(slots=True)
class Preview:
    """What an import would bring.

    Attributes:
        letters: How many letters.
        people: The addresses of each letter looked at that a person wrote.
        newsletters: How many of those looked at were sent by lists or machines.
        looked_at: How many headers were read.
        is_whole: Whether all letters were counted and looked at; else every figure means "at least".
        missing: Folders that are wanted and that the server does not open.
    """

    letters: int = 0
    people: list[tuple[str, ...]] = field(default_factory=list)
    newsletters: int = 0
    looked_at: int = 0
    is_whole: bool = True
    missing: list[str] = field(default_factory=list)


async def preview_folders(
    session: IMAPSession, folders: Sequence[str], since: datetime | None, *, most: int = MOST_HEADERS
) -> Preview:
    """Count what an import of these folders would take.

    Args:
        session: Logged in.
        folders: The server's names of them.
        since: Letters that arrived earlier are left out; None: all count.
        most: So many headers are looked at, the latest first.

    Raises:
        TryLater: The server went away.
    """
    preview = Preview()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_SECONDS
    for name in folders:
        if loop.time() > deadline:
            preview.is_whole = False
            break
        try:
            await session.select(name)
        except FolderMissing:
            preview.missing.append(name)
            continue
        uids = await _list_uids(session, since)
        preview.letters += len(uids)
        for piece in _latest_first(uids):
            if loop.time() > deadline or preview.looked_at + len(piece) > most:
                preview.is_whole = False
                break
            for header in await session.fetch_headers(piece):
                _look_at(header.header, preview)
    return preview


async def _list_uids(session: IMAPSession, since: datetime | None) -> list[int]:
    """What arrived since; the server's days may begin half a day off ours, so few are looked at one by one."""
    if since is None:
        return await session.search_uids()
    near = await session.search_since((since - timedelta(days=1)).date())
    if len(near) > MOST_DATES:
        return await session.search_since(since.date())
    sizes = await session.fetch_sizes(near)
    return [one.uid for one in sizes if one.internal_date is None or one.internal_date >= since]


def _latest_first(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for end in range(len(uids), 0, -HEADERS_AT_ONCE):
        yield uids[max(0, end - HEADERS_AT_ONCE) : end]


def _look_at(header: bytes, preview: Preview) -> None:
    preview.looked_at += 1
    fields, _ = read_fields(header, 0, len(header), [])
    if classify(Part(header, len(header), len(header), fields, 0)) is MailClass.NORMAL:
        preview.people.append(_addresses(fields))
    else:
        preview.newsletters += 1


def _addresses(fields: Fields) -> tuple[str, ...]:
    found = {one.address for name in _ADDRESS_FIELDS for one in parse_addresses(fields.first(name) or b"")}
    return tuple(sorted(found - {""}))
