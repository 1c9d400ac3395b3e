"""From received letters to captured ones: read by processes that may be killed, written by the core batch by batch.

           ┌────────── nothing waits: until news, or a second ◀──────────┐
           ▼                                                             │
    list a folder's letters ── read them (the next batches meanwhile) ── capture them in one transaction
                                                                         │ an error
                                                                         └─ one by one; the one that fails again
                                                                            is quarantined with its bytes

Letters whose capture was begun and never ended, because the process died, are tried alone after some times; one that
the process dies over when it is tried alone is quarantined in the end: no letter can hold up the others.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from core.errors import CoreError, NotFound, OptionOff
from core.services.inbox import is_transient
from core.services.letter_batch import LetterOutcome, ReadSighting, WaitingLetter
from core.services.letters import CAPTURED_AT_ONCE
from core.values import FolderId
from mail.errors import TryLater
from mail.fault_report import describe_fault
from mail.settings import LetterReading, MailServices

ALONE_AFTER = 3
"""A letter that was begun so often in vain is captured in a transaction of its own."""

GIVEN_UP_AFTER = 6
"""One that was begun so often, the last times alone, is quarantined unread."""

READ_AHEAD = 6
"""Batches that are read, and their attachments synced, while one is captured."""

CAPTURE_FAILED = "capture_failed"
LOOK_SECONDS = 1.0
"""Another process may have received letters, for example `zveno mailbox sync`."""

PAUSE_SECONDS = 5.0
"""After an error that is no letter's fault."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Letters of one folder, read."""

    letters: Sequence[WaitingLetter]
    read: Sequence[ReadSighting]


class LetterCapturing:
    """Captures what is received, until it is stopped.

    Args:
        services: The core; `news` is set when something was received.
        reading: Started; reads letters.
    """

    def __init__(self, services: MailServices, reading: LetterReading) -> None:
        self._services = services
        self._reading = reading
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask to end; a batch that is being captured is finished."""
        self._stopping.set()
        self._services.news.set()

    async def run(self) -> None:
        """Capture until `stop`; no error ends it."""
        interrupted = True
        while not self._stopping.is_set():
            try:
                if interrupted:
                    await self._services.letters.count_interrupted(ALONE_AFTER)
                    interrupted = False
                await self.drain()
                await self._wait(LOOK_SECONDS)
            except OptionOff:
                await self._wait(PAUSE_SECONDS)  # The letters wait until it is on again.
            except Exception as error:  # noqa: BLE001 - whatever it is, letters wait and are tried again
                self._log("capturing_interrupted", error)
                await self._wait(PAUSE_SECONDS)

    async def drain(self) -> None:
        """Capture everything that waits now.

        Raises:
            OptionOff: The mail client is switched off.
            OSError: The blob store failed.
            TryLater: No letter can be read now.
        """
        self._services.news.clear()
        ahead: deque[asyncio.Task[_Batch]] = deque()
        reached: dict[FolderId, int] = {}
        await self._begin_reading(ahead, reached)
        try:
            while ahead and not self._stopping.is_set():
                batch = await ahead.popleft()
                await self._begin_reading(ahead, reached)
                started = monotonic()
                await self._capture(batch)
                await self._services.inflow.rest_after(monotonic() - started)
        finally:
            for reading in ahead:
                reading.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    async def _begin_reading(
        self, ahead: "deque[asyncio.Task[_Batch]]", reached: dict[FolderId, int]
    ) -> None:
        """Have the next batches read while one is captured, and note which sighting that reaches in each folder."""
        while len(ahead) < READ_AHEAD:
            waiting = await self._services.letters.list_waiting(limit=CAPTURED_AT_ONCE, after=reached)
            if not waiting:
                return
            reached[waiting[-1].folder_id] = waiting[-1].sighting_id
            ahead.append(asyncio.create_task(self._read(waiting), name="letters-read"))

    async def _wait(self, seconds: float) -> None:
        """Wait for news, or so long."""
        if self._stopping.is_set():
            return
        try:
            await asyncio.wait_for(self._services.news.wait(), seconds)
        except TimeoutError:
            return

    async def _read(self, waiting: Sequence[WaitingLetter]) -> _Batch:
        hopeless = {one.sighting_id for one in waiting if one.attempts >= GIVEN_UP_AFTER}
        wanted = [one for one in waiting if one.sighting_id not in hopeless]
        found = await self._reading.read([one.raw_sha256 for one in wanted])
        if any(one.letter is not None and one.letter.attachments for one in found):
            await asyncio.to_thread(self._services.blobs.sync)
        read = [ReadSighting(one, None, CAPTURE_FAILED) for one in hopeless]
        read += [
            ReadSighting(one.sighting_id, result.letter, result.reason)
            for one, result in zip(wanted, found, strict=True)
        ]
        return _Batch(waiting, read)

    async def _capture(self, batch: _Batch) -> None:
        shaky = {one.sighting_id for one in batch.letters if one.attempts >= ALONE_AFTER}
        together = [one for one in batch.read if one.sighting_id not in shaky]
        folder_id = batch.letters[0].folder_id
        alone = [one for one in batch.read if one.sighting_id in shaky]
        try:
            outcomes = await self._services.letters.capture(folder_id, together) if together else []
        except (OptionOff, NotFound) as error:
            return self._leave(error)
        except Exception as error:
            if is_transient(error):
                raise
            self._log("letters_retried_one_by_one", error, folder_id=folder_id)
            outcomes, alone = [], [*together, *alone]
        for one in alone:
            outcomes += await self._capture_alone(batch, one)
        logger.info(
            "letters captured",
            extra={"event": "letters_captured", "folder_id": folder_id, "letters": len(outcomes)},
        )
        return None

    async def _capture_alone(self, batch: _Batch, one: ReadSighting) -> list[LetterOutcome]:
        """Capture one letter or quarantine it; an error of the database itself fails again and is raised."""
        folder_id = batch.letters[0].folder_id
        await self._services.letters.count_attempt(one.sighting_id)
        try:
            return await self._services.letters.capture(folder_id, [one])
        except CoreError:
            raise
        except Exception as error:
            if is_transient(error):
                raise
            self._log("letter_unstorable", error, sighting_id=one.sighting_id)
        refused = ReadSighting(one.sighting_id, None, CAPTURE_FAILED)
        return await self._services.letters.capture(folder_id, [refused])

    @staticmethod
    def _leave(error: CoreError) -> None:
        """The mailbox was removed under way: its letters stay where they are; the option is off: they wait."""
        if isinstance(error, OptionOff):
            raise error

    @staticmethod
    def _log(event: str, error: Exception, **ids: int) -> None:
        level = logging.WARNING if isinstance(error, TryLater) else logging.ERROR
        logger.log(level, "mail fault: %s", event, extra={"event": event, **ids, **describe_fault(error)})


async def capture_waiting(services: MailServices) -> None:
    """Capture everything that waits now, with reading processes of its own: for a look without the engine.

    Raises:
        OptionOff: The mail client is switched off.
        TryLater: No letter can be read now.
        OSError: The blob store failed.
    """
    reading = services.reading()
    await reading.start()
    try:
        await LetterCapturing(services, reading).drain()
    finally:
        await reading.close()
