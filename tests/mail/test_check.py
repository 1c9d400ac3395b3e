"""What `zveno mailbox check` says of servers that work, and of those that do not."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.database import Database
from core.enums import MailSecurity
from core.services.mailbox_drafts import MailServer
from mail.check import CheckLine, check_mailbox, describe
from mail.connections import Endpoint
from mail.errors import (
    AuthenticationRefused,
    ConnectionLost,
    ConnectionRefused,
    EncryptionMissing,
    MailError,
    ServerSays,
)
from mail.smtp_client import verify
from tests.conftest import FixedClock
from tests.factories.mail_world import ANNA, MailWorld, open_mail_world, raw_letter
from tests.mail.scripted_imap import CUT, ScriptedIMAP, serve


@pytest.fixture
async def world(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[MailWorld]:
    async with open_mail_world(database, clock, tmp_path) as running:
        yield running


async def check(world: MailWorld, **fields: Any) -> list[CheckLine]:
    mailbox = await world.add(ANNA, world.post.organisation.anna, **fields)
    return await check_mailbox(mailbox, world.services, world.settings, world.clock.now())


async def test_all_is_well_with_imap_and_smtp(world: MailWorld) -> None:
    smtp = MailServer("127.0.0.1", world.server.smtp_port, MailSecurity.NONE)
    await world.server.deliver(raw_letter("a"), ANNA.address)
    lines = await check(world, smtp=smtp)
    assert [(one.name, one.passed) for one in lines] == [
        ("connect", True),
        ("login", True),
        ("folders", True),
        ("clock", True),
        ("smtp", True),
    ]
    assert lines[2].detail == "Sent (sent), INBOX (inbox)"
    assert await world.topics() == []


async def test_the_first_failure_ends_the_checks_of_that_server(world: MailWorld) -> None:
    smtp = MailServer("127.0.0.1", world.server.smtp_port, MailSecurity.NONE)
    lines = await check(world, smtp=smtp, password="wrong")
    assert [(one.name, one.passed) for one in lines] == [("connect", True), ("login", False), ("smtp", False)]
    assert "refused" in lines[1].detail


async def test_a_server_ahead_of_us_shows(world: MailWorld) -> None:
    when = world.clock.now() + timedelta(hours=1)
    await world.server.deliver(raw_letter("a"), ANNA.address, when=when)
    lines = await check(world)
    assert lines[-1] == CheckLine("clock", passed=False, detail="the server is 3600 s ahead")


async def test_a_wanted_folder_that_is_missing_shows(world: MailWorld) -> None:
    lines = await check(world, folders=("INBOX", "Gone"))
    assert [(one.name, one.passed) for one in lines] == [
        ("connect", True),
        ("login", True),
        ("folders", False),
    ]


class TestSMTP:
    async def verify(self, greeting: bytes) -> None:
        """Verify against a server that begins like this."""
        async with serve(ScriptedIMAP(greeting=greeting)) as script:
            await verify(script.endpoint, "anna", "secret")

    async def test_a_closed_port_is_refused(self) -> None:
        script = ScriptedIMAP()
        async with serve(script):
            endpoint = script.endpoint
        with pytest.raises(ConnectionRefused):
            await verify(endpoint, "anna", "secret")

    @pytest.mark.parametrize("greeting", [CUT, b"220 rea" + CUT, b"554 no service\r\n"])
    async def test_a_server_that_does_not_serve(self, greeting: bytes) -> None:
        with pytest.raises(MailError):
            await self.verify(greeting)

    async def test_a_wrong_password(self, world: MailWorld) -> None:
        endpoint = Endpoint("127.0.0.1", world.server.smtp_port, MailSecurity.NONE)
        with pytest.raises(AuthenticationRefused):
            await verify(endpoint, ANNA.login, "wrong")
        await verify(endpoint, ANNA.login, ANNA.password)

    async def test_starttls_that_is_not_offered_is_not_gone_without(self, world: MailWorld) -> None:
        endpoint = Endpoint("127.0.0.1", world.server.smtp_port, MailSecurity.STARTTLS)
        with pytest.raises(EncryptionMissing):
            await verify(endpoint, ANNA.login, ANNA.password)


def test_every_error_is_told_in_words_and_with_the_servers_own() -> None:

    assert describe(ServerSays("LIST", "NO", "quota")) == "The server refused a command with NO or BAD: quota"
    assert describe(ConnectionLost()) == "The connection was cut"
