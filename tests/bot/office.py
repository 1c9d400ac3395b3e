"""The product as the chat's tests see it: a Telegram of our own, a database, the services, the bot, its outbox."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

from app.blobs import FileBlobs
from app.outbox_pump import OutboxPump
from app.pace import Pace
from bot import services as ports
from bot.app import BotApp, BotSettings
from core.clock import Clock
from core.database import Database
from core.enums import Language, OutboxState, UpdateState
from core.models import Comment, InboundUpdate, Interaction, OutboxItem, User
from core.ports import BlobStore
from core.services.absences import Absences
from core.services.agenda_views import AgendaViews
from core.services.assignment import Assignment
from core.services.attention_views import AttentionViews
from core.services.calendar_feeds import CalendarFeeds
from core.services.capture import Capture
from core.services.care import Care
from core.services.chats import Chats
from core.services.contacts import Contacts
from core.services.currencies import Currencies
from core.services.deal_demand import DealDemand
from core.services.deal_kinds import DealKinds
from core.services.deal_merging import DealMerging
from core.services.deal_stages import DealStages
from core.services.deal_views import DealViews
from core.services.deals import Deals
from core.services.departments import Departments
from core.services.digests import Digests
from core.services.dismissals import Dismissals
from core.services.erasure import Erasure
from core.services.inbox import Inbox
from core.services.introductions import Introductions
from core.services.mail_rules import MailRules
from core.services.mailbox_connecting import MailboxConnecting
from core.services.mailboxes import Mailboxes
from core.services.merging import Merging
from core.services.new_users import UserDefaults
from core.services.options import Options
from core.services.outbox import Outbox
from core.services.participants import Participants
from core.services.people import People
from core.services.plans import Plans
from core.services.pool import Pool
from core.services.promises import Promises
from core.services.promotion import Promotion
from core.services.quarantine import Quarantine
from core.services.reminder_wishes import ReminderWishes
from core.services.repeats import Repeats
from core.services.review import Review
from core.services.rhythms import Rhythms
from core.services.rooms import build_rooms
from core.services.rule_application import RuleApplication
from core.services.sales_lists import SalesLists
from core.services.search import Search
from core.services.sharing import Sharing
from core.services.subject_state import SubjectStates
from core.services.subjects import Subjects
from core.services.team_views import TeamViews
from core.services.undo import Undo
from core.services.views import Views
from core.services.waits import Waits
from core.services.work import Works
from mail.connecting import ConnectingDoor
from mail.door import MailDoor
from mail.settings import MailSettings
from simulator.client import SimulatorClient, Tap
from simulator.errors import JsonObject
from simulator.server import SimulatorServer
from tests.factories.mail import OpenBox
from tests.factories.telegram import open_bot

TOKEN = "4200000002:bot-tests"
PUBLIC_URL = "https://zveno.example"
DEFAULTS = UserDefaults(Language.EN, "Europe/London", "GB")

LOOK_SECONDS = 0.002
"""Between two looks whether all is quiet."""


class Services:
    """The real services, wired as the composition root does it."""

    def __init__(self, works: Works, blobs: BlobStore) -> None:
        self.clock = works.clock
        self.blobs = blobs
        self.agenda_views = AgendaViews(works.database, works.clock)
        self.absences = Absences(works)
        self.assignment = Assignment(works)
        self.attention_views = AttentionViews(works.database, works.clock)
        self.promises, self.rhythms, self.waits = Promises(works), Rhythms(works), Waits(works)
        self.capture: ports.Capture = Capture(works)
        self.care = Care(works)
        self.chats = Chats(works)
        self.contacts = Contacts(works)
        self.currencies = Currencies(works)
        self.deal_demand = DealDemand(works)
        self.deal_kinds = DealKinds(works)
        self.deal_merging = DealMerging(works)
        self.deal_stages = DealStages(works)
        self.deal_views = DealViews(works.database, works.clock, currency="RUB")
        self.deals = Deals(works, currency="RUB")
        self.departments = Departments(works)
        self.calendar_feeds = CalendarFeeds(works, PUBLIC_URL)
        self.digests = Digests(works)
        self.dismissals = Dismissals(works)
        self.erasure = Erasure(works, blobs)
        self.inbox = Inbox(works)
        self.introductions = Introductions(works)
        self.mailboxes = Mailboxes(works, OpenBox())
        self.connecting = MailboxConnecting(works, OpenBox())
        self.connecting_door = ConnectingDoor(
            self.mailboxes, self.connecting, MailSettings(patience=timedelta(seconds=5))
        )
        self.mail_door = MailDoor(self.mailboxes, MailSettings(patience=timedelta(seconds=5)))
        self.mail_rules = MailRules(works)
        self.merging = Merging(works)
        self.options = Options(works)
        self.participants = Participants(works)
        self.people = People(works, DEFAULTS)
        self.plans, self.repeats = Plans(works), Repeats(works)
        self.pool = Pool(works)
        self.promotion = Promotion(works, currency="RUB")
        self.quarantine = Quarantine(works, blobs)
        self.reminder_wishes = ReminderWishes(works)
        self.review = Review(works)
        self.rooms = build_rooms(works, OpenBox())
        self.rule_application = RuleApplication(works)
        self.sales_lists = SalesLists(works)
        self.search = Search(works)
        self.sharing = Sharing(works)
        self.subject_states = SubjectStates(works)
        self.subjects = Subjects(works)
        self.team_views = TeamViews(works.database, works.clock)
        self.undo: ports.Undo = Undo(works)
        self.views = Views(works.database, works.clock)


@dataclass
class Office:
    """One running product and the people who write to it."""

    database: Database
    works: Works
    services: Services
    app: BotApp
    pump: OutboxPump
    telegram: SimulatorServer
    people: SimulatorClient

    @property
    def url(self) -> str:
        """Where Telegram is."""
        return self.telegram.url

    async def idle(self, seconds: float = 20.0) -> None:
        """Wait until every update has its effect and every effect has reached its chat."""
        async with asyncio.timeout(seconds):
            quiet = 0
            while quiet < 2:
                quiet = 0 if await self._is_busy() else quiet + 1
                await asyncio.sleep(LOOK_SECONDS)

    async def settle(self) -> None:
        """Wait for what is on its way already; at once where nothing is."""
        if await self._is_busy():
            await self.idle()

    async def _is_busy(self) -> bool:
        """Look in the order in which things go on, so that nothing moves behind the look."""
        if any(bot.updates.pending_count() for bot in self.telegram.world.bots.values()) or self.app.pending:
            return True
        updates = select(InboundUpdate.id).where(InboundUpdate.state == UpdateState.NEW)
        outbox = select(OutboxItem.id).where(OutboxItem.state.in_((OutboxState.NEW, OutboxState.SENDING)))
        async with self.database.reading() as session:
            return bool(await session.scalar(select(or_(updates.exists(), outbox.exists()))))

    async def write(self, account_id: int, text: str) -> list[JsonObject]:
        """Write to the bot; returns what the bot has sent or changed since, once all is quiet."""
        return await self._after(account_id, self.people.send(account_id, text))

    async def open_link(self, account_id: int, payload: str | None = None) -> list[JsonObject]:
        """Press Start, or follow a link with a payload."""
        return await self._after(account_id, self.people.start(account_id, payload))

    async def _after(self, account_id: int, act: Any) -> list[JsonObject]:
        sent = await act
        await self.idle()
        return await self.people.bot_messages(account_id, after=int(sent["message"]["message_id"]))

    async def tap(self, account_id: int, message: JsonObject, **button: Any) -> Tap:
        """Tap a button of a message and wait until all is quiet."""
        tap = await self.people.click(account_id, int(message["message_id"]), **button)
        await self.idle()
        return tap

    async def last(self, account_id: int) -> JsonObject:
        """The bot's newest message in a chat."""
        return (await self.people.bot_messages(account_id))[-1]

    async def message(self, account_id: int, message_id: int) -> JsonObject:
        """One message of the bot as it is now."""
        return next(
            one for one in await self.people.bot_messages(account_id) if one["message_id"] == message_id
        )

    async def add_user(self, account_id: int, name: str = "Anna", **fields: Any) -> User:
        """A user with a chat who has been introduced."""
        from tests.factories.people import make_user  # noqa: PLC0415 - factories import this package's conftest

        await self.people.add_account(name, id=account_id, language_code=str(fields.get("language", "en")))
        async with self.database.transaction() as session:
            user = await make_user(session, name, telegram_id=account_id, **{"introduced": True, **fields})
        await self.people.start(account_id)
        await self.idle()
        return user

    async def interaction(self, interaction_id: int) -> Interaction:
        """An interaction as it is stored."""
        async with self.database.reading() as session:
            return await session.get_one(Interaction, interaction_id)

    async def comments(self) -> list[str]:
        """The words of all comments, oldest first."""
        async with self.database.reading() as session:
            return list(await session.scalars(select(Comment.text).order_by(Comment.id)))


@asynccontextmanager
async def open_office(database: Database, clock: Clock, blobs: Path) -> AsyncIterator[Office]:
    """Start everything; at the end the bot must have made no call that a strict Telegram refuses."""
    works = Works(database, clock)
    services = Services(works, FileBlobs(blobs))
    async with (
        SimulatorServer(token=TOKEN) as server,
        SimulatorClient(server.url) as people,
        open_bot(TOKEN, server.url) as bot,
    ):
        settings = BotSettings(default_language=Language.EN, poll_seconds=5, gather_seconds=0.0)
        app = BotApp(bot, services, settings)
        pump = OutboxPump(Outbox(database, clock), app.notifier, Pace(), gather=0.0)
        works.kick = pump.kick
        await app.prepare()
        await app.recover()
        tasks = [asyncio.create_task(pump.run()), asyncio.create_task(app.run_polling())]
        try:
            yield Office(database, works, services, app, pump, server, people)
        finally:
            tasks[1].cancel()
            await asyncio.gather(tasks[1], return_exceptions=True)
            await app.stop(5)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await pump.settle()
            tasks[0].cancel()
            await asyncio.gather(tasks[0], return_exceptions=True)
            assert await people.violations() == []
