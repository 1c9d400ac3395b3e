"""What screens read of what must not be forgotten, through the viewer's eyes (domain.md U2, O2)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.database import Database
from core.errors import NotFound
from core.queries.attention_counts import AttentionCounts, count_attention
from core.queries.promises import (
    PromiseList,
    PromiseRecord,
    PromiseView,
    find_promise,
    list_people_of_subject,
    list_promises,
    load_record,
)
from core.queries.rows import InteractionRow, Page
from core.queries.silence import SilentRow, StepLess, find_silent, list_silent, list_without_next_step
from core.queries.waiting import list_next_meetings
from core.repositories import access
from core.repositories.access import Viewer
from core.values import Caller, ContactId, InteractionId, Ref, RefKind, SubjectId


class AttentionViews:
    """The read side of waits, promises and silence."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @asynccontextmanager
    async def _look(self, caller: Caller) -> AsyncIterator[tuple[AsyncSession, Viewer]]:
        async with self._database.reading() as session:
            yield session, await access.viewer_of(session, caller)

    async def next_meetings(
        self, caller: Caller, interaction_id: InteractionId
    ) -> tuple[InteractionRow, ...]:
        """The caller's next meetings that an interaction may be put off until.

        Raises:
            NotFound: No such interaction for the caller.
        """
        async with self._look(caller) as (session, viewer):
            interaction = await access.get_visible_interaction(session, caller, interaction_id)
            return await list_next_meetings(session, interaction, viewer, self._clock.now())

    async def promise(self, caller: Caller, promise_id: int) -> PromiseView:
        """A promise.

        Raises:
            NotFound: There is none for the caller.
        """
        async with self._look(caller) as (session, viewer):
            found = await find_promise(session, promise_id, viewer, self._clock.now(), caller.timezone)
            if found is None:
                raise NotFound(Ref(RefKind.INTERACTION, promise_id))
            return found

    async def promises(self, caller: Caller, which: PromiseList, number: int) -> Page[PromiseView]:
        """A page of the caller's promises of a list."""
        async with self._look(caller) as (session, viewer):
            return await list_promises(session, viewer, which, self._clock.now(), caller.timezone, number)

    async def record_of_contact(self, caller: Caller, contact_id: ContactId) -> PromiseRecord | None:
        """How promises with a contact were kept, as far as the caller sees; None: there are none."""
        async with self._look(caller) as (session, viewer):
            return await load_record(session, [contact_id], viewer, self._clock.now(), caller.timezone)

    async def record_of_deal(
        self, caller: Caller, subject_id: SubjectId, partner_id: ContactId | None
    ) -> PromiseRecord | None:
        """How promises with a deal's company and people were kept, as far as the caller sees."""
        async with self._look(caller) as (session, viewer):
            people = {*await list_people_of_subject(session, subject_id)}
            if partner_id is not None:
                people.add(partner_id)
            return await load_record(session, people, viewer, self._clock.now(), caller.timezone)

    async def silent(self, caller: Caller, number: int) -> Page[SilentRow]:
        """Contacts and deals of the caller that are quieter than usual, the most urgent first."""
        async with self._look(caller) as (session, viewer):
            return await list_silent(session, viewer, self._clock.now(), number)

    async def silent_one(self, caller: Caller, ref: Ref) -> SilentRow:
        """One of them.

        Raises:
            NotFound: It is not silent, or not any more.
        """
        async with self._look(caller) as (session, viewer):
            found = await find_silent(session, viewer, self._clock.now(), ref)
            if found is None:
                raise NotFound(ref)
            return found

    async def without_next_step(self, caller: Caller, number: int, *, deals: bool) -> Page[StepLess]:
        """Open deals, or active chains, of the caller in which nothing is planned."""
        async with self._look(caller) as (session, viewer):
            return await list_without_next_step(session, viewer, self._clock.now(), number, deals=deals)

    async def counts(self, caller: Caller) -> AttentionCounts:
        """How many things of the caller must not be forgotten, for digests."""
        async with self._look(caller) as (session, viewer):
            return await count_attention(session, viewer, self._clock.now(), caller.timezone)
