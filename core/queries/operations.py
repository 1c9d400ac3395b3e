"""What an operator watches: how many things stand where."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.enums import MailboxState, MailFate, OutboxState, ReminderState, UpdateState
from core.models import InboundUpdate, Mailbox, MailTally, OutboxItem, Reminder
from core.queries.mailboxes import list_reports
from core.repositories import digests, promises, waits


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by state; states without rows are there with 0."""

    updates: dict[UpdateState, int]
    outbox: dict[OutboxState, int]
    letters: dict[MailFate, int]
    mailboxes: dict[MailboxState, int]
    watch: "dict[int, MailboxCounts]"


@dataclass(frozen=True, slots=True)
class MailboxCounts:
    """One mailbox: letters on their way, those passed over, those in quarantine; and since when it fares so.

    Attributes:
        last_success_at: When everything that the server has was last looked at.
    """

    backlog: int
    missing: int
    quarantined: int
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is still on its way.

    Attributes:
        updates: Received and without their effect.
        outbox: Written and not delivered.
        reminders: Due and not claimed.
        digests: Due and not claimed.
        held: Letters' notices that wait for the end of their minute: no work is open, and yet somebody is to be told.
    """

    updates: int
    outbox: int
    reminders: int
    held: int
    digests: int = 0

    @property
    def is_none(self) -> bool:
        """Whether all is quiet."""
        return not (self.updates or self.outbox or self.reminders or self.digests or self.held)


State = TypeVar("State", bound=StrEnum)


async def count_states(session: AsyncSession) -> Counts:
    """Count what metrics show."""
    return Counts(
        updates=await _count_by(session, InboundUpdate.state, UpdateState),
        outbox=await _count_by(session, OutboxItem.state, OutboxState),
        letters=await _count_letters(session),
        mailboxes=await _count_by(session, Mailbox.state, MailboxState),
        watch=await _count_mailboxes(session),
    )


async def _count_letters(session: AsyncSession) -> dict[MailFate, int]:
    """From the tallies: a scrape must not read every letter there ever was."""
    rows = await session.execute(select(MailTally.fate, func.sum(MailTally.letters)).group_by(MailTally.fate))
    found = {fate: int(count) for fate, count in rows}
    return {fate: found.get(fate, 0) for fate in MailFate}


async def _count_mailboxes(session: AsyncSession) -> dict[int, MailboxCounts]:
    return {
        one.id: MailboxCounts(
            backlog=sum(folder.backlog for folder in one.folders),
            missing=sum(folder.missing for folder in one.folders),
            quarantined=sum(folder.quarantined for folder in one.folders),
            last_success_at=one.last_success_at,
        )
        for one in await list_reports(session)
    }


async def _count_by(
    session: AsyncSession, column: InstrumentedAttribute[State], states: type[State]
) -> dict[State, int]:
    rows = await session.execute(select(column, func.count()).group_by(column))
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in states}


async def _count_due(session: AsyncSession, reminders: Select[*tuple[int]], now: datetime) -> int:
    """Reminders, answers that are waited for, and promises whose time has come."""
    told = await session.scalar(reminders) or 0
    return told + await waits.count_due(session, now) + await promises.count_due(session, now)


async def count_open_work(session: AsyncSession, now: datetime, *, reminders: bool = True) -> OpenWork:
    """Count what is still on its way; without `reminders` those that are due do not count, nor digests."""
    updates = select(func.count()).select_from(InboundUpdate).where(InboundUpdate.state == UpdateState.NEW)
    rows = await session.execute(
        select(OutboxItem.state, func.count())
        .where(OutboxItem.state.in_((OutboxState.HELD, OutboxState.NEW, OutboxState.SENDING)))
        .group_by(OutboxItem.state)
    )
    outbox = {row[0]: row[1] for row in rows}
    due = (
        select(func.count())
        .select_from(Reminder)
        .where(Reminder.state == ReminderState.WAITING, Reminder.due_at <= now)
    )
    return OpenWork(
        updates=await session.scalar(updates) or 0,
        outbox=outbox.get(OutboxState.NEW, 0) + outbox.get(OutboxState.SENDING, 0),
        reminders=await _count_due(session, due, now) if reminders else 0,
        held=outbox.get(OutboxState.HELD, 0),
        digests=await digests.count_due(session, now) if reminders else 0,
    )
