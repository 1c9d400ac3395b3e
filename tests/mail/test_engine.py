"""The engine with a real IMAP server and a real database: letters arrive in the core."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from core.database import Database
from core.enums import MailboxState, MailSecurity
from core.services.mailbox_drafts import MailServer
from mail.engine import STOP_PATIENCE_SECONDS, MailEngine
from mail.gates import CONNECTING_AT_ONCE
from mail.sync import list_unsynced, sync_once
from simulator.mail_server import LocalMail, MailAccount
from tests.conftest import FixedClock
from tests.factories.mail_world import ANNA, BORIS, MailWorld, open_mail_world, raw_letter
from tests.mail.scripted_imap import SILENT, ScriptedIMAP, serve
from tests.mail.waiting import until


@pytest.fixture
async def world(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[MailWorld]:
    async with open_mail_world(database, clock, tmp_path) as running:
        yield running


@asynccontextmanager
async def running(world: MailWorld) -> AsyncIterator[MailEngine]:
    engine = MailEngine(world.services, world.settings)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


async def test_letters_there_before_and_after_the_start_are_captured(world: MailWorld) -> None:
    await world.server.deliver(raw_letter("before"), ANNA.address)
    await world.add(ANNA, world.post.organisation.anna)
    async with running(world):
        await until(lambda: world.has("before"))
        await world.server.deliver(raw_letter("after"), ANNA.address)
        await until(lambda: world.has("before", "after"))


async def test_sent_mail_is_captured_by_the_poll(world: MailWorld) -> None:
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    async with running(world):
        await world.server.deliver(raw_letter("ours", sender=ANNA.address), ANNA.address, "Sent")
        await until(lambda: world.has("ours"))
        await until(lambda: _is_level(world, mailbox))


async def _is_level(world: MailWorld, mailbox: int) -> bool:
    return not await list_unsynced(mailbox, world.services, world.settings)  # type: ignore[arg-type]


async def test_engine_stops_at_once_while_idle(world: MailWorld) -> None:
    await world.add(ANNA, world.post.organisation.anna)
    engine = MailEngine(world.services, world.settings)
    await engine.start()
    await world.server.deliver(raw_letter("a"), ANNA.address)
    await until(lambda: world.has("a"))
    assert engine.healthy()
    async with asyncio.timeout(STOP_PATIENCE_SECONDS / 2):
        await engine.stop()
    assert not engine.healthy()


async def test_a_wrong_password_stops_that_mailbox_alone_and_tells_its_owner(world: MailWorld) -> None:
    org = world.post.organisation
    wrong = MailAccount(BORIS.address, BORIS.login, "wrong", BORIS.name)
    refused = await world.add(wrong, org.boris)
    await world.add(ANNA, org.anna)

    async def has_stopped() -> bool:
        return (await world.services.mailboxes.report(None, refused))[0].state is MailboxState.STOPPED

    async with running(world):
        await until(has_stopped)
        await world.server.deliver(raw_letter("a"), ANNA.address)
        await until(lambda: world.has("a"))
        notices = await world.post.notices("mailbox_stopped")
        assert [(one.user_id, one.payload["reason"]) for one in notices] == [(org.boris.user_id, "auth")]
        await world.services.mailboxes.set_password(None, refused, BORIS.password)
        await world.server.deliver(raw_letter("b"), BORIS.address)
        await until(lambda: world.has("a", "b"))


async def test_a_paused_mailbox_is_left_alone_until_resumed(world: MailWorld) -> None:
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    async with running(world) as engine:
        await world.server.deliver(raw_letter("a"), ANNA.address)
        await until(lambda: world.has("a"))
        await world.services.mailboxes.pause(None, mailbox)

        async def is_left() -> bool:
            return not engine._watched

        await until(is_left)
        await world.server.deliver(raw_letter("b"), ANNA.address)
        await asyncio.sleep(0.3)
        assert await world.has("a")
        await world.services.mailboxes.resume(None, mailbox)
        await until(lambda: world.has("a", "b"))


async def test_a_server_that_restarts_is_reached_again_and_nothing_doubles(world: MailWorld) -> None:
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    async with running(world):
        await world.server.deliver(raw_letter("a"), ANNA.address)
        await until(lambda: world.has("a"))
        port = world.server.imap_port
        await world.server.stop()

        async def is_reached(*, wanted: bool) -> bool:
            report = (await world.services.mailboxes.report(None, mailbox))[0]
            assert report.state is MailboxState.ACTIVE
            return (report.state_reason is None) is wanted

        await until(lambda: is_reached(wanted=False))
        second = LocalMail(
            [ANNA, BORIS]
        )  # Nothing is left of the first: new UIDVALIDITY, same letters again.
        await second.start(imap_port=port)
        try:
            await second.deliver(raw_letter("a"), ANNA.address)
            await second.deliver(raw_letter("b"), ANNA.address)
            await until(lambda: world.has("a", "b"))
            await until(lambda: is_reached(wanted=True))
        finally:
            await second.stop()
    report = (await world.services.mailboxes.report(None, mailbox))[0]
    inbox = next(one for one in report.folders if one.name == "INBOX")
    assert (inbox.stored, inbox.known, inbox.gap) == (2, 0, 0)


async def test_sync_once_takes_everything_and_is_level_then(world: MailWorld) -> None:
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    await world.server.deliver(raw_letter("a"), ANNA.address)
    await world.server.deliver(raw_letter("b", sender=ANNA.address), ANNA.address, "Sent")
    assert set(await list_unsynced(mailbox, world.services, world.settings)) == {"INBOX", "Sent"}
    await sync_once(mailbox, world.services, world.settings)
    assert await world.has("a", "b")
    assert await list_unsynced(mailbox, world.services, world.settings) == ()


async def test_m4_old_and_too_large_letters_have_their_fates(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    async with open_mail_world(database, clock, tmp_path, max_bytes=5_000) as world:
        mailbox = await world.add(ANNA, world.post.organisation.anna, since=clock.now())
        await world.server.deliver(raw_letter("old"), ANNA.address, when=clock.now() - timedelta(days=1))
        await world.server.deliver(raw_letter("big", body="x" * 6_000), ANNA.address)
        await world.server.deliver(raw_letter("fine"), ANNA.address)
        await sync_once(mailbox, world.services, world.settings)
        assert await world.has("fine")
        report = (await world.services.mailboxes.report(None, mailbox))[0]
        inbox = next(one for one in report.folders if one.name == "INBOX")
        assert (inbox.server, inbox.stored, inbox.excluded, inbox.quarantined, inbox.gap) == (
            3,
            1,
            {"since": 1},
            1,
            0,
        )


async def test_unread_letters_stay_unread(world: MailWorld) -> None:
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    await world.server.deliver(raw_letter("a"), ANNA.address)
    await sync_once(mailbox, world.services, world.settings)
    assert await world.has("a")
    assert await world.server.unread(ANNA.address) == 1


async def test_many_mailboxes_of_one_host_do_not_connect_at_once(world: MailWorld) -> None:
    async with serve(ScriptedIMAP(greeting=SILENT)) as script:
        silent = MailServer("127.0.0.1", script.port, MailSecurity.NONE)
        for number in range(6):
            account = MailAccount(f"rep{number}@zveno.example", f"rep{number}", "secret", "Rep")
            await world.add(account, world.post.organisation.anna, imap=silent)
        async with running(world):

            async def has_begun() -> bool:
                return script.connections >= CONNECTING_AT_ONCE

            await until(has_begun)
            await asyncio.sleep(0.2)
            assert script.connections == CONNECTING_AT_ONCE
