"""The whole product in this process, against a Bot API server of our own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.bootstrap import SchemaOutdated, open_core
from app.parts import PARTS
from app.product import Product, open_product
from app.run import run
from app.settings import Settings, SettingsInvalid, load_settings
from app.supervision import Fatal
from bench.support.ports import reserve_port
from core.queries.export.kinds import export_kind
from simulator.client import SimulatorClient
from simulator.server import SimulatorServer

TOKEN = "4200000010:product-tests"
ACCOUNT = 77


def settings_for(folder: Path, **given: Any) -> Settings:
    """Settings of a product that keeps everything in one folder and has one administrator."""
    return load_settings(
        **{
            "bot_token": TOKEN,
            "admin_ids": "77",
            "database_url": f"sqlite:///{folder / 'zveno.db'}",
            "blob_dir": folder / "blobs",
            "default_language": "en",
            "http_listen": "127.0.0.1:0",
            **given,
        }
    )


@asynccontextmanager
async def running(settings: Settings, parts: tuple[str, ...] = PARTS) -> AsyncIterator[Product]:
    """The product; stopped in order at the end."""
    stop = asyncio.Event()
    async with open_core(settings) as core, open_product(core, parts) as product:
        task = asyncio.create_task(product.supervisor.run_until(stop))
        try:
            yield product
        finally:
            stop.set()
            await task


async def health(product: Product) -> dict[str, Any]:
    """What /healthz answers, once it does."""
    async with asyncio.timeout(20):
        while True:
            if product.http is not None and product.http.url:
                break
            await asyncio.sleep(0.01)
    async with aiohttp.ClientSession() as client, client.get(f"{product.http.url}/healthz") as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def until_healthy(product: Product) -> None:
    async with asyncio.timeout(30):
        while True:
            if (await health(product))["status"] == "ok":
                return
            await asyncio.sleep(0.05)


async def test_a_call_is_captured_and_confirmed(tmp_path: Path) -> None:
    async with SimulatorServer(token=TOKEN) as server, SimulatorClient(server.url) as people:
        await people.add_account("Anna", id=ACCOUNT)
        async with running(settings_for(tmp_path, bot_api_url=server.url)) as product:
            await until_healthy(product)
            await people.start(ACCOUNT)
            await people.send(ACCOUNT, "/call John Smith: talked about pumps")
            card = await people.wait_for(ACCOUNT, lambda message: "/i1" in message["text"], seconds=30)
        assert "pumps" in card["text"]
        assert await people.violations() == []


async def test_the_webhook_brings_updates_in(tmp_path: Path) -> None:
    port = reserve_port()
    async with SimulatorServer(token=TOKEN) as server, SimulatorClient(server.url) as people:
        await people.add_account("Anna", id=ACCOUNT)
        webhook = {
            "bot_mode": "webhook",
            "bot_webhook_secret": "s3cret",
            "public_url": f"http://127.0.0.1:{port}",
            "http_listen": f"127.0.0.1:{port}",
        }
        async with running(settings_for(tmp_path, bot_api_url=server.url, **webhook)) as product:
            await until_healthy(product)
            await people.start(ACCOUNT)
            assert await people.wait_for(ACCOUNT, seconds=30)
        [bot] = await people.bots()
        assert bot["pending_updates"] == 0


async def test_telegram_out_of_reach_is_said_and_waited_for(tmp_path: Path) -> None:
    port = reserve_port()
    async with running(settings_for(tmp_path, bot_api_url=f"http://127.0.0.1:{port}")) as product:
        assert (await health(product))["down"] == ["bot"]
        server = await SimulatorServer(token=TOKEN).start(port=port)
        try:
            await until_healthy(product)
        finally:
            await server.stop()


async def test_a_refused_token_ends_the_process_and_names_the_setting(tmp_path: Path) -> None:
    async with SimulatorServer(token=TOKEN) as server, SimulatorClient(server.url) as people:
        await people.request("POST", "/faults", json={"kind": "401", "times": 100})
        settings = settings_for(tmp_path, bot_api_url=server.url)
        async with open_core(settings) as core, open_product(core) as product:
            with pytest.raises(Fatal, match="BOT_TOKEN"):
                await asyncio.wait_for(product.supervisor.run_until(asyncio.Event()), 30)


async def test_only_some_parts_run_without_a_token(tmp_path: Path) -> None:
    async with running(settings_for(tmp_path, bot_token=None), ("mail", "scheduler", "http")) as product:
        assert await health(product) == {"status": "ok", "parts": ["scheduler", "mail", "http"]}


async def test_what_one_process_writes_another_delivers(tmp_path: Path) -> None:
    async with SimulatorServer(token=TOKEN) as server, SimulatorClient(server.url) as people:
        await people.add_account("Anna", id=ACCOUNT)
        async with (
            running(settings_for(tmp_path, bot_api_url=server.url), ("bot", "http")),
            running(settings_for(tmp_path, bot_api_url=server.url), ("outbox",)),
        ):
            await people.start(ACCOUNT)
            await people.send(ACCOUNT, "/call John Smith: talked about pumps")
            assert await people.wait_for(ACCOUNT, lambda message: "/i1" in message["text"], seconds=30)


async def test_two_processes_do_not_run_one_part_on_sqlite(tmp_path: Path) -> None:
    async with running(settings_for(tmp_path, bot_token=None), ("mail",)):
        with pytest.raises(Fatal, match="mail"):
            async with running(settings_for(tmp_path, bot_token=None), ("mail",)):
                pytest.fail("it started")


async def test_administrators_are_there_from_the_start_and_only_once(tmp_path: Path) -> None:
    for _ in range(2):
        async with running(settings_for(tmp_path, bot_token=None, admin_ids="77,78"), ("scheduler",)):
            pass
    async with open_core(settings_for(tmp_path)) as core, core.database.reading() as session:
        users = [one async for one in export_kind(session, "users", core.clock.now())]
    assert [(one["telegram_id"], one["role"]) for one in users] == [
        (77, "administrator"),
        (78, "administrator"),
    ]


async def test_on_postgresql_an_old_schema_is_left_to_the_operator(postgres_template: str) -> None:
    with pytest.raises(SchemaOutdated, match="zveno migrate"):
        async with open_core(load_settings(database_url=postgres_template)):
            pytest.fail("it opened")


async def test_run_refuses_what_cannot_work_before_it_touches_anything(bare_environment: Path) -> None:
    with pytest.raises(SettingsInvalid, match="BOT_TOKEN"):
        await run(load_settings())
    assert not (bare_environment / "var").exists()
