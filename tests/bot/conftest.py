"""A running product for each test, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.database import Database
from tests.bot.office import Office, open_office
from tests.conftest import FixedClock


@pytest.fixture
async def office(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(database, clock, tmp_path / "blobs") as running:
        yield running
