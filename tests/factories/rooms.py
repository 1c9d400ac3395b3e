"""Deal rooms that are on, a group for them, a room that Telegram has opened, and words in it."""

from datetime import timedelta

from sqlalchemy import select

from core.enums import InteractionType
from core.models import DealRoom, OutboxItem
from core.services.room_messages import RoomWords, Take
from core.services.rooms import Rooms
from core.services.work import Works
from core.values import Caller, DealId, InteractionDraft
from tests.conftest import NOON

GROUP = -1001000000077
THREAD = 7


async def turn_on(rooms: Rooms, administrator: Caller, chat_id: int = GROUP) -> None:
    """Rooms are on, and the organisation has a group for them."""
    await rooms.groups.turn(administrator, is_on=True)
    await rooms.groups.bind(administrator, chat_id, "Rooms of deals")


async def open_room(works: Works, rooms: Rooms, caller: Caller, deal_id: DealId, thread: int = THREAD) -> int:
    """A room that Telegram has opened; returns its number."""
    await rooms.deals.open(caller, deal_id)
    room = await room_of(works, deal_id)
    topic = await rooms.topics.find(room.id)
    assert topic is not None
    await rooms.topics.opened(topic, thread, {})
    return room.id


async def room_of(works: Works, deal_id: DealId) -> DealRoom:
    """The room of a deal."""
    async with works.database.reading() as session:
        return (await session.scalars(select(DealRoom).where(DealRoom.deal_id == deal_id))).one()


def words(room_id: int, text: str, *, message_id: int = 50, account_id: int | None = None) -> RoomWords:
    """Something said in a room an hour ago."""
    return RoomWords(GROUP, message_id, room_id, account_id, "Ivan", text, NOON - timedelta(hours=1))


def take(room_id: int, text: str, *, message_id: int = 50, account_id: int | None = None) -> Take:
    """The same, to be taken as a message."""
    draft = InteractionDraft(InteractionType.SMS, text=text)
    return Take(words(room_id, text, message_id=message_id, account_id=account_id), draft, line=False)


async def effects(works: Works, *actions: str) -> list[OutboxItem]:
    """What groups are to see, in order; of these actions where some are named."""
    async with works.database.reading() as session:
        items = await session.scalars(select(OutboxItem).order_by(OutboxItem.id))
        rooms = [one for one in items if "do" in one.payload]
        return [one for one in rooms if not actions or one.payload["do"] in actions]
