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
from datetime import timedelta
from typing import TYPE_CHECKING

from app.aside_blobs import AsideBlobs
from app.bootstrap import Core
from app.calendar_feed import CalendarPage
from app.http import HttpDoor, Webhook, webhook_path
from app.oauth import OAuthPage
from app.outbox_pump import OutboxPump
from app.pace import Pace, TelegramPace
from app.parts import PARTS
from app.settings import Settings, SettingsInvalid
from app.single import hold_parts
from app.supervision import Part, Supervisor
from core.services.abandoned_mailboxes import AbandonedMailboxes
from core.services.blob_sweep import BlobSweep
from mail.engine import MailEngine
from scheduler.catalogue import JOBS
from scheduler.job import JobContext
from scheduler.jobs.send_due_reminders import JOB as SEND_DUE_REMINDERS
from scheduler.timetable import Timetable

if TYPE_CHECKING:
    from app.chat import Chat

logger = logging.getLogger(__name__)

_SETTLE_SECONDS = 5.0
_LOOK_SECONDS = 1.0


class Product:
    """Builds the parts that are wanted."""

    def __init__(self, core: Core, wanted: Collection[str], *, alone: bool) -> None:
        self._core = core
        self._wanted = wanted
        self._alone = alone
        self._opened_chat: Chat | None = None
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

    def _chat(self) -> "Chat":
        """The chat, built when a part needs it: a process that only fetches mail does without its 130 MB."""
        if self._opened_chat is None:
            from app.chat import open_chat  # noqa: PLC0415 - as said above

            self._opened_chat = open_chat(self._core)
        return self._opened_chat

    def _build_bot(self) -> Part:
        chat = self._chat()
        return Part("bot", chat.run, is_well=chat.app.healthy, close=chat.close)

    def _build_scheduler(self) -> Part:
        services = self._core.services
        context = JobContext(
            reminders=services.reminders,
            digests=services.digests,
            waits=services.waits,
            promises=services.promises,
            rhythms=services.rhythms,
            inbox=services.inbox,
            quarantine=services.quarantine,
            imports=services.imports,
            absences=services.absences,
            repeats=services.repeats,
            abandoned=AbandonedMailboxes(self._core.works),
            room_messages=services.rooms.messages,
            blobs=BlobSweep(
                self._core.works,
                AsideBlobs(self._core.settings.blob_dir),
                timedelta(days=self._core.settings.blob_keep_days),
            ),
        )
        timetable = Timetable(context, JOBS)
        clock = self._core.clock
        self._core.works.wake = lambda due_at: timetable.wake(SEND_DUE_REMINDERS.name, due_at - clock.now())
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
        app = self._chat().app
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
            app = self._chat().app
            path = webhook_path(settings.bot_token.get_secret_value())
            webhook = Webhook(path, settings.bot_webhook_secret.get_secret_value(), app.feed)
        self.http = HttpDoor(
            settings.http_listen,
            self._core.database,
            parts=self.list_parts,
            find_ill=self.find_ill,
            webhook=webhook,
            routes=[
                *OAuthPage(self._core.services.mail_oauth, settings.default_language).routes(),
                *CalendarPage(self._core.services.calendar_feeds).routes(),
            ],
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
        self._core.works.wake = None
        if self._opened_chat is not None:
            await self._opened_chat.leave()


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
        await core.services.starter.fill_lists(
            core.settings.default_language, currency=core.settings.default_currency
        )
        product = Product(core, wanted, alone=alone)
        try:
            yield product
        finally:
            await product.close()
