"""A user's days and what they are told of them: core.services.agenda_views.AgendaViews, digests.Digests."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from core.queries.agenda import Agenda
from core.queries.rows import InteractionRow, Page
from core.queries.week_summary import WeekSummary
from core.rules.digests import DigestTime
from core.rules.user_day import Span
from core.rules.working_time import Hours
from core.values import Caller


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
