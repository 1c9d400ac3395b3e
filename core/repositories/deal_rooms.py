"""Deal rooms, their groups, and the words that wait in them: load and save."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import (
    Deal,
    DealRoom,
    Department,
    Interaction,
    RoomGroup,
    RoomMessage,
    Subject,
    User,
)
from core.room_states import RoomState


class RoomRow(NamedTuple):
    """A room with what it belongs to."""

    room: DealRoom
    group: RoomGroup
    deal: Deal
    subject: Subject


async def find_room(session: AsyncSession, room_id: int) -> RoomRow | None:
    """A room, locked for change; None: it is gone."""
    found = (
        await session.execute(
            select(DealRoom, RoomGroup, Deal, Subject)
            .join(RoomGroup, RoomGroup.id == DealRoom.group_id)
            .join(Deal, Deal.id == DealRoom.deal_id)
            .join(Subject, Subject.id == Deal.subject_id)
            .where(DealRoom.id == room_id)
            .with_for_update(of=DealRoom)
        )
    ).one_or_none()
    return RoomRow(*found) if found is not None else None


async def find_room_of(session: AsyncSession, deal_id: int) -> DealRoom | None:
    """The room of a deal, locked for change."""
    return await session.scalar(select(DealRoom).where(DealRoom.deal_id == deal_id).with_for_update())


async def list_rooms(session: AsyncSession, group_id: int | None = None) -> Sequence[tuple[DealRoom, int]]:
    """Rooms with the chats of their groups: all, or those of one group."""
    query = select(DealRoom, RoomGroup.chat_id).join(RoomGroup, RoomGroup.id == DealRoom.group_id)
    if group_id is not None:
        query = query.where(DealRoom.group_id == group_id)
    return [(row[0], row[1]) for row in await session.execute(query.order_by(DealRoom.id))]


async def list_open_of(session: AsyncSession, subject_ids: Collection[int]) -> Sequence[tuple[int, int]]:
    """Rooms with a topic, with their chats, of the deals behind these subjects."""
    rows = await session.execute(
        select(DealRoom.id, RoomGroup.chat_id)
        .join(RoomGroup, RoomGroup.id == DealRoom.group_id)
        .join(Deal, Deal.id == DealRoom.deal_id)
        .where(Deal.subject_id.in_(subject_ids), DealRoom.state == RoomState.OPEN)
        .order_by(DealRoom.id)
    )
    return [(row[0], row[1]) for row in rows]


async def find_group(session: AsyncSession, chat_id: int) -> RoomGroup | None:
    """The group of rooms with this chat, locked for change."""
    return await session.scalar(select(RoomGroup).where(RoomGroup.chat_id == chat_id).with_for_update())


async def groups_by_department(session: AsyncSession) -> dict[int | None, int]:
    """The groups that the bot is in by their departments; the one bound last where there are several."""
    rows = await session.execute(
        select(RoomGroup.department_id, RoomGroup.id)
        .where(RoomGroup.left_at.is_(None))
        .order_by(RoomGroup.bound_at, RoomGroup.id)
    )
    return {row[0]: row[1] for row in rows}


async def departments_above(session: AsyncSession, user_id: int) -> list[int]:
    """The department of a user and those above it, nearest first."""
    rows = await session.execute(select(Department.id, Department.parent_id))
    parents: dict[int, int | None] = {row[0]: row[1] for row in rows}
    here = await session.scalar(select(User.department_id).where(User.id == user_id))
    chain: list[int] = []
    while here is not None and here not in chain:
        chain.append(here)
        here = parents.get(here)
    return chain


async def is_captured(session: AsyncSession, chat_id: int, message_id: int) -> bool:
    """Whether an interaction came of a message, deleted ones included: what was deleted does not come back."""
    found = await session.scalar(
        select(Interaction.id)
        .where(Interaction.chat_id == chat_id, Interaction.message_id == message_id)
        .limit(1)
    )
    return found is not None


async def keep_words(session: AsyncSession, words: RoomMessage) -> None:
    """Keep what was said, in the place of what the same message said before."""
    await session.merge(words)


async def find_words(session: AsyncSession, chat_id: int, message_id: int) -> RoomMessage | None:
    """What is kept of a message."""
    return await session.get(RoomMessage, (chat_id, message_id))


async def forget_words(session: AsyncSession, chat_id: int, message_id: int) -> None:
    """Forget what is kept of a message."""
    await session.execute(
        delete(RoomMessage).where(RoomMessage.chat_id == chat_id, RoomMessage.message_id == message_id)
    )


async def forget_words_of_room(session: AsyncSession, room_id: int) -> None:
    """Forget everything that is kept of a room."""
    await session.execute(delete(RoomMessage).where(RoomMessage.room_id == room_id))


async def purge_words(session: AsyncSession, before: datetime | None = None) -> int:
    """Forget what was kept before a moment, or everything; returns how much."""
    query = delete(RoomMessage)
    if before is not None:
        query = query.where(RoomMessage.kept_at <= before)
    result = await session.execute(query)
    return result.rowcount if isinstance(result, CursorResult) else 0
