import pytest

from core.database import Database
from tests.conftest import FixedClock
from tests.factories.core import Core, make_core


@pytest.fixture
async def core(database: Database, clock: FixedClock) -> Core:
    return await make_core(database, clock)
