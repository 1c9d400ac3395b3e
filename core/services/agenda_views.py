"""What a user reads of their days: agenda, room, what is overdue, what an evening asks, the week (domain.md I5, U5)."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.database import Database
from core.enums import FunctionalOption
from core.queries import agenda
from core.queries.agenda import Agenda, Stretch
from core.queries.rows import InteractionRow, Page
from core.queries.week_summary import WeekSummary, load_week_summary
from core.queries.worklists import count_to_review
from core.repositories import access
from core.repositories.days_off import load_hours
from core.repositories.options import load_off, types_but
from core.rules.digests import week_of
from core.rules.user_day import Span, user_day
from core.rules.working_time import Hours
from core.values import Caller


@dataclass(frozen=True, slots=True)
class _Look:
    """What every look at somebody's days begins with."""

    now: datetime
    hours: Hours
    stretch: Stretch
    off: frozenset[FunctionalOption]

    @property
    def today(self) -> date:
        return user_day(self.now, self.hours.timezone)


class AgendaViews:
    """The read side of a user's days; everything by their own zone, hours and days off."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def agenda(self, caller: Caller, *, length: int, first: date | None = None) -> Agenda:
        """The caller's days from `first` on, today where none is named; with today come overdue and to-review."""
        async with self._database.reading() as session:
            look = await self._look(session, caller, first, length)
            found = await agenda.load_agenda(session, look.stretch, look.hours, look.now)
            if look.stretch.first != look.today or FunctionalOption.REVIEW_FLAGS in look.off:
                return found
            viewer = await access.viewer_of(session, caller)
            to_review = await count_to_review(session, viewer, look.now, look.stretch.types)
            return replace(found, to_review=to_review)

    async def free(self, caller: Caller, day: date) -> tuple[Span, ...]:
        """Room in the caller's working hours of a day."""
        async with self._database.reading() as session:
            look = await self._look(session, caller, day)
            return await agenda.load_free(session, look.stretch, look.hours, look.now)

    async def overdue(self, caller: Caller, number: int) -> Page[InteractionRow]:
        """A page of the caller's plans of days before today."""
        async with self._database.reading() as session:
            look = await self._look(session, caller)
            return await agenda.page_overdue(session, look.stretch, look.hours.timezone, look.today, number)

    async def unanswered(self, caller: Caller, day: date) -> tuple[InteractionRow, ...]:
        """The caller's calls and meetings of a day that are over and of which nothing was said yet."""
        async with self._database.reading() as session:
            look = await self._look(session, caller, day)
            return await agenda.list_unanswered(session, look.stretch, look.hours.timezone, look.now)

    async def week(self, caller: Caller, day: date) -> WeekSummary:
        """The week that the caller is told of on a day: on a Monday the one before, else the one it is in."""
        first, last = week_of(day)
        async with self._database.reading() as session:
            look = await self._look(session, caller, first, (last - first).days + 1)
            return await load_week_summary(session, look.stretch, look.hours, look.now, look.off)

    async def _look(
        self, session: AsyncSession, caller: Caller, first: date | None = None, length: int = 1
    ) -> _Look:
        now = self._clock.now()
        hours = await load_hours(session, caller.user_id)
        off = await load_off(session)
        day = first if first is not None else user_day(now, hours.timezone)
        return _Look(now, hours, Stretch(caller.user_id, day, length, types_but(off)), off)
