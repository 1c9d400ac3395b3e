"""A running simulator, a client of its control API and an unmodified aiogram bot against it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode

from simulator.client import SimulatorClient
from simulator.server import SimulatorServer
from tests.factories.telegram import open_bot

TOKEN = "4200000001:simulator-tests"
ANNA = 1001
BORIS = 1002


class MovableNow:
    """The simulator's clock in tests: stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, delta: timedelta) -> None:
        self.moment += delta


@pytest.fixture
def now() -> MovableNow:
    return MovableNow()


@pytest.fixture
async def server(now: MovableNow) -> AsyncIterator[SimulatorServer]:
    async with SimulatorServer(token=TOKEN, now=now) as running:
        yield running


@pytest.fixture
async def client(server: SimulatorServer) -> AsyncIterator[SimulatorClient]:
    """Anna has started the bot; Boris has not."""
    async with SimulatorClient(server.url) as connected:
        await connected.add_account("Anna", id=ANNA, language_code="ru", phone_number="+79990001122")
        await connected.add_account("Boris", id=BORIS, last_name="Petrov", username="boris")
        await connected.start(ANNA)
        yield connected


@pytest.fixture
async def bot(server: SimulatorServer) -> AsyncIterator[Bot]:
    async with open_bot(
        TOKEN, server.url, default=DefaultBotProperties(parse_mode=ParseMode.HTML)
    ) as connected:
        yield connected
