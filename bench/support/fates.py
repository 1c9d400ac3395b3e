"""How far an import is, told by the tables alone: from outside, on a connection that only reads."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple, Protocol

import psycopg
from sqlalchemy.engine import make_url


class _Connection(Protocol):
    def execute(self, statement: Any, /) -> Any: ...


class Progress(NamedTuple):
    """How many UIDs have a fate, how many of these wait to be captured, and how far the cursors are."""

    fated: int
    received: int
    cursor: int


class Fates:
    """Reads the fates of an installation that imports one mailbox."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    def count(self) -> int:
        """Roughly how many UIDs have a fate: the newest id, which costs the import nothing."""
        return self._ask("SELECT coalesce(max(id), 0) FROM mail_uids")

    def look(self) -> Progress:
        """Exactly."""
        return Progress(
            self._ask("SELECT count(*) FROM mail_uids"),
            self._ask("SELECT count(*) FROM mail_uids WHERE fate = 'received'"),
            self._ask("SELECT coalesce(max(last_uid), 0) FROM mail_folders"),
        )

    def received(self) -> int:
        """How many wait to be captured."""
        return self._ask("SELECT count(*) FROM mail_uids WHERE fate = 'received'")

    def reached_mailboxes(self) -> int:
        """How many mailboxes were looked at to the end once."""
        return self._ask("SELECT count(*) FROM mailboxes WHERE last_success_at IS NOT NULL")

    def tally(self) -> dict[str, int]:
        """How many UIDs have each fate."""
        rows = self._connection.execute("SELECT fate, count(*) FROM mail_uids GROUP BY fate").fetchall()
        return {str(fate): int(number) for fate, number in rows}

    def _ask(self, statement: str) -> int:
        return int(self._connection.execute(statement).fetchone()[0])


@contextmanager
def watch_fates(database_url: str) -> Iterator[Fates]:
    """Open a connection of its own to SQLite or PostgreSQL."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only=ON")
            yield Fates(connection)
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        yield Fates(connection)
