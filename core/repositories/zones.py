"""The rows of a user that are bound to the clock on their wall (domain.md U5)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, PromiseState, WaitState
from core.models import Interaction, InteractionOwner, Promise, Wait
from core.values import UserId


async def list_day_plans(session: AsyncSession, user_id: UserId | int) -> Sequence[Interaction]:
    """Plans of a day alone that a user answers for."""
    return (
        await session.scalars(
            select(Interaction)
            .where(
                Interaction.responsible_id == user_id,
                Interaction.state == InteractionState.PLANNED,
                Interaction.due_on.is_not(None),
                Interaction.deleted_at.is_(None),
            )
            .order_by(Interaction.id)
        )
    ).all()


async def list_owner_rows(
    session: AsyncSession, interaction_ids: Iterable[int]
) -> Sequence[InteractionOwner]:
    """The places of interactions on worklists."""
    return (
        await session.scalars(
            select(InteractionOwner)
            .where(InteractionOwner.interaction_id.in_(list(interaction_ids)))
            .order_by(InteractionOwner.interaction_id, InteractionOwner.user_id)
        )
    ).all()


async def list_open_waits(session: AsyncSession, user_id: UserId | int) -> Sequence[Wait]:
    """What a user waits for until a moment of their own clock."""
    return (
        await session.scalars(
            select(Wait)
            .where(Wait.user_id == user_id, Wait.state == WaitState.WAITING, Wait.until_id.is_(None))
            .order_by(Wait.id)
        )
    ).all()


async def list_day_promises(session: AsyncSession, user_id: UserId | int) -> Sequence[Promise]:
    """A user's open promises of a day alone."""
    return (
        await session.scalars(
            select(Promise)
            .where(
                Promise.user_id == user_id,
                Promise.state == PromiseState.OPEN,
                Promise.due_on.is_not(None),
            )
            .order_by(Promise.id)
        )
    ).all()


async def list_snoozes(
    session: AsyncSession, user_id: UserId | int, now: datetime
) -> Sequence[InteractionOwner]:
    """What a user snoozed and has not seen again; the review-after of a plan is no snooze."""
    return (
        await session.scalars(
            select(InteractionOwner)
            .join(Interaction, Interaction.id == InteractionOwner.interaction_id)
            .where(
                InteractionOwner.user_id == user_id,
                InteractionOwner.reviewed.is_(False),
                InteractionOwner.review_after > now,
                Interaction.state != InteractionState.PLANNED,
            )
            .order_by(InteractionOwner.interaction_id)
        )
    ).all()
