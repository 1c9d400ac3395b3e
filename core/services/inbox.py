"""Updates from the chat: stored before they are acknowledged, finished exactly once (architecture.md 4)."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from core.repositories import inbox
from core.repositories.inbox import NewUpdate, StoredUpdate
from core.services.work import Works
from core.values import Caller, UserId

__all__ = ["ATTEMPTS", "Inbox", "NewUpdate", "StoredUpdate", "is_transient"]

ATTEMPTS = 3
"""How often an update is tried before it is given up."""

_CONTENTION = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATE of PostgreSQL: serialization failure, deadlock, lock not available."""


def is_transient(error: BaseException) -> bool:
    """Whether trying again may help: the database was busy, shutting down or out of reach."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return True
    return getattr(error.orig, "sqlstate", None) in _CONTENTION


class Inbox:
    """The stored updates of a bot and what became of each."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def store(self, bot_id: int, updates: Sequence[NewUpdate]) -> list[StoredUpdate]:
        """Store those that came for the first time; returns exactly these, in order of arrival."""
        async with self._works.database.transaction() as session:
            return await inbox.store_updates(session, bot_id, updates, self._works.clock.now())

    async def list_open(self, bot_id: int) -> list[StoredUpdate]:
        """What a former process left without its effect, in order of arrival."""
        async with self._works.database.reading() as session:
            return await inbox.list_open_updates(session, bot_id)

    async def finish(self, caller: Caller) -> None:
        """End the update behind a caller that asked no service for anything, with its dialog's new state.

        Raises:
            AlreadyFinished: It was finished before.
        """
        async with self._works.begin(caller, "finish_update"):
            pass

    async def settle(self, row_ids: Sequence[int]) -> None:
        """End those of the updates that are still open; a service may have finished some before."""
        async with self._works.database.transaction() as session:
            await inbox.settle_updates(session, row_ids)

    async def count_attempt(self, row_id: int, error: str) -> bool:
        """Count a failed attempt in a transaction of its own; True when no further one is left."""
        async with self._works.database.transaction() as session:
            return await inbox.count_attempt(session, row_id, error, limit=ATTEMPTS)

    async def forget_body(self, row_id: int) -> None:
        """Forget what an update said, at once and in a transaction of its own: it was a secret.

        Should the process die before the update has its effect, the next one finds nothing in it to do.
        """
        async with self._works.database.transaction() as session:
            await inbox.forget_body(session, row_id)

    async def give_up(self, row_id: int, error: str, user_id: UserId | None) -> None:
        """Mark an update failed for good and have its sender told, in one transaction.

        Args:
            row_id: The stored update.
            error: Class and place of what went wrong; no contents.
            user_id: Whom to tell; None when nobody known sent it.
        """
        async with self._works.begin(None, "give_up_update") as work:
            await inbox.count_attempt(work.session, row_id, error, limit=0)
            if user_id is not None:
                work.notify(user_id, f"trouble:{row_id}", note="", key=f"trouble:{row_id}")

    async def purge(self, keep: timedelta) -> int:
        """Forget updates done longer ago than `keep`; returns how many."""
        async with self._works.database.transaction() as session:
            return await inbox.purge_done(session, self._works.clock.now() - keep)
