"""What a promotion proposes from what was captured: a sum, what was asked for, who may get a role (domain.md S6)."""

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind
from core.models import Contact, Interaction, Participant, PersonPartner
from core.repositories.access import Viewer, sees_interaction
from core.rules.amounts import find_amounts
from core.rules.asked_for import find_asking, find_words

LOOKED_AT = 50
"""Interactions, from the latest back, that are read for a sum; from the first on, for what was asked."""

TEXT_LIMIT = 20_000
"""Letters of each that are read."""


class ProposedSum(NamedTuple):
    """A sum that was spoken of; `currency` None: it was not said."""

    amount: Decimal
    currency: str | None
    shown_by_id: int


class ProposedDemand(NamedTuple):
    """What was asked for first.

    Attributes:
        text: In the words of an interaction.
        asked_in_id: Which.
        asked_by_id: The one person who took part in it; None: there were none or several.
        asked_by: Their name.
    """

    text: str
    asked_in_id: int
    asked_by_id: int | None
    asked_by: str | None


class RoleCandidate(NamedTuple):
    """A contact who takes part and may get a role in the deal."""

    contact_id: int
    name: str
    kind: ContactKind


def _members(subject_id: int | None, interaction: Interaction, viewer: Viewer) -> ColumnElement[bool]:
    if subject_id is None:
        return Interaction.id == interaction.id
    return (
        (Interaction.subject_id == subject_id) & Interaction.deleted_at.is_(None) & sees_interaction(viewer)
    )


async def find_sum(
    session: AsyncSession, subject_id: int | None, interaction: Interaction, viewer: Viewer
) -> ProposedSum | None:
    """The latest sum that a chain (None: one interaction alone) speaks of, as far as the viewer sees it."""
    rows = await session.execute(
        select(Interaction.id, Interaction.topic, Interaction.text, Interaction.goal)
        .where(_members(subject_id, interaction, viewer))
        .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
        .limit(LOOKED_AT)
    )
    for interaction_id, *texts in rows:
        mentions = find_amounts("\n".join(texts)[:TEXT_LIMIT])
        if mentions:
            best = max(mentions, key=lambda one: one.amount)
            return ProposedSum(best.amount, best.currency, interaction_id)
    return None


async def find_demand(
    session: AsyncSession, subject_id: int | None, interaction: Interaction, viewer: Viewer
) -> ProposedDemand | None:
    """The first words of a chain (None: one interaction alone) that ask for something; else its first words."""
    rows = await session.execute(
        select(Interaction.id, Interaction.text, Interaction.goal, Interaction.topic)
        .where(_members(subject_id, interaction, viewer))
        .order_by(Interaction.happened_at, Interaction.id)
        .limit(LOOKED_AT)
    )
    first: tuple[int, str] | None = None
    for interaction_id, *texts in rows:
        cut = [text[:TEXT_LIMIT] for text in texts]
        asking = next((line for text in cut if (line := find_asking(text)) is not None), None)
        if asking is not None:
            return await _asked(session, interaction_id, asking)
        words = next((line for text in cut if (line := find_words(text)) is not None), None)
        if first is None and words is not None:
            first = (interaction_id, words)
    return await _asked(session, *first) if first is not None else None


async def _asked(session: AsyncSession, interaction_id: int, text: str) -> ProposedDemand:
    rows = await session.execute(
        select(Contact.id, Contact.name)
        .join(Participant, Participant.contact_id == Contact.id)
        .where(
            Participant.interaction_id == interaction_id,
            Contact.kind.in_((ContactKind.PERSON, ContactKind.INDIVIDUAL)),
        )
        .distinct()
        .limit(2)
    )
    people = [(contact_id, name) for contact_id, name in rows]
    who_id, who = people[0] if len(people) == 1 else (None, None)
    return ProposedDemand(text, interaction_id, who_id, who)


async def list_role_candidates(
    session: AsyncSession, contact_ids: Collection[int]
) -> tuple[RoleCandidate, ...]:
    """Names and kinds of contacts, by name."""
    if not contact_ids:
        return ()
    rows = await session.execute(
        select(Contact.id, Contact.name, Contact.kind)
        .where(Contact.id.in_(contact_ids))
        .order_by(Contact.name, Contact.id)
    )
    return tuple(RoleCandidate(*row) for row in rows)


async def find_first_with_partner(session: AsyncSession, subject_id: int, partner_id: int) -> int | None:
    """The earliest interaction of a subject in which a partner, or a person of theirs, takes part."""
    people = select(PersonPartner.person_id).where(PersonPartner.partner_id == partner_id)
    return await session.scalar(
        select(Interaction.id)
        .join(Participant, Participant.interaction_id == Interaction.id)
        .where(
            Interaction.subject_id == subject_id,
            Interaction.deleted_at.is_(None),
            or_(Participant.contact_id == partner_id, Participant.contact_id.in_(people)),
        )
        .order_by(Interaction.happened_at, Interaction.id)
        .limit(1)
    )
