"""What screens read of deals beside their cards, through the viewer's eyes (domain.md U2, O2)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.database import Database
from core.enums import FunctionalOption
from core.models import Deal
from core.queries import deal_views as views
from core.queries.deal_demand import Settlement, load_settlement
from core.queries.deal_facts import DealFact, list_facts
from core.queries.deal_sources import EventChoice, list_open_events
from core.queries.deal_views import DealFile, FunnelRow, RoleCoverage, StayView
from core.queries.rows import Page
from core.repositories import access
from core.repositories.access import Viewer
from core.repositories.options import require_option
from core.rules.user_day import user_day
from core.values import Caller, DealId


class DealViews:
    """The read side of deals.

    All raise NotFound where there is no such deal for the caller, OptionOff where the part is switched off.
    """

    def __init__(self, database: Database, clock: Clock, *, currency: str) -> None:
        self._database = database
        self._clock = clock
        self._currency = currency

    @asynccontextmanager
    async def _look(
        self, caller: Caller, deal_id: DealId, option: FunctionalOption = FunctionalOption.DEALS
    ) -> AsyncIterator[tuple[AsyncSession, Deal, Viewer]]:
        async with self._database.reading() as session:
            await require_option(session, option)
            deal, _ = await access.get_visible_deal(session, caller, deal_id)
            yield session, deal, await access.viewer_of(session, caller)

    async def stays(self, caller: Caller, deal_id: DealId) -> tuple[StayView, ...]:
        """The way of a deal through the stages, oldest first, with how long each took."""
        async with self._look(caller, deal_id, FunctionalOption.DEAL_MANAGEMENT) as (session, deal, _):
            return await views.list_stays(session, deal, self._clock.now())

    async def coverage(self, caller: Caller, deal_id: DealId) -> tuple[RoleCoverage, ...]:
        """Who was reached in which role, and who answered."""
        async with self._look(caller, deal_id) as (session, deal, _):
            return await views.list_coverage(session, deal)

    async def files(self, caller: Caller, deal_id: DealId, number: int) -> Page[DealFile]:
        """The files of all interactions that the caller sees, the latest first."""
        async with self._look(caller, deal_id) as (session, deal, viewer):
            return await views.list_files(session, deal.subject_id, viewer, number)

    async def settlement(self, caller: Caller, deal_id: DealId) -> Settlement:
        """The primary demand: what was asked, offered, sold and refused."""
        async with self._look(caller, deal_id) as (session, deal, _):
            return await load_settlement(session, deal.id)

    async def facts(self, caller: Caller, deal_id: DealId, fields: Sequence[str]) -> tuple[DealFact, ...]:
        """Why fields are as they are: the last change of each, and the interaction that it was taken from."""
        async with self._look(caller, deal_id) as (session, deal, viewer):
            return await list_facts(session, deal, fields, viewer)

    async def open_events(self, caller: Caller) -> tuple[EventChoice, ...]:
        """The open marketing events that a deal may come from and that are no source of the list yet."""
        async with self._database.reading() as session:
            await require_option(session, FunctionalOption.DEALS)
            return await list_open_events(session, await access.viewer_of(session, caller))

    async def funnel(self, caller: Caller) -> tuple[FunnelRow, ...]:
        """Deals in progress by stage, with their potential by currency."""
        async with self._database.reading() as session:
            await require_option(session, FunctionalOption.DEALS)
            await require_option(session, FunctionalOption.DEAL_MANAGEMENT)
            viewer = await access.viewer_of(session, caller)
            today = user_day(self._clock.now(), caller.timezone)
            return await views.load_funnel(session, viewer, self._currency, today)
