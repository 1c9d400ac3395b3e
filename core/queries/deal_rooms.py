"""What screens and the door of groups read of deal rooms."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FunctionalOption, SubjectState
from core.models import Deal, DealRoom, Department, RoomGroup, SettingSwitch, Subject
from core.repositories.options import load_off
from core.room_states import RoomState, Setting
from core.rules.deal_rooms import topic_link, topic_name
from core.values import DealId, Ref, RefKind


@dataclass(frozen=True, slots=True)
class RoomView:
    """The room of a deal, or that there is none.

    Attributes:
        title: The deal's.
        state: None: there is no room.
        failure: Why the last thing was not done; empty: it was.
        link: What opens the topic; empty while there is none.
        group: The title of the room's group; empty without a room.
        is_open: Whether the deal is.
    """

    deal_id: DealId
    title: str
    state: RoomState | None
    failure: str
    link: str
    group: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class RoomGroupView:
    """A group of rooms.

    Attributes:
        department: Whose; empty: the whole organisation's.
        is_left: The bot is not in it any more.
        may_lead: Whether it may manage topics there.
    """

    id: int
    title: str
    department: str
    rooms: int
    is_left: bool
    may_lead: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where in groups something was said.

    Attributes:
        is_on: Whether rooms of deals are on.
        is_known: Whether the group is one of rooms.
        room_id: The room whose topic it is; None: none's.
    """

    is_on: bool
    is_known: bool
    room_id: int | None


@dataclass(frozen=True, slots=True)
class Topic:
    """How a room's topic should be, and how Telegram was last told it is.

    Attributes:
        thread_id: None: it is not opened yet.
        name: What it should be called.
        is_closed: Whether it should be closed.
    """

    room_id: int
    chat_id: int
    thread_id: int | None
    state: RoomState
    name: str
    is_closed: bool
    shown_name: str
    shown_closed: bool


async def is_on(session: AsyncSession) -> bool:
    """Whether rooms of deals are on: the setting, and deals themselves."""
    switch = await session.scalar(
        select(SettingSwitch.is_on).where(SettingSwitch.name == Setting.DEAL_ROOMS.value)
    )
    return bool(switch) and FunctionalOption.DEALS not in await load_off(session)


async def load_room(session: AsyncSession, deal: Deal, subject: Subject) -> RoomView:
    """The room of a deal."""
    found = (
        await session.execute(
            select(DealRoom, RoomGroup)
            .join(RoomGroup, RoomGroup.id == DealRoom.group_id)
            .where(DealRoom.deal_id == deal.id)
        )
    ).one_or_none()
    room, group = found if found is not None else (None, None)
    link = ""
    if room is not None and group is not None and room.thread_id is not None:
        link = topic_link(group.chat_id, room.thread_id)
    return RoomView(
        deal_id=DealId(deal.id),
        title=subject.title,
        state=room.state if room is not None else None,
        failure=room.failure if room is not None else "",
        link=link,
        group=group.title if group is not None else "",
        is_open=deal.closed_at is None,
    )


async def list_groups(session: AsyncSession) -> list[RoomGroupView]:
    """All groups of rooms, by id."""
    rooms = select(func.count()).where(DealRoom.group_id == RoomGroup.id).scalar_subquery()
    rows = await session.execute(
        select(RoomGroup.id, RoomGroup.title, Department.name, rooms, RoomGroup.left_at, RoomGroup.may_lead)
        .outerjoin(Department, Department.id == RoomGroup.department_id)
        .order_by(RoomGroup.id)
    )
    return [
        RoomGroupView(id_, title, department or "", count, left_at is not None, may_lead)
        for id_, title, department, count, left_at, may_lead in rows
    ]


async def find_place(session: AsyncSession, chat_id: int, thread_id: int | None) -> Place:
    """What a chat and topic are to us."""
    group_id = await session.scalar(select(RoomGroup.id).where(RoomGroup.chat_id == chat_id))
    room_id = None
    if group_id is not None and thread_id is not None:
        room_id = await session.scalar(
            select(DealRoom.id).where(DealRoom.group_id == group_id, DealRoom.thread_id == thread_id)
        )
    return Place(await is_on(session), group_id is not None, room_id)


async def find_topic(session: AsyncSession, room_id: int) -> Topic | None:
    """How a room's topic should be; None: the room is gone, or rooms are off."""
    found = (
        await session.execute(
            select(DealRoom, RoomGroup.chat_id, Subject.title, Subject.state)
            .join(RoomGroup, RoomGroup.id == DealRoom.group_id)
            .join(Deal, Deal.id == DealRoom.deal_id)
            .join(Subject, Subject.id == Deal.subject_id)
            .where(DealRoom.id == room_id)
        )
    ).one_or_none()
    if found is None or not await is_on(session):
        return None
    room, chat_id, title, state = found
    return Topic(
        room_id=room.id,
        chat_id=chat_id,
        thread_id=room.thread_id,
        state=room.state,
        name=topic_name(title, str(Ref(RefKind.DEAL, room.deal_id))),
        is_closed=state is SubjectState.CLOSED,
        shown_name=room.shown_title,
        shown_closed=room.shown_closed,
    )
