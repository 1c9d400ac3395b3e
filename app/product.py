"""The running product: which parts there are, how each is built on the core, and in which order they stop.

bot        no new updates; what is being worked on ends
scheduler  a running job ends
mail       a batch that is being stored ends
outbox     what those have written is delivered
http       tells until the end how it goes
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from app.bootstrap import Core
from app.http import HttpDoor, Webhook, webhook_path
from app.outbox_pump import OutboxPump
from app.pace import Pace, TelegramPace
from app.parts import PARTS
from app.settings import Settings, SettingsInvalid
from app.single import hold_parts
from app.supervision import Fatal, Part, Supervisor
from bot.app import BotApp, BotSettings
from bot.errors import TokenRefused
from bot.kinds import ALLOWED_UPDATES
from mail.engine import MailEngine
from scheduler.catalogue import JOBS
from scheduler.job import JobContext
from scheduler.timetable import Timetable

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 20.0
"""How long updates that are being worked on may take to end."""

_SETTLE_SECONDS = 5.0
_LOOK_SECONDS = 1.0


class Chat:
    """The chat as a part: Telegram is met, what was left is resumed, updates are received."""

    def __init__(self, bot: Bot, app: BotApp, settings: Settings) -> None:
        self._bot = bot
        self._app = app
        self._settings = settings
        self._resumed = False

    async def run(self) -> None:
        """Receive updates until cancelled; Telegram out of reach is waited for.

        Raises:
            Fatal: Telegram does not know the token.
        """
        try:
            await self._app.prepare()
            await self._choose_way()
            if not self._resumed:
                self._resumed = True
                await self._app.recover()
            if self._settings.bot_mode == "webhook":
                await asyncio.Event().wait()
            await self._app.run_polling()
        except TokenRefused as error:
            raise Fatal("BOT_TOKEN: Telegram does not accept it") from error

    async def _choose_way(self) -> None:
        """Tell Telegram where updates go; nothing that waits there is dropped."""
        settings = self._settings
        if settings.bot_mode == "polling":
            await self._bot.delete_webhook(drop_pending_updates=False)
            return
        token, secret = settings.bot_token, settings.bot_webhook_secret
        if token is None or secret is None:
            raise Fatal("BOT_WEBHOOK_SECRET: must be set")
        await self._bot.set_webhook(
            f"{settings.public_url}{webhook_path(token.get_secret_value())}",
            secret_token=secret.get_secret_value(),
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
        )

    async def close(self) -> None:
        """Let what is being worked on come to its end."""
        await self._app.stop(DRAIN_SECONDS)


class Product:
    """Builds the parts that are wanted."""

    def __init__(self, core: Core, wanted: Collection[str], *, alone: bool) -> None:
        self._core = core
        self._wanted = wanted
        self._alone = alone
        self._bot: Bot | None = None
        self._chat_app: BotApp | None = None
        self.http: HttpDoor | None = None
        self.supervisor = Supervisor(self._build_parts())

    def _build_parts(self) -> list[Part]:
        builders = {
            "bot": self._build_bot,
            "scheduler": self._build_scheduler,
            "mail": self._build_mail,
            "outbox": self._build_outbox,
            "http": self._build_http,
        }
        return [builders[name]() for name in PARTS if name in self._wanted]

    def _chat(self) -> tuple[Bot, BotApp]:
        settings = self._core.settings
        if settings.bot_token is None:
            raise SettingsInvalid("BOT_TOKEN: must be set; `zveno demo` needs none")
        if self._bot is None or self._chat_app is None:
            session = AiohttpSession(api=TelegramAPIServer.from_base(settings.bot_api_url))
            self._bot = Bot(settings.bot_token.get_secret_value(), session=session)
            chat_settings = BotSettings(default_language=settings.default_language)
            self._chat_app = BotApp(self._bot, self._core.services, chat_settings)
        return self._bot, self._chat_app

    def _build_bot(self) -> Part:
        bot, app = self._chat()
        chat = Chat(bot, app, self._core.settings)
        return Part("bot", chat.run, is_well=app.healthy, close=chat.close)

    def _build_scheduler(self) -> Part:
        services = self._core.services
        timetable = Timetable(JobContext(services.reminders, services.inbox, services.quarantine), JOBS)
        return Part("scheduler", timetable.run, is_well=timetable.is_well)

    def _build_mail(self) -> Part:
        engine = MailEngine(self._core.mail, self._core.mail_settings)

        async def run() -> None:
            try:
                await engine.start()
                while engine.healthy():  # noqa: ASYNC110 - the engine offers a look, not an event
                    await asyncio.sleep(_LOOK_SECONDS)
            finally:
                await engine.stop()

        return Part("mail", run)

    def _build_outbox(self) -> Part:
        _, app = self._chat()
        pace = TelegramPace() if self._core.settings.uses_telegram else Pace()
        pump = OutboxPump(self._core.services.outbox, app.notifier, pace, alone=self._alone)
        self._core.works.kick = pump.kick
        return Part("outbox", lambda: _run_pump(pump))

    def _build_http(self) -> Part:
        settings = self._core.settings
        webhook = None
        if settings.bot_mode == "webhook" and "bot" in self._wanted:
            if settings.bot_token is None or settings.bot_webhook_secret is None:
                raise SettingsInvalid("BOT_TOKEN: must be set")
            _, app = self._chat()
            path = webhook_path(settings.bot_token.get_secret_value())
            webhook = Webhook(path, settings.bot_webhook_secret.get_secret_value(), app.feed)
        self.http = HttpDoor(
            settings.http_listen,
            self._core.database,
            parts=self.list_parts,
            find_ill=self.find_ill,
            webhook=webhook,
        )
        return Part("http", self.http.run)

    def list_parts(self) -> list[str]:
        """Names of the parts that were started."""
        return self.supervisor.names

    def find_ill(self) -> list[str]:
        """Names of the parts that do not work."""
        return self.supervisor.find_ill()

    async def close(self) -> None:
        """Close the connection to Telegram."""
        self._core.works.kick = None
        if self._bot is not None:
            await self._bot.session.close()


async def _run_pump(pump: OutboxPump) -> None:
    """Run a pump; when cancelled, deliver what the other parts have written before they stopped."""
    running = asyncio.create_task(pump.run())
    try:
        await asyncio.shield(running)
    finally:
        if not running.done():
            settling = asyncio.create_task(pump.settle())
            await asyncio.wait(
                [settling, running], timeout=_SETTLE_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            settling.cancel()
            running.cancel()
            await asyncio.gather(settling, running, return_exceptions=True)


def check_parts(settings: Settings, wanted: Collection[str]) -> None:
    """Refuse what cannot work.

    Raises:
        SettingsInvalid: A part needs what is not set.
    """
    if settings.bot_token is None and {"bot", "outbox"} & set(wanted):
        raise SettingsInvalid("BOT_TOKEN: must be set for the parts bot and outbox; `zveno demo` needs none")
    if settings.bot_mode == "webhook" and "bot" in wanted and "http" not in wanted:
        raise SettingsInvalid("BOT_MODE: the webhook needs the part http beside bot")


@asynccontextmanager
async def open_product(core: Core, wanted: Collection[str] = PARTS) -> AsyncIterator[Product]:
    """Fill what a new organisation needs and build the parts; nothing runs before `supervisor.run_until`.

    Raises:
        Fatal: Another process runs one of the parts on this database.
        SettingsInvalid: A part needs what is not set.
    """
    check_parts(core.settings, wanted)
    with hold_parts(core.database, wanted) as alone:
        await core.services.people.ensure_administrators(core.settings.admin_ids)
        await core.services.starter.fill_lists(core.settings.default_language)
        product = Product(core, wanted, alone=alone)
        try:
            yield product
        finally:
            await product.close()
