"""Taking from a folder what is not taken yet, and noting what left it.

open (EXAMINE) ── compare UIDVALIDITY, UIDNEXT, the number of letters and of changes with what is known
├─ whole:  all UIDs of the server against all fates here    (after connecting, now and then, whenever something
│          ├─ without a fate: mail/remap.py recognises,      does not add up)
│          │  mail/intake.py takes in the rest
│          └─ with a fate and not on the server: gone
└─ onward: UIDs after the cursor; VANISHED                   (on news, on a poll)

Whatever was announced and has no fate afterwards either left the server meanwhile, which is a fate, or is a gap.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import NamedTuple

from core.enums import FolderRole
from core.rules.sightings import compare
from core.services.mail_folders import FolderCursor, FolderLook, ServerFolder
from core.services.mailbox_drafts import MailboxAccess
from core.services.sightings import EXCLUDED_BY_DRAFT, EXCLUDED_BY_EXPUNGED, LeftOut
from core.values import FolderId
from mail.imap_session import IMAPSession, LetterSize, ResyncPoint, SelectedFolder
from mail.intake import Intake
from mail.remap import Remap
from mail.settings import MailServices, MailSettings
from mail.suspects import Suspects

SIZES_AT_ONCE = 2_000
"""Letters whose sizes are asked for together; also how long a large import keeps its turn."""

FEW = 50
"""So many letters are taken without waiting for a turn: news is not held up by imports of others."""

Turn = Callable[[], AbstractAsyncContextManager[None]]
"""Waits until this mailbox may import much."""


class _Loss(NamedTuple):
    """Letters announced that have no fate: how many are on the server still, and how many left it."""

    gap: int
    expunged: int


class CatchUp:
    """Takes letters of one mailbox over one connection.

    Args:
        session: Logged in.
        access: The mailbox.
        services: The core.
        settings: How mail is fetched.
        turn: Entered around the taking of many letters.
        suspects: What earlier connections ended at; None: there were none.
    """

    def __init__(
        self,
        session: IMAPSession,
        access: MailboxAccess,
        services: MailServices,
        settings: MailSettings,
        turn: Turn = nullcontext,
        suspects: Suspects | None = None,
    ) -> None:
        self._session = session
        self._services = services
        self._intake = Intake(session, access, services, settings, suspects)
        self._remap = Remap(session, services)
        self._turn = turn
        self._exists: dict[FolderId, int] = {}
        self._doubtful: set[FolderId] = set()

    async def take_whole(self, cursor: FolderCursor) -> FolderCursor:
        """Open a folder, give a fate to everything on the server that has none, and note what is gone.

        Raises:
            FolderMissing, TryLater
        """
        return await self._compare(cursor, await self._session.select(cursor.name))

    async def take_onward(self, cursor: FolderCursor) -> FolderCursor:
        """Open a folder and take what lies beyond its cursor; everything if it has changed otherwise.

        Raises:
            FolderMissing, TryLater
        """
        selected = await self._session.select(cursor.name, _point_of(cursor))
        if cursor.id in self._doubtful or not _goes_on(cursor, selected):
            return await self._compare(cursor, selected)
        uidvalidity = selected.uidvalidity or 0
        sizes: list[LetterSize] = []
        if selected.uidnext is None or selected.uidnext - 1 > cursor.last_uid or selected.has_news:
            sizes = await self._session.fetch_sizes_from(cursor.last_uid + 1)
        gone = await self._services.sightings.note_vanished(cursor.id, uidvalidity, selected.vanished)
        await self._take(cursor, uidvalidity, sizes)
        expected = self._exists.get(cursor.id, -1) + len(sizes) - gone
        if expected != selected.exists or await self._list_fateless(cursor, uidvalidity, sizes):
            return await self._compare(cursor, selected)
        look = FolderLook(
            uidvalidity, _last_of(sizes, selected), selected.exists, None, selected.highest_modseq
        )
        return await self._close(cursor, look)

    async def take_news(self, cursor: FolderCursor) -> FolderCursor:
        """Take what lies beyond the cursor of the folder that is open already.

        Raises:
            TryLater
        """
        if cursor.uidvalidity is None:
            return await self.take_whole(cursor)
        sizes = await self._session.fetch_sizes_from(cursor.last_uid + 1)
        if not sizes:
            return cursor
        await self._take(cursor, cursor.uidvalidity, sizes)
        if await self._list_fateless(cursor, cursor.uidvalidity, sizes):
            self._doubtful.add(cursor.id)  # Settled by the comparison of the next poll.
        exists = self._exists.get(cursor.id, 0) + len(sizes)
        return await self._close(cursor, FolderLook(cursor.uidvalidity, _last_of(sizes), exists, None))

    async def _compare(self, cursor: FolderCursor, selected: SelectedFolder) -> FolderCursor:
        """Hold all UIDs of the opened folder against all fates."""
        uidvalidity = selected.uidvalidity or 0
        server = ServerFolder(uidvalidity, selected.uidnext, selected.exists)
        cursor = await self._services.folders.open(cursor.id, server)
        on_server = await self._session.search_uids()
        if uidvalidity == 0 and await self._are_other_letters(cursor, on_server):
            cursor = await self._services.folders.distrust(cursor.id, uidvalidity)
        sightings = self._services.sightings
        compared = compare(on_server, await sightings.load_presence(cursor.id, uidvalidity))
        if compared.back:
            await sightings.note_back(cursor.id, uidvalidity, compared.back)
            compared = compare(on_server, await sightings.load_presence(cursor.id, uidvalidity))
        await sightings.note_gone(cursor.id, uidvalidity, compared.gone)
        loss = await self._refill(cursor, uidvalidity, compared.missing)
        self._doubtful.discard(cursor.id)
        self._exists[cursor.id] = selected.exists - loss.expunged
        look = FolderLook(
            uidvalidity,
            _last_of(on_server, selected),
            len(on_server) - loss.expunged,
            loss.gap,
            selected.highest_modseq,
        )
        return await self._close(cursor, look, exists=selected.exists - loss.expunged)

    async def _refill(self, cursor: FolderCursor, uidvalidity: int, missing: Sequence[int]) -> _Loss:
        """Give a fate to every UID that has none."""
        if not missing:
            return _Loss(0, 0)
        await self._remap.open(cursor.id, uidvalidity)
        for piece in _slices(missing):
            sizes = await self._session.fetch_sizes(piece)
            recognised = await self._remap.recognise(sizes)
            await self._take(cursor, uidvalidity, [one for one in sizes if one.uid not in recognised])
        await self._remap.close()
        return await self._settle(cursor, uidvalidity, missing)

    async def _take(self, cursor: FolderCursor, uidvalidity: int, sizes: Sequence[LetterSize]) -> None:
        """Take letters in, but for those that are still being written."""
        all_written = cursor.role is FolderRole.SENT
        written = [one for one in sizes if all_written or not one.draft]
        drafts = [
            LeftOut(one.uid, one.internal_date, one.size) for one in sizes if one.draft and not all_written
        ]
        if drafts:
            await self._services.sightings.leave_out(cursor.id, uidvalidity, EXCLUDED_BY_DRAFT, drafts)
        if written:
            async with self._turn() if len(written) > FEW else nullcontext():
                await self._intake.take(cursor, uidvalidity, written)

    async def _settle(self, cursor: FolderCursor, uidvalidity: int, announced: Sequence[int]) -> _Loss:
        """Tell letters that left the server meanwhile from those that it will not give out."""
        fateless = await self._services.sightings.list_fateless(cursor.id, uidvalidity, announced)
        gap = expunged = 0
        for piece in _slices(sorted(fateless)):
            there = set(await self._session.search_uids(piece)) & set(piece)
            left = [LeftOut(uid) for uid in piece if uid not in there]
            if left:
                await self._services.sightings.leave_out(cursor.id, uidvalidity, EXCLUDED_BY_EXPUNGED, left)
            gap, expunged = gap + len(there), expunged + len(left)
        return _Loss(gap, expunged)

    async def _list_fateless(
        self, cursor: FolderCursor, uidvalidity: int, sizes: Sequence[LetterSize]
    ) -> frozenset[int]:
        uids = [one.uid for one in sizes]
        return await self._services.sightings.list_fateless(cursor.id, uidvalidity, uids)

    async def _are_other_letters(self, cursor: FolderCursor, on_server: Sequence[int]) -> bool:
        """Whether UIDs without a validity were given to other letters: sizes tell."""
        known = await self._services.sightings.load_sizes(cursor.id, 0)
        for piece in _slices([uid for uid in on_server if uid in known]):
            if any(one.size != known[one.uid] for one in await self._session.fetch_sizes(piece)):
                return True
        return False

    async def _close(
        self, cursor: FolderCursor, look: FolderLook, *, exists: int | None = None
    ) -> FolderCursor:
        await self._services.folders.close(cursor.id, look)
        self._exists[cursor.id] = look.exists if exists is None else exists
        return cursor._replace(
            uidvalidity=look.uidvalidity,
            last_uid=max(cursor.last_uid, look.last_uid),
            highest_modseq=look.highest_modseq or cursor.highest_modseq,
        )


def _point_of(cursor: FolderCursor) -> ResyncPoint | None:
    if cursor.uidvalidity is None or cursor.highest_modseq is None:
        return None
    return ResyncPoint(cursor.uidvalidity, cursor.highest_modseq, cursor.last_uid)


def _goes_on(cursor: FolderCursor, selected: SelectedFolder) -> bool:
    """Whether the folder's numbers are those of the cursor, continued."""
    if (selected.uidvalidity or 0) != cursor.uidvalidity:
        return False
    if selected.uidnext is not None and selected.uidnext <= cursor.last_uid:
        return False
    counted = selected.highest_modseq
    return counted is None or cursor.highest_modseq is None or counted >= cursor.highest_modseq


def _last_of(seen: Sequence[LetterSize] | Sequence[int], selected: SelectedFolder | None = None) -> int:
    """Up to which UID a folder was looked at; the server's word may reach farther than its letters."""
    last = max((one if isinstance(one, int) else one.uid for one in seen), default=0)
    return last if selected is None or selected.uidnext is None else max(last, selected.uidnext - 1)


def _slices(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), SIZES_AT_ONCE):
        yield uids[start : start + SIZES_AT_ONCE]
