"""What who leads a team reads of its people (domain.md U1, U2)."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.database import Database
from core.enums import FunctionalOption, UserState
from core.errors import NotFound
from core.models import User
from core.queries import people, worklists
from core.queries.agenda import Agenda, Stretch
from core.queries.people import UserView
from core.queries.rows import InteractionRow, Page
from core.queries.suggestions import Suggestion, suggest_receivers
from core.queries.team import (
    Look,
    PersonStanding,
    TeamList,
    list_statement,
    load_agenda_of,
    load_standing,
)
from core.repositories.absences import load_roster
from core.repositories.access import Viewer, viewer_of
from core.repositories.days_off import load_hours
from core.repositories.options import load_off, types_but
from core.rules.user_day import user_day
from core.values import Caller, Ref, RefKind, UserId

PEOPLE_ON_A_PAGE = 6


class TeamViews:
    """The read side of a team: a manager's own people, nobody else's."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def people(self, caller: Caller, number: int) -> Page[PersonStanding]:
        """A page of the caller's people, and how each stands."""
        now = self._clock.now()
        async with self._database.reading() as session:
            viewer = await viewer_of(session, caller)
            users = await people.list_users(
                session, User.id.in_(viewer.people), User.state == UserState.ACTIVE
            )
            pages = max(1, -(-len(users) // PEOPLE_ON_A_PAGE))
            page = min(number, pages)
            start = (page - 1) * PEOPLE_ON_A_PAGE
            off = await load_off(session)
            roster = await load_roster(session, now)
            rows = [
                await load_standing(
                    session,
                    Look(viewer, user, types_but(off), now),
                    roster,
                    review=FunctionalOption.REVIEW_FLAGS not in off,
                )
                for user in users[start : start + PEOPLE_ON_A_PAGE]
            ]
        return Page(tuple(rows), page, pages, len(users))

    async def standing(self, caller: Caller, user_id: UserId) -> PersonStanding:
        """How one of the caller's people stands.

        Raises:
            NotFound: There is no such user, or the caller does not lead them.
        """
        async with self._database.reading() as session:
            look = await self._look(session, caller, user_id)
            off = await load_off(session)
            roster = await load_roster(session, look.now)
            return await load_standing(session, look, roster, review=FunctionalOption.REVIEW_FLAGS not in off)

    async def list_of(
        self, caller: Caller, user_id: UserId, what: TeamList, number: int
    ) -> Page[InteractionRow]:
        """A page of one list of one of the caller's people. Raises as `standing`."""
        async with self._database.reading() as session:
            look = await self._look(session, caller, user_id)
            return await worklists.load_page(session, list_statement(look, what), caller.user_id, number)

    async def agenda(
        self, caller: Caller, user_id: UserId, *, length: int, first: date | None = None
    ) -> Agenda:
        """The days of one of the caller's people, by that person's calendar. Raises as `standing`."""
        async with self._database.reading() as session:
            look = await self._look(session, caller, user_id)
            hours = await load_hours(session, user_id)
            day = first if first is not None else user_day(look.now, hours.timezone)
            stretch = Stretch(user_id, day, length, look.types)
            return await load_agenda_of(session, look, stretch, hours)

    async def suggest_receivers(self, caller: Caller, ref: Ref) -> tuple[Suggestion, ...]:
        """Who might take something over, the likeliest first, with why."""
        async with self._database.reading() as session:
            viewer = await viewer_of(session, caller)
            return await suggest_receivers(session, viewer, ref, self._clock.now())

    async def _look(self, session: AsyncSession, caller: Caller, user_id: UserId) -> Look:
        viewer = await viewer_of(session, caller)
        user = await _find_led(session, viewer, user_id)
        types = types_but(await load_off(session))
        return Look(viewer, user, types, self._now())

    def _now(self) -> datetime:
        return self._clock.now()


async def _find_led(session: AsyncSession, viewer: Viewer, user_id: UserId) -> UserView:
    user = await people.find_user(session, User.id == user_id) if user_id in viewer.people else None
    if user is None:
        raise NotFound(Ref(RefKind.USER, user_id))
    return user
