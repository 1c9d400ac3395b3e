"""What must not be forgotten: core.services.waits, promises, rhythms, attention_views."""

from typing import Protocol

from core.queries.rows import InteractionRow
from core.values import Caller, InteractionId


class Waits(Protocol):
    """core.services.waits.Waits."""

    async def follow_up(self, caller: Caller, interaction_id: InteractionId, patience: str = "") -> None:
        """Have the caller told if nobody answers in time."""
        ...

    async def stop(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Wait no longer."""
        ...


class AttentionViews(Protocol):
    """core.services.attention_views.AttentionViews."""

    async def next_meetings(
        self, caller: Caller, interaction_id: InteractionId
    ) -> tuple[InteractionRow, ...]:
        """Meetings that an interaction may be put off until."""
        ...


class AttentionServices(Protocol):
    """What sees to it that nobody is forgotten. Attributes are read-only."""

    @property
    def waits(self) -> Waits:
        """Follow-ups."""
        ...

    @property
    def attention_views(self) -> AttentionViews:
        """The read side of all this."""
        ...
