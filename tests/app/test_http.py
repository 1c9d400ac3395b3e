import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from app.http import SECRET_HEADER, HttpDoor, Webhook, webhook_path
from app.supervision import Fatal
from core.database import Database
from core.enums import OutboxState
from core.services.mail_folders import FolderLook
from tests.conftest import NOON, FixedClock
from tests.factories.delivery import make_outbox_item, make_recipient
from tests.factories.mail import UIDVALIDITY, Post, SightedLetter
from tests.factories.organisation import make_organisation

SECRET = "s3cret"


class Box:
    """What the webhook took; refuses when told to."""

    def __init__(self) -> None:
        self.taken: list[Mapping[str, Any]] = []
        self.broken = False

    async def take(self, update: Mapping[str, Any]) -> None:
        if self.broken:
            raise LookupError("the database is away")
        self.taken.append(update)


@asynccontextmanager
async def serving(
    database: Database, *, ill: list[str] | None = None, webhook: Webhook | None = None
) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    door = HttpDoor(
        ("127.0.0.1", 0),
        database,
        parts=lambda: ["bot", "http"],
        find_ill=lambda: ill or [],
        webhook=webhook,
    )
    task = asyncio.create_task(door.run())
    async with asyncio.timeout(20):
        while not door.url:  # noqa: ASYNC110 - the test looks from outside
            await asyncio.sleep(0.005)
    try:
        async with aiohttp.ClientSession() as session:
            yield session, door.url
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_health_is_200_when_every_part_works(database: Database) -> None:
    async with serving(database) as (client, url), client.get(f"{url}/healthz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"status": "ok", "parts": ["bot", "http"]}


async def test_health_is_503_with_the_names_of_what_is_down(database: Database) -> None:
    async with serving(database, ill=["bot"]) as (client, url), client.get(f"{url}/healthz") as answer:
        assert answer.status == 503
        assert (await answer.json())["down"] == ["bot"]


async def test_metrics_count_what_stands_where(database: Database) -> None:
    async with database.transaction() as session:
        user = await make_recipient(session, NOON)
        for number in range(3):
            await make_outbox_item(session, user, f"k{number}", NOON, state=OutboxState.FAILED)
    async with serving(database, ill=["bot"]) as (client, url), client.get(f"{url}/metrics") as answer:
        text = await answer.text()
    assert 'zveno_outbox{state="failed"} 3.0' in text
    assert 'zveno_outbox{state="new"} 0.0' in text
    assert 'zveno_part_up{part="bot"} 0.0' in text
    assert 'zveno_part_up{part="http"} 1.0' in text
    assert 'zveno_updates{state="new"} 0.0' in text


async def test_the_webhook_takes_an_update_with_the_right_secret(database: Database) -> None:
    box = Box()
    webhook = Webhook("/telegram/abc", SECRET, box.take)
    async with (
        serving(database, webhook=webhook) as (client, url),
        client.post(f"{url}/telegram/abc", json={"update_id": 1}, headers={SECRET_HEADER: SECRET}) as answer,
    ):
        assert answer.status == 200
    assert box.taken == [{"update_id": 1}]


@pytest.mark.parametrize(
    "headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: "s3cret "[:-1] + "x"}]
)
async def test_the_webhook_refuses_any_other_secret(database: Database, headers: dict[str, str]) -> None:
    box = Box()
    webhook = Webhook("/telegram/abc", SECRET, box.take)
    async with (
        serving(database, webhook=webhook) as (client, url),
        client.post(f"{url}/telegram/abc", json={"update_id": 1}, headers=headers) as answer,
    ):
        assert answer.status == 401
    assert box.taken == []


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe"])
async def test_what_is_no_update_is_refused(database: Database, body: bytes) -> None:
    webhook = Webhook("/telegram/abc", SECRET, Box().take)
    async with (
        serving(database, webhook=webhook) as (client, url),
        client.post(f"{url}/telegram/abc", data=body, headers={SECRET_HEADER: SECRET}) as answer,
    ):
        assert answer.status == 400


async def test_an_update_that_was_not_stored_is_not_acknowledged(database: Database) -> None:
    box = Box()
    box.broken = True
    webhook = Webhook("/telegram/abc", SECRET, box.take)
    async with (
        serving(database, webhook=webhook) as (client, url),
        client.post(f"{url}/telegram/abc", json={"update_id": 1}, headers={SECRET_HEADER: SECRET}) as answer,
    ):
        assert answer.status == 500


async def test_without_webhook_mode_there_is_no_such_path(database: Database) -> None:
    async with serving(database) as (client, url), client.post(f"{url}{webhook_path('1:a')}") as answer:
        assert answer.status == 404


async def test_a_webhook_without_a_secret_cannot_be_built(database: Database) -> None:
    with pytest.raises(ValueError, match="secret"):
        HttpDoor(
            ("127.0.0.1", 0),
            database,
            parts=list,
            find_ill=list,
            webhook=Webhook("/telegram/abc", "", Box().take),
        )


async def test_a_taken_port_ends_the_start_and_names_the_setting(database: Database) -> None:
    async with serving(database) as (_, url):
        port = int(url.rpartition(":")[2])
        door = HttpDoor(("127.0.0.1", port), database, parts=list, find_ill=list)
        with pytest.raises(Fatal, match="HTTP_LISTEN"):
            await door.run()


def test_the_path_of_the_webhook_is_steady_and_tells_nothing_of_the_token() -> None:
    path = webhook_path("4200:secret-token")
    assert path == webhook_path("4200:secret-token")
    assert path != webhook_path("4200:secret-tokem")
    assert "secret" not in path
    assert "4200" not in path


async def test_metrics_tell_how_each_mailbox_fares_by_its_id(database: Database, clock: FixedClock) -> None:
    post = Post(await make_organisation(database, clock))
    mailbox = await post.add(post.organisation.anna, "anna@zveno.example")
    folder = await post.open(mailbox)
    await post.folders.close(folder.id, FolderLook(UIDVALIDITY, 1, 4, 1))
    await post.capture(folder, [SightedLetter(1, NOON, quarantined="unparsable")])
    await post.mailboxes.mark_reached(mailbox)
    async with serving(database) as (client, url), client.get(f"{url}/metrics") as answer:
        text = await answer.text()
    assert f'zveno_mailbox_quarantined{{mailbox="{mailbox}"}} 1.0' in text
    assert f'zveno_mailbox_missing{{mailbox="{mailbox}"}} 1.0' in text
    assert f'zveno_mailbox_backlog{{mailbox="{mailbox}"}} 2.0' in text
    assert f'zveno_mailbox_last_success_seconds{{mailbox="{mailbox}"}}' in text
    assert 'zveno_letters{fate="quarantined"} 1.0' in text
    assert "anna" not in text
