"""A running simulator, a client of its control API and an unmodified aiogram bot against it."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode

from simulator.client import SimulatorClient
from simulator.server import SimulatorServer

TOKEN = "4200000001:simulator-tests"
ANNA = 1001


@pytest.fixture
async def server() -> AsyncIterator[SimulatorServer]:
    async with SimulatorServer(token=TOKEN) as running:
        yield running


@pytest.fixture
async def client(server: SimulatorServer) -> AsyncIterator[SimulatorClient]:
    async with SimulatorClient(server.url) as connected:
        await connected.add_account("Anna", id=ANNA, language_code="ru", phone_number="+79990001122")
        yield connected


@pytest.fixture
async def bot(server: SimulatorServer) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    async with Bot(
        TOKEN, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML)
    ) as connected:
        yield connected
