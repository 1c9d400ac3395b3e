"""Rooms of deals as the chat sees them: core.services.rooms."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from core.queries.deal_rooms import Place, RoomGroupView, RoomView, Topic
from core.room_states import RoomFailure
from core.values import Caller, DealId, InteractionId, UserId

if TYPE_CHECKING:  # screens see this module, and must not come to the services through it
    from core.services.room_messages import RoomWords, Take


class DealRooms(Protocol):
    """core.services.deal_rooms.DealRooms."""

    async def look(self, caller: Caller, deal_id: DealId) -> RoomView:
        """The room of a deal."""
        ...

    async def open(self, caller: Caller, deal_id: DealId) -> None:
        """Give a deal a room."""
        ...

    async def unbind(self, caller: Caller, deal_id: DealId) -> None:
        """Part a deal from its topic."""
        ...


class RoomGroups(Protocol):
    """core.services.room_groups.RoomGroups."""

    async def is_on(self) -> bool:
        """Whether rooms are on."""
        ...

    async def turn(self, caller: Caller, *, is_on: bool) -> None:
        """Turn rooms on or off; administrators only."""
        ...

    async def list_groups(self, caller: Caller) -> Sequence[RoomGroupView]:
        """The groups of rooms."""
        ...

    async def bind(
        self, caller: Caller, chat_id: int, title: str, *, department: str = "", message_id: int | None = None
    ) -> None:
        """Make a group one of rooms."""
        ...

    async def forget(self, caller: Caller, group_id: int) -> None:
        """Unbind a group."""
        ...

    async def left(self, chat_id: int) -> None:
        """The bot is not in a group any more."""
        ...

    async def returned(self, chat_id: int, title: str, *, may_lead: bool | None = None) -> bool:
        """The bot is in a group; False: it is none of rooms."""
        ...

    async def moved(self, chat_id: int, new_chat_id: int) -> None:
        """A group has another number."""
        ...


class RoomMessages(Protocol):
    """core.services.room_messages.RoomMessages."""

    async def find_place(self, chat_id: int, thread_id: int | None) -> Place:
        """What a chat and a topic are to us."""
        ...

    async def forget_update(self, row_id: int) -> None:
        """End an update of a group and keep nothing of it."""
        ...

    async def keep(self, row_id: int, words: "RoomWords") -> None:
        """Keep words in case somebody reacts to them."""
        ...

    async def find(self, chat_id: int, message_id: int) -> "RoomWords | None":
        """What is kept of a message."""
        ...

    async def take(self, caller: Caller, take: "Take") -> InteractionId | None:
        """Make words an interaction of the room's deal."""
        ...


class RoomTopics(Protocol):
    """core.services.room_topics.RoomTopics."""

    async def find(self, room_id: int) -> Topic | None:
        """How a room's topic should be."""
        ...

    async def opened(self, topic: Topic, thread_id: int, reply_to: Mapping[str, Any]) -> None:
        """Telegram has opened it."""
        ...

    async def shown(self, topic: Topic) -> None:
        """Telegram shows it as it should be."""
        ...

    async def failed(self, room_id: int, failure: RoomFailure, user_id: UserId | None) -> None:
        """Telegram does not do it."""
        ...


class Rooms(Protocol):
    """core.services.rooms.Rooms. Attributes are read-only."""

    @property
    def deals(self) -> DealRooms:
        """The rooms of single deals."""
        ...

    @property
    def groups(self) -> RoomGroups:
        """The switch, and the groups."""
        ...

    @property
    def messages(self) -> RoomMessages:
        """What is said in rooms."""
        ...

    @property
    def topics(self) -> RoomTopics:
        """What Telegram made of topics."""
        ...
