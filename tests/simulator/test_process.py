"""The simulator as a child process, and a bot that dies in the middle of its work."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.client import SimulatorClient

ROOT = Path(__file__).parents[2]
ANNA = 1001
DYING_BOT = """
import asyncio, os, sys
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import GetUpdates

async def main() -> None:
    bot = Bot("42:secret", session=AiohttpSession(api=TelegramAPIServer.from_base(sys.argv[1])))
    await bot(GetUpdates(timeout=20))
    os._exit(9)

asyncio.run(main())
"""
LIVING_BOT = DYING_BOT.replace(
    "    await bot(GetUpdates(timeout=20))\n    os._exit(9)\n",
    "    for update in await bot(GetUpdates(timeout=20)):\n"
    "        await bot.send_message(update.message.chat.id, 'got ' + update.message.text)\n",
).replace("asyncio.run(main())", "asyncio.run(main())\nos._exit(0)")


async def python(*arguments: str, stdout: int | None = None) -> asyncio.subprocess.Process:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment, stdout=stdout)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    process = await python("-m", "simulator", "--token", "42:secret", stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    yield (await process.stdout.readline()).decode().strip()
    process.terminate()
    assert await process.wait() == 0


async def test_updates_of_a_killed_bot_are_given_to_its_successor(url: str) -> None:
    async with SimulatorClient(url) as client:
        await client.add_account("Anna", id=ANNA)
        dying = await python("-c", DYING_BOT, url)
        await client.send(ANNA, "one")
        assert await dying.wait() == 9
        await client.send(ANNA, "two")
        assert (await client.bots())[0]["pending_updates"] == 2
        living = await python("-c", LIVING_BOT, url)
        await client.wait_for(ANNA, lambda message: message["text"] == "got two")
        assert await living.wait() == 0
        assert [message["text"] for message in await client.bot_messages(ANNA)] == ["got one", "got two"]
        assert await client.violations() == []
