"""Receiving updates: long polling, acknowledgement, expiry, kinds, and who is told 409."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.methods import GetUpdates
from hypothesis import given
from hypothesis import strategies as st

from simulator.client import ControlRefused, SimulatorClient
from simulator.server import SimulatorServer
from simulator.updates import UpdateQueue
from tests.simulator.conftest import ANNA, BORIS, MovableNow


async def texts(bot: Bot, **parameters: Any) -> list[str | None]:
    updates = await bot(GetUpdates(**parameters))
    return [update.message.text if update.message else update.event_type for update in updates]


@pytest.fixture(autouse=True)
async def emptied(bot: Bot, client: SimulatorClient) -> None:
    """Anna's /start is out of the way."""
    assert await client.list_accounts()
    await bot(GetUpdates(offset=-1))
    await bot.delete_webhook(drop_pending_updates=True)
    await client.clear_calls()


async def pending(bot: Bot) -> int:
    return (await bot.get_webhook_info()).pending_update_count


async def test_unacknowledged_updates_come_again(bot: Bot, client: SimulatorClient) -> None:
    first = await client.send(ANNA, "one")
    await client.send(ANNA, "two")
    assert await texts(bot) == ["one", "two"]
    assert await texts(bot) == ["one", "two"]
    assert await pending(bot) == 2
    assert await texts(bot, offset=first["update_id"] + 1) == ["two"]
    assert await pending(bot) == 1
    assert await texts(bot, offset=first["update_id"] + 2) == []
    assert await pending(bot) == 0


async def test_a_limit_keeps_the_rest_for_later(bot: Bot, client: SimulatorClient) -> None:
    for text in ("one", "two", "three"):
        await client.send(ANNA, text)
    assert await texts(bot, limit=2) == ["one", "two"]
    with pytest.raises(TelegramBadRequest, match="limit"):
        await texts(bot, limit=101)


async def test_a_negative_offset_keeps_only_the_newest(bot: Bot, client: SimulatorClient) -> None:
    for text in ("one", "two", "three"):
        await client.send(ANNA, text)
    assert await texts(bot, offset=-1) == ["three"]
    assert await pending(bot) == 1


async def test_a_long_poll_ends_with_the_first_update(bot: Bot, client: SimulatorClient) -> None:
    waiting = asyncio.create_task(texts(bot, timeout=30))
    while not await client.calls("getWebhookInfo"):
        await bot.get_webhook_info()
    await client.send(ANNA, "now")
    assert await waiting == ["now"]


async def test_a_long_poll_ends_empty_after_its_timeout(bot: Bot) -> None:
    assert await texts(bot, timeout=1) == []


async def test_updates_live_for_24_hours(bot: Bot, client: SimulatorClient, now: MovableNow) -> None:
    await client.send(ANNA, "old")
    now.move(timedelta(hours=23))
    await client.send(ANNA, "young")
    now.move(timedelta(hours=2))
    assert await pending(bot) == 1
    assert await texts(bot) == ["young"]


async def test_only_kinds_asked_for_are_queued_from_then_on(bot: Bot, client: SimulatorClient) -> None:
    await texts(bot, allowed_updates=["callback_query"])
    assert (await client.send(ANNA, "unheard"))["update_id"] is None
    await texts(bot)
    assert (await client.send(ANNA, "still unheard"))["update_id"] is None
    await texts(bot, allowed_updates=[])
    await client.send(ANNA, "heard")
    assert await texts(bot) == ["heard"]


async def test_a_second_poller_ends_the_first_one(bot: Bot, client: SimulatorClient) -> None:
    first = asyncio.create_task(texts(bot, timeout=30))
    await asyncio.sleep(0)
    while not first.done():
        await texts(bot, timeout=1, limit=1)
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first
    assert await client.violations() == []


async def test_polling_is_refused_while_a_webhook_is_set(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await texts(bot)
    await bot.delete_webhook()
    assert await texts(bot) == []


async def test_a_malformed_update_is_handed_out_as_it_is(
    server: SimulatorServer, bot: Bot, client: SimulatorClient
) -> None:
    update_id = await client.inject_update({"message": {"message_id": "no number"}})
    await client.inject_update(["not", "an", "object"])
    raw = server.world.bots[bot.id].updates
    batch = await raw.poll(None, 100, 0)
    assert batch == [
        {"update_id": update_id, "message": {"message_id": "no number"}},
        ["not", "an", "object"],
    ]


async def test_a_former_update_is_delivered_once_more(bot: Bot, client: SimulatorClient) -> None:
    first = (await client.send(ANNA, "one"))["update_id"]
    last = (await client.send(ANNA, "two"))["update_id"]
    assert await texts(bot, offset=last + 1) == []
    await client.redeliver(first)
    assert await texts(bot, offset=last + 1) == ["one"]
    assert await texts(bot, offset=last + 1) == []
    with pytest.raises(ControlRefused, match="no update"):
        await client.redeliver(5)


async def test_an_injected_lower_number_reaches_the_bot_although_it_is_below_the_offset(
    bot: Bot, client: SimulatorClient
) -> None:
    last = (await client.send(ANNA, "one"))["update_id"]
    assert await texts(bot, offset=last + 1) == []
    message = {"message_id": 7, "date": 1, "chat": {"id": ANNA, "type": "private"}, "text": "lower"}
    await client.inject_update({"update_id": 12, "message": message})
    assert await texts(bot, offset=last + 1) == ["lower"]
    assert await texts(bot, offset=last + 1) == []


async def test_numbers_may_begin_anew_after_a_quiet_week(bot: Bot, client: SimulatorClient) -> None:
    last = (await client.send(ANNA, "one"))["update_id"]
    with pytest.raises(ControlRefused, match="quiet week"):
        await client.restart_numbers(500)
    assert await texts(bot, offset=last + 1) == []
    await client.restart_numbers(500)
    assert (await client.send(ANNA, "two"))["update_id"] == 500
    assert await texts(bot, offset=last + 1) == ["two"]
    assert await texts(bot, offset=501) == []
    assert await pending(bot) == 0


class Reader:
    """What a correct bot does: remembers what it has got and acknowledges all of it by the next offset."""

    def __init__(self, queue: UpdateQueue) -> None:
        self.queue = queue
        self.offset: int | None = None
        self.got: list[int] = []

    async def read(self, limit: int) -> None:
        batch = await self.queue.poll(self.offset, limit, 0)
        self.got += [body["update_id"] for body in batch]
        if batch:
            self.offset = max(body["update_id"] for body in batch) + 1


@given(st.lists(st.one_of(st.just("put"), st.integers(1, 3), st.just("crash")), max_size=30))
def test_every_update_is_delivered_in_order_and_again_only_after_a_crash(steps: list[str | int]) -> None:
    async def play() -> None:
        queue = UpdateQueue(lambda: datetime(2026, 11, 24, tzinfo=UTC))
        reader, put, crashed = Reader(queue), [], False
        for step in steps:
            if step == "put":
                put.append(queue.put_raw({"message": {}}))
            elif step == "crash":
                reader.offset, crashed = None, True
            else:
                await reader.read(int(step))
        await reader.read(100)
        await reader.read(100)
        assert sorted(set(reader.got)) == put
        assert crashed or reader.got == put
        assert queue.pending_count() == 0

    asyncio.run(play())


async def test_the_numbers_of_updates_grow_over_all_chats(client: SimulatorClient) -> None:
    one = (await client.send(ANNA, "one"))["update_id"]
    two = (await client.start(BORIS))["update_id"]
    assert two == one + 1
