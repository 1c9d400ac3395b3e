"""Mailboxes and their folders: loading, and whose they are."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import MailboxState, Role, UserState
from core.errors import Missing, NotFound
from core.models import Mailbox, MailFolder, User
from core.repositories import access
from core.values import Caller, FolderId, MailboxId, Ref, RefKind


async def get_mailbox(session: AsyncSession, mailbox_id: MailboxId | int) -> Mailbox:
    """The mailbox, locked for change; a removed one is not found.

    Raises:
        NotFound: There is no such mailbox.
    """
    mailbox = await session.get(Mailbox, mailbox_id, with_for_update=True)
    if mailbox is None or mailbox.state is MailboxState.REMOVED:
        raise NotFound(Ref(RefKind.MAILBOX, mailbox_id))
    return mailbox


async def find_mailbox(
    session: AsyncSession, mailbox_id: MailboxId | int, seen: ColumnElement[bool]
) -> Mailbox:
    """The mailbox, not locked, if a condition on `Mailbox` holds for it; a removed one is not found.

    Raises:
        NotFound: There is none.
    """
    mailbox = (
        await session.scalars(
            select(Mailbox).where(Mailbox.id == mailbox_id, Mailbox.state != MailboxState.REMOVED, seen)
        )
    ).one_or_none()
    if mailbox is None:
        raise NotFound(Ref(RefKind.MAILBOX, mailbox_id))
    return mailbox


async def list_mailboxes(session: AsyncSession, *states: MailboxState) -> Sequence[Mailbox]:
    """Mailboxes in these states, by id; without states all that are not removed."""
    wanted = states or tuple(state for state in MailboxState if state is not MailboxState.REMOVED)
    return (
        await session.scalars(select(Mailbox).where(Mailbox.state.in_(wanted)).order_by(Mailbox.id))
    ).all()


async def get_folder(session: AsyncSession, folder_id: FolderId | int) -> MailFolder:
    """The folder, locked for change: one batch of it is captured at a time.

    Raises:
        NotFound: There is no such folder.
    """
    folder = await session.get(MailFolder, folder_id, with_for_update=True)
    if folder is None:
        raise NotFound(f"mail folder {folder_id}")
    return folder


async def list_folders(session: AsyncSession, mailbox_id: MailboxId | int) -> Sequence[MailFolder]:
    """The folders of a mailbox in the order they were registered."""
    return (
        await session.scalars(
            select(MailFolder).where(MailFolder.mailbox_id == mailbox_id).order_by(MailFolder.id)
        )
    ).all()


async def find_keeper(session: AsyncSession, mailbox: Mailbox) -> int:
    """The user whose worklist the letters of a mailbox go on.

    Its owner; for a department's mailbox the department's manager, else its first user (routing of shared
    mailboxes refines this, domain.md U3).

    Raises:
        Missing: Nobody works in the department.
    """
    if mailbox.owner_id is not None:
        return mailbox.owner_id
    keeper = await _find_department_keeper(session, mailbox.department_id)
    if keeper is None:
        raise Missing("owner")
    return keeper


async def _find_department_keeper(session: AsyncSession, department_id: int | None) -> int | None:
    users = await session.execute(
        select(User.id, User.role)
        .where(User.department_id == department_id, User.state == UserState.ACTIVE)
        .order_by(User.id)
    )
    people = list(users)
    managers = [user_id for user_id, role in people if role is Role.MANAGER]
    everybody = managers or [user_id for user_id, _ in people]
    return everybody[0] if everybody else None


async def sees_mailbox(session: AsyncSession, caller: Caller) -> ColumnElement[bool]:
    """The condition under which the caller sees a row of `Mailbox`: administrators all, others those they keep."""
    return true() if caller.role is Role.ADMINISTRATOR else await keeps_mailbox(session, caller)


async def keeps_mailbox(session: AsyncSession, caller: Caller) -> ColumnElement[bool]:
    """The condition under which a mailbox is the caller's matter.

    It is their own; or it belongs to a department that they lead, or whose letters come to them (domain.md U3).
    """
    departments = set(await access.list_led_departments(session, caller))
    own = await session.scalar(select(User.department_id).where(User.id == caller.user_id))
    if own is not None and await _find_department_keeper(session, own) == caller.user_id:
        departments.add(own)
    return or_(Mailbox.owner_id == caller.user_id, Mailbox.department_id.in_(departments))
