"""What the tests of mail start from."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from bench.support.dovecot import PASSWORD, PROGRAM, Dovecot, run_dovecot
from core.database import Database
from simulator.mail_server import MailAccount
from tests.conftest import FixedClock
from tests.factories.mail_world import open_mail_world
from tests.mail.scripted_imap import ScriptedIMAP, serve
from tests.mail.scripted_mailbox import OpenMailbox, ScriptedMailbox

_numbers = count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real server, on which each test has a mailbox of its own; skipped where it is not installed."""
    if PROGRAM is None:
        pytest.skip("dovecot is not installed (Debian: dovecot-imapd dovecot-lmtpd)")
    with run_dovecot() as running:
        yield running


@pytest.fixture
def account() -> MailAccount:
    """A mailbox on Dovecot of its own for each test."""
    login = f"rep{next(_numbers)}"
    return MailAccount(f"{login}@zveno.example", login, PASSWORD, "Rep")


@pytest.fixture
async def mailbox(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[ScriptedMailbox]:
    """Anna's mailbox on a scripted server."""
    async with open_mail_world(database, clock, tmp_path) as world, serve(ScriptedIMAP()) as script:
        yield await ScriptedMailbox.add(world, script)


@pytest.fixture
async def opened() -> AsyncIterator[list[OpenMailbox]]:
    """Connections to be dropped after the test."""
    connections: list[OpenMailbox] = []
    yield connections
    for one in connections:
        one.session.abort()
