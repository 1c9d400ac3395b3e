"""Real aiogram routers, few of them: dispatch by table where aiogram would try filter after filter.

Filters are classes with an async call: magic filters run in a thread each (telegram-notes.md 2.1).
"""

import logging
from typing import Any

from aiogram import Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from bot.asking import ASK, ask_argument, take_argument
from bot.bottom import BottomLabels
from bot.errors import UnknownVerb
from bot.html import esc
from bot.kinds import Content, content_of
from bot.replies import replied_to
from bot.screens.row_actions import PLACE, place_of
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, Command, Verbs, parse_command
from core.values import Ref, RefKind

logger = logging.getLogger(__name__)

OPENED_BY_REFERENCE = frozenset(
    {RefKind.INTERACTION, RefKind.SUBJECT, RefKind.DEAL, RefKind.CONTACT, RefKind.USER, RefKind.MAILBOX}
)
"""Kinds of reference that open a card when they are typed or tapped."""

EDITED = "edited"
"""What takes an edited message in VerbTable.content."""

REPLIED = "replied"
"""What takes a text that replies to a message of the bot, in VerbTable.content."""

GONE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.KICKED})
"""What the bot is in a chat that it cannot write to any more: thrown out, or blocked."""


class PrivateChat(Filter):
    """Messages and changes of membership of a chat with one person."""

    async def __call__(self, event: Message | ChatMemberUpdated) -> bool:
        """Whether the chat is private."""
        return event.chat.type == ChatType.PRIVATE


class CommandText(Filter):
    """Messages that are a command; hands it on taken apart."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        """The command, or False."""
        command = parse_command(message.text) if message.text else None
        return {"command": command} if command is not None else False


class ServiceMessage(Filter):
    """Messages that tell of the chat itself and were not written by anybody."""

    async def __call__(self, message: Message) -> bool:
        """Whether there is nothing in it to take."""
        return content_of(message.content_type) is Content.SERVICE


class PrivateRoutes:
    """What is handled in private chats, by known users."""

    def __init__(self, verbs: Verbs, labels: BottomLabels) -> None:
        self._verbs = verbs
        self._labels = labels

    def router(self) -> Router:
        """The router of private chats."""
        router = Router(name="private")
        router.message.filter(PrivateChat())
        router.my_chat_member.filter(PrivateChat())
        router.message.register(self.run_command, CommandText())
        router.message.register(self.pass_over, ServiceMessage())
        router.message.register(self.take_message)
        router.edited_message.register(self.take_edit, PrivateChat())
        router.callback_query.register(self.run_tap)
        router.my_chat_member.register(self.note_membership)
        return router

    async def run_command(self, _message: Message, turn: Turn, command: Command) -> Reply | None:
        """A typed verb, a reference or the number of a choice."""
        secret = self._verbs.takes_secret(turn, command.name)
        if secret is not None:
            return await secret(turn)
        ref = Ref.parse(command.name)
        if ref is not None and ref.kind in OPENED_BY_REFERENCE:
            return Show(str(ref))
        if command.name.isdecimal():
            return await self._choose(turn, command.name)
        return await self._verbs.run(turn, command.name, Arguments(command.arguments))

    async def _choose(self, turn: Turn, number: str) -> Reply | None:
        place = int(number) - 1 if len(number) < 4 else -1
        if not 0 <= place < len(turn.choices):
            return Say(esc(turn._("There is no such choice now. Nothing was changed.")))
        return await self._run_data(turn, turn.choices[place])

    async def run_tap(self, tap: CallbackQuery, turn: Turn) -> Reply | None:
        """A tapped button."""
        return await self._run_data(turn, tap.data or "")

    async def _run_data(self, turn: Turn, data: str) -> Reply | None:
        name, _, rest = data.partition(":")
        if name == ASK:
            return ask_argument(turn, self._verbs, Arguments(rest, separator=":"))
        if name == PLACE:
            place, _, data = rest.partition(":")
            turn.then_show(place_of(place))
            name, _, rest = data.partition(":")
        return await self._verbs.run(turn, name, Arguments(rest, separator=":"))

    async def pass_over(self, _message: Message) -> None:
        """Nothing to take."""

    async def take_message(self, message: Message, turn: Turn) -> Reply | None:
        """A message that is no command: a label, a reply, an answer to the dialog, or something to keep."""
        content = content_of(message.content_type)
        if content is Content.TEXT:
            label = self._labels.verb_of(turn.said)
            if label is not None and self._verbs.find(label, turn) is not None:
                return await self._verbs.run(turn, label, Arguments(""))
            secret = self._verbs.takes_secret(turn)
            if secret is not None:
                return await secret(turn)
            taker = self._verbs.content(REPLIED)
            if taker is not None and replied_to(message) is not None:
                return await taker(turn)
            if turn.flow == ASK:
                return await take_argument(turn, self._verbs)
        flow = self._verbs.flow(turn.flow)
        if flow is not None and content in flow.accepts:
            return await flow.answer(turn)
        taker = self._verbs.content(content)
        if taker is None:
            raise UnknownVerb(content)
        return await taker(turn)

    async def take_edit(self, _message: Message, turn: Turn) -> Reply | None:
        """An edited message: a version of what was captured from it."""
        taker = self._verbs.content(EDITED)
        return await taker(turn) if taker is not None else None

    async def note_membership(self, event: ChatMemberUpdated, turn: Turn) -> None:
        """The user blocked or unblocked the bot."""
        reachable = event.new_chat_member.status not in GONE
        if reachable != turn.user.reachable:
            await turn.services.chats.mark_reachable(turn.user.id, reachable=reachable)
