"""The mail engine: one watcher for each mailbox that is to be watched, started and stopped as the table changes."""

import asyncio
import logging
from dataclasses import dataclass

from core.values import MailboxId
from mail.capturing import LetterCapturing
from mail.fault_report import describe_fault
from mail.gates import HostGate
from mail.settings import MailServices, MailSettings
from mail.watcher import MailboxWatcher

STOP_PATIENCE_SECONDS = 10.0
"""How long a batch that is being stored may take to finish before its task is cancelled."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Watched:
    watcher: MailboxWatcher
    task: asyncio.Task[None]
    fingerprint: str


class MailEngine:
    """Watches all active mailboxes; what is added, changed, paused or removed counts within seconds."""

    def __init__(self, services: MailServices, settings: MailSettings) -> None:
        self._services = services
        self._settings = settings
        self._gate = asyncio.Semaphore(settings.concurrency)
        self._hosts = HostGate()
        self._watched: dict[MailboxId, _Watched] = {}
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._reading = services.reading()
        self._capturing = LetterCapturing(services, self._reading)
        self._captures: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to watch and to capture; returns at once."""
        self._stopping.clear()
        await self._reading.start()
        self._captures = asyncio.create_task(self._capturing.run(), name="letters-captured")
        self._task = asyncio.create_task(self._supervise(), name="mail-engine")

    async def stop(self) -> None:
        """End all watching: connections are dropped, batches being received and captured are finished."""
        self._stopping.set()
        if self._task is not None:
            await self._task
            self._task = None
        await self._end(list(self._watched))
        self._capturing.stop()
        if self._captures is not None:
            await self._captures
            self._captures = None
        await self._reading.close()

    def healthy(self) -> bool:
        """Whether the engine looks after its mailboxes; a mailbox that cannot be reached is no illness of it."""
        return self._task is not None and not self._task.done()

    async def _supervise(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._compare()
            except Exception as error:  # noqa: BLE001 - the database may be away; watching goes on without it
                extra = {"event": "mailboxes_unread", **describe_fault(error)}
                logger.warning("the table of mailboxes could not be read", extra=extra)
            try:
                await asyncio.wait_for(self._stopping.wait(), self._settings.look_every.total_seconds())
            except TimeoutError:
                continue

    async def _compare(self) -> None:
        """Make what is watched what the table says."""
        wanted = await self._services.mailboxes.list_watched()
        outdated = [
            mailbox_id
            for mailbox_id, watched in self._watched.items()
            if watched.task.done() or wanted.get(mailbox_id) != watched.fingerprint
        ]
        await self._end(outdated)
        for mailbox_id, fingerprint in wanted.items():
            if mailbox_id not in self._watched:
                self._begin(mailbox_id, fingerprint)

    def _begin(self, mailbox_id: MailboxId, fingerprint: str) -> None:
        watcher = MailboxWatcher(mailbox_id, self._services, self._settings, self._gate, self._hosts)
        task = asyncio.create_task(watcher.run(), name=f"mailbox-{mailbox_id}")
        self._watched[mailbox_id] = _Watched(watcher, task, fingerprint)
        logger.info("mailbox watched", extra={"event": "mailbox_watched", "mailbox_id": mailbox_id})

    async def _end(self, mailbox_ids: list[MailboxId]) -> None:
        ending = [self._watched.pop(one) for one in mailbox_ids]
        for one in ending:
            one.watcher.stop()
        tasks = [one.task for one in ending]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=STOP_PATIENCE_SECONDS)
        for task in late:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                logger.error("watcher failed", extra={"event": "watcher_failed", **describe_fault(result)})
