"""Rhythms of contacts and deals: what is to be renewed, and what they are learned from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, InteractionState
from core.models import Contact, Deal, Interaction, Participant, Rhythm, Subject
from core.rules.rhythm import HISTORY
from core.values import Ref, RefKind

SAMPLE = 500
"""Rhythms that the usual one of the organisation is taken from."""


class Pulse(NamedTuple):
    """A contact or a deal as it is now, beside its rhythm as it was."""

    id: int
    last_at: datetime
    responsible_id: int | None
    rhythm: Rhythm | None

    @property
    def is_stale(self) -> bool:
        """Whether something happened, or somebody else answers for it, since its rhythm was learned."""
        one = self.rhythm
        if one is None or one.last_at != self.last_at:
            return True
        return self.responsible_id is not None and one.user_id != self.responsible_id


class Past(NamedTuple):
    """An interaction of the past."""

    id: int
    happened_at: datetime
    responsible_id: int


async def list_contacts(session: AsyncSession, after_id: int, limit: int) -> Sequence[Pulse]:
    """Contacts with whom something happened, in order of id."""
    rows = await session.execute(
        select(Contact.id, Contact.last_interaction_at, Contact.responsible_id, Rhythm)
        .outerjoin(Rhythm, Rhythm.contact_id == Contact.id)
        .where(
            Contact.id > after_id,
            Contact.kind != ContactKind.USER,
            Contact.merged_into_id.is_(None),
            Contact.last_interaction_at.is_not(None),
        )
        .order_by(Contact.id)
        .limit(limit)
    )
    return [Pulse(one, last_at, whose, rhythm) for one, last_at, whose, rhythm in rows if last_at]


async def list_deals(session: AsyncSession, after_id: int, limit: int) -> Sequence[Pulse]:
    """Open deals in which something happened, in order of id."""
    rows = await session.execute(
        select(Deal.id, Subject.last_interaction_at, Deal.responsible_id, Rhythm)
        .join(Subject, Subject.id == Deal.subject_id)
        .outerjoin(Rhythm, Rhythm.deal_id == Deal.id)
        .where(
            Deal.id > after_id,
            Deal.closed_at.is_(None),
            Deal.merged_into_id.is_(None),
            Subject.last_interaction_at.is_not(None),
        )
        .order_by(Deal.id)
        .limit(limit)
    )
    return [Pulse(one, last_at, whose, rhythm) for one, last_at, whose, rhythm in rows if last_at]


async def list_past_with_contact(session: AsyncSession, contact_id: int) -> Sequence[Past]:
    """The latest done interactions with a contact, newest first."""
    with_them = _past().join(Participant, Participant.interaction_id == Interaction.id)
    return [
        Past(*row) for row in await session.execute(with_them.where(Participant.contact_id == contact_id))
    ]


async def list_past_of_deal(session: AsyncSession, deal_id: int) -> Sequence[Past]:
    """The latest done interactions of a deal, newest first."""
    in_it = _past().join(Deal, Deal.subject_id == Interaction.subject_id)
    return [Past(*row) for row in await session.execute(in_it.where(Deal.id == deal_id))]


def _past() -> Select[*tuple[int, datetime, int]]:
    return (
        select(Interaction.id, Interaction.happened_at, Interaction.responsible_id)
        .where(Interaction.state == InteractionState.DONE, Interaction.deleted_at.is_(None))
        .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
        .limit(HISTORY)
    )


async def list_learned(session: AsyncSession) -> Sequence[int]:
    """Usual gaps that were learned from own histories, some of them."""
    rows = await session.scalars(
        select(Rhythm.usual_days).where(Rhythm.is_own.is_(True)).order_by(Rhythm.id.desc()).limit(SAMPLE)
    )
    return rows.all()


async def find(session: AsyncSession, ref: Ref) -> Rhythm | None:
    """The rhythm of a contact or a deal, locked."""
    column = Rhythm.deal_id if ref.kind is RefKind.DEAL else Rhythm.contact_id
    return (await session.scalars(select(Rhythm).where(column == ref.id).with_for_update())).one_or_none()


async def write(session: AsyncSession, ref: Ref, values: Mapping[str, Any]) -> None:
    """Write what was learned of a contact or a deal, whoever else writes it at the same moment."""
    name = "deal_id" if ref.kind is RefKind.DEAL else "contact_id"
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    rows = insert(Rhythm).values(**{name: ref.id}, dismissed=False, **values)
    await session.execute(rows.on_conflict_do_update(index_elements=[name], set_=dict(values)))
