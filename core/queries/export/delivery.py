"""Reminders (`since` means due since) and the outbox (written since)."""

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import OutboxItem, Reminder
from core.queries.export.shapes import Batch, Slice, instant, load_user_names


async def load_reminders(session: AsyncSession, wanted: Slice) -> Batch:
    """The next reminders by id."""
    rows = (
        await session.scalars(
            select(Reminder)
            .where(
                Reminder.id > wanted.after,
                Reminder.due_at >= wanted.since if wanted.since is not None else true(),
            )
            .order_by(Reminder.id)
            .limit(wanted.limit)
        )
    ).all()
    if not rows:
        return Batch([], None)
    names = await load_user_names(session, [row.user_id for row in rows])
    return Batch(
        [
            {
                "id": row.id,
                "interaction_id": row.interaction_id,
                "user": names(row.user_id),
                "due_at": instant(row.due_at),
                "sent_at": instant(row.sent_at),
                "state": row.state,
            }
            for row in rows
        ],
        rows[-1].id,
    )


async def load_outbox(session: AsyncSession, wanted: Slice) -> Batch:
    """The next effects by id; what they show is rendered when they go out, so it is not here."""
    rows = (
        await session.scalars(
            select(OutboxItem)
            .where(
                OutboxItem.id > wanted.after,
                OutboxItem.created_at >= wanted.since if wanted.since is not None else true(),
            )
            .order_by(OutboxItem.id)
            .limit(wanted.limit)
        )
    ).all()
    if not rows:
        return Batch([], None)
    names = await load_user_names(session, [row.user_id for row in rows])
    return Batch(
        [
            {
                "id": row.id,
                "key": row.key,
                "kind": row.kind,
                "to": names(row.user_id),
                "show": row.payload.get("show"),
                "note": row.payload.get("note"),
                "state": row.state,
                "attempts": row.attempts,
                "error": row.error,
                "created_at": instant(row.created_at),
            }
            for row in rows
        ],
        rows[-1].id,
    )
