"""What Telegram made of a room's topic, as the one who carries it out reports it (decisions/0032)."""

from collections.abc import Mapping
from typing import Any

from core.queries.deal_rooms import Topic, find_topic
from core.repositories import deal_rooms
from core.room_states import RoomFailure, RoomState
from core.services.work import Works
from core.values import Ref, RefKind, UserId


class RoomTopics:
    """The state of topics. What is called here was done in Telegram before, or could not be."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def find(self, room_id: int) -> Topic | None:
        """How a room's topic should be; None: there is nothing to do, the room is gone or rooms are off."""
        async with self._works.database.reading() as session:
            return await find_topic(session, room_id)

    async def opened(self, topic: Topic, thread_id: int, reply_to: Mapping[str, Any]) -> None:
        """Telegram has opened a topic: its number is kept, the room says what it is, who asked is told where it is.

        Args:
            topic: What was to be opened, as it was found.
            thread_id: The topic's number.
            reply_to: The screen from which it was asked for.
        """
        async with self._works.begin(None, "room_opened") as work:
            found = await deal_rooms.find_room(work.session, topic.room_id)
            if found is None or found.room.thread_id is not None:
                return
            room, of = found.room, Ref(RefKind.DEAL, found.deal.id)
            work.change(
                room,
                of=of,
                thread_id=thread_id,
                state=RoomState.OPEN,
                failure="",
                shown_title=topic.name,
                shown_closed=False,
            )
            work.in_room(
                topic.chat_id,
                "say",
                user_id=room.asked_by,
                code="room_opened",
                thread=thread_id,
                deal=str(of),
            )
            work.in_room(topic.chat_id, "follow", room=room.id, user_id=room.asked_by)
            work.notify(room.asked_by, f"room:{of.id}", note="room_opened", reply_to=dict(reply_to))

    async def shown(self, topic: Topic) -> None:
        """The topic is called and closed as it was found that it should be."""
        async with self._works.begin(None, "room_shown") as work:
            found = await deal_rooms.find_room(work.session, topic.room_id)
            if found is not None:
                work.change(
                    found.room, of=None, failure="", shown_title=topic.name, shown_closed=topic.is_closed
                )

    async def failed(self, room_id: int, failure: RoomFailure, user_id: UserId | None) -> None:
        """Telegram does not do it: the room says so, and who asked is told.

        Args:
            room_id: Which room.
            failure: Why.
            user_id: Whose doing was to be followed; None: who asked for the room is told.
        """
        async with self._works.begin(None, "room_failed") as work:
            found = await deal_rooms.find_room(work.session, room_id)
            if found is None:
                return
            room = found.room
            if failure is RoomFailure.NO_TOPIC:
                await deal_rooms.forget_words_of_room(work.session, room.id)
                work.change(room, of=None, state=RoomState.GONE, failure=failure.value, thread_id=None)
            else:
                state = RoomState.FAILED if room.state is RoomState.OPENING else room.state
                work.change(room, of=None, state=state, failure=failure.value)
            work.notify(user_id or room.asked_by, f"room:{room.deal_id}", note="room_failed")
