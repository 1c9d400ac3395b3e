"""`zveno export`: everything as JSON lines."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from app.bootstrap import Core
from app.cli.calling import WRONG_USE, Progress, call_core, fail, write_json
from core.queries.export.kinds import KINDS, export_kind


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@click.option("--since", metavar="ISO", help="Leave out what began earlier; without an offset, local time.")
def export(kind: str, since: str | None) -> None:
    """Write KIND as JSON lines, in order of id.

    KIND is interactions, contacts, subjects, deals, users, reminders, mailboxes, outbox or audit.
    """

    async def work(core: Core) -> None:
        start = _read_instant(since, core.settings.default_timezone) if since is not None else None
        progress = Progress(kind)
        async with core.database.reading() as session:
            async for one in export_kind(session, kind, core.clock.now(), since=start):
                write_json(one)
                progress.tick()
        progress.end()

    call_core(work)


def _read_instant(text: str, zone: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--since: {text!r} is no ISO date or time", WRONG_USE)
    return read if read.tzinfo is not None else read.replace(tzinfo=ZoneInfo(zone))
