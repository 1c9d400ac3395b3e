"""One task a mailbox: it keeps what the core knows equal to what the server has.

           ┌────────────────────────── back off (jittered, doubling) ◀─── TryLater, surprise
           ▼                                                                   ▲
      ┌─────────┐     ┌─────────┐     ┌────────────────┐     ┌────────────┐    │
 ────▶│ connect │────▶│ folders │────▶│ take whole, all│────▶│ IDLE inbox │────┤
      └─────────┘     └─────────┘     └────────────────┘     └──┬──────▲──┘    │
           │                     news, or silence: look for news│      │       │
           │ NeedsPerson         poll: write marks, look at all,│      │       │
           ▼                           now and then at the whole└──────┘       │
      mailbox stopped, its keeper told; the others go on          stop() ──▶ end

Reactions: TryLater and whatever nobody foresaw: drop the connection, wait, begin anew. NeedsPerson: stop this
mailbox at once, so that a provider does not lock the account. FolderMissing: skip that folder until the next
connection. A refusal of the core (mailbox removed, option off): end; the engine decides what is watched.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from core.errors import CoreError, Invalid, StateForbids
from core.services.mail_folders import FolderCursor
from core.services.mailbox_drafts import MailboxAccess
from core.values import FolderId, MailboxId
from mail.back_off import delay_after
from mail.catch_up import CatchUp
from mail.errors import ConnectionLost, FolderMissing, NeedsPerson, ServerSays, TryLater
from mail.fault_report import describe_fault
from mail.gates import HostGate
from mail.imap_client import IdleEnd
from mail.imap_session import IMAPSession
from mail.seen_mirror import mirror_seen
from mail.sessions import log_in, new_session, register_folders
from mail.settings import MailServices, MailSettings
from mail.suspects import Suspects

WHOLE_EVERY_POLLS = 30
"""How often all UIDs of a folder are compared though nothing seems amiss: half an hour at one poll a minute."""

logger = logging.getLogger(__name__)


class MailboxWatcher:
    """Watches one mailbox until it is stopped.

    Args:
        mailbox_id: Which one.
        services: The core.
        settings: How mail is fetched.
        gate: Lets so many mailboxes import at once as the operator allows.
        hosts: Lets few connect to one host at once; None: there are no others.
    """

    def __init__(
        self,
        mailbox_id: MailboxId,
        services: MailServices,
        settings: MailSettings,
        gate: asyncio.Semaphore,
        hosts: HostGate | None = None,
    ) -> None:
        self.mailbox_id = mailbox_id
        self._services = services
        self._settings = settings
        self._gate = gate
        self._hosts = hosts or HostGate()
        self._plain = False
        self._stopping = asyncio.Event()
        self._session: IMAPSession | None = None
        self._failures = 0
        self._suspects = Suspects()
        self._troubled: FolderId | None = None

    def stop(self) -> None:
        """Ask to end: waiting ends at once, a batch that is being stored is finished."""
        self._stopping.set()
        if self._session is not None:
            self._session.abort()

    async def run(self) -> None:
        """Watch; returns when stopped, when a person is needed, or when the core wants it no more."""
        while not self._stopping.is_set():
            try:
                await self._converse()
            except NeedsPerson as error:
                return await self._give_up(error.reason)
            except Invalid:
                return await self._give_up("key")  # The stored password cannot be opened with this key.
            except StateForbids as error:
                await self._back_off(error, "state")  # UIDVALIDITY changed under way: look anew.
            except CoreError as error:
                return self._log("watching_ended", error)
            except TryLater as error:
                await self._back_off(error, "unreachable")
            except Exception as error:  # noqa: BLE001 - one mailbox's surprise must not end the watching
                await self._back_off(error, "unexpected")
        return None

    async def _converse(self) -> None:
        """One connection, from connecting to its end by an error or by `stop`."""
        access = await self._services.mailboxes.open(self.mailbox_id)
        session = new_session(access, self._settings, plain=self._plain)
        self._session = session
        try:
            if not await self._unless_stopped(self._enter(session, access)):
                return
            cursors = await register_folders(session, access, self._services)
            catch_up = CatchUp(session, access, self._services, self._settings, self._turn, self._suspects)
            cursors = await self._take_all(catch_up, cursors, whole=True)
            await self._note_success()
            await self._stay(session, access, catch_up, cursors)
            await session.logout()
        except ServerSays as error:
            # It announced what it does not understand, perhaps: next time without.
            self._plain = self._plain or error.status == "BAD"
            raise
        finally:
            self._session = None
            session.abort()

    async def _enter(self, session: IMAPSession, access: MailboxAccess) -> None:
        async with self._hosts.enter(access.imap.host):
            await log_in(session, access, self._services.tokens)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait until this mailbox may import much; `stop` ends the waiting as it ends everything."""
        if not await self._unless_stopped(self._gate.acquire()):
            raise ConnectionLost
        try:
            yield
        finally:
            self._gate.release()

    async def _unless_stopped(self, waiting: Coroutine[Any, Any, Any]) -> bool:
        """Wait for something that `stop` gives up at once; False: it did."""
        task = asyncio.ensure_future(waiting)
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not task.done():
                task.cancel()
        if self._stopping.is_set() and not _has_succeeded(task):
            await asyncio.gather(task, return_exceptions=True)
            return False
        await task
        return True

    async def _take_all(
        self, catch_up: CatchUp, cursors: list[FolderCursor], *, whole: bool = False
    ) -> list[FolderCursor]:
        """Look at every folder, and leave the last one open; those that are missing are left out.

        The one that ended the last connection comes after the others, so that it holds up none of them.
        """
        taken: dict[FolderId, FolderCursor] = {}
        open_id: FolderId | None = None
        for cursor in sorted(cursors, key=lambda one: one.id == self._troubled):
            take = catch_up.take_whole if whole else catch_up.take_onward
            try:
                taken[cursor.id] = await take(cursor)
                open_id = cursor.id
            except FolderMissing as error:
                open_id = None  # A folder that cannot be opened leaves none open (RFC 3501, 6.3.1).
                self._log("folder_missing", error, folder_id=cursor.id)
            except TryLater:
                self._troubled = cursor.id
                raise
        self._troubled = None
        left = [taken[one.id] for one in cursors if one.id in taken]
        if not left:
            raise TryLater
        if left[-1].id != open_id:
            left[-1] = await catch_up.take_onward(left[-1])
        return left

    async def _stay(
        self, session: IMAPSession, access: MailboxAccess, catch_up: CatchUp, cursors: list[FolderCursor]
    ) -> None:
        """Wait for news and polls until `stop`."""
        loop = asyncio.get_running_loop()
        poll_at = loop.time() + self._settings.poll.total_seconds()
        polls = 0
        while not self._stopping.is_set():
            left = timedelta(seconds=max(0.0, poll_at - loop.time()))
            end = await self._wait(session, min(left, self._settings.idle))
            if self._stopping.is_set():
                return
            if loop.time() >= poll_at:
                polls += 1
                whole = polls % WHOLE_EVERY_POLLS == 0
                if whole:  # Folders come and go, too.
                    cursors = await register_folders(session, access, self._services)
                await mirror_seen(session, self.mailbox_id, cursors, self._services)
                cursors = await self._take_all(catch_up, cursors, whole=whole)
                poll_at = loop.time() + self._settings.poll.total_seconds()
            elif end is IdleEnd.WOKEN or session.can_idle:
                # Some servers stop pushing without a word: after each IDLE the cursor is looked at.
                cursors[-1] = await catch_up.take_news(cursors[-1])
            await self._note_success()

    async def _wait(self, session: IMAPSession, at_most: timedelta) -> IdleEnd:
        if session.can_idle:
            return await session.idle(at_most)
        await self._sleep(at_most.total_seconds())
        return IdleEnd.TIMEOUT

    async def _sleep(self, seconds: float) -> None:
        """Sleep until `stop` at the latest."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _note_success(self) -> None:
        self._failures = 0
        await self._services.mailboxes.mark_reached(self.mailbox_id)

    async def _give_up(self, reason: str) -> None:
        logger.error(
            "mailbox stopped: %s",
            reason,
            extra={"event": "mailbox_stopped", "mailbox_id": self.mailbox_id, "reason": reason},
        )
        await self._services.mailboxes.mark_stopped(self.mailbox_id, reason)

    async def _back_off(self, error: Exception, reason: str) -> None:
        if self._stopping.is_set():
            return
        self._failures += 1
        self._log("mailbox_unreached", error, failures=self._failures)
        try:
            await self._services.mailboxes.mark_unreached(self.mailbox_id, reason)
        except Exception as second:  # noqa: BLE001 - the database may be what is ill; waiting is right either way
            self._log("mailbox_state_unwritten", second)
        await self._sleep(delay_after(self._failures, self._settings))

    def _log(self, event: str, error: Exception, **ids: int) -> None:
        extra = {"event": event, "mailbox_id": self.mailbox_id, **ids, **describe_fault(error)}
        logger.warning("mailbox: %s", event, extra=extra)


def _has_succeeded(task: "asyncio.Future[Any]") -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
