"""What a card says of promises: those made there, those it may have kept, and before a visit how both sides keep theirs."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FunctionalOption, InteractionState
from core.queries.interaction_card import InteractionCard
from core.queries.promises import (
    count_contacts_made,
    list_closable,
    list_people_of_interaction,
    load_promises_of,
    load_record,
)
from core.queries.waiting import Visit
from core.repositories.access import Viewer
from core.repositories.options import load_off


@dataclass(frozen=True, slots=True)
class Look:
    """Through whose eyes, when, and by whose wall clock."""

    viewer: Viewer
    now: datetime
    timezone: str


async def with_attention(session: AsyncSession, card: InteractionCard, look: Look) -> InteractionCard:
    """The card with what it says of promises; nothing while other interactions are off (domain.md O2)."""
    is_plan = card.state is InteractionState.PLANNED and not card.deleted
    if not (card.has_promises or card.has_closable or is_plan):
        return card
    if FunctionalOption.OTHER_INTERACTIONS in await load_off(session):
        return card
    seen = (look.viewer, look.now, look.timezone)
    if is_plan:
        return replace(card, visit=await _load_visit(session, card, look))
    return replace(
        card,
        promises=await load_promises_of(session, card.id, *seen) if card.has_promises else (),
        closable=await list_closable(session, card.id, *seen) if card.has_closable else (),
    )


async def _load_visit(session: AsyncSession, card: InteractionCard, look: Look) -> Visit | None:
    people = await list_people_of_interaction(session, card.id)
    record = await load_record(session, people, look.viewer, look.now, look.timezone)
    made = await count_contacts_made(session, card.subject.id)
    return Visit(made + 1, record) if record is not None or made else None
