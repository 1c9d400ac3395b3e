"""To whom a letter was not delivered, as the bounces say that answer it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import MailClass
from core.models import Interaction, MailMessage
from core.models.base import table_of
from core.repositories.access import VISIBLE_TO_ME, Viewer, sight

_messages = table_of(MailMessage)
_BOUNCES = (
    select(Interaction.id, Interaction.happened_at, _messages.c.failed_recipients)
    .join(_messages, _messages.c.interaction_id == Interaction.id)
    .where(
        Interaction.parent_id == bindparam("id"),
        Interaction.deleted_at.is_(None),
        _messages.c.mail_class == MailClass.BOUNCE,
        VISIBLE_TO_ME,
    )
    .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
    .limit(5)
)


@dataclass(frozen=True, slots=True)
class BounceView:
    """A bounce.

    Attributes:
        recipients: The addresses it names; empty where it names none for machines.
    """

    id: int
    happened_at: datetime
    recipients: tuple[str, ...]


async def list_bounces(session: AsyncSession, interaction_id: int, viewer: Viewer) -> tuple[BounceView, ...]:
    """The latest bounces of a letter that the viewer sees."""
    rows = await session.execute(_BOUNCES, {"id": interaction_id, **sight(viewer)})
    return tuple(BounceView(row[0], row[1], tuple(row[2])) for row in rows)
