"""What a promotion proposes from what was captured: a sum, what was asked for, who may get a role (domain.md S6)."""

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind
from core.models import Contact, Interaction
from core.rules.amounts import find_amounts

LOOKED_AT = 50
"""Interactions, from the latest back, that are read for a sum."""

TEXT_LIMIT = 20_000
"""Letters of each that are read."""

DEMAND_LIMIT = 200


class Proposal(NamedTuple):
    """What the interactions speak of; the interaction is the one that names the sum."""

    amount: Decimal | None
    currency: str | None
    shown_by_id: int | None
    demand: str


class RoleCandidate(NamedTuple):
    """A contact who takes part and may get a role in the deal."""

    contact_id: int
    name: str
    kind: ContactKind


async def load_proposal(
    session: AsyncSession, *, subject_id: int | None, interaction: Interaction, head: Interaction
) -> Proposal:
    """Read a chain (None: one interaction alone): the latest sum that was spoken of, the first words of the first."""
    statement = select(Interaction.id, Interaction.topic, Interaction.text, Interaction.goal)
    if subject_id is None:
        statement = statement.where(Interaction.id == interaction.id)
    else:
        statement = statement.where(Interaction.subject_id == subject_id, Interaction.deleted_at.is_(None))
    rows = await session.execute(
        statement.order_by(Interaction.happened_at.desc(), Interaction.id.desc()).limit(LOOKED_AT)
    )
    demand = _first_words(head)
    for interaction_id, *texts in rows:
        mentions = find_amounts("\n".join(texts)[:TEXT_LIMIT])
        if mentions:
            best = max(mentions, key=lambda one: one.amount)
            return Proposal(best.amount, best.currency, interaction_id, demand)
    return Proposal(None, None, None, demand)


def _first_words(head: Interaction) -> str:
    """The first line that says something: of the text, else of the goal, else the topic."""
    for text in (head.text, head.goal, head.topic):
        for line in text.splitlines():
            if len(line.split()) > 1:
                return " ".join(line.split())[:DEMAND_LIMIT]
    return " ".join(head.topic.split())[:DEMAND_LIMIT]


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
