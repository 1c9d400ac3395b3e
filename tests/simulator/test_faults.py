"""Failures on demand and Telegram's own limits."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from simulator.client import ControlRefused, SimulatorClient
from simulator.server import SimulatorServer
from tests.factories.telegram import open_bot
from tests.simulator.conftest import ANNA, BORIS, TOKEN, MovableNow


async def seen(client: SimulatorClient) -> list[str]:
    return [message["text"] for message in await client.bot_messages(ANNA)]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("400", TelegramBadRequest),
        ("401", TelegramUnauthorizedError),
        ("403", TelegramForbiddenError),
        ("404", TelegramNotFound),
        ("409", TelegramConflictError),
        ("429", TelegramRetryAfter),
        ("5xx", TelegramServerError),
        ("drop", TelegramNetworkError),
        ("garbage", ClientDecodeError),
    ],
)
async def test_a_fault_fails_one_call_without_effect(
    bot: Bot, client: SimulatorClient, kind: str, error: type[Exception]
) -> None:
    await client.add_fault(kind)
    with pytest.raises(error):
        await bot.send_message(ANNA, "lost")
    await bot.send_message(ANNA, "kept")
    assert await seen(client) == ["kept"]
    assert await client.violations() == []


async def test_a_flood_fault_tells_how_long_to_wait(bot: Bot, client: SimulatorClient) -> None:
    await client.add_fault("429", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as told:
        await bot.send_message(ANNA, "x")
    assert told.value.retry_after == 7


async def test_faults_meet_the_calls_they_are_armed_for(bot: Bot, client: SimulatorClient) -> None:
    await client.start(BORIS)
    await client.add_fault(
        "400", method="sendMessage", chat_id=ANNA, times=2, after=1, description="Bad Request: no"
    )
    await bot.get_me()
    await bot.send_message(BORIS, "x")
    await bot.send_message(ANNA, "first passes")
    for _ in range(2):
        with pytest.raises(TelegramBadRequest, match="Bad Request: no"):
            await bot.send_message(ANNA, "refused")
    await bot.send_message(ANNA, "passes again")
    assert await seen(client) == ["first passes", "passes again"]


@pytest.mark.parametrize("kind", ["5xx", "drop"])
async def test_an_applied_fault_loses_only_the_answer(bot: Bot, client: SimulatorClient, kind: str) -> None:
    await client.add_fault(kind, method="sendMessage", applied=True)
    with pytest.raises((TelegramServerError, TelegramNetworkError)):
        await bot.send_message(ANNA, "arrived")
    assert await seen(client) == ["arrived"]


async def test_a_slow_call_is_overtaken_by_others(bot: Bot, client: SimulatorClient) -> None:
    await client.start(BORIS)
    await client.add_fault("slow", chat_id=BORIS, seconds=600)
    slow = asyncio.create_task(bot.send_message(BORIS, "slow"))
    await bot.send_message(ANNA, "quick")
    assert not slow.done()
    slow.cancel()
    assert await seen(client) == ["quick"]


async def test_a_slow_call_takes_effect_in_the_end(bot: Bot, client: SimulatorClient) -> None:
    await client.add_fault("slow", seconds=0.01)
    await bot.send_message(ANNA, "slow")
    assert await seen(client) == ["slow"]


async def test_a_timeout_never_answers(server: SimulatorServer, client: SimulatorClient) -> None:
    async with open_bot(TOKEN, server.url, seconds=0.3) as impatient:
        await client.add_fault("timeout", times=None)
        with pytest.raises(TelegramNetworkError, match="timeout"):
            await impatient.send_message(ANNA, "x")
        await client.clear_faults()
        impatient.session.timeout = 60.0
        await impatient.send_message(ANNA, "y")
    assert await seen(client) == ["y"]


async def test_a_server_with_hanging_calls_stops(now: MovableNow) -> None:
    async with (
        SimulatorServer(token=TOKEN, now=now) as server,
        SimulatorClient(server.url) as client,
        open_bot(TOKEN, server.url) as bot,
    ):
        await client.add_fault("timeout", method="getMe")
        hanging = [asyncio.create_task(bot.get_me()), asyncio.create_task(bot.get_updates(timeout=50))]
        while len(await client.calls()) < 1:
            continue
        await server.stop()
        outcomes = await asyncio.gather(*hanging, return_exceptions=True)
        assert all(isinstance(outcome, TelegramAPIError) for outcome in outcomes)


async def test_a_wrong_fault_is_refused(client: SimulatorClient) -> None:
    wrong: tuple[dict[str, Any], ...] = (
        {"kind": "418"},
        {"kind": "429", "times": 0},
        {"kind": "403", "chat": 5},
    )
    for fault in wrong:
        with pytest.raises(ControlRefused) as refused:
            await client.request("POST", "/faults", json=fault)
        assert refused.value.status == 400


@pytest.fixture
async def limited(now: MovableNow) -> AsyncIterator[tuple[SimulatorClient, Bot]]:
    async with (
        SimulatorServer(token=TOKEN, now=now, rate_limited=True) as server,
        SimulatorClient(server.url) as client,
        open_bot(TOKEN, server.url) as bot,
    ):
        for number in range(1, 41):
            await client.add_account(f"P{number}", id=number)
            await client.start(number)
        yield client, bot


async def test_one_message_a_second_per_chat(limited: tuple[SimulatorClient, Bot], now: MovableNow) -> None:
    _, bot = limited
    await bot.send_message(1, "one")
    with pytest.raises(TelegramRetryAfter) as told:
        await bot.send_message(1, "two")
    assert told.value.retry_after == 1
    await bot.send_chat_action(1, "typing")
    now.move(timedelta(seconds=1))
    await bot.send_message(1, "two")


async def test_thirty_messages_a_second_per_bot(limited: tuple[SimulatorClient, Bot]) -> None:
    _, bot = limited
    for number in range(1, 31):
        await bot.send_message(number, "x")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(31, "x")


async def test_twenty_messages_a_minute_per_group(
    limited: tuple[SimulatorClient, Bot], now: MovableNow
) -> None:
    client, bot = limited
    group = (await client.request("POST", "/groups", json={"title": "G", "creator": 1}))["chat"]["id"]
    for _ in range(20):
        await bot.send_message(group, "x")
        now.move(timedelta(seconds=1))
    with pytest.raises(TelegramRetryAfter) as told:
        await bot.send_message(group, "x")
    assert told.value.retry_after == 40
