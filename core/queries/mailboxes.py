"""Mailboxes as lists and reports show them: every UID with its fate (domain.md M4, interface.md)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FolderRole, MailAuth, MailboxState, MailFate, MailRouting
from core.models import Department, Mailbox, MailFolder, MailTally, MailUid, User
from core.values import FolderId, MailboxId


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What became of the letters of a folder.

    Always: server = stored + known + excluded + quarantined + gap. Fates of letters that left the server, and of
    those under a former UIDVALIDITY, stand apart.

    Attributes:
        server: Letters on the server as far as is known: as many as it told at the last look, or more if more
            were seen since.
        excluded: How many were left out, by rule.
        gap: Letters on the server without a fate here: on their way, or missing.
        backlog: Letters on their way: not yet looked at, or received and not yet captured, these also if they
            have left the server meanwhile.
        missing: The part of the gap that was passed over; it is fetched at the next comparison.
        left: Letters with a fate that are no longer on the server.
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
    backlog: int = 0
    missing: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """A mailbox with its state and its folders.

    Attributes:
        state_reason: A word, for example `auth`.
        importing: Whether its first import is under way.
    """

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
    mirror_seen: bool
    routing: MailRouting
    verify_certificate: bool = True
    auth: MailAuth = MailAuth.PASSWORD
    importing: bool = False
    folders: tuple[FolderReport, ...] = field(default=())


@dataclass(slots=True)
class _Fates:
    """Sightings of one folder; all but `waiting` and `left` are of letters still on the server."""

    stored: int = 0
    known: int = 0
    quarantined: int = 0
    received: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    left: int = 0

    def add(self, tally: MailTally, uidvalidity: int | None) -> None:
        if tally.fate is MailFate.RECEIVED:
            self.waiting += tally.letters
        if tally.uidvalidity != uidvalidity:
            return
        if tally.gone:
            self.left += tally.letters if tally.fate is not MailFate.RECEIVED else 0
        elif tally.fate is MailFate.EXCLUDED:
            self.excluded[tally.rule] = self.excluded.get(tally.rule, 0) + tally.letters
        elif tally.fate is MailFate.STORED:
            self.stored += tally.letters
        elif tally.fate is MailFate.KNOWN:
            self.known += tally.letters
        elif tally.fate is MailFate.RECEIVED:
            self.received += tally.letters
        else:
            self.quarantined += tally.letters

    @property
    def fated(self) -> int:
        return self.stored + self.known + self.quarantined + sum(self.excluded.values())


async def list_reports(
    session: AsyncSession, condition: ColumnElement[bool] | None = None, *, folders: bool = True
) -> list[MailboxReport]:
    """Mailboxes that are not removed, by id.

    Args:
        session: The session.
        condition: Which of them; None: all.
        folders: Whether their folders are wanted.
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
            mirror_seen=mailbox.mirror_seen,
            routing=mailbox.routing,
            verify_certificate=mailbox.verify_certificate,
            auth=mailbox.auth,
            importing=mailbox.import_began_at is not None,
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
    fates = await _load_fates(session, rows)
    reports: dict[int, list[FolderReport]] = defaultdict(list)
    for row in rows:
        reports[row.mailbox_id].append(_report(row, fates[row.id]))
    return reports


def _report(folder: MailFolder, fates: _Fates) -> FolderReport:
    server = max(folder.server_count, fates.fated + fates.received)
    unseen = server - fates.fated - fates.received
    missing = min(folder.gap, unseen)
    return FolderReport(
        id=FolderId(folder.id),
        name=folder.name,
        role=folder.role,
        server=server,
        stored=fates.stored,
        known=fates.known,
        excluded=fates.excluded,
        quarantined=fates.quarantined,
        gap=server - fates.fated,
        last_success_at=folder.last_success_at,
        backlog=fates.waiting + unseen - missing,
        missing=missing,
        left=fates.left,
    )


async def _load_fates(session: AsyncSession, folders: Sequence[MailFolder]) -> dict[int, _Fates]:
    """Fates by folder; a handful of rows each, however many letters there are."""
    uidvalidity = {one.id: one.uidvalidity for one in folders}
    rows = await session.scalars(
        select(MailTally).where(MailTally.folder_id.in_(uidvalidity), MailTally.letters > 0)
    )
    fates: dict[int, _Fates] = defaultdict(_Fates)
    for row in rows:
        fates[row.folder_id].add(row, uidvalidity[row.folder_id])
    return fates


async def find_wrong_tallies(session: AsyncSession) -> list[FolderId]:
    """The folders whose kept tallies differ from a recount; none is the promise. Reads every sighting."""
    one_each = select(
        MailUid.folder_id,
        MailUid.uidvalidity,
        MailUid.fate,
        func.coalesce(MailUid.rule, "").label("rule"),
        MailUid.gone_at.is_not(None).label("gone"),
    ).subquery()
    counted = await session.execute(select(*one_each.c, func.count()).group_by(*one_each.c))
    kept = await session.execute(
        select(
            MailTally.folder_id,
            MailTally.uidvalidity,
            MailTally.fate,
            MailTally.rule,
            MailTally.gone,
            MailTally.letters,
        ).where(MailTally.letters != 0)
    )
    differing: set[tuple[Any, ...]] = {tuple(row) for row in counted} ^ {tuple(row) for row in kept}
    return sorted({FolderId(key[0]) for key in differing})
