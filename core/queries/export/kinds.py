"""The kinds of export by name, and the way through one of them."""

from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.queries.export.audit import load_audit
from core.queries.export.contacts import load_contacts
from core.queries.export.deals import load_deals
from core.queries.export.delivery import load_outbox, load_reminders
from core.queries.export.interactions import load_interactions
from core.queries.export.organisation import load_mailboxes, load_users
from core.queries.export.shapes import JsonObject, LoadBatch, Slice
from core.queries.export.subjects import load_subjects

BATCH = 500

KINDS: dict[str, LoadBatch] = {
    "interactions": load_interactions,
    "contacts": load_contacts,
    "subjects": load_subjects,
    "deals": load_deals,
    "users": load_users,
    "reminders": load_reminders,
    "mailboxes": load_mailboxes,
    "outbox": load_outbox,
    "audit": load_audit,
}


async def export_kind(
    session: AsyncSession, kind: str, now: datetime, *, since: datetime | None = None, batch: int = BATCH
) -> AsyncIterator[JsonObject]:
    """All objects of a kind by id, loaded batch by batch and forgotten again.

    Raises:
        KeyError: There is no such kind.
    """
    load = KINDS[kind]
    after: int | None = 0
    while after is not None:
        loaded = await load(session, Slice(after=after, limit=batch, since=since, now=now))
        session.expunge_all()
        for one in loaded.objects:
            yield one
        after = loaded.last
