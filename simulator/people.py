"""What people do: every action of an account on its chat with a bot, turned into updates."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiogram.types import Message

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.callback_queries import CallbackQuery
from simulator.chats import Chat, ChatMessage, ChatType, EventKind
from simulator.deliveries import deliver
from simulator.entity_detection import with_detected
from simulator.errors import ControlError, JsonObject
from simulator.formatting import MAX_TEXT, clean
from simulator.keyboards import inline_buttons, reply_buttons
from simulator.topics import MANAGE_TOPICS
from simulator.world import World


@dataclass(frozen=True, slots=True)
class SentUpdate:
    """What an action has led to; `update_id` is None when the bot does not want updates of that kind."""

    update_id: int | None
    message: ChatMessage


@dataclass(frozen=True, slots=True)
class Person:
    """An account in one chat: the private one with the bot, or a group that the bot may be in."""

    world: World
    bot: Bot
    account: Account
    chat: Chat

    def send(self, content: JsonObject, *, reply_to: int | None = None) -> SentUpdate:
        """Sends a message of any content; writing to a bot starts it, and answers what it forced a reply to.

        Raises:
            ControlError: the bot is blocked, or the message to reply to is not there.
        """
        chat = self.chat
        self._check_may_write()
        payload: JsonObject = {
            "message_id": 0,
            "from": self.account.as_user(),
            "chat": chat.card,
            "date": self.world.timestamp(),
            **content,
        }
        forced = bool(chat.keyboard and chat.keyboard.get("force_reply"))
        if forced and reply_to is None and chat.keyboard_message_id in chat.messages:
            reply_to = chat.keyboard_message_id
        if reply_to is None and content.get("message_thread_id") in chat.messages:
            reply_to = content[
                "message_thread_id"
            ]  # Telegram: what answers nothing answers the topic's opening
        if reply_to is not None:
            payload["reply_to_message"] = self.message(reply_to).quoted()
        Message.model_validate(payload)
        chat.started = True
        message = chat.add(payload, None)
        if forced:
            chat.show_keyboard(None, None)
        chat.read_up_to = message.id
        return SentUpdate(deliver(self.world, self.bot, chat, "message", payload), message)

    def _check_may_write(self) -> None:
        chat = self.chat
        if chat.blocked:
            raise ControlError(HTTPStatus.CONFLICT, "this account has blocked the bot; unblock it first")
        if chat.migrated_to is not None:
            raise ControlError(HTTPStatus.CONFLICT, f"this group has become {chat.migrated_to}")
        if chat.type is not ChatType.private and not chat.is_member(self.account.id):
            raise ControlError(HTTPStatus.CONFLICT, "this account is not in the group")

    def say(self, text: str, *, reply_to: int | None = None, thread_id: int | None = None) -> SentUpdate:
        """Sends a text, with the entities Telegram's clients detect.

        Raises:
            ControlError: for a text no client sends (empty, or too long for one message), or an unknown topic.
        """
        content = {**typed_text(text), **self.in_topic(thread_id)}
        return self.send(content, reply_to=reply_to)

    def in_topic(self, thread_id: int | None) -> JsonObject:
        """What makes a message one of a topic; nothing outside topics.

        Raises:
            ControlError: there is no such topic, or it is closed.
        """
        if thread_id is None:
            return {}
        if thread_id not in self.chat.topics:
            raise ControlError(HTTPStatus.NOT_FOUND, f"no topic {thread_id} in this chat")
        if thread_id in self.chat.closed_topics and not self.chat.has_right(self.account.id, MANAGE_TOPICS):
            raise ControlError(HTTPStatus.CONFLICT, "this topic is closed")
        return {"message_thread_id": thread_id, "is_topic_message": True}

    def react(self, message_id: int, emoji: Sequence[str]) -> list[int]:
        """Puts reactions on a message in the place of the former ones; none takes them away.

        Only bots that administer the group and have asked for such updates hear of it; of a message of a private
        chat no bot does.

        Returns:
            The numbers of the updates.

        Raises:
            ControlError: there is no such message, or the person is not in the group.
        """
        self._check_may_write()
        message = self.message(message_id)
        old = message.reactions.get(self.account.id, [])
        new: list[JsonObject] = [{"type": "emoji", "emoji": one} for one in emoji]
        message.reactions[self.account.id] = new
        self.chat.happened(EventKind.edited, message_id=message_id)
        update: JsonObject = {
            "chat": self.chat.card,
            "message_id": message_id,
            "user": self.account.as_user(),
            "date": self.world.timestamp(),
            "old_reaction": old,
            "new_reaction": new,
        }
        heard = [
            bot.updates.put("message_reaction", update)
            for bot in self.world.bots.values()
            if self.chat.members.get(bot.id) == "administrator"
        ]
        return [number for number in heard if number is not None]

    def message(self, message_id: int) -> ChatMessage:
        """A message of the chat.

        Raises:
            ControlError: there is none.
        """
        message = self.chat.messages.get(message_id)
        if message is None:
            raise ControlError(HTTPStatus.NOT_FOUND, f"no message {message_id} in this chat")
        return message

    def edit(self, message_id: int, changed: JsonObject) -> SentUpdate:
        """Changes the person's own message.

        Raises:
            ControlError: it is another's.
        """
        message = self.message(message_id)
        if message.bot_id is not None:
            raise ControlError(HTTPStatus.CONFLICT, f"message {message_id} is not this account's own")
        stale = {key for new in changed for key in (new, "entities" if new == "text" else "caption_entities")}
        kept = {key: value for key, value in message.payload.items() if key not in stale}
        message.payload = {**kept, **changed, "edit_date": self.world.timestamp()}
        Message.model_validate(message.payload)
        self.chat.happened(EventKind.edited, message_id=message_id)
        return SentUpdate(
            deliver(self.world, self.bot, self.chat, "edited_message", message.payload), message
        )

    def tap(self, message_id: int, data: str) -> CallbackQuery:
        """Taps an inline button with this data; which data a button may have is the caller's affair."""
        message = self.message(message_id)
        return self._callback(message_id, data, message.payload)

    def tap_inaccessible(self, message_id: int, data: str) -> CallbackQuery:
        """Taps a button of a message that is too old for Telegram to hand out."""
        return self._callback(message_id, data, {"chat": self.chat.card, "message_id": message_id, "date": 0})

    def _callback(self, message_id: int, data: str, message: JsonObject) -> CallbackQuery:
        chat = self.chat
        query = self.world.callbacks.open(
            bot_id=self.bot.id, account_id=self.account.id, chat=chat, message_id=message_id
        )
        query.update_id = self.bot.updates.put(
            "callback_query",
            {
                "id": query.id,
                "from": self.account.as_user(),
                "chat_instance": str(chat.id),
                "message": message,
                "data": data,
            },
        )
        return query

    def find_inline_button(self, message_id: int, **wanted: Any) -> JsonObject:
        """The first button of the message whose fields are as wanted (text, callback_data, row, column).

        Raises:
            ControlError: the message shows no such button.
        """
        markup = self.message(message_id).payload.get("reply_markup")
        for row, column, button in inline_buttons(markup):
            described = {**button, "row": row, "column": column}
            if all(described.get(key) == value for key, value in wanted.items()):
                return button
        raise ControlError(HTTPStatus.NOT_FOUND, f"message {message_id} shows no button with {wanted}")

    def find_reply_button(self, text: str) -> JsonObject:
        """A button of the reply keyboard in force.

        Raises:
            ControlError: there is none with this text.
        """
        button = next(
            (button for button in reply_buttons(self.chat.keyboard) if button["text"] == text), None
        )
        if button is None:
            raise ControlError(HTTPStatus.NOT_FOUND, f"the reply keyboard has no button {text!r}")
        return button

    def set_blocked(self, *, blocked: bool) -> int | None:
        """Blocks or unblocks the bot; the bot is told by my_chat_member. Doing it twice does nothing.

        Raises:
            ControlError: the chat is a group.
        """
        chat = self.chat
        if chat.type is not ChatType.private:
            raise ControlError(HTTPStatus.CONFLICT, "a bot is blocked in its private chat, not in a group")
        if chat.blocked == blocked:
            return None
        chat.blocked = blocked
        chat.happened(EventKind.status, body={"blocked": blocked})
        member = {"status": "member", "user": self.bot.as_user()}
        kicked = {"status": "kicked", "user": self.bot.as_user(), "until_date": 0}
        return self.bot.updates.put(
            "my_chat_member",
            {
                "chat": chat.card,
                "from": self.account.as_user(),
                "date": self.world.timestamp(),
                "old_chat_member": member if blocked else kicked,
                "new_chat_member": kicked if blocked else member,
            },
        )


def typed_text(text: str) -> JsonObject:
    """Content of a text as a person's client sends it.

    Raises:
        ControlError: nothing visible, or more than one message's worth.
    """
    formatted = clean(text, [])
    if not formatted.text:
        raise ControlError(HTTPStatus.BAD_REQUEST, "a text message needs visible text")
    if len(formatted.text) > MAX_TEXT:
        raise ControlError(HTTPStatus.BAD_REQUEST, f"one message holds {MAX_TEXT} characters")
    return {"text": formatted.text, **({"entities": formatted.entities} if formatted.entities else {})}


def typed_caption(text: str | None) -> JsonObject:
    """Content of a caption as a person's client sends it."""
    if not text:
        return {}
    entities = with_detected(text, [])
    return {"caption": text, **({"caption_entities": entities} if entities else {})}
