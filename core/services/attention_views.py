"""What screens read of what must not be forgotten, through the viewer's eyes (domain.md U2, O2)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.database import Database
from core.queries.rows import InteractionRow
from core.queries.waiting import list_next_meetings
from core.repositories import access
from core.repositories.access import Viewer
from core.values import Caller, InteractionId


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
