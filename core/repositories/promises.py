"""Promises by id, by interaction, by due time."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, Direction, ParticipantRole, PromiseSide, PromiseState
from core.errors import NotFound
from core.models import Contact, Interaction, Participant, Promise
from core.repositories import access
from core.values import Caller, Ref, RefKind


async def get_visible(session: AsyncSession, caller: Caller, promise_id: int) -> Promise:
    """A promise that was made where the caller may see it, locked for change.

    Raises:
        NotFound: There is none for the caller.
    """
    promise = await session.get(Promise, promise_id, with_for_update=True)
    if promise is None:
        raise NotFound(Ref(RefKind.INTERACTION, promise_id))
    await access.get_visible_interaction(session, caller, promise.interaction_id)
    return promise


async def find_same(
    session: AsyncSession, interaction_id: int, side: PromiseSide, text: str, quote: str
) -> Promise | None:
    """The promise that was noted of these words already, withdrawn ones apart."""
    noted = await session.scalars(
        select(Promise)
        .where(Promise.interaction_id == interaction_id, Promise.state != PromiseState.WITHDRAWN)
        .order_by(Promise.id)
    )
    return next(
        (
            one
            for one in noted
            if one.side is side and (one.text.casefold() == text.casefold() or (quote and one.quote == quote))
        ),
        None,
    )


async def find_counterpart(session: AsyncSession, interaction: Interaction) -> int | None:
    """The contact on the other side: who wrote what came in, else the first known person, else a company."""
    rows = await session.execute(
        select(Participant.role, Contact.kind, Contact.id)
        .join(Contact, Contact.id == Participant.contact_id)
        .where(Participant.interaction_id == interaction.id, Contact.kind != ContactKind.USER)
        .order_by(Participant.position)
    )
    found = rows.all()
    if interaction.direction is Direction.IN:
        found = [one for one in found if one.role is ParticipantRole.FROM] or found
    persons = [one for one in found if one.kind is not ContactKind.PARTNER]
    first = next(iter(persons or found), None)
    return first.id if first is not None else None


async def list_of_interactions(session: AsyncSession, interaction_ids: Collection[int]) -> Sequence[Promise]:
    """The promises that were made in these interactions, locked."""
    return (
        await session.scalars(
            select(Promise)
            .where(Promise.interaction_id.in_(interaction_ids))
            .order_by(Promise.id)
            .with_for_update()
        )
    ).all()


async def claim_due(session: AsyncSession, now: datetime, limit: int) -> Sequence[Promise]:
    """Lock the open promises of which somebody is to be reminded, past those that another process has locked."""
    return (
        await session.scalars(
            select(Promise)
            .where(Promise.state == PromiseState.OPEN, Promise.look_at <= now)
            .order_by(Promise.look_at, Promise.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()


async def count_due(session: AsyncSession, now: datetime) -> int:
    """Of how many open promises somebody is to be reminded."""
    due = select(func.count()).select_from(Promise)
    return await session.scalar(due.where(Promise.state == PromiseState.OPEN, Promise.look_at <= now)) or 0
