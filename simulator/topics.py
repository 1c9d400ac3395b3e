"""Topics of forums: opened, renamed, closed, reopened, deleted, by bots and by people alike."""

from dataclasses import dataclass

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.errors import ApiError, JsonObject, bad_request
from simulator.groups import Groups
from simulator.world import World

MANAGE_TOPICS = "can_manage_topics"
ICON_COLOR = 7322096


@dataclass(frozen=True, slots=True)
class Topics:
    """What happens to the topics of one group; `actor` is the Bot API's User who does it."""

    world: World
    group: Chat

    def open(self, name: str, actor: JsonObject, icon_color: int | None = None) -> int:
        """Open a topic; its id is that of the service message about it.

        Raises:
            ApiError: The group has no topics.
        """
        self._require_forum()
        topic: JsonObject = {"name": name, "icon_color": icon_color or ICON_COLOR}
        thread_id = self.group.last_message_id + 1
        self.group.topics[thread_id] = topic
        self._tell(thread_id, actor, {"forum_topic_created": topic})
        return thread_id

    def rename(self, thread_id: int, name: str | None, actor: JsonObject) -> None:
        """Give a topic another name; none given keeps it.

        Raises:
            ApiError: There is no such topic, or it is called so already.
        """
        topic = self._find(thread_id)
        if name is None or topic["name"] == name:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic["name"] = name
        self._tell(thread_id, actor, {"forum_topic_edited": {"name": name}})

    def set_closed(self, thread_id: int, actor: JsonObject, *, closed: bool) -> None:
        """Close or reopen a topic.

        Raises:
            ApiError: There is no such topic, or it is so already.
        """
        self._find(thread_id)
        if (thread_id in self.group.closed_topics) == closed:
            raise bad_request("TOPIC_NOT_MODIFIED")
        if closed:
            self.group.closed_topics.add(thread_id)
        else:
            self.group.closed_topics.discard(thread_id)
        self._tell(thread_id, actor, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})

    def delete(self, thread_id: int) -> None:
        """Delete a topic with all its messages; nobody is told.

        Raises:
            ApiError: There is no such topic.
        """
        self._find(thread_id)
        del self.group.topics[thread_id]
        self.group.closed_topics.discard(thread_id)
        self.group.remove(
            [
                message.id
                for message in self.group.messages.values()
                if message.payload.get("message_thread_id") == thread_id
            ]
        )

    def check_may_manage(self, bot: Bot) -> None:
        """Let a bot through that may manage topics.

        Raises:
            ApiError: The group has no topics, or the bot has no right to manage them.
        """
        self._require_forum()
        if not self.group.has_right(bot.id, MANAGE_TOPICS):
            raise bad_request("not enough rights to create a topic")

    def _require_forum(self) -> None:
        if not self.group.card.get("is_forum"):
            raise bad_request("the chat is not a forum")

    def _find(self, thread_id: int) -> JsonObject:
        self._require_forum()
        topic = self.group.topics.get(thread_id)
        if topic is None:
            raise bad_request("TOPIC_ID_INVALID")
        return topic

    def _tell(self, thread_id: int, actor: JsonObject, content: JsonObject) -> None:
        place: JsonObject = {"message_thread_id": thread_id, "is_topic_message": True}
        Groups(self.world).service_message(self.group, actor, {**content, **place})


def check_topic_open(group: Chat, member_id: int, thread_id: int | None) -> None:
    """Let a message into a topic: a closed one takes only those of people and bots who manage topics.

    Raises:
        ApiError: TOPIC_CLOSED.
    """
    if thread_id in group.closed_topics and not group.has_right(member_id, MANAGE_TOPICS):
        raise closed_topic()


def closed_topic() -> ApiError:
    """What is said of a message into a closed topic."""
    return bad_request("TOPIC_CLOSED")
