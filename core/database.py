"""Engines and transactions, alike on SQLite and PostgreSQL.

SQLite: write-ahead log; one writer connection, whose transactions start with BEGIN IMMEDIATE, because
deferred ones lose updates or fail at once under concurrency; readers have connections of their own that
cannot write. Short statements run inline, long reads in threads (core.sqlite_inline). PostgreSQL: one pool
for everything.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from core.sqlite_inline import BEGIN_WRITING, INLINE_DRIVER

BUSY_TIMEOUT_MS = 15_000
"""How long a writer waits for another process, for example a command beside the running product."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-32768",
)


READ_ONLY = ("PRAGMA query_only=ON",)


class Database:
    """The one door to the database: `transaction` to write, `reading` to read.

    Relationships are not mapped and nothing expires on commit: what a service returns stays readable.
    """

    def __init__(self, url: str) -> None:
        self.url = _with_async_driver(make_url(url))
        self.dialect = self.url.get_backend_name()
        self._writer, self._reader, self._aside = _create_engines(self.url)
        self._write_sessions = async_sessionmaker(self._writer, expire_on_commit=False, autoflush=False)
        self._read_sessions = async_sessionmaker(self._reader, expire_on_commit=False, autoflush=False)
        self._aside_sessions = async_sessionmaker(self._aside, expire_on_commit=False, autoflush=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.dialect == "sqlite"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A writing session, committed at the end of the block, rolled back by any exception."""
        async with self._write_sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for short reads: what an index finds. Each statement sees the newest committed state."""
        async with self._read_sessions() as session:
            yield session

    @asynccontextmanager
    async def reading_aside(self) -> AsyncIterator[AsyncSession]:
        """A session for reads that may take long: searches, exports, reports; nobody else waits for them.

        On SQLite all its statements see one consistent state.
        """
        async with self._aside_sessions() as session:
            yield session

    async def dispose(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        await self._reader.dispose()
        await self._aside.dispose()


def _with_async_driver(url: URL) -> URL:
    if url.get_backend_name() == "sqlite":
        return url.set(drivername="sqlite+aiosqlite")
    return url.set(drivername="postgresql+psycopg")


def _create_engines(url: URL) -> tuple[AsyncEngine, AsyncEngine, AsyncEngine]:
    """Writer, reader and the one for long reads. Errors must not repeat values: they end up in logs."""
    if url.get_backend_name() != "sqlite":
        engine = create_async_engine(
            url, pool_size=10, max_overflow=10, pool_pre_ping=True, hide_parameters=True
        )
        return engine, engine, engine
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    inline = url.set(drivername=INLINE_DRIVER)
    writer = create_async_engine(inline, pool_size=1, max_overflow=0, pool_timeout=60, hide_parameters=True)
    reader = create_async_engine(inline, pool_size=4, max_overflow=4, hide_parameters=True)
    aside = create_async_engine(url, pool_size=2, max_overflow=2, hide_parameters=True)
    _prepare_sqlite(writer, begin=BEGIN_WRITING)
    _prepare_sqlite(reader, begin=None, extra=READ_ONLY)
    _prepare_sqlite(aside, begin="BEGIN", extra=READ_ONLY)
    return writer, reader, aside


def _prepare_sqlite(engine: AsyncEngine, *, begin: str | None, extra: tuple[str, ...] = ()) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *extra):
            cursor.execute(pragma)
        cursor.close()

    if begin is None:
        return

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
