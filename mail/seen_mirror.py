r"""Writing \Seen to a server where it follows the review; nothing else is ever written to one.

A folder is opened by SELECT for that moment alone, and only if its numbers still are those that are known.
"""

import logging

from core.services.mail_folders import FolderCursor
from core.values import MailboxId
from mail.errors import FolderMissing, ServerSays
from mail.imap_session import IMAPSession
from mail.settings import MailServices

logger = logging.getLogger(__name__)


async def mirror_seen(
    session: IMAPSession, mailbox_id: MailboxId, cursors: list[FolderCursor], services: MailServices
) -> None:
    """Write what is due. Another folder may be open afterwards.

    Raises:
        TryLater
    """
    names = {one.id: one.name for one in cursors}
    for marks in await services.seen.list_due(mailbox_id):
        name = names.get(marks.folder_id)
        if name is None:
            continue
        try:
            selected = await session.select(name, writable=True)
            if (selected.uidvalidity or 0) != marks.uidvalidity or not selected.writable:
                continue
            await session.mark_seen(marks.uids, seen=marks.seen)
        except FolderMissing:
            continue
        except ServerSays as error:
            if error.status != "NO":
                raise
            extra = {"event": "seen_refused", "mailbox_id": mailbox_id, "folder_id": marks.folder_id}
            logger.warning("the server keeps no flags", extra=extra)
            continue
        await services.seen.note_written(marks)
