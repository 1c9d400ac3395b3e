"""One look at a mailbox without watching it: `zveno mailbox sync --once` and `zveno wait-idle`."""

import logging

from core.services.mail_folders import FolderCursor
from core.values import MailboxId
from mail.capturing import capture_waiting
from mail.catch_up import CatchUp
from mail.errors import FolderMissing, MailError
from mail.imap_session import IMAPSession
from mail.seen_mirror import mirror_seen
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
        await log_in(session, access, services.tokens)
        catch_up = CatchUp(session, access, services, settings)
        taken = []
        cursors = await register_folders(session, access, services)
        await mirror_seen(session, mailbox_id, cursors, services)
        for cursor in cursors:
            try:
                taken.append(await catch_up.take_whole(cursor))
            except FolderMissing:
                logger.warning(
                    "mailbox: folder missing",
                    extra={"event": "folder_missing", "mailbox_id": mailbox_id, "folder_id": cursor.id},
                )
        await services.mailboxes.mark_reached(mailbox_id)
        await session.logout()
    finally:
        session.abort()
    await capture_waiting(services)
    return taken


async def list_unsynced(
    mailbox_id: MailboxId, services: MailServices, settings: MailSettings
) -> tuple[str, ...]:
    """The folders that are not done (`zveno wait-idle`); all when the server cannot be asked.

    Done is a folder whose cursor equals its server and whose letters are all captured.

    Raises:
        NotFound: There is no such mailbox.
    """
    access = await services.mailboxes.open(mailbox_id)
    session = new_session(access, settings)
    try:
        await log_in(session, access, services.tokens)
        wanted = await list_wanted(session, access)
        cursors = {one.name: one for one in await services.folders.list_cursors(mailbox_id)}
        level = {one.name: await _is_level(session, cursors.get(one.name)) for one in wanted}
    except MailError:
        return ("*",)
    finally:
        session.abort()
    uncaptured = await services.folders.list_uncaptured(mailbox_id)
    behind = [name for name, is_level in level.items() if not is_level]
    waiting = [one.name for one in cursors.values() if one.id in uncaptured and one.name not in behind]
    return (*behind, *waiting)


async def _is_level(session: IMAPSession, cursor: FolderCursor | None) -> bool:
    """Whether everything on the server was looked at; a folder that is not there any more has nothing."""
    if cursor is None:
        return False
    try:
        status = await session.status(cursor.name)
        if status.uidnext is not None:
            return _is_same(cursor, status.uidvalidity) and cursor.last_uid == status.uidnext - 1
        selected = await session.select(cursor.name)  # Some servers tell no UIDNEXT: look for letters.
        beyond = await session.fetch_sizes_from(cursor.last_uid + 1)
    except FolderMissing:
        return True
    return _is_same(cursor, selected.uidvalidity) and not beyond


def _is_same(cursor: FolderCursor, uidvalidity: int | None) -> bool:
    """Whether the cursor stands under this UIDVALIDITY; a server without any has 0."""
    return cursor.uidvalidity == (uidvalidity or 0)
