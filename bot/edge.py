"""The edge of the chat: makes a `Turn` of an update, has it handled, shows the answer and ends the update.

Order for a tap or message of a known user: handler -> (a service commits, or nothing does) -> what is to be
seen is sent -> the update is ended, unless the service did. A `CoreError` is an answer like another. Anything
else leaves here, so that the attempt is counted (bot.processing).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError
from aiogram.types import InaccessibleMessage, TelegramObject, Update
from aiogram.types.update import UpdateTypeLookupError

from bot.bottom import present_bottom
from bot.html import Html, esc, fill, lines, to_plain
from bot.i18n import Catalogues
from bot.menu import CommandMenu
from bot.patience import patiently
from bot.pulse import Pulse
from bot.screens.base import Screen, Screens
from bot.services import BotServices
from bot.settling import Settling
from bot.strangers import Strangers
from bot.texts.errors import EXPECTED, describe
from bot.texts.notes import with_note
from bot.turn import Reply, Say, SendFile, Show, Toast, Turn
from bot.way_back import keep_way_back, way_back
from bot.window import ANSWER_LIMIT, ChatWindow
from core.errors import AlreadyFinished, StageChanged, StateForbids, SubjectClosed
from core.queries.chat_users import ChatUser
from core.values import Origin

logger = logging.getLogger(__name__)

ROW_KEY = "row_id"
"""Where the dispatcher's data carry the stored update's row id."""

OVERTAKEN = (StageChanged, StateForbids, SubjectClosed)
"""Errors of a tap on a card that has been overtaken: the present one is shown in its place (conversation.md 11)."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class EdgeParts:
    """What the edge works with."""

    services: BotServices
    catalogues: Catalogues
    screens: Screens
    window: ChatWindow
    settling: Settling
    strangers: Strangers
    menu: CommandMenu


