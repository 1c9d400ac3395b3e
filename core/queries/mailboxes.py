"""Mailboxes as lists and reports show them: every UID with its fate (domain.md M4, interface.md)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FolderRole, MailboxState, MailFate
from core.models import Department, Mailbox, MailFolder, MailUid, User
from core.values import FolderId, MailboxId


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What became of the letters of a folder.

    Attributes:
        server: Letters on the server when last looked.
        excluded: How many were left out, by rule.
        gap: Letters on the server without a fate here when last compared.
    """

    id: FolderId
    name: str
    role: FolderRole
    server: int
    stored: int
    known: int
    excluded: dict[str, int]
    quarantined: int
    gap: int
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """A mailbox with its state and its folders; `state_reason` is a word, for example `auth`."""

    id: MailboxId
    address: str
    owner_id: int | None
    owner: str | None
    department_id: int | None
    department: str | None
    state: MailboxState
    state_reason: str | None
    failures: int
    last_success_at: datetime | None
    folders: tuple[FolderReport, ...] = field(default=())


@dataclass(slots=True)
class _Fates:
    stored: int = 0
    known: int = 0
    quarantined: int = 0
    excluded: dict[str, int] = field(default_factory=dict)

    def add(self, fate: MailFate, rule: str | None, count: int) -> None:
        if fate is MailFate.EXCLUDED:
            self.excluded[rule or ""] = count
        elif fate is MailFate.STORED:
            self.stored += count
        elif fate is MailFate.KNOWN:
            self.known += count
        else:
            self.quarantined += count


async def list_reports(
    session: AsyncSession, condition: ColumnElement[bool] | None = None, *, folders: bool = True
) -> list[MailboxReport]:
    """Mailboxes that are not removed, by id.

    Args:
        session: The session.
        condition: Which of them; None: all.
        folders: Whether their folders are wanted; counting the fates of all letters takes its time.
    """
    rows = await session.execute(
        select(Mailbox, User.name, Department.name)
        .outerjoin(User, User.id == Mailbox.owner_id)
        .outerjoin(Department, Department.id == Mailbox.department_id)
        .where(Mailbox.state != MailboxState.REMOVED, condition if condition is not None else true())
        .order_by(Mailbox.id)
    )
    found = list(rows)
    wanted = [mailbox.id for mailbox, _, _ in found] if folders else []
    loaded = await _load_folders(session, wanted)
    return [
        MailboxReport(
            id=MailboxId(mailbox.id),
            address=mailbox.address,
            owner_id=mailbox.owner_id,
            owner=owner,
            department_id=mailbox.department_id,
            department=department,
            state=mailbox.state,
            state_reason=mailbox.state_reason,
            failures=mailbox.failures,
            last_success_at=mailbox.last_success_at,
            folders=tuple(loaded.get(mailbox.id, ())),
        )
        for mailbox, owner, department in found
    ]


async def _load_folders(session: AsyncSession, mailbox_ids: Sequence[int]) -> dict[int, list[FolderReport]]:
    rows = (
        await session.scalars(
            select(MailFolder).where(MailFolder.mailbox_id.in_(mailbox_ids)).order_by(MailFolder.id)
        )
    ).all()
    fates = await _count_fates(session, [row.id for row in rows])
    reports: dict[int, list[FolderReport]] = defaultdict(list)
    for row in rows:
        counted = fates[row.id]
        reports[row.mailbox_id].append(
            FolderReport(
                id=FolderId(row.id),
                name=row.name,
                role=row.role,
                server=row.server_count,
                stored=counted.stored,
                known=counted.known,
                excluded=counted.excluded,
                quarantined=counted.quarantined,
                gap=row.gap,
                last_success_at=row.last_success_at,
            )
        )
    return reports


async def _count_fates(session: AsyncSession, folder_ids: Sequence[int]) -> dict[int, _Fates]:
    """Fates by folder, under the folder's present UIDVALIDITY."""
    rows = await session.execute(
        select(MailUid.folder_id, MailUid.fate, MailUid.rule, func.count())
        .join(MailFolder, MailFolder.id == MailUid.folder_id)
        .where(MailUid.folder_id.in_(folder_ids), MailUid.uidvalidity == MailFolder.uidvalidity)
        .group_by(MailUid.folder_id, MailUid.fate, MailUid.rule)
    )
    fates: dict[int, _Fates] = defaultdict(_Fates)
    for folder_id, fate, rule, count in rows:
        fates[folder_id].add(fate, rule, count)
    return fates
