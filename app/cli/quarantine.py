"""`zveno mailbox quarantine`: letters that could not be taken."""

import asyncio
import re
import sys
import unicodedata

import click

from app.bootstrap import Core
from app.cli.calling import MAILBOX, call_core, fail, write_line
from core.errors import NotFound, StateForbids
from core.queries.quarantine import LetterHead, Quarantined, find_quarantined, list_quarantined
from core.services.quarantine import HEAD_BYTES, TOO_LARGE
from core.values import MailboxId

SHOWN_LINES = 100
SHOWN_BYTES = 400
"""Of one line of a header."""

_BINARY_MARK = "\u00b7"


@click.group()
def quarantine() -> None:
    """Letters that could not be taken, with their reasons."""


@quarantine.command("list")
@click.argument("mailbox_id", type=MAILBOX, metavar="[MAILBOX]", required=False)
def list_all(mailbox_id: int | None) -> None:
    """One line a letter: id, mailbox, folder, UID, reason, when, SHA-256 of its bytes, size."""

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
                one.size,
            )

    call_core(work)


@quarantine.command()
@click.argument("letter_id", type=int, metavar="ID")
@click.option("--raw", is_flag=True, help="Write the bytes of the letter, as they came, and nothing else.")
def show(letter_id: int, *, raw: bool) -> None:
    """What is known of a letter, where its bytes are, and its header, made harmless."""

    async def work(core: Core) -> None:
        async with core.database.reading() as session:
            found = await find_quarantined(session, letter_id)
        if found is None:
            fail(f"no letter {letter_id} is in quarantine")
        content = await _load(core, found, whole=raw)
        if raw:
            sys.stdout.buffer.write(content)
            return
        head = await core.services.mail_door.read_head(content) if content else LetterHead()
        path = core.services.blobs.path(found.raw_sha256) if found.raw_sha256 is not None else None
        for name, value in (
            ("mailbox", f"{found.mailbox_id} {found.address}"),
            ("folder", found.folder),
            ("uid", f"{found.uid} (UIDVALIDITY {found.uidvalidity})"),
            ("reason", found.reason),
            ("size", found.size),
            ("arrived", found.internal_date.isoformat() if found.internal_date is not None else None),
            ("seen", found.seen_at.isoformat()),
            ("on server", "no" if found.gone else "yes"),
            ("from", _printable(head.sender)),
            ("topic", _printable(head.topic)),
            ("raw", path if content else None),
        ):
            write_line(name, value)
        for line in _header_lines(content):
            click.echo(f"  {line}")

    call_core(work)


async def _load(core: Core, letter: Quarantined, *, whole: bool) -> bytes:
    """The bytes of a letter, or its head; empty where it has none and only the head is wanted."""
    if letter.raw_sha256 is None:
        if whole:
            fail(
                f"of letter {letter.id} only the size was fetched ({letter.reason}); it is still on its server"
            )
        return b""
    try:
        content = await asyncio.to_thread(core.services.blobs.load, letter.raw_sha256)
    except NotFound:
        if whole:
            fail(f"the bytes of letter {letter.id} are gone from BLOB_DIR")
        return b""
    return content if whole else content[:HEAD_BYTES]


def _header_lines(content: bytes) -> list[str]:
    """The header as it stands in the letter, cut short and made harmless, for the eye of an operator."""
    head = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]
    lines = re.split(rb"\r\n|\n|\r", head)
    shown = [_printable(line[:SHOWN_BYTES].decode("utf-8", "replace")) for line in lines[:SHOWN_LINES]]
    return [*shown, _BINARY_MARK * 3] if len(lines) > SHOWN_LINES else shown


def _printable(text: str) -> str:
    """Text that cannot steer a terminal: control and direction characters become dots."""
    return "".join(_BINARY_MARK if unicodedata.category(one).startswith("C") else one for one in text)


@quarantine.command()
@click.argument("letter_id", type=int, metavar="ID")
@click.option("--any-size", is_flag=True, help="Take this letter although it is larger than MAIL_MAX_BYTES.")
def retry(letter_id: int, *, any_size: bool) -> None:
    """Send a letter on its way again: from its bytes, else from its server at the next look."""

    async def work(core: Core) -> None:
        try:
            await core.services.quarantine.retry(None, letter_id, any_size=any_size)
        except StateForbids as error:
            if error.state == TOO_LARGE:
                fail(f"letter {letter_id} is larger than MAIL_MAX_BYTES; --any-size takes it all the same")
            fail(f"letter {letter_id} has left its server, and its bytes were never fetched")

    call_core(work)


@quarantine.command()
@click.argument("letter_id", type=int, metavar="ID")
def dismiss(letter_id: int) -> None:
    """Want nothing of a letter: it is excluded by the rule `dismissed`, and stays so."""
    call_core(lambda core: core.services.quarantine.dismiss(None, letter_id))