class Edge(BaseMiddleware):
    """Outer middleware of all updates."""

    def __init__(self, parts: EdgeParts) -> None:
        self._parts = parts
        self._services = parts.services
        self._window = parts.window

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> None:
        """Handle one stored update.

        Raises:
            Exception: Neither an answer nor a matter of Telegram: the attempt is to be counted.
        """
        row_id: int = data[ROW_KEY]
        context: EventContext = data[EVENT_CONTEXT_KEY]
        if not isinstance(event, Update) or not _is_known_kind(event):
            self._end_unknown(row_id)
            return
        if context.user is None or (context.chat is not None and context.chat.type != ChatType.PRIVATE):
            await self._pass_on(handler, event, data, row_id)
            return
        user = await self._services.chats.find_by_account(context.user.id)
        open_row: int | None = row_id
        if user is None:
            user = await self._parts.strangers.admit(event, context.user, row_id)
            if user is None:
                return
            open_row = None
        me = await data["bot"].me()  # asked once a process, then remembered by aiogram
        turn = self._build_turn(event, user, open_row, me.username or "")
        data["turn"] = turn
        await self._take_turn(handler, event, data, turn)

    async def _pass_on(self, handler: Handler, event: Update, data: dict[str, Any], row_id: int) -> None:
        """What comes from groups (bot.group_routes); no button is ever shown there, so that a tap is a forged one."""
        try:
            if event.callback_query is None:
                await handler(event, data)
        except AlreadyFinished:
            logger.info("an update came twice", extra={"event": "update_repeated"})
            return
        self._parts.settling.put(row_id)

    def _end_unknown(self, row_id: int) -> None:
        logger.warning("an update of an unknown kind was left", extra={"event": "update_kind_unknown"})
        self._parts.settling.put(row_id)

    def _build_turn(self, update: Update, user: ChatUser, row_id: int | None, bot_name: str) -> Turn:
        tap = update.callback_query
        shown = tap.message if tap is not None else None
        editable = shown is not None and not isinstance(shown, InaccessibleMessage)
        screen_id = shown.message_id if shown is not None and editable else None
        message = update.message or update.edited_message
        origin = Origin(
            update_id=row_id,
            reply_to={"chat": user.account_id, "message": screen_id, "back": way_back(tap)},
            message=(message.chat.id, message.message_id) if message is not None else None,
        )
        return Turn(
            user=user,
            caller=user.caller(origin),
            tr=self._parts.catalogues.translator(user.language),
            services=self._services,
            now=self._services.clock.now(),
            chat_id=user.account_id,
            message=message,
            tap=tap,
            dialog=user.dialog,
            screen_id=screen_id,
            bot_name=bot_name,
        )

    async def _take_turn(self, handler: Handler, event: Update, data: dict[str, Any], turn: Turn) -> None:
        tap_id = turn.tap.id if turn.tap is not None else None
        async with Pulse(self._window, turn.chat_id, tap_id) as pulse:
            try:
                reply = await handler(event, data)
            except AlreadyFinished:
                logger.info("an update came twice", extra={"event": "update_repeated"})
                return
            except EXPECTED as error:
                reply = self._explain(error, turn)
            if reply is UNHANDLED:
                logger.warning("nothing handles this update", extra={"event": "update_unhandled"})
                reply = None
            await self._perform(turn, reply, pulse)
        self._parts.menu.follow(turn)

    def _explain(self, error: Exception, turn: Turn) -> Reply:
        """The answer to an error; what the dialog waited for stays, so that nothing typed is lost."""
        turn.caller.origin.dialog_changed = False
        logger.info("refused: %s", type(error).__name__, extra={"event": "update_refused"})
        text = describe(error, turn)
        plain = to_plain(text)
        if turn.tap is None or len(plain) > ANSWER_LIMIT:
            return Say(text, new=True)
        if isinstance(error, OVERTAKEN):
            return Show(str(error.ref), toast=plain, alert=True)
        return Toast(plain, alert=True)

    async def _perform(self, turn: Turn, reply: Reply | None, pulse: Pulse) -> None:
        if isinstance(reply, Toast):
            if turn.tap is not None and await pulse.answer(reply.text, alert=reply.alert):
                reply = None
            else:
                reply = Say(esc(reply.text), new=True)
        if isinstance(reply, SendFile):
            reply = await self._send_file(turn, reply, pulse)
        if reply is not None:
            screen = await self._send(turn, reply, pulse)
            if screen.choices:
                turn.offer(screen.choices)
        await self._end(turn)

    async def _send_file(self, turn: Turn, file: SendFile, pulse: Pulse) -> Say | None:
        """Send a file; when Telegram does not take it, that is said instead."""
        await pulse.answer("")
        try:
            await self._window.send_file(turn.chat_id, file.name, file.content)
        except TelegramForbiddenError:
            await self._services.chats.mark_reachable(turn.user.id, reachable=False)
        except TelegramAPIError as error:
            logger.warning("a file was not sent: %s", type(error).__name__, extra={"event": "file_not_sent"})
            return Say(esc(turn._("Telegram did not take the file. Please try once more.")), new=True)
        return None

    async def _send(self, turn: Turn, reply: Show | Say, pulse: Pulse) -> Screen:
        screen = reply.screen if isinstance(reply, Say) else await self._render(turn, reply)
        edit = None if reply.new else turn.screen_id
        if edit is None and _can_bring_bottom(turn, screen):
            screen = replace(screen, below=await present_bottom(turn))
        if isinstance(reply, Show) and reply.alert:
            if not await pulse.answer(reply.toast, alert=True):
                screen = replace(
                    screen, text=lines(screen.text, Html(""), fill("<i>{said}</i>", said=esc(reply.toast)))
                )
            await self._show(turn, screen, edit=edit)
            return screen
        await asyncio.gather(pulse.answer(reply.toast), self._show(turn, screen, edit=edit))
        return screen

    async def _render(self, turn: Turn, show: Show) -> Screen:
        try:
            screen = await self._parts.screens.render(turn, show.screen)
        except EXPECTED as error:
            logger.info("screen refused: %s", type(error).__name__, extra={"event": "screen_refused"})
            return Screen(describe(error, turn))
        screen = keep_way_back(screen, turn.tap)
        return replace(screen, text=with_note(turn, show.note, screen.text))

    async def _show(self, turn: Turn, screen: Screen, *, edit: int | None) -> None:
        try:
            await patiently(lambda: self._window.show(turn.chat_id, screen, edit=edit))
        except TelegramForbiddenError:
            await self._services.chats.mark_reachable(turn.user.id, reachable=False)
        except TelegramAPIError as error:
            logger.error(  # noqa: TRY400 - the class says it all, the text may quote a screen
                "a screen could not be shown: %s", type(error).__name__, extra={"event": "screen_not_shown"}
            )

    async def _end(self, turn: Turn) -> None:
        origin = turn.caller.origin
        if not origin.dialog_changed:
            if origin.update_id is not None:
                self._parts.settling.put(origin.update_id)
            return
        try:
            await self._services.inbox.finish(turn.caller)
        except AlreadyFinished:
            await self._keep_choices(turn)

    async def _keep_choices(self, turn: Turn) -> None:
        """A service has ended the update and written its dialog; what was offered afterwards comes on top."""
        state = turn.caller.origin.dialog
        if state is not None and turn.offered:
            await self._services.chats.offer_choices(turn.user.id, turn.offered)


def _can_bring_bottom(turn: Turn, screen: Screen) -> bool:
    """Whether a new message may renew the count on the keyboard at the bottom: it has no buttons of its own."""
    return turn.user.introduced and not screen.keyboard and screen.below is None


def _is_known_kind(update: Update) -> bool:
    try:
        return bool(update.event_type)
    except UpdateTypeLookupError:
        return False
