"""Databases for tests that are opened again and again: what was compiled for one serves the next.

Statements are compiled once an engine; with an engine a test that would be a third of what the tests compute.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.util import LRUCache

from core.database import Database

MOST_STATEMENTS = 5000
"""More than the product has; its own bound is for one process that does little at a time."""


class ReopenedDatabase(Database):
    """A database whose engines can be led to another place of the same kind, once they are at rest."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        for engine in {self._writer, self._reader, self._aside}:
            engine.update_execution_options(compiled_cache=LRUCache(MOST_STATEMENTS))
            event.listen(engine.sync_engine, "do_connect", self._lead)

    def point_at(self, url: str) -> None:
        """Have the next connections go there."""
        self.url = make_url(url).set(drivername=self.url.drivername)

    def _lead(self, dialect: Dialect, _record: object, arguments: list[Any], options: dict[str, Any]) -> None:
        given, named = dialect.create_connect_args(self.url)
        arguments[:] = given
        options.update(named)


_at_rest: dict[str, list[ReopenedDatabase]] = {}
"""By kind of database; each had its connections closed."""


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """The database at this URL; its connections are closed at the end of the block."""
    resting = _at_rest.setdefault(make_url(url).get_backend_name(), [])
    database = resting.pop() if resting else ReopenedDatabase(url)
    database.point_at(url)
    try:
        yield database
    finally:
        await database.dispose()
    resting.append(database)
