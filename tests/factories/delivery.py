"""Rows of the outbox and reminders."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import (
    InteractionState,
    InteractionType,
    Language,
    OutboxKind,
    OutboxState,
    ReminderState,
    Role,
    Source,
    SubjectKind,
)
from core.models import Interaction, OutboxItem, Reminder, Subject, User


async def make_recipient(session: AsyncSession, at: datetime, **fields: Any) -> User:
    """A user who can be written to."""
    user = User(
        **{
            "name": "Rep",
            "role": Role.REP,
            "language": Language.EN,
            "timezone": "UTC",
            "country": "GB",
            "created_at": at,
            **fields,
        }
    )
    session.add(user)
    await session.flush()
    return user


async def make_outbox_item(
    session: AsyncSession, user: User, key: str, at: datetime, **fields: Any
) -> OutboxItem:
    """A notice to a user, new and due at once."""
    item = OutboxItem(
        **{
            "key": key,
            "kind": OutboxKind.NOTICE,
            "user_id": user.id,
            "payload": {"show": "i1"},
            "state": OutboxState.NEW,
            "created_at": at,
            "due_at": at,
            **fields,
        }
    )
    session.add(item)
    await session.flush()
    return item


async def make_plan_row(session: AsyncSession, user: User, due_at: datetime, **fields: Any) -> Interaction:
    """A planned interaction that is its own chain."""
    subject = Subject(kind=SubjectKind.CHAIN, created_at=due_at)
    session.add(subject)
    await session.flush()
    plan = Interaction(
        **{
            "type": InteractionType.PLANNED,
            "state": InteractionState.PLANNED,
            "topic": "Call back",
            "text": "",
            "happened_at": due_at,
            "recorded_at": due_at,
            "author_id": user.id,
            "responsible_id": user.id,
            "subject_id": subject.id,
            "source": Source.CHAT,
            **fields,
        }
    )
    session.add(plan)
    await session.flush()
    subject.head_id = plan.id
    await session.flush()
    return plan


async def make_reminder(
    session: AsyncSession, plan: Interaction, user: User, due_at: datetime, **fields: Any
) -> Reminder:
    """A reminder that waits for its time; at a moment, unless told otherwise."""
    reminder = Reminder(
        **{
            "interaction_id": plan.id,
            "user_id": user.id,
            "wanted_at": due_at,
            "due_at": due_at,
            "state": ReminderState.WAITING,
            **fields,
        }
    )
    session.add(reminder)
    await session.flush()
    return reminder
