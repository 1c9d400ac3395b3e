"""Groups: those with rooms of deals are worked in, all others are left alone (decisions/0032).

    addressed, by somebody who works here ──▶ an interaction of the room's deal, a short line
    a reaction of somebody who works here ──▶ the same of the message reacted to, 👌
    anything else in a room               ──▶ kept sealed for two days, its update emptied
    anything else anywhere                ──▶ its update emptied

Whoever is not known here gets no answer at all.
"""

import logging
from contextlib import suppress
from dataclasses import replace

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.types import (
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
)

from bot.attached_files import fetch_all, read_file
from bot.group_replies import GroupParts, GroupReplies
from bot.html import Html, esc
from bot.kinds import Content, content_of
from bot.reader import Reader
from bot.room_words import ROOM, Asked, draft_of, read_asked, text_of, words_of
from bot.routing import GONE
from bot.screens.deal_room import LEADERS
from bot.texts import rooms as texts
from bot.texts.errors import EXPECTED, describe
from core.enums import InteractionState, InteractionType
from core.errors import AlreadyFinished
from core.queries.deal_rooms import Place
from core.services.room_messages import RoomWords, Take
from core.values import DealId, Ref, RefKind

logger = logging.getLogger(__name__)


class GroupRoutes:
    """What is handled in groups."""

    def __init__(self, parts: GroupParts) -> None:
        self._bot = parts.bot
        self._replies = GroupReplies(parts)
        self._services = parts.services
        self._rooms = parts.services.rooms

    def router(self) -> Router:
        """The router of everything that is no private chat."""
        router = Router(name="groups")
        router.message.register(self.take_message)
        router.edited_message.register(self.take_edit)
        router.message_reaction.register(self.take_reaction)
        router.my_chat_member.register(self.note_membership)
        return router

    async def take_message(self, message: Message, row_id: int) -> None:
        """Somebody writes in a group that the bot is in."""
        if content_of(message.content_type) is Content.SERVICE:
            await self._follow_chat(message)
            await self._rooms.messages.forget_update(row_id)
            return
        place = await self._place_of(message)
        if not place.is_known and not place.is_on:
            await self._replies.leave(message.chat, with_word=True)
        elif place.is_on and await self._answer(message, place, row_id):
            return
        elif place.is_on and place.room_id is not None:
            await self._rooms.messages.keep(row_id, words_of(message, place.room_id))
            return
        await self._rooms.messages.forget_update(row_id)

    async def _follow_chat(self, message: Message) -> None:
        if message.migrate_to_chat_id is not None:
            await self._rooms.groups.moved(message.chat.id, message.migrate_to_chat_id)
        elif message.new_chat_title is not None:
            await self._rooms.groups.returned(message.chat.id, message.new_chat_title)

    async def _answer(self, message: Message, place: Place, row_id: int) -> bool:
        """Do what a known user asks for; False: nothing was asked for, or by nobody known.

        Returns:
            True when the update has come to its end.
        """
        asked = read_asked(message, await self._bot.me())
        reader = await self._reader_of(message, row_id) if asked is not None else None
        if asked is None or reader is None:
            return False
        try:
            return await self._do(message, place, asked, reader)
        except AlreadyFinished:
            raise
        except EXPECTED as error:
            logger.info("refused: %s", type(error).__name__, extra={"event": "room_update_refused"})
            await self._replies.say(message, describe(error, reader))
        await self._rooms.messages.forget_update(row_id)
        return True

    async def _do(self, message: Message, place: Place, asked: Asked, reader: Reader) -> bool:
        if asked.ref is not None:
            await self._replies.show_privately(reader, asked.ref)
        elif asked.command == ROOM:
            return await self._room(message, asked, reader)
        elif not place.is_known:
            return False
        elif place.room_id is None:
            await self._replies.say(message, esc(reader._(texts.NO_ROOM_HERE)))
        elif asked.kind is None:
            await self._replies.say(message, esc(reader._(texts.REST_IS_PRIVATE)))
        else:
            return await self._record(message, place.room_id, asked, asked.kind, reader)
        return False

    async def _record(
        self, message: Message, room_id: int, asked: Asked, kind: InteractionType, reader: Reader
    ) -> bool:
        """Take a message, or the one it answers where it says nothing itself."""
        words = words_of(message, room_id, asked.text)
        if not words.text and words.file is None:
            former = message.reply_to_message
            if former is None or _is_of(former, self._bot.id):
                await self._replies.say(message, Html(reader._(texts.ONE_MESSAGE)))
                return False
            words = words_of(former, room_id)
        await self._take(reader, words, kind, line=True)
        return True

    async def _take(self, reader: Reader, words: RoomWords, kind: InteractionType, *, line: bool) -> None:
        is_ours = words.account_id is not None and (
            await self._services.chats.find_by_account(words.account_id) is not None
        )
        draft = draft_of(reader, words, kind, is_ours=is_ours)
        if words.file is not None:
            files = await fetch_all(self._bot, self._services.blobs, [read_file(words.file)])
            draft = replace(draft, attachments=files)
        await self._rooms.messages.take(reader.caller, Take(words, draft, line=line))

    async def take_reaction(self, event: MessageReactionUpdated, row_id: int) -> None:
        """Somebody reacts to a message; taking a reaction away takes nothing back, /undo does."""
        if event.user is None or not [one for one in event.new_reaction if one not in event.old_reaction]:
            return
        words = await self._rooms.messages.find(event.chat.id, event.message_id)
        user = await self._services.chats.find_by_account(event.user.id) if words is not None else None
        if words is None or user is None:
            return
        try:
            await self._take(self._replies.reader(user, row_id), words, InteractionType.SMS, line=False)
        except AlreadyFinished:
            raise
        except EXPECTED as error:
            await self._replies.tell_privately(user, error)

    async def take_edit(self, message: Message, row_id: int) -> None:
        """A message was edited: what waits is replaced, what was taken gets a version (domain.md I7)."""
        place = await self._place_of(message)
        kept = await self._rooms.messages.find(message.chat.id, message.message_id)
        if place.is_on and kept is not None:
            if not await self._answer(message, place, row_id):
                await self._rooms.messages.keep(row_id, words_of(message, kept.room_id))
            return
        if place.is_on and place.room_id is not None:
            with suppress(*EXPECTED):
                await self._follow_edit(message, place.room_id)
        await self._rooms.messages.forget_update(row_id)

    async def _follow_edit(self, message: Message, room_id: int) -> None:
        asked = read_asked(message, await self._bot.me())
        words = words_of(message, room_id, asked.text if asked is not None else text_of(message))
        reader = await self._reader_of(message, None)
        if reader is None:  # somebody who is no user: their words, as they are now
            await self._services.care.edit_from_chat(None, words.chat_id, words.message_id, words.text)
            return
        kind = (asked.kind if asked is not None else None) or InteractionType.SMS
        draft = draft_of(reader, words, kind, is_ours=True)
        when = draft.when if draft.state is InteractionState.PLANNED else None
        await self._services.care.edit_from_chat(
            reader.caller, words.chat_id, words.message_id, draft.text, when=when
        )

    async def _room(self, message: Message, asked: Asked, reader: Reader) -> bool:
        """``/room`` makes the group one of rooms, ``/room d3`` opens a room."""
        words = asked.text.split()
        ref = Ref.parse(words[0]) if words else None
        if ref is not None and ref.kind is RefKind.DEAL:
            await self._rooms.deals.open(reader.caller, DealId(ref.id))
            return True
        if reader.user.role not in LEADERS:
            await self._replies.say(message, esc(reader._(texts.ONLY_LEADERS)))
        elif not message.chat.is_forum:
            await self._replies.say(message, esc(reader._(texts.NEEDS_FORUM)))
        elif not await self._may_manage_topics(message.chat):
            await self._replies.say(message, esc(reader._(texts.NEEDS_RIGHTS)))
        else:
            await self._rooms.groups.bind(
                reader.caller,
                message.chat.id,
                message.chat.title or "",
                department=asked.text,
                message_id=message.message_id,
            )
            return True
        return False

    async def _may_manage_topics(self, chat: Chat) -> bool:
        return _may_lead(await self._bot.get_chat_member(chat.id, self._bot.id))

    async def note_membership(self, event: ChatMemberUpdated) -> None:
        """The bot was added, given rights, or thrown out."""
        if event.new_chat_member.status in GONE:
            await self._rooms.groups.left(event.chat.id)
            return
        if event.chat.type == ChatType.CHANNEL:
            await self._replies.leave(event.chat, with_word=False)
            return
        may_lead = _may_lead(event.new_chat_member)
        if await self._rooms.groups.returned(event.chat.id, event.chat.title or "", may_lead=may_lead):
            return
        if event.old_chat_member.status not in GONE:
            return
        is_on = await self._rooms.groups.is_on()
        user = await self._services.chats.find_by_account(event.from_user.id) if is_on else None
        if user is not None and user.role in LEADERS:
            await self._replies.say_in(
                event.chat.id, esc(self._replies.reader(user, None)._(texts.HOW_TO_BEGIN))
            )
        else:
            await self._replies.leave(event.chat, with_word=not is_on)

    async def _place_of(self, message: Message) -> Place:
        thread_id = message.message_thread_id if message.is_topic_message else None
        return await self._rooms.messages.find_place(message.chat.id, thread_id)

    async def _reader_of(self, message: Message, row_id: int | None) -> Reader | None:
        sender = message.from_user
        if sender is None or sender.is_bot or message.sender_chat is not None:
            return None
        user = await self._services.chats.find_by_account(sender.id)
        return self._replies.reader(user, row_id) if user is not None else None


def _may_lead(member: ChatMember) -> bool:
    """Whether the bot administers a group and may manage its topics."""
    return isinstance(member, ChatMemberAdministrator) and member.can_manage_topics is True


def _is_of(message: Message, bot_id: int) -> bool:
    """Whether the bot itself wrote a message: the opening of a topic, or a confirmation."""
    return message.from_user is not None and message.from_user.id == bot_id
