"""A user's days and what they are told of them: core.services.agenda_views, digests, calendar_feeds."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from core.queries.agenda import Agenda
from core.queries.calendar import CalendarEvent
from core.queries.rows import InteractionRow, Page
from core.queries.week_summary import WeekSummary
from core.rules.digests import DigestTime
from core.rules.user_day import Span
from core.rules.working_time import Hours
from core.values import Caller, InteractionId

if TYPE_CHECKING:  # screens see this module, and must not come to the services through it
    from core.services.calendar_feeds import FeedView


class AgendaViews(Protocol):
    """Agenda, room, what is overdue, what an evening asks."""

    async def agenda(self, caller: Caller, *, length: int, first: date | None = None) -> Agenda:
        """The caller's days from `first` on, today where none is named."""
        ...

    async def free(self, caller: Caller, day: date) -> tuple[Span, ...]:
        """Room in the caller's working hours of a day."""
        ...

    async def overdue(self, caller: Caller, number: int) -> Page[InteractionRow]:
        """A page of the caller's plans of days before today."""
        ...

    async def unanswered(self, caller: Caller, day: date) -> tuple[InteractionRow, ...]:
        """The caller's calls and meetings of a day that are over and of which nothing was said."""
        ...

    async def week(self, caller: Caller, day: date) -> WeekSummary:
        """The week that is told of on a day."""
        ...


class Digests(Protocol):
    """When the caller is told of their day and week."""

    async def list_times(self, caller: Caller) -> tuple[Sequence[DigestTime], Hours]:
        """The caller's digests, and the hours that those without an hour follow."""
        ...

    async def set_time(self, caller: Caller, wanted: DigestTime) -> None:
        """Switch one on or off, choose its hour and day."""
        ...


class CalendarFeeds(Protocol):
    """The caller's appointments for calendar programs."""

    @property
    def host(self) -> str:
        """Where the product lives, for the identities of events."""
        ...

    async def get_feed(self, caller: Caller) -> "FeedView":
        """How the caller's feed stands."""
        ...

    async def renew(self, caller: Caller) -> str | None:
        """A new address; None where the product cannot be reached from outside."""
        ...

    async def revoke(self, caller: Caller) -> None:
        """Have the address stop working."""
        ...

    async def send_files(self, caller: Caller, *, wanted: bool) -> None:
        """Choose whether a file comes along when a meeting is planned."""
        ...

    async def event(self, caller: Caller, interaction_id: InteractionId) -> CalendarEvent:
        """An interaction as an event."""
        ...


class DayServices(Protocol):
    """A user's days and what they are told of them. Attributes are read-only."""

    @property
    def agenda_views(self) -> AgendaViews:
        """A user's days."""
        ...

    @property
    def calendar_feeds(self) -> CalendarFeeds:
        """Calendars of users, for their calendar programs."""
        ...

    @property
    def digests(self) -> Digests:
        """When the caller is told of their day and week."""
        ...
