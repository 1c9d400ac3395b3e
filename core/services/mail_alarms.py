"""Telling people that letters are missing (domain.md M4)."""

import contextlib

from core.errors import Missing
from core.models import Mailbox, MailFolder
from core.repositories import mailboxes, users
from core.services.work import Work
from core.values import Ref, RefKind


async def alarm_gap(work: Work, folder: MailFolder, gap: int) -> None:
    """Tell a mailbox's keeper and the administrators that letters of a folder cannot be had, once a growth.

    Args:
        work: The transaction in which the folder's gap becomes the new one.
        folder: The folder, its gap still the former one.
        gap: Letters on the server that have no fate after everything was tried.
    """
    mailbox = await work.session.get_one(Mailbox, folder.mailbox_id)
    readers = set(await users.list_administrators(work.session))
    with contextlib.suppress(
        Missing
    ):  # Nobody works in its department: administrators hear of it all the same.
        readers.add(await mailboxes.find_keeper(work.session, mailbox))
    ref = Ref(RefKind.MAILBOX, mailbox.id)
    for user_id in sorted(readers):
        key = f"mail_gap:{folder.id}:{gap}:{int(work.now.timestamp())}:{user_id}"
        work.notify(user_id, ref, note="mail_gap", key=key, folder=folder.name, gap=gap)
