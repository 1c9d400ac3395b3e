"""SQLite for asyncio without a thread switch a statement.

aiosqlite hands every cursor call to a thread: about seven switches a statement, which cost several times the
statement itself (docs/decisions/0007). Here statements run where they are asked for; only what may wait, the
taking of the write lock and the commit's fsync, goes to a thread. Statements must therefore be short: what
reads long belongs on `Database.reading_aside`.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import perf_counter
from typing import Any, TypeVar

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.engine.url import URL
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util.concurrency import await_only, in_greenlet

Result = TypeVar("Result")

INLINE_DRIVER = "sqlite+inline"
BEGIN_WRITING = "BEGIN IMMEDIATE"

HELD_SECONDS = 0.002
"""How long statements may follow each other before others on the loop have their turn."""

_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="sqlite")


async def _wait_in_thread(call: Callable[[], Result]) -> Result:
    """Run a call that may wait; cancelled, it is still seen to its end, so that the connection is in one piece."""
    future = asyncio.get_running_loop().run_in_executor(_threads, call)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        with suppress(Exception):
            await future
        raise


class _Turns:
    """Lets others on the loop have their turn when statements have held it for a while.

    A transaction of many statements would else be one long step: whoever speaks to the chat, to a mail server or
    to a reading process would wait for its end.
    """

    def __init__(self) -> None:
        self._given_at = 0.0

    async def give(self) -> None:
        """Yield where it is time.

        It is awaited after every statement: SQLAlchemy takes a driver that never awaits for one that blocks, and
        refuses some calls to it.
        """
        if perf_counter() - self._given_at > HELD_SECONDS:
            await asyncio.sleep(0)
            self._given_at = perf_counter()


_turns = _Turns()


class InlineCursor(sqlite3.Cursor):
    """A cursor whose BEGIN IMMEDIATE waits for the write lock in a thread."""

    def execute(self, sql: str, parameters: Any = ()) -> "InlineCursor":
        """Execute at once, or wait for the write lock without holding up the loop."""
        if sql == BEGIN_WRITING:
            self._begin()
        else:
            super().execute(sql, parameters)
            if in_greenlet():
                await_only(_turns.give())
        return self

    def _begin(self) -> None:
        """Take the write lock: at once where it is free, else in a thread, which may wait for other processes."""
        patience = super().execute("PRAGMA busy_timeout").fetchone()[0]
        super().execute("PRAGMA busy_timeout=0")
        try:
            super().execute(BEGIN_WRITING)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            super().execute(f"PRAGMA busy_timeout={patience}")
            await_only(_wait_in_thread(lambda: sqlite3.Cursor.execute(self, BEGIN_WRITING)))
        else:
            super().execute(f"PRAGMA busy_timeout={patience}")

    async def _async_soft_close(self) -> None:
        """Called by SQLAlchemy once a result is read; there is nothing to wait for."""


class InlineConnection(sqlite3.Connection):
    """A connection whose commit syncs in a thread."""

    def cursor(self, factory: Any = InlineCursor) -> Any:
        """A cursor of ours."""
        return super().cursor(factory)

    def commit(self) -> None:
        """Commit; the wait for the disk is a thread's."""
        if self.in_transaction:
            await_only(_wait_in_thread(lambda: sqlite3.Connection.commit(self)))


class InlineDialect(SQLiteDialect_pysqlite):
    """pysqlite inside SQLAlchemy's greenlets, for `create_async_engine`."""

    driver = "inline"
    supports_statement_cache = True
    is_async = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        """The pool that waits without blocking."""
        del url
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        """Connections that a helper thread may commit."""
        arguments, options = super().create_connect_args(url)
        options.update(factory=InlineConnection, check_same_thread=False, isolation_level=None)
        return arguments, options

    def get_driver_connection(self, connection: DBAPIConnection) -> Any:
        """The connection is the driver's own."""
        return connection


registry.register("sqlite.inline", "core.sqlite_inline", "InlineDialect")
