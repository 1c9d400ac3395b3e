"""The demo as a visitor finds it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.demo.cast import CASTS, Cast
from app.demo.stage import DemoOptions, show
from app.supervision import Fatal
from core.clock import SystemClock
from core.database import Database
from core.enums import Language
from core.queries.export.kinds import export_kind
from simulator.client import SimulatorClient
from simulator.errors import JsonObject


@asynccontextmanager
async def showing(**options: Any) -> AsyncIterator[tuple[SimulatorClient, str]]:
    """A demo and its address; over at the end, when the bot must have made no call that Telegram refuses."""
    stop = asyncio.Event()
    announced: asyncio.Queue[str] = asyncio.Queue()
    task = asyncio.create_task(show(DemoOptions(port=0, **options), announced.put_nowait, stop))
    address = asyncio.create_task(announced.get())
    try:
        await asyncio.wait([address, task], timeout=60, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        url = await address
        async with SimulatorClient(url) as people:
            yield people, url
            assert await people.violations() == []
    finally:
        stop.set()
        await task


async def export(folder: Path, kind: str) -> list[dict[str, Any]]:
    database = Database(f"sqlite:///{folder / 'zveno.db'}")
    async with database.reading() as session:
        found = [one async for one in export_kind(session, kind, SystemClock().now())]
    await database.dispose()
    return found


@pytest.mark.parametrize("language", list(Language))
async def test_the_rep_finds_a_letter_that_has_just_come_to_the_deal(
    tmp_path: Path, language: Language
) -> None:
    cast = CASTS[language]
    async with showing(keep=tmp_path, language=language) as (people, _):
        for topic in ("new_topic", "letter_topic"):  # In one message, if they came in one look.
            seen = partial(_shows, cast.words[topic])
            shown = await people.wait_for(cast.rep.account_id, seen, seconds=60)
            assert shown["reply_markup"]["inline_keyboard"]
    await check_the_week(tmp_path, cast)


def _shows(words: str, message: JsonObject) -> bool:
    return words in str(message.get("text", ""))


async def check_the_week(folder: Path, cast: Cast) -> None:
    """What the services made of the week that was told."""
    [deal] = await export(folder, "deals")
    assert (deal["title"], deal["partner"]["name"]) == (cast.words["deal_title"], cast.buyer.company)
    assert len(deal["interactions"]) == 5
    subjects = await export(folder, "subjects")
    assert {"deal", "claim", "chain"} <= {one["kind"] for one in subjects}
    interactions = await export(folder, "interactions")
    assert {one["type"] for one in interactions} == {"call", "meeting", "email", "sms", "planned"}
    assert len([one for one in interactions if one["state"] == "planned"]) == 3
    days = {
        datetime.fromisoformat(one["happened_at"]).date() for one in interactions if one["state"] == "done"
    }
    assert len(days) >= 5
    assert any(not one["reviewed"] for one in interactions if one["type"] == "email")
    unknown = [one for one in interactions if any(who["contact_id"] is None for who in one["participants"])]
    assert len(unknown) >= 2
    outbox = await export(folder, "outbox")
    assert {one["state"] for one in outbox} == {"sent"}


async def test_the_page_and_the_door_to_write_as_a_client_are_there() -> None:
    async with showing(language=Language.EN) as (_, url), aiohttp.ClientSession() as visitor:
        async with visitor.get(f"{url}/") as page:
            assert page.status == 200
            assert "text/html" in page.headers["Content-Type"]
        async with visitor.get(f"{url}/_ctl/mail") as mail:
            accounts = (await mail.json())["accounts"]
    assert [one["address"] for one in accounts] == ["anna@north.example", "ben@north.example"]


async def test_an_empty_demo_has_an_administrator_and_nothing_else(tmp_path: Path) -> None:
    async with showing(keep=tmp_path, empty=True, language=Language.EN) as (people, _):
        await people.wait_for(CASTS[Language.EN].administrator.account_id, seconds=60)
    assert [one["role"] for one in await export(tmp_path, "users")] == ["administrator"]
    assert await export(tmp_path, "interactions") == []


async def test_a_kept_demo_goes_on_where_it_was(tmp_path: Path) -> None:
    for _ in range(2):
        async with showing(keep=tmp_path, empty=True, language=Language.EN):
            pass
    assert len(await export(tmp_path, "users")) == 1


async def test_a_port_that_is_taken_is_named() -> None:
    async with showing(language=Language.EN, empty=True) as (_, url):
        port = int(url.rpartition(":")[2])
        with pytest.raises(Fatal, match=str(port)):
            await show(DemoOptions(port=port, empty=True), lambda _url: None, asyncio.Event())
