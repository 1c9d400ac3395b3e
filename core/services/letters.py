"""The way in for mail: received durably first, captured after (domain.md M).

The mail door keeps a letter's bytes and has the sighting received in the transaction that moves the folder's
cursor: from then on it cannot be lost. What it says is read apart, and captured from the bytes that are kept:
recognised or new, in or out, in its thread, on the worklists of those who keep the mailboxes it was seen in.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from core import failpoints
from core.enums import FunctionalOption, MailFate
from core.errors import StateForbids
from core.repositories import letter_sightings, letters, mailboxes
from core.repositories.options import require_option
from core.rules.batches import cut_batches
from core.rules.letter_waves import cut_waves
from core.services.gathered_letters import MINUTE, gather_letters
from core.services.letter_batch import (
    Checkpoint,
    LetterBatch,
    LetterOutcome,
    ReadSighting,
    ReceivedLetter,
    WaitingLetter,
    load_batch,
)
from core.services.letter_capture import LetterInHand, capture_wave
from core.services.letter_sorting import sort_letters
from core.services.work import Works
from core.values import FolderId, Ref, RefKind

CAPTURED_AT_ONCE = 200
"""Letters of one transaction, so that it stays short: a tenth of a second."""

CAPTURED_AT_ONCE_BYTES = 12 * 1024 * 1024
"""And so many raw bytes, so that what is read ahead fits a small machine's memory."""


class Letters:
    """Receives letters, and captures what was received.

    Args:
        works: Begins works.
        together: What comes for a user within so long is told as one message.
    """

    def __init__(self, works: Works, together: timedelta = MINUTE) -> None:
        self._works = works
        self._together = together

    async def receive(
        self, folder_id: FolderId, checkpoint: Checkpoint, batch: Sequence[ReceivedLetter]
    ) -> None:
        """Note sightings and move the folder's cursor, in one transaction; the same batch twice is once.

        Args:
            folder_id: The folder.
            checkpoint: Moves the cursor; it never goes back.
            batch: What was seen; the bytes of each are safe in the blob store already.

        Raises:
            OptionOff: The mail client is switched off.
            NotFound: The folder or its mailbox is gone.
            StateForbids: The folder's UIDVALIDITY has changed since.
        """
        async with self._works.begin(None, "receive_letters") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            folder = await mailboxes.get_folder(work.session, folder_id)
            mailbox = await mailboxes.get_mailbox(work.session, folder.mailbox_id)
            if folder.uidvalidity != checkpoint.uidvalidity:
                raise StateForbids(Ref(RefKind.MAILBOX, mailbox.id), "uidvalidity_changed")
            rows = [
                {
                    "folder_id": folder_id,
                    "uidvalidity": checkpoint.uidvalidity,
                    "uid": one.uid,
                    "fate": _fate_at_arrival(one),
                    "rule": one.excluded_by or one.quarantined,
                    "raw_sha256": one.raw_sha256,
                    "internal_date": one.internal_date,
                    "size": one.size,
                    "attempts": 0,
                    "seen_at": work.now,
                }
                for one in batch
            ]
            await letter_sightings.receive(work.session, rows)
            folder.last_uid = max(folder.last_uid, checkpoint.last_uid)
        failpoints.reach("letters_received")

    async def list_waiting(
        self, *, limit: int = CAPTURED_AT_ONCE, after: Mapping[FolderId, int] | None = None
    ) -> list[WaitingLetter]:
        """What was received and waits for its capture: of one folder, in order.

        Args:
            limit: At most so many, and no more than `CAPTURED_AT_ONCE_BYTES` where it is not one alone.
            after: By folder the sighting behind which to look; other folders from their beginning.
        """
        async with self._works.database.reading() as session:
            rows = await letter_sightings.list_waiting(session, limit=limit, after=after or {})
        waiting = [
            WaitingLetter(row.id, FolderId(row.folder_id), row.raw_sha256, row.attempts, row.size)
            for row in rows
        ]
        batches = cut_batches(waiting, most=limit, most_bytes=CAPTURED_AT_ONCE_BYTES)
        return next(batches, [])

    async def count_interrupted(self, at_most: int) -> None:
        """At the start of a process: count what a former one may have died over as begun once more.

        Args:
            at_most: No attempt beyond that many is counted: whole batches are suspected here, and a process may
                have ended for any reason; what is tried alone is counted by `count_attempt`.
        """
        async with self._works.database.transaction() as session:
            first = await letter_sightings.list_first_waiting(session, CAPTURED_AT_ONCE, at_most)
            await letter_sightings.count_attempts(session, first)

    async def count_attempt(self, sighting_id: int) -> None:
        """Count that a letter's capture is begun, before it is."""
        async with self._works.database.transaction() as session:
            await letter_sightings.count_attempts(session, [sighting_id])

    async def capture(self, folder_id: FolderId, batch: Sequence[ReadSighting]) -> list[LetterOutcome]:
        """Give waiting letters of one folder their fate, in one transaction.

        The same batch twice is once: what has its fate meanwhile is left alone. After an error nothing of the
        batch is stored; the caller tries its letters one by one and quarantines the one that fails.

        Args:
            folder_id: The folder.
            batch: At most `CAPTURED_AT_ONCE` letters.

        Raises:
            OptionOff: The mail client is switched off.
            NotFound: The folder or its mailbox is gone.
        """
        async with self._works.begin(None, "capture_letters") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            await letters.lock_capture(work.session)
            place = await load_batch(work, folder_id)
            waiting = await letter_sightings.load_waiting(
                work.session, folder_id, [one.sighting_id for one in batch]
            )
            readable: list[LetterInHand] = []
            for one in batch:
                sighting = waiting.get(one.sighting_id)
                if sighting is None:
                    continue
                if one.letter is None:
                    place.set_fate(sighting, MailFate.QUARANTINED, rule=one.quarantined)
                else:
                    readable.append(LetterInHand(sighting, one.letter))
            place.sorting = await sort_letters(
                work,
                place.mailbox,
                place.folder,
                place.keeper_id,
                [(one.sighting, one.letter) for one in readable],
            )
            readable = _leave_out(place, readable)
            for wave in cut_waves([one.letter for one in readable]):
                await capture_wave(place, [readable[number] for number in wave])
            await place.write_fates()
            await gather_letters(work, self._together)
            failpoints.reach("letters_written")
        failpoints.reach("letters_committed")
        return place.outcomes


def _leave_out(place: LetterBatch, readable: Sequence[LetterInHand]) -> list[LetterInHand]:
    """Exclude what a rule excludes, by the rule's name (domain.md M4); what is left."""
    excluded = place.sorting.excluded
    for one in readable:
        if one.sighting.id in excluded:
            place.set_fate(one.sighting, MailFate.EXCLUDED, rule=excluded[one.sighting.id])
    return [one for one in readable if one.sighting.id not in excluded]


def _fate_at_arrival(letter: ReceivedLetter) -> MailFate:
    if letter.excluded_by is not None:
        return MailFate.EXCLUDED
    return MailFate.RECEIVED if letter.quarantined is None else MailFate.QUARANTINED
