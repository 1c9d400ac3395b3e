"""Users and mailboxes; `since` means created since."""

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Contact, Department, Mailbox, User
from core.queries.export.shapes import Batch, JsonObject, Slice, instant, named
from core.queries.mailboxes import FolderReport, MailboxReport, list_reports


async def load_users(session: AsyncSession, wanted: Slice) -> Batch:
    """The next users by id."""
    rows = await session.execute(
        select(User, Department.name, Contact.id)
        .outerjoin(Department, Department.id == User.department_id)
        .outerjoin(Contact, Contact.user_id == User.id)
        .where(
            User.id > wanted.after, User.created_at >= wanted.since if wanted.since is not None else true()
        )
        .order_by(User.id)
        .limit(wanted.limit)
    )
    found = list(rows)
    if not found:
        return Batch([], None)
    return Batch([_shape_user(*row) for row in found], found[-1][0].id)


def _shape_user(user: User, department: str | None, contact_id: int | None) -> JsonObject:
    return {
        "id": user.id,
        "telegram_id": user.telegram_id,
        "name": user.name,
        "role": user.role,
        "state": user.state,
        "department": named(user.department_id, department),
        "contact_id": contact_id,
        "language": user.language,
        "timezone": user.timezone,
        "country": user.country,
        "day_starts": user.day_starts,
        "day_ends": user.day_ends,
        "public_holidays": user.public_holidays,
        "reachable": user.reachable,
        "created_at": instant(user.created_at),
    }


async def load_mailboxes(session: AsyncSession, wanted: Slice) -> Batch:
    """The next mailboxes by id, those removed apart."""
    ids = (
        await session.scalars(
            select(Mailbox.id)
            .where(
                Mailbox.id > wanted.after,
                Mailbox.created_at >= wanted.since if wanted.since is not None else true(),
            )
            .order_by(Mailbox.id)
            .limit(wanted.limit)
        )
    ).all()
    if not ids:
        return Batch([], None)
    reports = await list_reports(session, Mailbox.id.in_(ids))
    return Batch([shape_mailbox(report) for report in reports], ids[-1])


def shape_mailbox(report: MailboxReport) -> JsonObject:
    """A mailbox with the fate of every letter (interface.md, mailbox report)."""
    return {
        "id": report.id,
        "address": report.address,
        "owner": named(report.owner_id, report.owner),
        "department": named(report.department_id, report.department),
        "state": report.state,
        "state_reason": report.state_reason,
        "failures": report.failures,
        "last_success_at": instant(report.last_success_at),
        "mirror_seen": report.mirror_seen,
        "verify_certificate": report.verify_certificate,
        "auth": report.auth,
        "folders": [_shape_folder(folder) for folder in report.folders],
    }


def _shape_folder(folder: FolderReport) -> JsonObject:
    return {
        "name": folder.name,
        "role": folder.role,
        "server": folder.server,
        "stored": folder.stored,
        "known": folder.known,
        "excluded": folder.excluded,
        "quarantined": folder.quarantined,
        "gap": folder.gap,
        "backlog": folder.backlog,
        "missing": folder.missing,
        "left": folder.left,
        "last_success_at": instant(folder.last_success_at),
    }
