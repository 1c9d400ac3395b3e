"""`zveno mailbox quarantine`: letters that could not be taken."""

import asyncio
import sys

import click

from app.bootstrap import Core
from app.cli.calling import MAILBOX, call_core, fail, write_line
from core.errors import NotFound
from core.queries.quarantine import find_quarantined, list_quarantined
from core.values import MailboxId


@click.group()
def quarantine() -> None:
    """Letters that could not be taken, with their reasons."""


@quarantine.command("list")
@click.argument("mailbox_id", type=MAILBOX, metavar="[MAILBOX]", required=False)
def list_all(mailbox_id: int | None) -> None:
    """One line a letter: id, mailbox, folder, UID, reason, when, SHA-256 of its bytes."""

    async def work(core: Core) -> None:
        wanted = MailboxId(mailbox_id) if mailbox_id is not None else None
        async with core.database.reading() as session:
            found = await list_quarantined(session, wanted)
        for one in found:
            write_line(
                one.id,
                one.mailbox_id,
                one.folder,
                one.uid,
                one.reason,
                one.seen_at.isoformat(),
                one.raw_sha256,
            )

    call_core(work)


@quarantine.command()
@click.argument("letter_id", type=int, metavar="ID")
def show(letter_id: int) -> None:
    """Write the raw bytes of a letter to standard output."""

    async def work(core: Core) -> None:
        async with core.database.reading() as session:
            found = await find_quarantined(session, letter_id)
        if found is None:
            fail(f"no letter {letter_id} is in quarantine")
        if found.raw_sha256 is None:
            fail(
                f"of letter {letter_id} only the size was fetched ({found.reason}); it is still on its server"
            )
        try:
            content = await asyncio.to_thread(core.services.blobs.load, found.raw_sha256)
        except NotFound:
            fail(f"the bytes of letter {letter_id} are gone from BLOB_DIR")
        sys.stdout.buffer.write(content)

    call_core(work)
