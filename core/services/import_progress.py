"""How far a first import is, told in the message that began it (pains.md 25).

A job looks every few seconds. Nothing is told twice, and what is told is rendered when it goes out: a process that
dies in between loses nothing but a moment of a number.
"""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import MailboxState
from core.errors import NotFound
from core.models import Mailbox
from core.queries.mailboxes import MailboxReport, list_reports
from core.repositories import mailboxes
from core.services.work import Work, Works
from core.values import MailboxId


class ImportProgress:
    """Tells how far first imports are."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def tell(self) -> int:
        """Tell what has changed since the last time; how many mailboxes."""
        async with self._works.database.reading() as session:
            wanted = await _list_importing(session)
        told = 0
        for mailbox_id in wanted:
            with suppress(NotFound):  # It was removed meanwhile: there is nobody to tell.
                told += await self._tell_one(mailbox_id)
        return told

    async def _tell_one(self, mailbox_id: MailboxId) -> int:
        async with self._works.begin(None, "tell_import_progress") as work:
            mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
            if mailbox.import_began_at is None or mailbox.progress_user_id is None:
                return 0  # Another process was quicker.
            (report,) = await list_reports(work.session, Mailbox.id == mailbox_id)
            looked_at = count_looked_at(report)
            if _is_done(mailbox, report):
                _tell(work, mailbox)
                mailbox.import_began_at, mailbox.progress_message = None, None
            elif looked_at != mailbox.progress_told and mailbox.progress_message is not None:
                mailbox.progress_told = looked_at
                _tell(work, mailbox, edit_only=True)
            else:
                return 0
            return 1


async def _list_importing(session: AsyncSession) -> list[MailboxId]:
    rows = await session.scalars(
        select(Mailbox.id)
        .where(Mailbox.import_began_at.is_not(None), Mailbox.state == MailboxState.ACTIVE)
        .order_by(Mailbox.id)
    )
    return [MailboxId(one) for one in rows]


def count_looked_at(report: MailboxReport) -> int:
    """Letters of which it is known what becomes of them."""
    return sum(one.server - one.gap for one in report.folders)


def _is_done(mailbox: Mailbox, report: MailboxReport) -> bool:
    """Whether everything the server had was looked at, and captured."""
    reached, began = mailbox.last_success_at, mailbox.import_began_at
    if reached is None or began is None or reached < began:
        return False
    return bool(report.folders) and not any(one.backlog for one in report.folders)


def _tell(work: Work, mailbox: Mailbox, *, edit_only: bool = False) -> None:
    reply_to = {"message": mailbox.progress_message} if mailbox.progress_message is not None else {}
    if mailbox.progress_user_id is not None:
        work.notify(
            mailbox.progress_user_id,
            f"import:{mailbox.id}",
            note="",
            reply_to=reply_to,
            edit_only=edit_only,
        )
