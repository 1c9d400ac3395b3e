"""Brings a database to the newest schema, and checks that models and migrations say the same.

    python -m migrations.runner DATABASE_URL upgrade|check|revision [MESSAGE]

Revisions are numbered in order: one line of history, no branches.
"""

import asyncio
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from core.database import Database

_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(_LOCK_TIMEOUT))
    command.upgrade(_config(connection), "head")


async def upgrade(database: Database) -> None:
    """Run every migration that the database has not seen, in one transaction."""
    async with database.transaction() as session:
        await (await session.connection()).run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Whether the database has the newest schema."""
    head = ScriptDirectory.from_config(_config()).get_current_head()

    def read(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.reading() as session:
        return await (await session.connection()).run_sync(read) == head


async def check(database: Database) -> None:
    """Compare models and migrations on an up-to-date database.

    Raises:
        alembic.util.exc.CommandError: They differ.
    """
    async with database.transaction() as session:
        await (await session.connection()).run_sync(lambda connection: command.check(_config(connection)))


async def _write_revision(database: Database, message: str) -> None:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    number = f"{int(head or 0) + 1:04d}"

    def write(connection: Connection) -> None:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=number)

    async with database.transaction() as session:
        await (await session.connection()).run_sync(write)


async def _main(url: str, action: str, message: str) -> None:
    database = Database(url)
    try:
        await upgrade(database)
        if action == "check":
            await check(database)
        elif action == "revision":
            await _write_revision(database, message)
    finally:
        await database.dispose()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ""))
