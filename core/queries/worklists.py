"""Worklists: to review, snoozed, everything; each read from one index in order (domain.md R).

They are each owner's own; a manager's are over the people they lead, private letters of others apart (R1, U2).
The statements are built once for each of the two: building them costs more than running them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionType
from core.models import Interaction, InteractionOwner, User
from core.queries.rows import COUNT_LIMIT, InteractionRow, Page, load_rows
from core.repositories.access import VISIBLE_TO_ME, Viewer, sight

PAGE_SIZE = 6

_NOW = bindparam("now", type_=InteractionOwner.review_after.type)
_TO_REVIEW = and_(
    InteractionOwner.reviewed.is_(False),
    or_(InteractionOwner.review_after.is_(None), InteractionOwner.review_after <= _NOW),
)
"""Unreviewed and not snoozed (domain.md R3)."""

_SNOOZED = and_(InteractionOwner.reviewed.is_(False), InteractionOwner.review_after > _NOW)
"""Unreviewed with a review-after to come (domain.md R3)."""

_NEWEST_FIRST = (InteractionOwner.happened_at.desc(), InteractionOwner.interaction_id.desc())
_BELOW = or_(
    InteractionOwner.happened_at < bindparam("after_at", type_=InteractionOwner.happened_at.type),
    and_(
        InteractionOwner.happened_at == bindparam("after_at", type_=InteractionOwner.happened_at.type),
        InteractionOwner.interaction_id < bindparam("after_id"),
    ),
)


@dataclass(frozen=True, slots=True)
class _Worklist:
    """The statements of one worklist for one sort of viewer."""

    ids: Select[int]
    page: Select[int]
    count: Select[int]


_Order = SQLColumnExpression[Any]


def _listed(condition: ColumnElement[bool], order: tuple[_Order, ...], *, of_many: bool) -> Select[int]:
    whose = (
        and_(InteractionOwner.user_id.in_(bindparam("people", expanding=True)), VISIBLE_TO_ME)
        if of_many
        else InteractionOwner.user_id == bindparam("viewer")
    )
    statement = (
        select(InteractionOwner.interaction_id)
        .join(Interaction, Interaction.id == InteractionOwner.interaction_id)
        .where(
            whose,
            condition,
            Interaction.deleted_at.is_(None),
            Interaction.type.in_(bindparam("types", expanding=True)),
        )
        .order_by(*order)
    )
    if of_many:
        return statement.group_by(InteractionOwner.interaction_id, InteractionOwner.happened_at)
    return statement


def _build(
    condition: ColumnElement[bool], *order: _Order, many: tuple[_Order, ...] = ()
) -> dict[bool, _Worklist]:
    """For one person, and for a manager over many."""
    built = {}
    for of_many in (False, True):
        ids = _listed(condition, many if many and of_many else order, of_many=of_many)
        limited = ids.order_by(None).limit(COUNT_LIMIT).subquery()
        page = ids.limit(bindparam("most")).offset(bindparam("skip"))
        built[of_many] = _Worklist(ids, page, select(func.count()).select_from(limited))
    return built


_INBOX = _build(_TO_REVIEW, *_NEWEST_FIRST)
_PUT_OFF = _build(
    _SNOOZED,
    InteractionOwner.review_after,
    InteractionOwner.interaction_id,
    many=(func.min(InteractionOwner.review_after), InteractionOwner.interaction_id),
)
_HISTORY = _build(true(), *_NEWEST_FIRST)
_OTHERS = {
    of_many: lists.ids.where(InteractionOwner.interaction_id != bindparam("after_id")).limit(1)
    for of_many, lists in _INBOX.items()
}
_BEHIND = {of_many: statement.where(_BELOW) for of_many, statement in _OTHERS.items()}

_HAPPENED_AT = (
    select(InteractionOwner.happened_at)
    .where(InteractionOwner.interaction_id == bindparam("interaction"))
    .limit(1)
)
"""The same for every owner; whose worklist it is on matters not."""

_WAITING = (
    select(User.name)
    .join(InteractionOwner, InteractionOwner.user_id == User.id)
    .join(Interaction, Interaction.id == InteractionOwner.interaction_id)
    .where(
        InteractionOwner.interaction_id == bindparam("interaction"),
        InteractionOwner.reviewed.is_(False),
        VISIBLE_TO_ME,
        User.id != bindparam("viewer"),
        User.id.in_(bindparam("people", expanding=True)),
    )
    .order_by(User.name, User.id)
)


def _parameters(viewer: Viewer, types: frozenset[InteractionType], now: datetime | None) -> dict[str, Any]:
    parameters = {"viewer": viewer.user_id, "types": sorted(types), "now": now}
    return parameters | sight(viewer) if _is_over_many(viewer) else parameters


def _is_over_many(viewer: Viewer) -> bool:
    return len(viewer.people) > 1


async def count_to_review(
    session: AsyncSession, viewer: Viewer, now: datetime, types: frozenset[InteractionType]
) -> int:
    """How many wait for review, at most `COUNT_LIMIT`."""
    worklist = _INBOX[_is_over_many(viewer)]
    return await session.scalar(worklist.count, _parameters(viewer, types, now)) or 0


async def list_inbox(
    session: AsyncSession, viewer: Viewer, now: datetime, types: frozenset[InteractionType], number: int
) -> Page[InteractionRow]:
    """To review, newest first."""
    return await _load_page(session, _INBOX, viewer, _parameters(viewer, types, now), number)


async def find_next_to_review(
    session: AsyncSession, viewer: Viewer, now: datetime, types: frozenset[InteractionType], after_id: int
) -> int | None:
    """The interaction that follows another one in the inbox, from the top again at its end."""
    of_many = _is_over_many(viewer)
    parameters = {**_parameters(viewer, types, now), "after_id": after_id}
    after_at = await session.scalar(_HAPPENED_AT, {"interaction": after_id})
    if after_at is not None:
        behind = await session.scalar(_BEHIND[of_many], {**parameters, "after_at": after_at})
        if behind is not None:
            return behind
    return await session.scalar(_OTHERS[of_many], parameters)


async def list_waiting(session: AsyncSession, viewer: Viewer, interaction_id: int) -> tuple[str, ...]:
    """The names of others whom the viewer leads and who have not reviewed an interaction yet."""
    if not _is_over_many(viewer):
        return ()
    parameters = {"interaction": interaction_id, "viewer": viewer.user_id, **sight(viewer)}
    return tuple((await session.scalars(_WAITING, parameters)).all())


async def list_snoozed(
    session: AsyncSession, viewer: Viewer, now: datetime, types: frozenset[InteractionType], number: int
) -> Page[InteractionRow]:
    """Snoozed, the next to come back first."""
    return await _load_page(session, _PUT_OFF, viewer, _parameters(viewer, types, now), number)


async def list_history(
    session: AsyncSession, viewer: Viewer, types: frozenset[InteractionType], number: int
) -> Page[InteractionRow]:
    """Everything on the worklist, newest first."""
    return await _load_page(session, _HISTORY, viewer, _parameters(viewer, types, None), number)


async def _load_page(
    session: AsyncSession,
    worklists: Mapping[bool, _Worklist],
    viewer: Viewer,
    parameters: Mapping[str, Any],
    number: int,
) -> Page[InteractionRow]:
    worklist = worklists[_is_over_many(viewer)]
    total = await session.scalar(worklist.count, parameters) or 0
    place = place_page(total, number)
    ids = await session.scalars(
        worklist.page, {**parameters, "most": PAGE_SIZE, "skip": (place.number - 1) * PAGE_SIZE}
    )
    return Page(
        await load_rows(session, ids.all(), viewer.user_id), place.number, place.pages, total, place.more
    )


@dataclass(frozen=True, slots=True)
class PagePlace:
    """Which page it is, of how many, and whether there are more than were counted."""

    number: int
    pages: int
    more: bool


def place_page(total: int, number: int) -> PagePlace:
    """Move a page number that is out of range into the range of a list counted up to `COUNT_LIMIT`."""
    pages = max(1, -(-min(total, COUNT_LIMIT) // PAGE_SIZE))
    more = total >= COUNT_LIMIT
    return PagePlace(max(1, number if more else min(number, pages)), pages, more)


async def load_page(
    session: AsyncSession, statement: Select[int], viewer_id: int, number: int
) -> Page[InteractionRow]:
    """One page of a statement that yields interaction ids in order; a number out of range is moved into it."""
    limited = statement.order_by(None).limit(COUNT_LIMIT).subquery()
    total = await session.scalar(select(func.count()).select_from(limited)) or 0
    place = place_page(total, number)
    ids = (await session.scalars(statement.limit(PAGE_SIZE).offset((place.number - 1) * PAGE_SIZE))).all()
    return Page(await load_rows(session, ids, viewer_id), place.number, place.pages, total, place.more)
