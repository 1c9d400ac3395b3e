"""What an operator watches: how many things stand where."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.enums import MailboxState, MailFate, OutboxState, ReminderState, UpdateState
from core.models import InboundUpdate, Mailbox, MailUid, OutboxItem, Reminder


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by state; states without rows are there with 0."""

    updates: dict[UpdateState, int]
    outbox: dict[OutboxState, int]
    letters: dict[MailFate, int]
    mailboxes: dict[MailboxState, int]


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is still on its way.

    Attributes:
        updates: Received and without their effect.
        outbox: Written and not delivered.
        reminders: Due and not claimed.
    """

    updates: int
    outbox: int
    reminders: int

    @property
    def is_none(self) -> bool:
        """Whether all is quiet."""
        return not (self.updates or self.outbox or self.reminders)


State = TypeVar("State", bound=StrEnum)


async def count_states(session: AsyncSession) -> Counts:
    """Count what metrics show."""
    return Counts(
        updates=await _count_by(session, InboundUpdate.state, UpdateState),
        outbox=await _count_by(session, OutboxItem.state, OutboxState),
        letters=await _count_by(session, MailUid.fate, MailFate),
        mailboxes=await _count_by(session, Mailbox.state, MailboxState),
    )


async def _count_by(
    session: AsyncSession, column: InstrumentedAttribute[State], states: type[State]
) -> dict[State, int]:
    rows = await session.execute(select(column, func.count()).group_by(column))
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in states}


async def count_open_work(session: AsyncSession, now: datetime, *, reminders: bool = True) -> OpenWork:
    """Count what is still on its way; without `reminders` those that are due do not count."""
    updates = select(func.count()).select_from(InboundUpdate).where(InboundUpdate.state == UpdateState.NEW)
    outbox = (
        select(func.count())
        .select_from(OutboxItem)
        .where(OutboxItem.state.in_((OutboxState.NEW, OutboxState.SENDING)))
    )
    due = (
        select(func.count())
        .select_from(Reminder)
        .where(Reminder.state == ReminderState.WAITING, Reminder.due_at <= now)
    )
    return OpenWork(
        updates=await session.scalar(updates) or 0,
        outbox=await session.scalar(outbox) or 0,
        reminders=(await session.scalar(due) or 0) if reminders else 0,
    )
