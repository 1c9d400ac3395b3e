"""Who may change a mailbox: its owner, administrators and the system; whoever only looks after it may not."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Role
from core.errors import NotAllowed, NotFound
from core.models import Mailbox
from core.repositories import mailboxes
from core.services.work import Work
from core.values import Caller, MailboxId, Ref, RefKind


async def get_own(work: Work, mailbox_id: MailboxId, action: str) -> Mailbox:
    """A mailbox that the caller may change, locked: their own; administrators and the system change any.

    Raises:
        NotFound: There is no such mailbox for the caller.
        NotAllowed: They look after it, and it is not theirs.
    """
    mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
    if work.caller is not None:
        await check_own(work.session, work.caller, mailbox, action)
    return mailbox


async def check_own(session: AsyncSession, caller: Caller, mailbox: Mailbox, action: str) -> None:
    """Refuse who may not change a mailbox. Raises as `get_own`."""
    if caller.role is Role.ADMINISTRATOR or mailbox.owner_id == caller.user_id:
        return
    kept = await mailboxes.keeps_mailbox(session, caller)
    if await session.scalar(select(Mailbox.id).where(Mailbox.id == mailbox.id, kept)) is None:
        raise NotFound(Ref(RefKind.MAILBOX, mailbox.id))
    raise NotAllowed(action)
