"""`zveno mailbox`: mail accounts that are watched."""

import os
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from app.bootstrap import Core
from app.cli.calling import FAILED, MAILBOX, USER, WRONG_USE, call_core, fail, write_json, write_line
from app.cli.mail_rules import rules, share
from app.cli.people import find_department
from app.cli.quarantine import quarantine
from core.enums import MailRouting, MailSecurity
from core.queries.export.organisation import shape_mailbox
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.values import MailboxId, UserId
from mail.check import check_mailbox, describe
from mail.errors import MailError
from mail.sync import list_unsynced, sync_once

SECURITY = click.Choice([one.value for one in MailSecurity])
PORT = click.IntRange(1, 65_535)
UNVERIFIED = "certificate not verified"


@click.group()
def mailbox() -> None:
    """Mail accounts that are watched."""


mailbox.add_command(quarantine)
mailbox.add_command(rules)
mailbox.add_command(share)


def _read_password(variable: str | None, *, from_stdin: bool) -> str:
    if (variable is None) == (not from_stdin):
        raise click.UsageError("give --password-env VAR or --password-stdin")
    password = os.environ.get(variable, "") if variable is not None else sys.stdin.readline().rstrip("\r\n")
    if not password:
        fail(f"the password is empty ({variable or 'standard input'})", WRONG_USE)
    return password


def _read_smtp(host: str | None, port: int | None, security: str | None) -> MailServer | None:
    if host is None:
        return None
    kind = MailSecurity(security or MailSecurity.TLS)
    return MailServer(host, port or (465 if kind is MailSecurity.TLS else 587), kind)


@mailbox.command()
@click.option("--owner", type=USER, metavar="ID", help="The user whose mailbox it is.")
@click.option("--department", metavar="D", help="The department whose mailbox it is: id or name.")
@click.option("--address", required=True, metavar="A")
@click.option("--imap-host", required=True, metavar="H")
@click.option("--imap-port", type=PORT, default=993, show_default=True, metavar="P")
@click.option("--imap-security", type=SECURITY, default="tls", show_default=True)
@click.option("--login", required=True, metavar="L")
@click.option("--password-env", metavar="VAR", help="The environment variable that holds the password.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--smtp-host", metavar="H")
@click.option("--smtp-port", type=PORT, metavar="P")
@click.option("--smtp-security", type=SECURITY)
@click.option("--folders", metavar="F[,F]", help="Else the inbox and the folder of sent mail.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Leave older letters out.")
def add(**given: Any) -> None:
    """Add a mailbox and print its id; it is watched within seconds."""
    if (given["owner"] is None) == (given["department"] is None):
        raise click.UsageError("give either --owner or --department")
    password = _read_password(given["password_env"], from_stdin=given["password_stdin"])

    async def work(core: Core) -> None:
        zone = ZoneInfo(core.settings.default_timezone)
        since: datetime | None = given["since"]
        department = given["department"]
        folders = tuple(one.strip() for one in (given["folders"] or "").split(",") if one.strip())
        draft = MailboxDraft(
            address=given["address"],
            imap=MailServer(given["imap_host"], given["imap_port"], MailSecurity(given["imap_security"])),
            login=given["login"],
            password=password,
            owner_id=UserId(given["owner"]) if given["owner"] is not None else None,
            department_id=await find_department(core, department) if department else None,
            smtp=_read_smtp(given["smtp_host"], given["smtp_port"], given["smtp_security"]),
            folders=folders or None,
            since=since.replace(tzinfo=zone) if since is not None else None,
        )
        click.echo(await core.services.mailboxes.add(None, draft))

    call_core(work)


@mailbox.command("list")
def list_mailboxes() -> None:
    """One line a mailbox: id, address, whose it is, state, why."""

    async def work(core: Core) -> None:
        for one in await core.services.mailboxes.report():
            trust = [] if one.verify_certificate else [UNVERIFIED]
            write_line(one.id, one.address, one.owner or one.department, one.state, one.state_reason, *trust)

    call_core(work)


@mailbox.command()
@click.argument("mailbox_id", type=MAILBOX, metavar="ID")
def check(mailbox_id: int) -> None:
    """Try a mailbox: connect, log in, folders, clock, SMTP; exit 1 if anything fails."""

    async def work(core: Core) -> bool:
        lines = await check_mailbox(MailboxId(mailbox_id), core.mail, core.mail_settings, core.clock.now())
        for line in lines:
            write_line("ok" if line.passed else "FAILED", line.name, line.detail)
        return all(line.passed for line in lines)

    if not call_core(work):
        sys.exit(FAILED)


