"""What screens read of a user's days: core.services.agenda_views.AgendaViews."""

from datetime import date
from typing import Protocol

from core.queries.agenda import Agenda
from core.queries.rows import InteractionRow, Page
from core.rules.user_day import Span
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
