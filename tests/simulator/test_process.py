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
# Bots of the standard library alone: they start at once, on a busy machine too.
BOT = """
import json, os, sys
from urllib.request import Request, urlopen

def call(method, **parameters):
    url = f"{sys.argv[1]}/bot42:secret/{method}"
    body = json.dumps(parameters).encode()
    with urlopen(Request(url, body, {"Content-Type": "application/json"})) as answer:
        return json.load(answer)["result"]
"""
DYING_BOT = (
    BOT
    + """
call("getUpdates", timeout=50)
os._exit(9)
"""
)
LIVING_BOT = (
    BOT
    + """
for update in call("getUpdates", timeout=50):
    message = update["message"]
    call("sendMessage", chat_id=message["chat"]["id"], text="got " + message["text"])
"""
)


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
        await client.wait_for(ANNA, lambda message: message["text"] == "got two", seconds=60)
        assert await living.wait() == 0
        assert [message["text"] for message in await client.bot_messages(ANNA)] == ["got one", "got two"]
        assert await client.violations() == []
