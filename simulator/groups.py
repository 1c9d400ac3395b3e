"""Groups and supergroups: made, joined, left, migrated."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.chats import Chat, ChatMessage, ChatType
from simulator.errors import ControlError, JsonObject
from simulator.world import FIRST_GROUP_ID, FIRST_SUPERGROUP_ID, World


@dataclass(frozen=True, slots=True)
class Groups:
    """What happens to groups as wholes."""

    world: World

    def get(self, group_id: int) -> Chat:
        """The group with this id.

        Raises:
            ControlError: there is none.
        """
        group = self.world.groups.get(group_id)
        if group is None:
            raise ControlError(HTTPStatus.NOT_FOUND, f"no group {group_id}")
        return group

    def create(self, title: str, kind: ChatType, creator: Account, *, forum: bool = False) -> Chat:
        """An empty group of its creator; only supergroups have topics.

        Raises:
            ControlError: a small group cannot be a forum.
        """
        if forum and kind is not ChatType.supergroup:
            raise ControlError(HTTPStatus.BAD_REQUEST, "only a supergroup has topics")
        group_id = self._free_id(kind)
        card: JsonObject = {"id": group_id, "type": kind.value, "title": title}
        if forum:
            card["is_forum"] = True
        group = Chat(group_id, kind, card, started=True)
        group.members[creator.id] = "creator"
        self.world.groups[group_id] = group
        return group

    def _free_id(self, kind: ChatType) -> int:
        first = FIRST_SUPERGROUP_ID if kind is ChatType.supergroup else FIRST_GROUP_ID
        return first - sum(group.type is kind for group in self.world.groups.values())

    def service_message(self, group: Chat, sender: JsonObject, content: JsonObject) -> ChatMessage:
        """A message about the group itself, told to all bots in it."""
        payload: JsonObject = {
            "message_id": 0,
            "from": sender,
            "chat": group.card,
            "date": self.world.timestamp(),
            **content,
        }
        message = group.add(payload, None)
        for bot in self.world.bots.values():
            if group.is_member(bot.id):
                bot.updates.put("message", payload)
        return message

    def add_bot(self, group: Chat, bot: Bot, by: Account, status: str = "member") -> None:
        """Takes a bot in; it is told by my_chat_member and a service message.

        Raises:
            ControlError: it is in already.
        """
        if group.is_member(bot.id):
            raise ControlError(HTTPStatus.CONFLICT, "the bot is in the group already")
        old = group.members.get(bot.id, "left")
        group.members[bot.id] = status
        bot.chats[group.id] = group
        self._tell_bot(group, bot, by.as_user(), old=old, new=status)
        self.service_message(group, by.as_user(), {"new_chat_members": [bot.as_user()]})

    def remove_bot(self, group: Chat, bot: Bot, by: JsonObject, status: str = "kicked") -> None:
        """Throws a bot out, or lets it leave; the chat stays known to it, writing there is forbidden."""
        old = group.members.get(bot.id, "left")
        group.members[bot.id] = status
        self._tell_bot(group, bot, by, old=old, new=status)
        group.add(
            {
                "message_id": 0,
                "from": by,
                "chat": group.card,
                "date": self.world.timestamp(),
                "left_chat_member": bot.as_user(),
            },
            None,
        )

    def _tell_bot(self, group: Chat, bot: Bot, by: JsonObject, *, old: str, new: str) -> None:
        bot.updates.put(
            "my_chat_member",
            {
                "chat": group.card,
                "from": by,
                "date": self.world.timestamp(),
                "old_chat_member": member_card(bot.as_user(), old),
                "new_chat_member": member_card(bot.as_user(), new),
            },
        )

    def add_member(self, group: Chat, account: Account, by: Account) -> None:
        """Takes a person in."""
        group.members[account.id] = "member"
        self.service_message(group, by.as_user(), {"new_chat_members": [account.as_user()]})

    def remove_member(self, group: Chat, account: Account) -> None:
        """Lets a person leave."""
        group.members[account.id] = "left"
        self.service_message(group, account.as_user(), {"left_chat_member": account.as_user()})

    def add_topic(self, group: Chat, name: str, by: Account) -> int:
        """Opens a topic; its id is that of the message about it.

        Raises:
            ControlError: the group has no topics.
        """
        if not group.card.get("is_forum"):
            raise ControlError(HTTPStatus.CONFLICT, "this group has no topics")
        topic: JsonObject = {"name": name, "icon_color": 7322096}
        thread_id = group.last_message_id + 1
        group.topics[thread_id] = topic
        content: JsonObject = {
            "forum_topic_created": topic,
            "message_thread_id": thread_id,
            "is_topic_message": True,
        }
        self.service_message(group, by.as_user(), content)
        return thread_id

    def migrate(self, group: Chat, by: Account) -> Chat:
        """Turns a group into a supergroup with another id; calls to the old one are told so from now on.

        Raises:
            ControlError: it is a supergroup or has moved already.
        """
        if group.type is not ChatType.group or group.migrated_to is not None:
            raise ControlError(HTTPStatus.CONFLICT, "only a group that has not moved yet can migrate")
        supergroup = self.create(group.card["title"], ChatType.supergroup, by)
        supergroup.members.update(group.members)
        for bot in self.world.bots.values():
            if group.is_member(bot.id):
                bot.chats[supergroup.id] = supergroup
        self.service_message(group, by.as_user(), {"migrate_to_chat_id": supergroup.id})
        group.migrated_to = supergroup.id
        self.service_message(supergroup, by.as_user(), {"migrate_from_chat_id": group.id})
        return supergroup


def member_card(user: JsonObject, status: str) -> JsonObject:
    """The Bot API's ChatMember."""
    card: JsonObject = {"status": status, "user": user}
    if status == "kicked":
        card["until_date"] = 0
    elif status == "creator":
        card["is_anonymous"] = False
    elif status == "administrator":
        card.update(_ADMINISTRATOR)
    return card


_ADMINISTRATOR: dict[str, Any] = {
    right: right not in {"can_be_edited", "is_anonymous"}
    for right in (
        "can_be_edited",
        "is_anonymous",
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
        "can_send_welcome_messages",
    )
}
