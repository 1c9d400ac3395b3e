"""Databases that nothing has touched, and quick starts."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from bench.support.dovecot import PROGRAM, Dovecot, run_dovecot
from tests.acceptance.nursery import Nursery, open_nursery

_numbers = count(1)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Forks the product instead of starting it anew."""
    with open_nursery() as running:
        yield running


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A real mail server with nobody's mail; tests of it are skipped where it is not installed."""
    if PROGRAM is None:
        pytest.skip("dovecot is not installed (Debian: dovecot-imapd dovecot-lmtpd)")
    with run_dovecot() as running:
        yield running


@asynccontextmanager
async def empty_postgres(server: str) -> AsyncIterator[str]:
    """A database without a single table, dropped at the end of the block."""
    name = f"acceptance_{os.getpid()}_{next(_numbers)}"
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {name}")
        head, _, tail = server.partition("?")
        yield f"{head.rpartition('/')[0]}/{name}" + (f"?{tail}" if tail else "")
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database that is new; the backend is the parameter: sqlite or postgresql."""
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            yield f"sqlite+aiosqlite:///{tmp_path / 'zveno.db'}"
        else:
            server: str = request.getfixturevalue("postgres_template")
            yield await stack.enter_async_context(empty_postgres(server))
