"""By which contact something was linked by itself, and when that contact was met there last (domain.md S8)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, InteractionState
from core.models import Contact, Interaction, Participant, SubjectParticipant
from core.models.base import table_of
from core.repositories.access import VISIBLE_TO_ME, Viewer, sight


@dataclass(frozen=True, slots=True)
class LinkEvidence:
    """Why an interaction belongs where it does.

    Attributes:
        contact: The name of the contact in common.
        met_at: The last interaction with them there before this one; None: they only take part in the deal.
    """

    contact: str
    met_at: datetime | None


_contacts, _joined = table_of(Contact), table_of(SubjectParticipant)
_own, _theirs = table_of(Participant).alias("own"), table_of(Participant).alias("theirs")
_MET = (
    select(_contacts.c.name, func.max(Interaction.happened_at).label("met_at"))
    .join(_own, _own.c.contact_id == _contacts.c.id)
    .join(_theirs, _theirs.c.contact_id == _contacts.c.id)
    .join(Interaction, Interaction.id == _theirs.c.interaction_id)
    .where(
        _own.c.interaction_id == bindparam("id"),
        _contacts.c.kind != ContactKind.USER,
        Interaction.subject_id == bindparam("subject"),
        Interaction.id != bindparam("id"),
        Interaction.state == InteractionState.DONE,
        Interaction.happened_at <= bindparam("before"),
        Interaction.deleted_at.is_(None),
        VISIBLE_TO_ME,
    )
    .group_by(_contacts.c.id, _contacts.c.name)
    .order_by(func.max(Interaction.happened_at).desc(), _contacts.c.id)
    .limit(1)
)
_TAKES_PART = (
    select(_contacts.c.name)
    .join(_own, _own.c.contact_id == _contacts.c.id)
    .join(_joined, _joined.c.contact_id == _contacts.c.id)
    .where(_own.c.interaction_id == bindparam("id"), _joined.c.subject_id == bindparam("subject"))
    .order_by(_contacts.c.id)
    .limit(1)
)


async def find_link_evidence(
    session: AsyncSession, interaction_id: int, subject_id: int, before: datetime, viewer: Viewer
) -> LinkEvidence | None:
    """What an automatic link rests on as the viewer may see it; None when it is gone by now."""
    about = {"id": interaction_id, "subject": subject_id}
    met = (await session.execute(_MET, {**about, "before": before, **sight(viewer)})).one_or_none()
    if met is not None:
        return LinkEvidence(met.name, met.met_at)
    name = await session.scalar(_TAKES_PART, about)
    return LinkEvidence(name, None) if name is not None else None
