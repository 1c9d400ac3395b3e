"""What must not be forgotten: core.services.waits, promises, rhythms, attention_views."""

from datetime import datetime
from typing import Protocol

from core.enums import PromiseSide, PromiseState
from core.queries.attention_counts import AttentionCounts
from core.queries.promises import PromiseList, PromiseRecord, PromiseView
from core.queries.rows import InteractionRow, Page
from core.queries.silence import SilentRow, StepLess
from core.values import Caller, ContactId, InteractionId, Ref, SubjectId, When


class Waits(Protocol):
    """core.services.waits.Waits."""

    async def follow_up(self, caller: Caller, interaction_id: InteractionId, patience: str = "") -> None:
        """Have the caller told if nobody answers in time."""
        ...

    async def stop(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Wait no longer."""
        ...


class Promises(Protocol):
    """core.services.promises.Promises."""

    async def note(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        side: PromiseSide,
        text: str,
        when: When | None,
        *,
        quote: str = "",
    ) -> None:
        """Note a promise, once."""
        ...

    async def settle(
        self,
        caller: Caller,
        promise_id: int,
        state: PromiseState,
        *,
        by: InteractionId | None = None,
    ) -> None:
        """Say what became of it."""
        ...

    async def put_off(self, caller: Caller, promise_id: int, when: When) -> None:
        """Give it another time."""
        ...


class Rhythms(Protocol):
    """core.services.rhythms.Rhythms."""

    async def hush(self, caller: Caller, ref: Ref, until: datetime | None) -> None:
        """Leave it out of the silent ones."""
        ...

    async def unhush(self, caller: Caller, ref: Ref) -> None:
        """Have it there again."""
        ...


class AttentionViews(Protocol):
    """core.services.attention_views.AttentionViews."""

    async def next_meetings(
        self, caller: Caller, interaction_id: InteractionId
    ) -> tuple[InteractionRow, ...]:
        """Meetings that an interaction may be put off until."""
        ...

    async def promise(self, caller: Caller, promise_id: int) -> PromiseView:
        """A promise."""
        ...

    async def promises(self, caller: Caller, which: PromiseList, number: int) -> Page[PromiseView]:
        """A page of the caller's promises of a list."""
        ...

    async def silent(self, caller: Caller, number: int) -> Page[SilentRow]:
        """Who is quieter than usual."""
        ...

    async def silent_one(self, caller: Caller, ref: Ref) -> SilentRow:
        """One of them."""
        ...

    async def without_next_step(self, caller: Caller, number: int, *, deals: bool) -> Page[StepLess]:
        """Deals or chains in which nothing is planned."""
        ...

    async def counts(self, caller: Caller) -> AttentionCounts:
        """How many things must not be forgotten."""
        ...

    async def record_of_contact(self, caller: Caller, contact_id: ContactId) -> PromiseRecord | None:
        """How promises with a contact were kept."""
        ...

    async def record_of_deal(
        self, caller: Caller, subject_id: SubjectId, partner_id: ContactId | None
    ) -> PromiseRecord | None:
        """How promises with the people of a deal were kept."""
        ...


class AttentionServices(Protocol):
    """What sees to it that nobody is forgotten. Attributes are read-only."""

    @property
    def waits(self) -> Waits:
        """Follow-ups."""
        ...

    @property
    def promises(self) -> Promises:
        """What both sides promised."""
        ...

    @property
    def rhythms(self) -> Rhythms:
        """How often people are usually in touch."""
        ...

    @property
    def attention_views(self) -> AttentionViews:
        """The read side of all this."""
        ...
