"""The mail door against a real Dovecot: TLS, STARTTLS, IDLE, folders of other letters, many letters."""

import asyncio
import imaplib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.support.dovecot import Dovecot
from core.database import Database
from core.enums import FolderRole, MailboxState, MailSecurity
from core.services.mailbox_drafts import MailServer
from core.values import MailboxId
from mail.check import check_mailbox
from mail.connections import Endpoint
from mail.engine import MailEngine
from mail.errors import CertificateRefused
from mail.imap_names import encode_folder
from mail.imap_session import IMAPSession
from mail.sync import list_unsynced, sync_once
from simulator.mail_server import MailAccount
from tests.conftest import FixedClock
from tests.factories.mail_world import MailWorld, open_mail_world, raw_letter
from tests.mail.waiting import until

pytestmark = pytest.mark.external


@pytest.fixture
async def world(
    database: Database, clock: FixedClock, tmp_path: Path, dovecot: Dovecot
) -> AsyncIterator[MailWorld]:
    async with open_mail_world(database, clock, tmp_path, tls=dovecot.trusting) as running:
        yield running


def server(dovecot: Dovecot, security: MailSecurity) -> MailServer:
    port = dovecot.imaps if security is MailSecurity.TLS else dovecot.imap
    return MailServer("127.0.0.1", port, security)


async def add(
    world: MailWorld, dovecot: Dovecot, account: MailAccount, security: MailSecurity = MailSecurity.TLS
) -> MailboxId:
    return await world.add(account, world.post.organisation.anna, imap=server(dovecot, security))


@pytest.mark.parametrize("security", list(MailSecurity))
async def test_every_protection_captures_inbox_and_sent(
    world: MailWorld, dovecot: Dovecot, account: MailAccount, security: MailSecurity
) -> None:
    dovecot.deliver(raw_letter("in"), account.login)
    session = IMAPSession(Endpoint("127.0.0.1", dovecot.imaps, MailSecurity.TLS), dovecot.trusting)
    await session.connect()
    await session.login(account.login, account.password)
    await session.append("Verschickt", raw_letter("out"), ["\\Seen"], datetime.now(UTC))
    await session.logout()
    mailbox = await add(world, dovecot, account, security)
    await sync_once(mailbox, world.services, world.settings)
    assert await world.has("in", "out")
    assert await list_unsynced(mailbox, world.services, world.settings) == ()
    report = (await world.services.mailboxes.report(None, mailbox))[0]
    assert {(one.name, one.role, one.stored) for one in report.folders} == {
        ("INBOX", FolderRole.INBOX, 1),
        ("Verschickt", FolderRole.SENT, 1),
    }


@pytest.mark.parametrize("security", [MailSecurity.TLS, MailSecurity.STARTTLS])
async def test_an_unknown_certificate_is_refused_and_stops_the_mailbox(
    world: MailWorld, dovecot: Dovecot, account: MailAccount, security: MailSecurity
) -> None:
    endpoint = server(dovecot, security)
    session = IMAPSession(Endpoint(endpoint.host, endpoint.port, security))
    with pytest.raises(CertificateRefused):
        await session.connect()
    mailbox = await add(world, dovecot, account, security)
    engine = MailEngine(world.services, replace(world.settings, tls=None))
    await engine.start()

    async def has_stopped() -> bool:
        return (await world.services.mailboxes.report(None, mailbox))[0].state is MailboxState.STOPPED

    try:
        await until(has_stopped)
    finally:
        await engine.stop()
    assert [one.payload["reason"] for one in await world.post.notices("mailbox_stopped")] == ["certificate"]


async def test_a_letter_delivered_while_idle_is_captured(
    world: MailWorld, dovecot: Dovecot, account: MailAccount
) -> None:
    dovecot.deliver(raw_letter("before"), account.login)
    await add(world, dovecot, account)
    engine = MailEngine(world.services, world.settings)
    await engine.start()
    try:
        await until(lambda: world.has("before"))
        await asyncio.to_thread(dovecot.deliver, raw_letter("while idle"), account.login)
        await until(lambda: world.has("before", "while idle"))
    finally:
        await engine.stop()


async def test_folders_with_names_of_other_letters_and_signs(
    world: MailWorld, dovecot: Dovecot, account: MailAccount
) -> None:
    names = ["Клиенты", 'Важное & "срочное"', "Sent Items Ü"]
    dovecot.deliver(raw_letter("in"), account.login)
    with imaplib.IMAP4("127.0.0.1", dovecot.imap) as plain:
        plain.login(account.login, account.password)
        for number, name in enumerate(names):
            wire = '"' + encode_folder(name).replace('"', '\\"') + '"'
            assert plain.create(wire)[0] == "OK"
            assert plain.append(wire, "", "", raw_letter(f"letter {number}"))[0] == "OK"
    mailbox = await world.add(
        account,
        world.post.organisation.anna,
        imap=server(dovecot, MailSecurity.TLS),
        folders=tuple(names),
    )
    await sync_once(mailbox, world.services, world.settings)
    assert await world.has("letter 0", "letter 1", "letter 2")


async def test_hundreds_of_letters_arrive_once_and_unread(
    world: MailWorld, dovecot: Dovecot, account: MailAccount
) -> None:
    for number in range(150):
        dovecot.deliver(raw_letter(f"letter {number}", body=f"text {number}\r\n" * 50), account.login)
    mailbox = await add(world, dovecot, account)
    await sync_once(mailbox, world.services, world.settings)
    await sync_once(mailbox, world.services, world.settings)
    assert len(await world.topics()) == 150
    with imaplib.IMAP4("127.0.0.1", dovecot.imap) as plain:
        plain.login(account.login, account.password)
        assert plain.status("INBOX", "(UNSEEN)")[1][0] == b"INBOX (UNSEEN 150)"


async def test_check_says_that_all_is_well(world: MailWorld, dovecot: Dovecot, account: MailAccount) -> None:
    dovecot.deliver(raw_letter("in"), account.login)
    mailbox = await add(world, dovecot, account)
    lines = await check_mailbox(mailbox, world.services, world.settings, datetime.now(UTC))
    assert [(one.name, one.passed) for one in lines] == [
        ("connect", True),
        ("login", True),
        ("folders", True),
        ("clock", True),
    ]
    assert "Verschickt (sent)" in lines[2].detail
