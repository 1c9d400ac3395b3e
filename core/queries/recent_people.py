"""Whom a user was last in touch with."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind
from core.models import Contact, InteractionOwner, Participant

LOOK_BACK = 200
"""Interactions looked through; somebody not among them is no recent acquaintance."""


async def list_recent_people(session: AsyncSession, user_id: int, limit: int) -> list[int]:
    """Contacts of the user's latest interactions, the latest first, each once."""
    latest = (
        select(InteractionOwner.interaction_id, InteractionOwner.happened_at)
        .where(InteractionOwner.user_id == user_id)
        .order_by(InteractionOwner.happened_at.desc(), InteractionOwner.interaction_id.desc())
        .limit(LOOK_BACK)
        .subquery()
    )
    rows = await session.execute(
        select(Participant.contact_id, func.max(latest.c.happened_at).label("last"))
        .join(latest, latest.c.interaction_id == Participant.interaction_id)
        .join(Contact, Contact.id == Participant.contact_id)
        .where(Contact.kind != ContactKind.USER)
        .group_by(Participant.contact_id)
        .order_by(func.max(latest.c.happened_at).desc(), Participant.contact_id.desc())
        .limit(limit)
    )
    return [contact_id for contact_id, _ in rows if contact_id is not None]
