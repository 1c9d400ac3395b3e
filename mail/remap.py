"""Is that a letter which is known under a number that means nothing any more?

When a server numbers a folder anew (UIDVALIDITY changed, UIDNEXT went back), its letters are recognised before a
body is downloaded: by size, by Message-ID, and by the hash of the header block against the bytes that are kept; what
was never fetched, because it is too large, by size and time of arrival. Only what is the same letter without doubt
gets the fate of the former sighting; else it is downloaded, and its identity decides (domain.md M1).
"""

import asyncio
import hashlib
import logging
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from core.errors import NotFound
from core.rules.sightings import FormerSighting, UnreadSighting, are_one
from core.services.sightings import Renumbered
from core.values import FolderId
from mail.imap_letters import HEADER_BYTES
from mail.imap_session import IMAPSession, LetterSize
from mail.settings import MailServices

HEADERS_AT_ONCE = 200
"""Header blocks fetched together: 13 MB at the very worst, a few hundred KB as letters are."""

_MESSAGE_ID = re.compile(rb"^message-id:\s*<[^<>\s]+>", re.IGNORECASE | re.MULTILINE)

_BySize = dict[int, dict[int, FormerSighting]]
"""Former sightings by size, then by id."""

logger = logging.getLogger(__name__)


class Remap:
    """Recognises letters of one folder at a time: `open`, `recognise` as often as needed, `close`."""

    def __init__(self, session: IMAPSession, services: MailServices) -> None:
        self._session = session
        self._services = services
        self._folder_id = FolderId(0)
        self._uidvalidity = 0
        self._former: _BySize = {}
        self._unread: dict[tuple[int, datetime], list[UnreadSighting]] = {}
        self._keys: dict[str, bytes | None] = {}
        self._recognised = 0

    async def open(self, folder_id: FolderId, uidvalidity: int) -> None:
        """Look up what is known under former numbers; mostly nothing."""
        self._folder_id, self._uidvalidity, self._recognised = folder_id, uidvalidity, 0
        former = await self._services.sightings.list_former(folder_id, uidvalidity)
        self._former = await asyncio.to_thread(self._sort, former) if former else {}
        self._unread = defaultdict(list)
        for unread in await self._services.sightings.list_former_unread(folder_id, uidvalidity):
            self._unread[unread.size, unread.internal_date].append(unread)

    async def recognise(self, sizes: Sequence[LetterSize]) -> frozenset[int]:
        """Give those letters that are known their fate; their UIDs.

        Raises:
            StateForbids: The folder was numbered anew meanwhile.
            TryLater
        """
        known = set(await self._recognise_unread(sizes))
        candidates = [one for one in sizes if one.size in self._former]
        for start in range(0, len(candidates), HEADERS_AT_ONCE):
            known |= await self._recognise(candidates[start : start + HEADERS_AT_ONCE])
        return frozenset(known)

    async def _recognise_unread(self, sizes: Sequence[LetterSize]) -> frozenset[int]:
        """Of letters that were never fetched, size and time of arrival are all that is known, and rarely shared."""
        moved = []
        for letter in sizes if self._unread else ():
            at = letter.internal_date
            same = self._unread.pop((letter.size, at), []) if at is not None else []
            if len(same) == 1 and at is not None:
                moved.append(Renumbered(same[0].id, letter.uid, letter.size, at))
        if not moved:
            return frozenset()
        self._recognised += len(moved)
        return await self._services.sightings.renumber(self._folder_id, self._uidvalidity, moved)

    async def _recognise(self, letters: Sequence[LetterSize]) -> frozenset[int]:
        headers = await self._session.fetch_headers(one.uid for one in letters)
        keys = {one.uid: key for one in headers if (key := key_of(one.header)) is not None}
        keyed = [one for one in letters if one.uid in keys]
        former = await asyncio.to_thread(self._read_former, {one.size for one in keyed})
        moved = []
        for letter in keyed:
            same = former.get((letter.size, keys[letter.uid]), [])
            if same and are_one(same):
                sighting = same.pop()
                del self._former[letter.size][sighting.id]
                moved.append(Renumbered(sighting.id, letter.uid, letter.size, letter.internal_date))
        self._recognised += len(moved)
        return await self._services.sightings.renumber(self._folder_id, self._uidvalidity, moved)

    def _sort(self, former: Sequence[FormerSighting]) -> _BySize:
        """Sort by size; runs in a thread."""
        by_size: _BySize = defaultdict(dict)
        for sighting in former:
            size = self._measure(sighting) if sighting.size is None else sighting.size
            by_size[size][sighting.id] = sighting
        return dict(by_size)

    def _read_former(self, sizes: set[int]) -> dict[tuple[int, bytes], list[FormerSighting]]:
        """The former sightings of these sizes by size and key, the first last; runs in a thread."""
        found: dict[tuple[int, bytes], list[FormerSighting]] = defaultdict(list)
        for size in sizes:
            for sighting in reversed(self._former[size].values()):
                if sighting.raw_sha256 not in self._keys:
                    self._measure(sighting)
                key = self._keys[sighting.raw_sha256]
                if key is not None:
                    found[size, key].append(sighting)
        return found

    def _measure(self, sighting: FormerSighting) -> int:
        """Read the bytes of a letter once: its key is remembered, its size given; 0 where there are none."""
        try:
            raw = self._services.blobs.load(sighting.raw_sha256)
        except NotFound:
            raw = b""
        self._keys[sighting.raw_sha256] = key_of(raw)
        return len(raw)

    async def close(self) -> None:
        """Note that what was not recognised is no longer on the server under its former number."""
        if self._recognised or self._former:
            await self._services.sightings.retire_former(self._folder_id, self._uidvalidity)
            logger.info(
                "letters recognised under new numbers",
                extra={
                    "event": "letters_renumbered",
                    "folder_id": self._folder_id,
                    "letters": self._recognised,
                },
            )
        self._former, self._unread, self._keys = {}, {}, {}


def key_of(letter: bytes) -> bytes | None:
    """What a letter, or its header block alone, is recognised by; None: it has no Message-ID."""
    block = letter[:HEADER_BYTES].replace(b"\r\n", b"\n").removesuffix(b"\r")
    block = block.partition(b"\n\n")[0].rstrip(b"\n")
    if _MESSAGE_ID.search(block) is None:
        return None
    return hashlib.sha256(block).digest()