@mailbox.command()
@click.argument("mailbox_id", type=MAILBOX, metavar="ID")
@click.option("--once", is_flag=True, help="One pass; else until nothing new comes.")
def sync(mailbox_id: int, *, once: bool) -> None:
    """Take what a mailbox has, beside a running product or without; prints folder and last UID."""

    async def work(core: Core) -> None:
        wanted = MailboxId(mailbox_id)
        try:
            while True:
                cursors = await sync_once(wanted, core.mail, core.mail_settings)
                if once or not await list_unsynced(wanted, core.mail, core.mail_settings):
                    break
        except MailError as error:
            fail(describe(error))
        for cursor in cursors:
            write_line(cursor.name, cursor.last_uid)

    call_core(work)


@mailbox.command()
@click.argument("mailbox_id", type=MAILBOX, metavar="ID")
def pause(mailbox_id: int) -> None:
    """Stop watching a mailbox until it is resumed."""
    call_core(lambda core: core.services.mailboxes.pause(None, MailboxId(mailbox_id)))


@mailbox.command()
@click.argument("mailbox_id", type=MAILBOX, metavar="ID")
def resume(mailbox_id: int) -> None:
    """Watch a mailbox again."""
    call_core(lambda core: core.services.mailboxes.resume(None, MailboxId(mailbox_id)))


@mailbox.command("password")
@click.argument("mailbox_id", type=MAILBOX, metavar="ID")
@click.option("--password-env", metavar="VAR", help="The environment variable that holds the password.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def set_password(mailbox_id: int, *, password_env: str | None, password_stdin: bool) -> None:
    """Replace the password; a mailbox that had stopped is watched again."""
    password = _read_password(password_env, from_stdin=password_stdin)
    call_core(lambda core: core.services.mailboxes.set_password(None, MailboxId(mailbox_id), password))


@mailbox.command("set")
@click.argument("mailbox_id", type=MAILBOX, metavar="ID")
@click.option(
    "--mirror-seen",
    type=click.Choice(["on", "off"]),
    help="Mark letters on the server as read once they are reviewed. Off: nothing is ever written there.",
)
@click.option(
    "--verify-certificate",
    type=click.Choice(["on", "off"]),
    help="Have the mail servers prove who they are. Off: whoever is on the way there can read everything.",
)
@click.option(
    "--routing",
    type=click.Choice([one.value for one in MailRouting]),
    help="To whom the letters of a department's mailbox go that people write anew.",
)
def set_mailbox(
    mailbox_id: int, *, mirror_seen: str | None, verify_certificate: str | None, routing: str | None
) -> None:
    """Change how a mailbox is treated."""
    if mirror_seen is None and verify_certificate is None and routing is None:
        raise click.UsageError("give --mirror-seen, --verify-certificate or --routing")

    async def work(core: Core) -> None:
        wanted, mailboxes = MailboxId(mailbox_id), core.services.mailboxes
        if mirror_seen is not None:
            await mailboxes.set_mirror_seen(None, wanted, is_on=mirror_seen == "on")
        if verify_certificate is not None:
            await mailboxes.set_verify_certificate(None, wanted, is_on=verify_certificate == "on")
        if routing is not None:
            await core.services.pool.set_routing(None, wanted, MailRouting(routing))

    call_core(work)


@mailbox.command()
@click.argument("mailbox_id", type=MAILBOX, metavar="ID")
def remove(mailbox_id: int) -> None:
    """Forget a mailbox and its password; what was captured from it stays."""
    call_core(lambda core: core.services.mailboxes.remove(None, MailboxId(mailbox_id)))


@mailbox.command()
@click.argument("mailbox_id", type=MAILBOX, metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with all figures.")
def report(mailbox_id: int | None, *, as_json: bool) -> None:
    """What became of every letter, by folder: server = stored + known + excluded + quarantined + gap.

    The backlog is on its way; letters that left the server stand apart.
    """

    async def work(core: Core) -> None:
        wanted = MailboxId(mailbox_id) if mailbox_id is not None else None
        for one in await core.services.mailboxes.report(None, wanted):
            if as_json:
                write_json(shape_mailbox(one))
                continue
            for folder in one.folders:
                excluded = sum(folder.excluded.values())
                by_rule = ", ".join(f"{rule} {count}" for rule, count in sorted(folder.excluded.items()))
                write_line(
                    one.id,
                    one.address,
                    folder.name,
                    f"server {folder.server}",
                    f"stored {folder.stored}",
                    f"known {folder.known}",
                    f"excluded {excluded}" + (f" ({by_rule})" if by_rule else ""),
                    f"quarantined {folder.quarantined}",
                    f"gap {folder.gap}",
                    f"backlog {folder.backlog}",
                    f"left {folder.left}",
                    *([] if one.verify_certificate else [UNVERIFIED]),
                    f"last success {folder.last_success_at.isoformat() if folder.last_success_at else 'never'}",
                )

    call_core(work)
