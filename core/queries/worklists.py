"""Worklists: to review, snoozed, everything; each read from one index in order (domain.md R).

They are each owner's own; a manager's are over the people they lead, private letters of others apart (R1, U2).
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionType
from core.models import Interaction, InteractionOwner
from core.queries.rows import COUNT_LIMIT, InteractionRow, Page, load_rows
from core.repositories.access import Viewer, sees_interaction

PAGE_SIZE = 6


def _whose(viewer: Viewer) -> ColumnElement[bool]:
    if len(viewer.people) == 1:
        return InteractionOwner.user_id == viewer.user_id
    return and_(InteractionOwner.user_id.in_(viewer.people), sees_interaction(viewer))


def to_review_of(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Unreviewed and not snoozed (domain.md R3)."""
    return and_(
        _whose(viewer),
        InteractionOwner.reviewed.is_(False),
        or_(InteractionOwner.review_after.is_(None), InteractionOwner.review_after <= now),
    )


def snoozed_of(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Unreviewed with a review-after to come (domain.md R3)."""
    return and_(
        _whose(viewer),
        InteractionOwner.reviewed.is_(False),
        InteractionOwner.review_after > now,
    )


def _listed(viewer: Viewer, condition: ColumnElement[bool], types: frozenset[InteractionType]) -> Select[int]:
    statement = (
        select(InteractionOwner.interaction_id)
        .join(Interaction, Interaction.id == InteractionOwner.interaction_id)
        .where(condition, Interaction.deleted_at.is_(None), Interaction.type.in_(types))
    )
    if len(viewer.people) == 1:
        return statement
    return statement.group_by(InteractionOwner.interaction_id, InteractionOwner.happened_at)


async def count_to_review(
    session: AsyncSession, viewer: Viewer, now: datetime, types: frozenset[InteractionType]
) -> int:
    """How many wait for review, at most `COUNT_LIMIT`."""
    return await _count(session, _listed(viewer, to_review_of(viewer, now), types))


async def list_inbox(
    session: AsyncSession, viewer: Viewer, now: datetime, types: frozenset[InteractionType], number: int
) -> Page[InteractionRow]:
    """To review, newest first."""
    statement = _listed(viewer, to_review_of(viewer, now), types).order_by(
        InteractionOwner.happened_at.desc(), InteractionOwner.interaction_id.desc()
    )
    return await load_page(session, statement, viewer.user_id, number)


async def find_next_to_review(
    session: AsyncSession, viewer: Viewer, now: datetime, types: frozenset[InteractionType], after_id: int
) -> int | None:
    """The interaction that follows another one in the inbox, from the top again at its end."""
    waiting = _listed(viewer, to_review_of(viewer, now), types).where(
        InteractionOwner.interaction_id != after_id
    )
    in_order = waiting.order_by(
        InteractionOwner.happened_at.desc(), InteractionOwner.interaction_id.desc()
    ).limit(1)
    after = await session.get(InteractionOwner, (after_id, viewer.user_id))
    if after is None:
        return (await session.scalars(in_order)).first()
    below = or_(
        InteractionOwner.happened_at < after.happened_at,
        and_(
            InteractionOwner.happened_at == after.happened_at,
            InteractionOwner.interaction_id < after_id,
        ),
    )
    following = (await session.scalars(in_order.where(below))).first()
    return following if following is not None else (await session.scalars(in_order)).first()


async def list_snoozed(
    session: AsyncSession, viewer: Viewer, now: datetime, types: frozenset[InteractionType], number: int
) -> Page[InteractionRow]:
    """Snoozed, the next to come back first."""
    statement = _listed(viewer, snoozed_of(viewer, now), types).order_by(
        func.min(InteractionOwner.review_after) if len(viewer.people) > 1 else InteractionOwner.review_after,
        InteractionOwner.interaction_id,
    )
    return await load_page(session, statement, viewer.user_id, number)


async def list_history(
    session: AsyncSession, viewer: Viewer, types: frozenset[InteractionType], number: int
) -> Page[InteractionRow]:
    """Everything on the worklist, newest first."""
    statement = _listed(viewer, _whose(viewer), types).order_by(
        InteractionOwner.happened_at.desc(), InteractionOwner.interaction_id.desc()
    )
    return await load_page(session, statement, viewer.user_id, number)


async def load_page(
    session: AsyncSession, statement: Select[int], viewer_id: int, number: int
) -> Page[InteractionRow]:
    """One page of a statement that yields interaction ids in order; a number out of range is moved into it."""
    total = await _count(session, statement.order_by(None))
    pages = max(1, -(-min(total, COUNT_LIMIT) // PAGE_SIZE))
    more = total >= COUNT_LIMIT
    number = max(1, number if more else min(number, pages))
    ids = (await session.scalars(statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))).all()
    return Page(await load_rows(session, ids, viewer_id), number, pages, total, more)


async def _count(session: AsyncSession, statement: Select[int]) -> int:
    limited = statement.limit(COUNT_LIMIT).subquery()
    return await session.scalar(select(func.count()).select_from(limited)) or 0
