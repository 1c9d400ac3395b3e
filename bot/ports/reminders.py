"""What people are reminded of: core.services.reminder_wishes."""

from collections.abc import Collection
from typing import Protocol

from core.enums import InteractionType
from core.queries.reminders import Habits, ReminderView
from core.values import Caller, InteractionId, ReminderWish


class ReminderWishes(Protocol):
    """core.services.reminder_wishes.ReminderWishes."""

    async def list_waiting(self, caller: Caller, interaction_id: InteractionId) -> tuple[ReminderView, ...]:
        """What the caller is still to be reminded of an interaction."""
        ...

    async def habits(self, caller: Caller) -> Habits:
        """How the caller wants to be reminded."""
        ...

    async def remind(self, caller: Caller, interaction_id: InteractionId, wish: ReminderWish) -> None:
        """Remind the caller of an interaction."""
        ...

    async def take_off(self, caller: Caller, reminder_id: int) -> None:
        """Take one of the caller's reminders off."""
        ...

    async def set_default(self, caller: Caller, type_: InteractionType, minutes: Collection[int]) -> None:
        """Choose how long ahead one is reminded of plans of a type."""
        ...

    async def set_quiet(self, caller: Caller, starts: int, ends: int) -> None:
        """Choose one's quiet hours; equal ones: none."""
        ...


class ReminderServices(Protocol):
    """What the chat is given for reminders."""

    @property
    def reminder_wishes(self) -> ReminderWishes:
        """What people are reminded of."""
        ...
