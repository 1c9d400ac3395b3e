"""Taking letters of the open folder in: their bytes are kept and their sightings received, nothing is read yet.

    sizes ── batches of 100 letters or 4 MB ── bytes ── blob store ── core: received, the cursor moving along
                                                                       └─ mail/capturing.py reads and captures

From then on a letter cannot be lost, whatever reading it does.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from core import failpoints
from core.rules.batches import cut_batches
from core.services.letter_batch import Checkpoint, ReceivedLetter
from core.services.mail_folders import FolderCursor
from core.services.mailbox_drafts import MailboxAccess
from mail.errors import TryLater
from mail.imap_session import FetchedLetter, IMAPSession, LetterSize
from mail.letter_stream import LetterStream
from mail.settings import MailServices, MailSettings
from mail.suspects import TOO_LARGE, Suspects

BATCH_LETTERS = 100
BATCH_BYTES = 4 * 1024 * 1024

EXCLUDED_BY_SINCE = "since"
"""The named rule: the letter arrived before the date from which the user wants mail."""

NO_BODY = "no_body"
"""Why a letter is quarantined without bytes: the server has none for it."""

logger = logging.getLogger(__name__)


class _Batch(NamedTuple):
    """Letters that are received together: those to be fetched, and those whose size or date decides already."""

    wanted: Sequence[LetterSize]
    decided: Sequence[ReceivedLetter]
    last_uid: int


class Intake:
    """Takes letters of one mailbox in, over one connection."""

    def __init__(
        self,
        session: IMAPSession,
        access: MailboxAccess,
        services: MailServices,
        settings: MailSettings,
        suspects: Suspects | None = None,
    ) -> None:
        self._session = session
        self._access = access
        self._services = services
        self._settings = settings
        self._suspects = suspects or Suspects()

    async def take(self, cursor: FolderCursor, uidvalidity: int, sizes: Sequence[LetterSize]) -> None:
        """Receive letters batch by batch; what is announced and then not delivered is the caller's to find.

        Raises:
            TryLater: The connection was lost; what came whole before is received.
            OSError: The blob store failed; nothing of its batch is received.
        """
        now = asyncio.get_running_loop().time()
        arranged = self._suspects.arrange(cursor.id, uidvalidity, sizes, now)
        if arranged.given_up:
            given_up = [
                ReceivedLetter(one.uid, one.internal_date, one.size, quarantined=reason)
                for one, reason in arranged.given_up
            ]
            await self._receive(cursor, Checkpoint(uidvalidity, 0), given_up)
        sound = cut_batches(arranged.sound, most=BATCH_LETTERS, most_bytes=BATCH_BYTES)
        batches = [
            self._sort_out(cursor, uidvalidity, some)
            for some in chain(sound, ([one] for one in arranged.suspected))
        ]
        for one in batches:
            if not one.wanted:
                await self._receive(cursor, Checkpoint(uidvalidity, 0), one.decided)
        try:
            await self._take_batches(cursor, uidvalidity, batches)
        except TryLater as failure:
            self._suspects.note(cursor.id, uidvalidity, failure, asyncio.get_running_loop().time())
            raise

    async def _take_batches(self, cursor: FolderCursor, uidvalidity: int, batches: Sequence[_Batch]) -> None:
        """Fetch a batch, keep its bytes and receive the one before, all at the same time."""
        waiting = iter(batches)
        receiving: asyncio.Task[None] | None = None
        try:
            async with LetterStream(self._session, [one.wanted for one in batches if one.wanted]) as stream:
                async for fetched in stream:
                    failpoints.reach("mail_fetched")
                    batch = _next_wanted(waiting)
                    came = await self._keep(fetched.letters, {one.uid: one for one in batch.wanted})
                    whole = len(fetched.asked) == len(batch.wanted)
                    last_uid = batch.last_uid if whole else fetched.asked[-1].uid
                    decided = [one for one in batch.decided if one.uid <= last_uid]
                    if receiving is not None:
                        await receiving
                    checkpoint = Checkpoint(uidvalidity, last_uid)
                    receiving = asyncio.create_task(
                        self._receive(cursor, checkpoint, [*decided, *came]), name="letters-received"
                    )
        finally:
            if receiving is not None:
                await receiving

    def _sort_out(self, cursor: FolderCursor, uidvalidity: int, sizes: Sequence[LetterSize]) -> _Batch:
        wanted: list[LetterSize] = []
        decided: list[ReceivedLetter] = []
        for size in sizes:
            early = self._decide_early(cursor, uidvalidity, size)
            if early is None:
                wanted.append(size)
            else:
                decided.append(early)
        return _Batch(wanted, decided, sizes[-1].uid)

    def _decide_early(
        self, cursor: FolderCursor, uidvalidity: int, letter: LetterSize
    ) -> ReceivedLetter | None:
        since = self._access.since
        told = ReceivedLetter(letter.uid, letter.internal_date, letter.size)
        if since is not None and letter.internal_date is not None and letter.internal_date < since:
            return replace(told, excluded_by=EXCLUDED_BY_SINCE)
        too_large = letter.size > self._settings.max_bytes
        if too_large and not self._access.is_waived(cursor.id, uidvalidity, letter.uid):
            return replace(told, quarantined=TOO_LARGE)
        return None

    async def _keep(
        self, letters: Sequence[FetchedLetter], sizes: dict[int, LetterSize]
    ) -> list[ReceivedLetter]:
        """Keep the bytes; what cannot be kept raises, and nothing is received."""
        kept = [one for one in letters if one.raw is not None]
        raws = [one.raw for one in kept if one.raw is not None]
        digests = await asyncio.to_thread(self._services.blobs.save_many, raws) if raws else []
        failpoints.reach("blob_saved")
        known = dict(zip((one.uid for one in kept), digests, strict=True))
        return [
            ReceivedLetter(
                one.uid,
                one.internal_date or sizes[one.uid].internal_date,
                sizes[one.uid].size,
                raw_sha256=known.get(one.uid),
                quarantined=None if one.uid in known else NO_BODY,
            )
            for one in letters
        ]

    async def _receive(
        self, cursor: FolderCursor, checkpoint: Checkpoint, letters: Sequence[ReceivedLetter]
    ) -> None:
        await self._services.letters.receive(cursor.id, checkpoint, letters)
        self._suspects.clear(cursor.id, checkpoint.uidvalidity, [one.uid for one in letters])
        self._services.inflow.note(len(letters))
        self._services.news.set()
        logger.info(
            "letters received",
            extra={
                "event": "letters_received",
                "mailbox_id": self._access.id,
                "folder_id": cursor.id,
                "letters": len(letters),
            },
        )


def _next_wanted(batches: Iterator[_Batch]) -> _Batch:
    """The next batch of which something had to be fetched."""
    return next(batch for batch in batches if batch.wanted)
