"""Delivery to a webhook: secret, retries, order per chat, calls in the answer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendMessage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from simulator.client import SimulatorClient
from simulator.webhook import SECRET_HEADER, lane_of
from tests.simulator.conftest import ANNA, BORIS


@dataclass
class Hook:
    """A bot's own HTTP server that records what it gets."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        async with self.arrived:
            self.bodies.append(body)
            self.secrets.append(request.headers.get(SECRET_HEADER))
            self.arrived.notify_all()
        await self.held.wait()
        return self.answers.pop(0) if self.answers else web.Response()

    async def wait_for(self, count: int) -> list[Any]:
        async with self.arrived:
            await asyncio.wait_for(self.arrived.wait_for(lambda: len(self.bodies) >= count), 10)
        return [body["message"]["text"] for body in self.bodies]


async def serve(application: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    hook.held.set()
    application = web.Application()
    application.router.add_post("/hook", hook.handle)
    runner, hook.url = await serve(application)
    yield hook
    hook.held.set()
    await runner.cleanup()


async def pending(bot: Bot, wanted: int) -> None:
    """Sleeps until so many updates wait."""
    async with asyncio.timeout(10):
        while (await bot.get_webhook_info()).pending_update_count != wanted:
            continue


async def test_updates_are_posted_with_the_secret(bot: Bot, client: SimulatorClient, hook: Hook) -> None:
    await bot.set_webhook(hook.url, secret_token="s3cret_-", drop_pending_updates=True)
    sent = await client.send(ANNA, "hello")
    assert await hook.wait_for(1) == ["hello"]
    assert hook.secrets == ["s3cret_-"]
    assert hook.bodies[0]["update_id"] == sent["update_id"]
    await pending(bot, 0)
    info = await bot.get_webhook_info()
    assert (info.url, info.last_error_message) == (hook.url, None)


async def test_a_refused_update_is_tried_again(bot: Bot, client: SimulatorClient, hook: Hook) -> None:
    hook.answers = [web.Response(status=500), web.Response(status=401)]
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    await client.send(ANNA, "hello")
    assert await hook.wait_for(3) == ["hello"] * 3
    await pending(bot, 0)
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 401 Unauthorized"


async def test_an_unreachable_webhook_keeps_the_update(bot: Bot, client: SimulatorClient) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", drop_pending_updates=True)
    await client.send(ANNA, "hello")
    async with asyncio.timeout(10):
        while not (await bot.get_webhook_info()).last_error_message:
            continue
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook()
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "hello"


async def test_updates_of_one_chat_wait_for_each_other_others_do_not(
    bot: Bot, client: SimulatorClient, hook: Hook
) -> None:
    hook.held.clear()
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    await client.send(ANNA, "a1")
    await client.send(ANNA, "a2")
    await client.send(BORIS, "b1")
    assert sorted(await hook.wait_for(2)) == ["a1", "b1"]
    await pending(bot, 3)
    hook.held.set()
    assert sorted(await hook.wait_for(3)) == ["a1", "a2", "b1"]
    await pending(bot, 0)


async def test_max_connections_bounds_what_is_under_way(
    bot: Bot, client: SimulatorClient, hook: Hook
) -> None:
    hook.held.clear()
    await bot.set_webhook(hook.url, max_connections=1, drop_pending_updates=True)
    await client.send(ANNA, "a1")
    await client.send(BORIS, "b1")
    assert await hook.wait_for(1) == ["a1"]
    hook.held.set()
    assert await hook.wait_for(2) == ["a1", "b1"]


async def test_a_call_in_the_answer_is_carried_out(bot: Bot, client: SimulatorClient, hook: Hook) -> None:
    hook.answers = [web.json_response({"method": "sendMessage", "chat_id": ANNA, "text": "answered"})]
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    await client.send(ANNA, "hello")
    assert (await client.wait_for(ANNA))["text"] == "answered"


async def test_an_answer_that_cannot_be_read_is_dropped(
    bot: Bot, client: SimulatorClient, hook: Hook
) -> None:
    hook.answers = [web.Response(text="[", content_type="application/json")]
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    await client.send(ANNA, "hello")
    await hook.wait_for(1)
    await pending(bot, 0)
    assert await client.violations() == []


async def test_aiograms_own_webhook_answers_by_multipart(bot: Bot, client: SimulatorClient) -> None:
    async def echo(message: Message) -> SendMessage:
        return SendMessage(chat_id=message.chat.id, text=f"echo {message.text}")

    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    application = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="s3cret").register(
        application, path="/hook"
    )
    runner, url = await serve(application)
    await bot.set_webhook(url, secret_token="s3cret", drop_pending_updates=True)
    await client.send(ANNA, "hello")
    assert (await client.wait_for(ANNA))["text"] == "echo hello"
    assert await client.violations() == []
    await bot.delete_webhook()
    await runner.cleanup()


@pytest.mark.parametrize(
    ("url", "secret", "error"),
    [
        ("ftp://acme.example", None, "invalid URL"),
        ("http://", None, "invalid URL"),
        ("http://a/", "no spaces", "unallowed"),
    ],
)
async def test_a_wrong_webhook_is_refused(bot: Bot, url: str, secret: str | None, error: str) -> None:
    with pytest.raises(TelegramBadRequest, match=error):
        await bot.set_webhook(url, secret_token=secret)


async def test_pending_updates_can_be_dropped(bot: Bot, client: SimulatorClient) -> None:
    await client.send(ANNA, "hello")
    await bot.delete_webhook(drop_pending_updates=True)
    await pending(bot, 0)
    assert await bot.set_webhook("")


@pytest.mark.parametrize(
    ("body", "lane"),
    [
        ({"update_id": 1, "message": {"chat": {"id": 5}}}, ("chat", 5)),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}}}, ("tap", 6)),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 5}}}, ("chat", 5)),
        ({"update_id": 1, "message": {}}, None),
        ({"update_id": 1}, None),
        (["x"], None),
    ],
)
def test_lanes(body: Any, lane: object) -> None:
    assert lane_of(body) == lane
