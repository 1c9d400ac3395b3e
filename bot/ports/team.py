"""What who leads a team reads of its people: core.services.team_views."""

from datetime import date
from typing import Protocol

from core.queries.agenda import Agenda
from core.queries.rows import InteractionRow, Page
from core.queries.suggestions import Suggestion
from core.queries.team import PersonStanding, TeamList
from core.values import Caller, Ref, UserId


class TeamViews(Protocol):
    """core.services.team_views.TeamViews."""

    async def people(self, caller: Caller, number: int) -> Page[PersonStanding]:
        """A page of the caller's people, and how each stands."""
        ...

    async def standing(self, caller: Caller, user_id: UserId) -> PersonStanding:
        """How one of the caller's people stands."""
        ...

    async def list_of(
        self, caller: Caller, user_id: UserId, what: TeamList, number: int
    ) -> Page[InteractionRow]:
        """A page of one list of one of the caller's people."""
        ...

    async def agenda(
        self, caller: Caller, user_id: UserId, *, length: int, first: date | None = None
    ) -> Agenda:
        """The days of one of the caller's people."""
        ...

    async def suggest_receivers(self, caller: Caller, ref: Ref) -> tuple[Suggestion, ...]:
        """Who might take something over, with why."""
        ...
