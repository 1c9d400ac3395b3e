"""The page that browsers come back to, and the settings of token servers (interface.md, GET /oauth/callback)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from yarl import URL

from app.http import HttpDoor
from app.oauth import OAuthPage, read_oauth
from app.settings import SettingsInvalid, load_settings
from core.database import Database
from core.enums import Language, MailAuth, MailSecurity
from core.models import User
from core.services.mailbox_drafts import MailServer
from tests.conftest import FixedClock
from tests.factories.oauth_world import OAuthWorld, open_oauth_world


@pytest.fixture
async def world(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[OAuthWorld]:
    async with open_oauth_world(database, clock, tmp_path) as running:
        yield running


@asynccontextmanager
async def serving(world: OAuthWorld) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    page = OAuthPage(world.oauth, Language.RU)
    database = world.mail.post.works.database
    door = HttpDoor(("127.0.0.1", 0), database, parts=list, find_ill=list, routes=page.routes())
    task = asyncio.create_task(door.run())
    async with asyncio.timeout(20):
        while not door.url:  # noqa: ASYNC110 - the test looks from outside
            await asyncio.sleep(0.005)
    try:
        async with aiohttp.ClientSession() as client:
            yield client, f"{door.url}/oauth/callback"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def read(client: aiohttp.ClientSession, url: str, language: str = "en") -> tuple[int, str]:
    async with client.get(url, headers={"Accept-Language": language}) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("language", "title"),
    [(Language.EN, "The mailbox is connected"), (Language.RU, "Почтовый ящик подключён")],
)
async def test_who_comes_back_reads_in_their_language_how_it_ended(
    world: OAuthWorld, language: Language, title: str
) -> None:
    async with world.mail.post.works.database.transaction() as session:
        (await session.get_one(User, world.anna.user_id)).language = language
    back = await world.go()
    async with serving(world) as (client, url):
        status, text = await read(client, f"{url}?{urlencode(back)}", "de")
    assert status == 200
    assert f"<h1>{title}</h1>" in text
    assert f'lang="{language}"' in text
    assert not [secret for secret in (*back.values(), *world.provider.access) if secret in text]


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        ("en-GB,en;q=0.9", "This link was used already"),
        ("de,ru;q=0.5", "Этой ссылкой уже воспользовались"),
        ("", "Этой ссылкой уже воспользовались"),
        ("x" * 5000, "Этой ссылкой уже воспользовались"),
    ],
)
async def test_strangers_read_that_the_link_is_old(world: OAuthWorld, accepted: str, said: str) -> None:
    async with serving(world) as (client, url):
        status, text = await read(client, f"{url}?state=%3Cscript%3E&code=%3Cb%3E", accepted)
    assert status == 400
    assert said in text
    assert "<script>" not in text
    assert "<b>" not in text


@pytest.mark.parametrize("query", ["", "?", "?state", "?state=%00%ff&code=%ff", "?" + "a=b&" * 2000])
async def test_no_query_is_too_odd(world: OAuthWorld, query: str) -> None:
    async with (
        serving(world) as (client, url),
        client.get(URL(f"{url}{query}", encoded=True)) as answer,
    ):
        assert answer.status == 400


async def test_what_looks_ahead_uses_no_state_up(world: OAuthWorld) -> None:
    back = await world.go()
    async with serving(world) as (client, url):
        for method in ("HEAD", "POST"):
            async with client.request(method, f"{url}?{urlencode(back)}") as answer:
                assert answer.status == 405
        status, _ = await read(client, f"{url}?{urlencode(back)}")
        assert status == 200
        again, _ = await read(client, f"{url}?{urlencode(back)}")
        assert again == 400


async def test_the_page_is_kept_nowhere_and_tells_nobody(world: OAuthWorld) -> None:
    async with serving(world) as (client, url), client.get(url) as answer:
        headers = answer.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Frame-Options"] == "DENY"


async def test_nothing_of_the_way_is_logged(world: OAuthWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "mail")
    caplog.set_level("DEBUG", "app")
    caplog.set_level("DEBUG", "core")
    back = await world.go()
    async with serving(world) as (client, url):
        await read(client, f"{url}?{urlencode(back)}")
    logged = "".join(f"{record.getMessage()}{record.__dict__}" for record in caplog.records)
    assert "oauth_finished" in logged
    secrets = (*back.values(), *world.provider.access, *world.provider.refresh, "anna@zveno.example")
    assert not [one for one in secrets if one in logged]


GOOGLE = {"oauth_google_client_id": "id", "oauth_google_client_secret": "secret"}


def test_a_token_server_is_there_when_it_is_set_up() -> None:
    assert dict(read_oauth(load_settings()).providers) == {}
    tenant = "https://login.microsoftonline.com/acme/oauth2/v2.0"
    setup = read_oauth(
        load_settings(
            public_url="https://zveno.example/",
            **GOOGLE,
            oauth_microsoft_client_id="id",
            oauth_microsoft_client_secret="secret",
            oauth_microsoft_authority=tenant,
        )
    )
    assert setup.public_url == "https://zveno.example"
    assert setup.providers[MailAuth.OAUTH_GOOGLE].token_url == "https://oauth2.googleapis.com/token"
    assert setup.providers[MailAuth.OAUTH_MICROSOFT].authorize_url == f"{tenant}/authorize"
    assert "secret'" not in repr(setup)


@pytest.mark.parametrize(
    ("given", "server"),
    [
        (None, None),
        ("imaps://outlook.office365.us", MailServer("outlook.office365.us", 993, MailSecurity.TLS)),
        ("imaps://mail.example:1993/", MailServer("mail.example", 1993, MailSecurity.TLS)),
        ("imap://127.0.0.1:1143", MailServer("127.0.0.1", 1143, MailSecurity.NONE)),
    ],
)
def test_the_mail_server_that_takes_the_tokens_may_be_another(
    given: str | None, server: MailServer | None
) -> None:
    settings = load_settings(public_url="https://zveno.example", **GOOGLE, oauth_google_imap=given)
    assert read_oauth(settings).providers[MailAuth.OAUTH_GOOGLE].imap == server


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"oauth_google_client_id": "id"}, "OAUTH_GOOGLE_CLIENT_SECRET"),
        ({"oauth_microsoft_client_secret": "secret"}, "OAUTH_MICROSOFT_CLIENT_ID"),
        (GOOGLE, "PUBLIC_URL"),
        (
            {**GOOGLE, "public_url": "https://a.example", "oauth_google_authority": "http://b.example"},
            "OAUTH_GOOGLE_AUTHORITY",
        ),
        ({"oauth_microsoft_authority": "login.example"}, "OAUTH_MICROSOFT_AUTHORITY"),
        ({"oauth_google_imap": "imap://mail.example:143"}, "OAUTH_GOOGLE_IMAP"),
        ({"oauth_google_imap": "https://mail.example"}, "OAUTH_GOOGLE_IMAP"),
        ({"oauth_microsoft_imap": "imaps://mail.example:99999"}, "OAUTH_MICROSOFT_IMAP"),
        ({"oauth_microsoft_imap": "imaps://"}, "OAUTH_MICROSOFT_IMAP"),
    ],
)
def test_half_a_token_server_ends_the_start_and_is_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsInvalid, match=named):
        load_settings(**given)
