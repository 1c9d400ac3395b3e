"""Everything about deal rooms, built at once."""

from dataclasses import dataclass

from core.ports import SecretBox
from core.services.deal_rooms import DealRooms
from core.services.room_groups import RoomGroups
from core.services.room_messages import RoomMessages
from core.services.room_topics import RoomTopics
from core.services.work import Works


@dataclass(frozen=True, slots=True)
class Rooms:
    """The services of deal rooms.

    Attributes:
        deals: The rooms of single deals.
        groups: The switch, and the groups.
        messages: What is said in rooms.
        topics: What Telegram made of topics.
    """

    deals: DealRooms
    groups: RoomGroups
    messages: RoomMessages
    topics: RoomTopics


def build_rooms(works: Works, secrets: SecretBox) -> Rooms:
    """Build them on one database and one clock."""
    return Rooms(DealRooms(works), RoomGroups(works), RoomMessages(works, secrets), RoomTopics(works))
