"""Groups and supergroups: made, joined, left, migrated."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.chats import Chat, ChatMessage, ChatType
from simulator.errors import ControlError, JsonObject
from simulator.world import FIRST_GROUP_ID, FIRST_SUPERGROUP_ID, World

ALL_RIGHTS = frozenset(
    {
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
        "can_pin_messages",
        "can_manage_topics",
    }
)
"""What an administrator may do; each can be withheld."""


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
            if group.is_member(bot.id) and bot.id != sender["id"]:
                bot.updates.put("message", payload)
        return message

    def add_bot(
        self,
        group: Chat,
        bot: Bot,
        by: Account,
        status: str = "member",
        rights: Collection[str] = ALL_RIGHTS,
    ) -> None:
        """Takes a bot in; it is told by my_chat_member and a service message.

        Raises:
            ControlError: it is in already.
        """
        if group.is_member(bot.id):
            raise ControlError(HTTPStatus.CONFLICT, "the bot is in the group already")
        old = self.member_card(group, bot.id, bot.as_user())
        group.members[bot.id] = status
        group.rights[bot.id] = frozenset(rights)
        bot.chats[group.id] = group
        self._tell_bot(group, bot, by.as_user(), old)
        self.service_message(group, by.as_user(), {"new_chat_members": [bot.as_user()]})

    def remove_bot(self, group: Chat, bot: Bot, by: JsonObject, status: str = "kicked") -> None:
        """Throws a bot out, or lets it leave; the chat stays known to it, writing there is forbidden."""
        old = self.member_card(group, bot.id, bot.as_user())
        group.members[bot.id] = status
        self._tell_bot(group, bot, by, old)
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

    def promote_bot(
        self, group: Chat, bot: Bot, by: Account, status: str, rights: Collection[str] = ALL_RIGHTS
    ) -> None:
        """Makes a bot in the group an administrator with some rights, or a plain member again.

        Raises:
            ControlError: it is not in the group.
        """
        if not group.is_member(bot.id):
            raise ControlError(HTTPStatus.CONFLICT, "the bot is not in the group")
        old = self.member_card(group, bot.id, bot.as_user())
        group.members[bot.id] = status
        group.rights[bot.id] = frozenset(rights)
        self._tell_bot(group, bot, by.as_user(), old)

    def member_card(self, group: Chat, user_id: int, user: JsonObject) -> JsonObject:
        """The Bot API's ChatMember of somebody in a group, or who has left it."""
        return member_card(user, group.members.get(user_id, "left"), group.rights.get(user_id, frozenset()))

    def _tell_bot(self, group: Chat, bot: Bot, by: JsonObject, old: JsonObject) -> None:
        bot.updates.put(
            "my_chat_member",
            {
                "chat": group.card,
                "from": by,
                "date": self.world.timestamp(),
                "old_chat_member": old,
                "new_chat_member": self.member_card(group, bot.id, bot.as_user()),
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

    def migrate(self, group: Chat, by: Account) -> Chat:
        """Turns a group into a supergroup with another id; calls to the old one are told so from now on.

        Raises:
            ControlError: it is a supergroup or has moved already.
        """
        if group.type is not ChatType.group or group.migrated_to is not None:
            raise ControlError(HTTPStatus.CONFLICT, "only a group that has not moved yet can migrate")
        supergroup = self.create(group.card["title"], ChatType.supergroup, by)
        supergroup.members.update(group.members)
        supergroup.rights.update(group.rights)
        for bot in self.world.bots.values():
            if group.is_member(bot.id):
                bot.chats[supergroup.id] = supergroup
        self.service_message(group, by.as_user(), {"migrate_to_chat_id": supergroup.id})
        group.migrated_to = supergroup.id
        self.service_message(supergroup, by.as_user(), {"migrate_from_chat_id": group.id})
        return supergroup


def member_card(user: JsonObject, status: str, rights: Collection[str] = ()) -> JsonObject:
    """The Bot API's ChatMember; the rights are an administrator's."""
    card: JsonObject = {"status": status, "user": user}
    if status == "kicked":
        card["until_date"] = 0
    elif status == "creator":
        card["is_anonymous"] = False
    elif status == "administrator":
        card.update(can_be_edited=False, is_anonymous=False)
        card.update({right: right in rights for right in sorted(ALL_RIGHTS)})
    return card
