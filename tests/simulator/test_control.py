"""The control API: who may use it, live views, the page, and its errors."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiohttp import web

from simulator.client import ControlRefused, NothingCame, SimulatorClient
from simulator.control import is_loopback
from simulator.server import SimulatorServer
from tests.simulator.conftest import ANNA, BORIS, TOKEN, MovableNow


@pytest.fixture
async def http(server: SimulatorServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=server.url) as session:
        yield session


@pytest.mark.parametrize("path", ["/", "/_ctl/health", "/_ctl/accounts", "/_ctl/extra", f"/bot{TOKEN}/getMe"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Host": "127.0.0.1.rebound.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
async def test_strangers_are_refused(now: MovableNow, path: str, headers: dict[str, str]) -> None:
    async def extra(_request: web.Request) -> web.Response:
        return web.json_response({"extra": True})

    async with (
        SimulatorServer(token=TOKEN, now=now, mounts=[web.get("/_ctl/extra", extra)]) as server,
        aiohttp.ClientSession() as http,
    ):
        async with http.get(server.url + path, headers=headers) as answer:
            assert answer.status == 403
        async with http.get(server.url + path, headers={"Origin": server.url}) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("a.b", False),
        (None, False),
    ],
)
def test_loopback_hosts(host: str | None, local: bool) -> None:
    assert is_loopback(host) is local


async def test_the_page_is_served_with_its_policy(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as answer:
        assert answer.content_type == "text/html"
        assert answer.headers["Content-Security-Policy"] == "default-src 'self'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "<html" in await answer.text()
    for missing in ("/nothing.js", "/server.py", "/..%2fserver.py", "/%2e%2e/server.py"):
        async with http.get(missing) as answer:
            assert answer.status == 404


async def test_accounts_are_numbered_and_unique(client: SimulatorClient) -> None:
    account = await client.add_account("Clara", last_name="Klein")
    assert (account["id"], account["unread"], account["started"]) == (BORIS + 1, 0, False)
    for wrong, status in (
        ({"id": ANNA}, 409),
        ({"id": 0}, 400),
        ({"username": "a b"}, 400),
        ({"nickname": "x"}, 400),
    ):
        with pytest.raises(ControlRefused) as refused:
            await client.add_account("X", **wrong)
        assert refused.value.status == status
    with pytest.raises(ControlRefused, match="first_name"):
        await client.add_account("")


async def test_unknown_things_are_not_found(client: SimulatorClient, http: aiohttp.ClientSession) -> None:
    for path in ("/accounts/999/chat", "/files/unknown", "/groups/-7/chat"):
        with pytest.raises(ControlRefused) as refused:
            await client.request("GET", path)
        assert refused.value.status == 404
    for path, reason in (
        (f"/accounts/{ANNA}/chat?after=x", "after must be a whole number"),
        (f"/accounts/{ANNA}/chat?wait=x", "wait must be a number"),
        (f"/accounts/{ANNA}/events?after=x", "number of an event"),
    ):
        async with http.get(f"/_ctl{path}") as answer:
            assert answer.status == 400
            assert reason in (await answer.json())["error"]
    async with http.post(f"/_ctl/accounts/{ANNA}/send", data=b"{") as answer:
        assert answer.status == 400


async def test_without_a_bot_there_is_nobody_to_write_to(now: MovableNow) -> None:
    async with SimulatorServer(now=now) as server, SimulatorClient(server.url) as client:
        await client.add_account("Anna", id=ANNA)
        with pytest.raises(ControlRefused, match="no such bot"):
            await client.send(ANNA, "x")


async def test_each_bot_has_its_own_chat_with_a_person(
    server: SimulatorServer, client: SimulatorClient
) -> None:
    server.world.bot_by_token("55:second")
    async with SimulatorClient(server.url, bot_id=55) as second:
        await second.send(ANNA, "for the second")
        assert [message["text"] for message in (await second.chat(ANNA))["messages"]] == ["for the second"]
    assert [message["text"] for message in (await client.chat(ANNA))["messages"]] == ["/start"]
    assert [(bot["id"], bot["pending_updates"]) for bot in await client.bots()] == [
        (int(TOKEN.split(":")[0]), 1),
        (55, 1),
    ]


async def test_uploaded_markup_is_never_shown_as_such(
    client: SimulatorClient, http: aiohttp.ClientSession
) -> None:
    for name, content_type, disposition in (
        ("x.html", "text/html", "attachment"),
        ("x.svg", "image/svg+xml", "attachment"),
        ("x.mp3", "audio/mpeg", "inline"),
    ):
        sent = await client.upload(ANNA, "document", b"<script>", name=name, content_type=content_type)
        async with http.get(sent["message"]["files"][0]["url"]) as answer:
            assert await answer.read() == b"<script>"
            assert answer.headers["Content-Disposition"].startswith(disposition)
            assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert (answer.content_type == content_type) == (disposition == "inline")


async def events(answer: aiohttp.ClientResponse, count: int) -> list[tuple[str, str, Any]]:
    found: list[tuple[str, str, Any]] = []
    fields: dict[str, str] = {}
    async with asyncio.timeout(10):
        while len(found) < count:
            line = (await answer.content.readline()).decode().rstrip("\n")
            if line.startswith(":"):
                continue
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                found.append((fields["id"], fields["event"], json.loads(fields["data"])))
                fields = {}
    return found


async def test_a_chat_is_watched_live(bot: Bot, client: SimulatorClient, http: aiohttp.ClientSession) -> None:
    path = f"/_ctl/accounts/{ANNA}/events"
    async with http.get(path) as answer:
        assert answer.content_type == "text/event-stream"
        sent = await bot.send_message(ANNA, "one")
        await bot.send_chat_action(ANNA, "typing")
        await bot.edit_message_text("two", chat_id=ANNA, message_id=sent.message_id)
        await bot.delete_message(ANNA, sent.message_id)
        await client.block(ANNA)
        seen = await events(answer, 5)
    assert [kind for _, kind, _ in seen] == ["message", "action", "edited", "deleted", "status"]
    assert seen[1][2]["action"] == "typing"
    assert seen[3][2]["message_id"] == sent.message_id
    async with http.get(path, headers={"Last-Event-ID": seen[3][0]}) as answer:
        assert await events(answer, 1) == [seen[4]]


async def test_a_reader_who_was_away_too_long_is_told_to_begin_anew(
    bot: Bot, client: SimulatorClient, server: SimulatorServer, http: aiohttp.ClientSession
) -> None:
    chat = server.world.bots[bot.id].chats[ANNA]
    for _ in range(1001):
        await client.mark_read(ANNA)
        chat.happened(chat.events[0].kind, message_id=1)
    async with http.get(f"/_ctl/accounts/{ANNA}/events?after=1") as answer:
        (reset,) = await events(answer, 1)
    assert reset == (str(chat.last_event), "reset", {})


async def test_an_open_stream_does_not_keep_the_server_from_stopping(now: MovableNow) -> None:
    async with (
        SimulatorServer(token=TOKEN, now=now) as server,
        aiohttp.ClientSession(base_url=server.url) as http,
    ):
        async with SimulatorClient(server.url) as client:
            await client.add_account("Anna", id=ANNA)
        async with http.get(f"/_ctl/accounts/{ANNA}/events") as answer:
            assert await answer.content.readline() == b": connected\n"
            await server.stop()
            assert await answer.content.read() == b"\n"
        await server.stop()


async def test_waiting_for_a_message(bot: Bot, client: SimulatorClient) -> None:
    waiting = asyncio.create_task(client.wait_for(ANNA, lambda message: message["text"] == "two"))
    sent = await bot.send_message(ANNA, "one")
    await bot.edit_message_text("two", chat_id=ANNA, message_id=sent.message_id)
    assert (await waiting)["message_id"] == sent.message_id
    with pytest.raises(NothingCame, match="waited"):
        await client.wait_for(ANNA, after=sent.message_id, seconds=0.05)


async def test_a_server_that_was_not_started_has_no_address(now: MovableNow) -> None:
    server = SimulatorServer(now=now)
    with pytest.raises(RuntimeError, match="not been started"):
        _ = server.url
    await server.stop()
