"""The outbox as its deliverer sees it: claim, carry out, and say what became of it.

Effects are written with the change that causes them (core.services.work); here they are taken by lease, so
that a process that dies delays them and never loses them. A repeat after a crash is possible, at most one per
row in flight (engineering-notes: once).
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.clock import Clock
from core.database import Database
from core.enums import OutboxState
from core.ports import Lane, OutboxView
from core.repositories import outbox
from core.services.unreached import REMINDERS, note_failed

LEASE = timedelta(seconds=20)
"""How long a claim holds without being renewed."""

MAX_ATTEMPTS = 8
"""After so many claims an unexpected error is final."""

_LONGEST_PAUSE = 300.0
"""Seconds; the back-off does not grow beyond it."""

_ERROR_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of rows that a process claimed as it wrote them.

    Attributes:
        ready: To be delivered now.
        late: They would overtake an older row of their lane; to be released, so that they wait for it.
        clear: Users who were asked about and of whom no older row waits.
    """

    ready: list[OutboxView]
    late: list[int]
    clear: set[int]


class Outbox:
    """Leases of outbox rows. Leases run by the machine's clock, due times by the product's."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def claim_due(self, limit: int) -> list[OutboxView]:
        """Take what is due, and what a dead process left, at most `limit` rows, in order of id."""
        wall = datetime.now(UTC)
        async with self._database.transaction() as session:
            rows = await outbox.claim_due(
                session, now=self._clock.now(), wall=wall, lease_until=wall + LEASE, limit=limit
            )
            return [outbox.view_of(row) for row in rows]

    async def take(
        self,
        items: Sequence[OutboxView],
        held: Collection[int],
        doubtful: Collection[int] | None = None,
    ) -> Taken:
        """Sort out rows that were born claimed by this process; without doubt nothing is read.

        Args:
            items: What a work's kick handed over.
            held: Rows that this process has claimed already.
            doubtful: Users of whom an older row may wait; None: that can be so of everybody.
        """
        users: set[int] = {item.user_id for item in items if item.user_id is not None}
        asked = users if doubtful is None else users.intersection(doubtful)
        own = {*(item.id for item in items), *held}
        first_foreign: dict[Lane, int] = {}
        if asked:
            async with self._database.reading() as session:
                for lane, row_id in await outbox.list_open_ids(session, asked):
                    if row_id not in own:
                        first_foreign.setdefault(lane, row_id)
        late = [item.id for item in items if _is_behind(item, first_foreign)]
        return Taken(
            ready=[item for item in items if item.id not in late],
            late=late,
            clear=asked - {user_id for user_id, _ in first_foreign},
        )

    async def list_waiting_users(self) -> set[int]:
        """Users of whom anything is on its way."""
        async with self._database.reading() as session:
            return await outbox.list_open_users(session)

    async def mark_sent(self, ids: Collection[int]) -> None:
        """The world has accepted these; one transaction for all of them."""
        async with self._database.transaction() as session:
            await outbox.mark_sent(session, ids)

    async def release(self, ids: Collection[int]) -> None:
        """Give rows back untried."""
        if not ids:
            return
        async with self._database.transaction() as session:
            await outbox.release(session, ids)

    async def postpone(self, item: OutboxView, error: str, seconds: float | None) -> None:
        """Try again later, after `seconds` or the back-off, whichever is longer."""
        pause = max(seconds or 0.0, back_off(item.attempts))
        due_at = self._clock.now() + timedelta(seconds=pause)
        async with self._database.transaction() as session:
            await outbox.postpone(session, item.id, error[:_ERROR_LENGTH], due_at)

    async def mark_failed(self, item: OutboxView, error: str) -> None:
        """Give it up for good; reminders that it would have told are recorded as failed in the same transaction."""
        async with self._database.transaction() as session:
            await outbox.mark_failed(session, item.id, error[:_ERROR_LENGTH])
            if item.payload.get(REMINDERS):
                await note_failed(session, item, self._clock.now())

    async def renew(self, ids: Collection[int]) -> None:
        """Hold on to rows that are still being worked on."""
        async with self._database.transaction() as session:
            await outbox.renew(session, ids, datetime.now(UTC) + LEASE)

    async def hasten_held(self) -> None:
        """Have what is held until its time delivered now."""
        async with self._database.transaction() as session:
            await outbox.hasten_held(session, self._clock.now())

    async def abandon_all(self, but: Collection[int] = ()) -> None:
        """End all leases but those of some rows; for the start of a process that is the only one to deliver."""
        async with self._database.transaction() as session:
            await outbox.abandon_all(session, datetime.now(UTC), but)

    async def count_by_state(self) -> dict[OutboxState, int]:
        """How many rows stand where; states without rows are absent."""
        async with self._database.reading() as session:
            return await outbox.count_by_state(session)


def back_off(attempts: int) -> float:
    """Seconds to wait after so many attempts: doubling, bounded, spread by half."""
    longest = min(_LONGEST_PAUSE, 2.0 ** min(attempts, 16))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing


def _is_behind(row: OutboxView, first_foreign: dict[Lane, int]) -> bool:
    return row.lane is not None and first_foreign.get(row.lane, row.id) < row.id
