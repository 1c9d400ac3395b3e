"""The chat as one part of the product: receives updates, works them off, shows screens.

getUpdates / webhook -> stored -> lane of the account -> dispatcher -> edge -> handler -> service
                                                              `-> screen
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from aiogram.types import BotCommand, Update

from bot import features
from bot.answer_models import build_answer_models
from bot.bottom import BottomLabels
from bot.edge import ROW_KEY, Edge, EdgeParts
from bot.errors import TokenRefused
from bot.group_replies import GroupParts
from bot.group_routes import GroupRoutes
from bot.i18n import N_, load_catalogues
from bot.lanes import Lanes
from bot.menu import CommandMenu
from bot.notifier import Notifier
from bot.processing import Processing
from bot.room_courier import RoomCourier
from bot.routing import PrivateRoutes
from bot.screens.base import Screens
from bot.services import BotServices
from bot.settling import GATHER_SECONDS, Settling
from bot.strangers import Strangers
from bot.updates import PAUSES, POLL_SECONDS, Poller, read_batch
from bot.verbs import Verbs
from bot.window import ChatWindow
from core import failpoints
from core.enums import Language
from core.services.inbox import NewUpdate, StoredUpdate

logger = logging.getLogger(__name__)

START = N_("Begin")


@dataclass(frozen=True, slots=True)
class BotSettings:
    """What the chat is told at the start.

    Attributes:
        default_language: For accounts whose language is not known, and for groups.
        concurrency: Updates worked on at once, each of another account.
        poll_seconds: How long Telegram may hold getUpdates open.
        gather_seconds: How long ends of updates are gathered before one transaction writes them.
    """

    default_language: Language = Language.RU
    concurrency: int = 64
    poll_seconds: int = POLL_SECONDS
    gather_seconds: float = GATHER_SECONDS


class BotApp:
    """The chat. `prepare`, then `recover`, then `run_polling` or `feed`, at the end `stop`."""

    def __init__(self, bot: Bot, services: BotServices, settings: BotSettings | None = None) -> None:
        settings = settings or BotSettings()
        self._answer_models = build_answer_models()
        self._bot = bot
        self._services = services
        self._settings = settings
        self._catalogues = load_catalogues()
        self._verbs = Verbs(features.VERB_TABLES)
        self._screens = Screens(features.SCREEN_TABLES)
        self._window = ChatWindow(bot)
        self._settling = Settling(services.inbox, settings.gather_seconds)
        self._menu = CommandMenu(bot, self._verbs)
        self._dispatcher = self._build_dispatcher()
        processing = Processing(bot, services, self._handle)
        self._lanes: Lanes[StoredUpdate] = Lanes(processing.work_off, concurrency=settings.concurrency)
        self._poller = Poller(bot, self._take, poll_seconds=settings.poll_seconds)
        self._prepared = False
        rooms = RoomCourier(bot, services, self._catalogues, settings.default_language)
        self.notifier = Notifier(services, self._catalogues, self._screens, self._window, rooms)

    @property
    def dispatcher(self) -> Dispatcher:
        """The aiogram dispatcher that every update goes through."""
        return self._dispatcher

    def _build_dispatcher(self) -> Dispatcher:
        dispatcher = Dispatcher(disable_fsm=True)
        strangers = Strangers(
            self._services, self._catalogues, self._window, self._settling, self._settings.default_language
        )
        parts = EdgeParts(
            services=self._services,
            catalogues=self._catalogues,
            screens=self._screens,
            window=self._window,
            settling=self._settling,
            strangers=strangers,
            menu=self._menu,
        )
        dispatcher.update.outer_middleware(Edge(parts))
        private = PrivateRoutes(self._verbs, BottomLabels(self._catalogues))
        groups = GroupRoutes(
            GroupParts(
                bot=self._bot,
                services=self._services,
                catalogues=self._catalogues,
                screens=self._screens,
                window=self._window,
                default_language=self._settings.default_language,
            )
        )
        dispatcher.include_routers(private.router(), groups.router())
        return dispatcher

    async def prepare(self) -> None:
        """Meet Telegram: getMe, again with a growing pause for as long as it is away; then the menu of strangers.

        Raises:
            TokenRefused: Telegram does not know the token.
        """
        tries = 0
        while True:
            try:
                me = await self._bot.me()
                await self._set_menu_of_strangers()
            except TelegramUnauthorizedError as error:
                raise TokenRefused("Telegram does not accept BOT_TOKEN") from error
            except TelegramAPIError as error:
                pause = PAUSES[min(tries, len(PAUSES) - 1)]
                tries += 1
                logger.warning(
                    "Telegram does not answer (%s); next try in %.1f s",
                    type(error).__name__,
                    pause,
                    extra={"event": "telegram_away"},
                )
                await asyncio.sleep(pause)
            else:
                logger.info(
                    "Telegram answers as bot %d", me.id, extra={"event": "bot_prepared", "bot_id": me.id}
                )
                self._prepared = True
                return

    async def _set_menu_of_strangers(self) -> None:
        for language in Language:
            word = self._catalogues.translator(language)._(START)
            await self._bot.set_my_commands(
                [BotCommand(command="start", description=word)], language_code=language
            )

    async def recover(self) -> int:
        """Queue what a former process left unfinished, before anything new; returns how many."""
        left = await self._services.inbox.list_open(self._bot.id)
        for stored in left:
            self._lanes.put(stored.lane, stored)
        if left:
            logger.info("%d updates are resumed", len(left), extra={"event": "updates_resumed"})
        return len(left)

    async def run_polling(self) -> None:
        """Fetch updates until cancelled.

        Raises:
            TokenRefused: Telegram does not know the token any more.
        """
        await self._poller.run()

    async def feed(self, raw: Mapping[str, Any]) -> None:
        """Take one update from the webhook; when this returns it is stored, and the request may be answered."""
        await self._take(read_batch([dict(raw)]))

    async def _take(self, updates: Sequence[NewUpdate]) -> None:
        if updates:
            await self._lanes.room()
            new = await self._services.inbox.store(self._bot.id, updates)
            failpoints.reach("update_stored")
            for stored in new:
                self._lanes.put(stored.lane, stored)

    async def _handle(self, update: Update, stored: StoredUpdate) -> None:
        await self._dispatcher.feed_update(self._bot, update, **{ROW_KEY: stored.id})

    @property
    def pending(self) -> int:
        """Updates taken and not yet worked off."""
        return self._lanes.pending

    def healthy(self) -> bool:
        """Whether Telegram was met and answered last time."""
        return self._prepared and self._poller.is_well

    async def stop(self, drain_seconds: float) -> None:
        """Let what is being worked on end; the rest stays stored and is resumed at the next start.

        Fetching is stopped first, by cancelling `run_polling`.
        """
        if not await self._lanes.drain(drain_seconds):
            logger.warning("updates were left for the next start", extra={"event": "updates_left"})
        await self._settling.flush()
        await self._menu.close()
