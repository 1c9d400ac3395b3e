"""What a user waits for after an interaction, for its card."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, InteractionType, WaitPurpose, WaitState
from core.models import Interaction, Participant, Wait
from core.queries.promises import PromiseRecord
from core.queries.rows import InteractionRow, load_rows
from core.repositories.access import Viewer, sees_interaction


@dataclass(frozen=True, slots=True)
class WaitView:
    """A wait as its user sees it.

    Attributes:
        until_id: The interaction whose end is waited for; None: an answer is.
        settled_by_id: What ended it.
    """

    purpose: WaitPurpose
    state: WaitState
    due_at: datetime
    until_id: int | None
    settled_by_id: int | None


async def load_waits(session: AsyncSession, interaction_id: int, user_id: int) -> tuple[WaitView, ...]:
    """The latest wait of a user of each purpose, those that were stopped apart."""
    rows = await session.scalars(
        select(Wait)
        .where(
            Wait.interaction_id == interaction_id, Wait.user_id == user_id, Wait.state != WaitState.STOPPED
        )
        .order_by(Wait.id)
    )
    latest = {
        one.purpose: WaitView(one.purpose, one.state, one.due_at, one.until_id, one.settled_by_id)
        for one in rows
    }
    return tuple(latest.values())


@dataclass(frozen=True, slots=True)
class Visit:
    """What is good to know before somebody is met or called.

    Attributes:
        number: Which contact of its subject it will be.
        record: How both sides keep what they promise; None: nothing was promised.
    """

    number: int
    record: PromiseRecord | None


NEXT_MEETINGS = 2


async def list_next_meetings(
    session: AsyncSession, interaction: Interaction, viewer: Viewer, now: datetime
) -> tuple[InteractionRow, ...]:
    """The viewer's next meetings that an interaction may be put off until: with its people or subject, else the next."""
    people = select(Participant.contact_id).where(
        Participant.interaction_id == interaction.id, Participant.contact_id.is_not(None)
    )
    with_them = select(Participant.interaction_id).where(Participant.contact_id.in_(people))
    related = (Interaction.subject_id == interaction.subject_id) | Interaction.id.in_(with_them)
    meetings = (
        select(Interaction.id)
        .where(
            Interaction.responsible_id == viewer.user_id,
            Interaction.state == InteractionState.PLANNED,
            Interaction.type == InteractionType.MEETING,
            Interaction.happened_at > now,
            Interaction.deleted_at.is_(None),
            Interaction.id != interaction.id,
            sees_interaction(viewer),
        )
        .order_by(Interaction.happened_at, Interaction.id)
    )
    ids = (await session.scalars(meetings.where(related).limit(NEXT_MEETINGS))).all()
    if not ids:
        ids = (await session.scalars(meetings.limit(1))).all()
    return await load_rows(session, ids, viewer.user_id)
