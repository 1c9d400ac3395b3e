"""One look at a mailbox without watching it: `zveno mailbox sync --once` and `zveno wait-idle`."""

import logging

from core.services.mail_folders import FolderCursor
from core.values import MailboxId
from mail.catch_up import CatchUp
from mail.errors import FolderMissing, MailError
from mail.imap_session import IMAPSession
from mail.sessions import list_wanted, log_in, new_session, register_folders
from mail.settings import MailServices, MailSettings

logger = logging.getLogger(__name__)


async def sync_once(
    mailbox_id: MailboxId, services: MailServices, settings: MailSettings
) -> list[FolderCursor]:
    """Take everything a mailbox has once, and leave; works beside a watcher.

    Returns:
        The folders as they were left.

    Raises:
        NotFound: There is no such mailbox.
        MailError: The server could not be used; nothing taken before is lost.
    """
    access = await services.mailboxes.open(mailbox_id)
    session = new_session(access, settings)
    try:
        await log_in(session, access)
        catch_up = CatchUp(session, access, services, settings)
        taken = []
        for cursor in await register_folders(session, access, services):
            try:
                taken.append(await catch_up.take_whole(cursor))
            except FolderMissing:
                logger.warning(
                    "mailbox: folder missing",
                    extra={"event": "folder_missing", "mailbox_id": mailbox_id, "folder_id": cursor.id},
                )
        await services.mailboxes.mark_reached(mailbox_id)
        await session.logout()
        return taken
    finally:
        session.abort()


async def list_unsynced(
    mailbox_id: MailboxId, services: MailServices, settings: MailSettings
) -> tuple[str, ...]:
    """The folders whose cursor does not equal their server (`zveno wait-idle`); all when it cannot be asked.

    Raises:
        NotFound: There is no such mailbox.
    """
    access = await services.mailboxes.open(mailbox_id)
    session = new_session(access, settings)
    try:
        await log_in(session, access)
        cursors = {one.name: one for one in await services.folders.list_cursors(mailbox_id)}
        wanted = await list_wanted(session, access)
        return tuple([one.name for one in wanted if not await _is_level(session, cursors.get(one.name))])
    except MailError:
        return ("*",)
    finally:
        session.abort()


async def _is_level(session: IMAPSession, cursor: FolderCursor | None) -> bool:
    if cursor is None:
        return False
    status = await session.status(cursor.name)
    if status.uidnext is None:
        return cursor.uidvalidity == status.uidvalidity
    return cursor.uidvalidity == status.uidvalidity and cursor.last_uid == status.uidnext - 1
