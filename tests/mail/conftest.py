"""What the tests of mail start from."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.database import Database
from tests.conftest import FixedClock
from tests.factories.mail_world import open_mail_world
from tests.mail.scripted_imap import ScriptedIMAP, serve
from tests.mail.scripted_mailbox import OpenMailbox, ScriptedMailbox


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
