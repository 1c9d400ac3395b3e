"""Taking letters of the open folder in.

    sizes ── batches of 50 letters or 2 MB ── bytes ── blob store ── parse ── core, the cursor moving along

A letter that cannot be read or stored is quarantined with its bytes, and the cursor goes on.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from itertools import chain

from core import failpoints
from core.errors import CoreError
from core.services.letter_batch import Checkpoint, LetterOutcome, SightedLetter
from core.services.mail_folders import FolderCursor
from core.services.mailbox_drafts import MailboxAccess
from core.values import Letter
from mail.errors import TryLater
from mail.fault_report import describe_fault
from mail.imap_session import FetchedLetter, IMAPSession, LetterSize
from mail.parser import parse_letter
from mail.settings import MailServices, MailSettings
from mail.suspects import Suspects

BATCH_LETTERS = 50
BATCH_BYTES = 2 * 1024 * 1024

EXCLUDED_BY_SINCE = "since"
"""The named rule: the letter arrived before the date from which the user wants mail."""

logger = logging.getLogger(__name__)


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

    async def take(self, cursor: FolderCursor, uidvalidity: int, sizes: Sequence[LetterSize]) -> int:
        """Capture letters batch by batch; how many were announced and then not delivered.

        Raises:
            TryLater: After what came whole was captured.
        """
        now = asyncio.get_running_loop().time()
        arranged = self._suspects.arrange(cursor.id, uidvalidity, sizes, now)
        if arranged.given_up:
            given_up = [
                SightedLetter(one.uid, one.internal_date, quarantined=reason)
                for one, reason in arranged.given_up
            ]
            await self._store(cursor, uidvalidity, given_up, given_up[-1].uid)
        absent = 0
        for batch in chain(cut_batches(arranged.sound), ([one] for one in arranged.suspected)):
            sighted, failure = await self._sight(cursor, uidvalidity, batch)
            if failure is None:
                absent += len(batch) - len(sighted)
                await self._store(cursor, uidvalidity, sighted, batch[-1].uid)
                continue
            self._suspects.note(cursor.id, uidvalidity, failure, asyncio.get_running_loop().time())
            if sighted:
                await self._store(cursor, uidvalidity, sighted, sighted[-1].uid)
            raise failure
        return absent

    async def _store(
        self, cursor: FolderCursor, uidvalidity: int, sighted: Sequence[SightedLetter], last_uid: int
    ) -> None:
        outcomes = await self._capture(cursor, Checkpoint(uidvalidity, last_uid), sighted)
        self._suspects.clear(cursor.id, uidvalidity, [one.uid for one in sighted])
        logger.info(
            "letters captured",
            extra={
                "event": "letters_captured",
                "mailbox_id": self._access.id,
                "folder_id": cursor.id,
                "letters": len(outcomes),
            },
        )

    async def _sight(
        self, cursor: FolderCursor, uidvalidity: int, batch: Sequence[LetterSize]
    ) -> tuple[list[SightedLetter], TryLater | None]:
        """Fetch and read a batch, apart from what its size or date already decides; and what ended it early."""
        early_on = (self._decide_early(cursor, uidvalidity, size) for size in batch)
        sighted = [one for one in early_on if one is not None]
        early = {one.uid for one in sighted}
        dates = {size.uid: size.internal_date for size in batch}
        wanted = [one for one in batch if one.uid not in early]
        failure: TryLater | None = None
        try:
            async for fetched in self._session.fetch_raw(
                [one.uid for one in wanted], sum(one.size for one in wanted)
            ):
                failpoints.reach("mail_fetched")
                known = fetched._replace(internal_date=fetched.internal_date or dates[fetched.uid])
                sighted.append(await asyncio.to_thread(self._read, known))
        except TryLater as error:
            failure = error
        return sorted(sighted, key=lambda one: one.uid), failure

    def _decide_early(self, cursor: FolderCursor, uidvalidity: int, size: LetterSize) -> SightedLetter | None:
        since = self._access.since
        if since is not None and size.internal_date is not None and size.internal_date < since:
            return SightedLetter(size.uid, size.internal_date, excluded_by=EXCLUDED_BY_SINCE)
        waived = self._access.is_waived(cursor.id, uidvalidity, size.uid)
        if size.size > self._settings.max_bytes and not waived:
            return SightedLetter(size.uid, size.internal_date, quarantined="too_large")
        return None

    def _read(self, fetched: FetchedLetter) -> SightedLetter:
        """Keep the bytes and read the letter; runs in a thread. What cannot be kept raises: nothing is lost."""
        if fetched.raw is None:
            return SightedLetter(fetched.uid, fetched.internal_date, quarantined="no_body")
        raw_sha256 = self._services.blobs.save(fetched.raw)
        failpoints.reach("blob_saved")
        try:
            parsed = parse_letter(fetched.raw)
        except Exception as error:  # noqa: BLE001 - whatever a letter does to the parser, it must not be lost
            self._log_fault("letter_unparsable", error, uid=fetched.uid)
            return SightedLetter(
                fetched.uid, fetched.internal_date, quarantined="unparsable", raw_sha256=raw_sha256
            )
        for content in parsed.files:
            self._services.blobs.save(content)
        return SightedLetter(fetched.uid, fetched.internal_date, letter=parsed.letter, raw_sha256=raw_sha256)

    async def _capture(
        self, cursor: FolderCursor, checkpoint: Checkpoint, sighted: Sequence[SightedLetter]
    ) -> list[LetterOutcome]:
        try:
            return await self._services.letters.capture(cursor.id, checkpoint, sighted)
        except CoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one letter that cannot be stored must not hold up the others
            self._log_fault("letters_retried_one_by_one", error, folder_id=cursor.id)
        outcomes: list[LetterOutcome] = []
        for one in sighted:
            outcomes += await self._capture_alone(cursor, checkpoint._replace(last_uid=one.uid), one)
        return outcomes

    async def _capture_alone(
        self, cursor: FolderCursor, checkpoint: Checkpoint, sighted: SightedLetter
    ) -> list[LetterOutcome]:
        """Capture one letter or quarantine it; an error of the database itself fails again and is raised."""
        try:
            return await self._services.letters.capture(cursor.id, checkpoint, [sighted])
        except CoreError:
            raise
        except Exception as error:  # noqa: BLE001 - as above; if the database itself is ill, the next call raises
            self._log_fault("letter_unstorable", error, uid=sighted.uid)
        refused = SightedLetter(
            sighted.uid, sighted.internal_date, quarantined="capture_failed", raw_sha256=_raw_of(sighted)
        )
        return await self._services.letters.capture(cursor.id, checkpoint, [refused])

    def _log_fault(self, event: str, error: Exception, **ids: int) -> None:
        extra = {"event": event, "mailbox_id": self._access.id, **ids, **describe_fault(error)}
        logger.error("mail fault: %s", event, extra=extra)


def _raw_of(sighted: SightedLetter) -> str | None:
    letter: Letter | None = sighted.letter
    return letter.raw_sha256 if letter is not None else sighted.raw_sha256


def cut_batches(sizes: Sequence[LetterSize]) -> Iterator[Sequence[LetterSize]]:
    """Batches of at most 50 letters or 2 MB, one letter at least, in order."""
    batch: list[LetterSize] = []
    total = 0
    for one in sizes:
        if batch and (len(batch) >= BATCH_LETTERS or total + one.size > BATCH_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(one)
        total += one.size
    if batch:
        yield batch
