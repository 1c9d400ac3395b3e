"""Being away: core.services.absences."""

from datetime import date
from typing import Protocol

from core.queries.absences import AbsenceView, Welcome
from core.values import Caller, UserId


class Absences(Protocol):
    """core.services.absences.Absences."""

    async def set_away(
        self, caller: Caller, user_id: UserId, first: date, last: date, substitute_id: UserId | None = None
    ) -> int:
        """Have a user be away from the first day to the last."""
        ...

    async def set_substitute(self, caller: Caller, absence_id: int, substitute_id: UserId | None) -> None:
        """Say who stands in; None: nobody."""
        ...

    async def call_off(self, caller: Caller, absence_id: int) -> None:
        """Take an absence back, or be back early."""
        ...

    async def list_absences(self, caller: Caller, user_id: UserId) -> tuple[AbsenceView, ...]:
        """A user's absences that run or are to come."""
        ...

    async def may_set(self, caller: Caller, user_id: UserId) -> bool:
        """Whether the caller may say when a user is away."""
        ...

    async def get(self, absence_id: int) -> AbsenceView:
        """One absence."""
        ...

    async def welcome(self, caller: Caller, absence_id: int) -> Welcome:
        """What became of the caller's work while they were away."""
        ...
