"""Taking from a folder what is not taken yet.

open (EXAMINE) ── compare UIDVALIDITY and UIDNEXT with the cursor
├─ whole:  all UIDs of the server without a fate here     (after connecting)
└─ onward: UIDs after the cursor                          (on news, on a poll)
sizes ── mail/intake.py takes them in
"""

from core.services.mail_folders import FolderCursor, FolderLook, ServerFolder
from core.services.mailbox_drafts import MailboxAccess
from mail.imap_session import IMAPSession, SelectedFolder
from mail.intake import Intake
from mail.settings import MailServices, MailSettings

SIZES_AT_ONCE = 2_000


class CatchUp:
    """Takes letters of one mailbox over one connection."""

    def __init__(
        self, session: IMAPSession, access: MailboxAccess, services: MailServices, settings: MailSettings
    ) -> None:
        self._session = session
        self._services = services
        self._intake = Intake(session, access, services, settings)

    async def take_whole(self, cursor: FolderCursor) -> FolderCursor:
        """Open a folder and give a fate to everything on the server that has none.

        Raises:
            FolderMissing, TryLater
        """
        selected = await self._session.select(cursor.name)
        server = ServerFolder(selected.uidvalidity, selected.uidnext, selected.exists)
        cursor = await self._services.folders.open(cursor.id, server)
        on_server = await self._session.search_uids()
        fated = await self._services.folders.list_fated_uids(cursor.id, selected.uidvalidity)
        missing = [uid for uid in on_server if uid not in fated]
        gap = 0
        for start in range(0, len(missing), SIZES_AT_ONCE):
            sizes = await self._session.fetch_sizes(missing[start : start + SIZES_AT_ONCE])
            gap += await self._intake.take(cursor, selected.uidvalidity, sizes)
        return await self._close(cursor, selected, max(on_server, default=0), gap=gap)

    async def take_onward(self, cursor: FolderCursor) -> FolderCursor:
        """Open a folder and take what lies beyond its cursor.

        Raises:
            FolderMissing, TryLater
        """
        selected = await self._session.select(cursor.name)
        went_back = selected.uidnext is not None and selected.uidnext <= cursor.last_uid
        if selected.uidvalidity != cursor.uidvalidity or went_back:
            return await self.take_whole(cursor)
        if selected.uidnext is not None and selected.uidnext - 1 == cursor.last_uid:
            return await self._close(cursor, selected, cursor.last_uid)
        sizes = await self._session.fetch_sizes_from(cursor.last_uid + 1)
        absent = await self._intake.take(cursor, selected.uidvalidity, sizes)
        return await self._close(
            cursor, selected, max((one.uid for one in sizes), default=0), gap=absent or None
        )

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
        await self._intake.take(cursor, cursor.uidvalidity, sizes)
        return cursor._replace(last_uid=max(one.uid for one in sizes))

    async def _close(
        self, cursor: FolderCursor, selected: SelectedFolder, last_seen: int, *, gap: int | None = None
    ) -> FolderCursor:
        last_uid = last_seen if selected.uidnext is None else max(last_seen, selected.uidnext - 1)
        look = FolderLook(selected.uidvalidity, last_uid, selected.exists, gap)
        await self._services.folders.close(cursor.id, look)
        return cursor._replace(uidvalidity=selected.uidvalidity, last_uid=max(cursor.last_uid, last_uid))
