"""A mailbox by a browser link through the whole product: settings, callback over HTTP, notice, letter, renewal."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from app.bootstrap import open_core
from app.product import open_product
from bench.support.ports import reserve_port
from core.enums import MailAuth, MailSecurity
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.values import Caller, Origin
from simulator.client import SimulatorClient
from simulator.server import SimulatorServer
from tests.app.test_product import ACCOUNT, TOKEN, settings_for, until_healthy
from tests.factories.authorisation import CLIENT_ID, CLIENT_SECRET, serve_authorisation
from tests.factories.mail_world import raw_letter
from tests.mail.scripted_imap import ScriptedIMAP, serve

ADDRESS = "anna@zveno.example"


def draft(port: int, caller: Caller) -> MailboxDraft:
    return MailboxDraft(
        address=ADDRESS,
        imap=MailServer("127.0.0.1", port, MailSecurity.NONE),
        login=ADDRESS,
        password="",
        owner_id=caller.user_id,
        auth=MailAuth.OAUTH_GOOGLE,
    )


async def test_who_opens_the_link_has_their_letters_in_the_chat(tmp_path: Path) -> None:
    port = reserve_port()
    async with (
        SimulatorServer(token=TOKEN) as server,
        SimulatorClient(server.url) as people,
        serve_authorisation(ADDRESS) as provider,
        serve(ScriptedIMAP(letters={1: raw_letter("pumps")}, access_tokens=provider.access)) as script,
    ):
        script.arrived_at = datetime.now(UTC) + timedelta(
            minutes=1
        )  # What came before the mailbox is no news.
        await people.add_account("Anna", id=ACCOUNT)
        settings = settings_for(
            tmp_path,
            bot_api_url=server.url,
            http_listen=f"127.0.0.1:{port}",
            public_url=f"http://127.0.0.1:{port}",
            mail_together_seconds=0,
            oauth_google_client_id=CLIENT_ID,
            oauth_google_client_secret=CLIENT_SECRET,
            oauth_google_authority=provider.url,
        )
        stop = asyncio.Event()
        async with open_core(settings) as core, open_product(core) as product:
            task = asyncio.create_task(product.supervisor.run_until(stop))
            try:
                await until_healthy(product)
                await people.start(ACCOUNT)
                user = await core.services.chats.find_by_account(ACCOUNT)
                assert user is not None
                wanted = draft(script.port, user.caller(Origin()))
                link = await core.services.mail_oauth.begin_oauth(user.caller(Origin()), wanted)
                assert await page_behind(link) == "/oauth/callback The mailbox is connected"
                await people.wait_for(ACCOUNT, lambda one: "mailbox is connected" in one["text"], seconds=30)
                await people.wait_for(ACCOUNT, lambda one: "pumps" in one["text"], seconds=30)
                provider.access.clear()
                script.letters[2] = raw_letter("valves")
                script.cut_all()
                await people.wait_for(ACCOUNT, lambda one: "valves" in one["text"], seconds=30)
                assert provider.renewals == 1
            finally:
                stop.set()
                await task
        assert await people.violations() == []


async def page_behind(link: str) -> str:
    """Path and headline of the page that a browser ends at."""
    async with aiohttp.ClientSession() as browser, browser.get(link) as page:
        return f"{page.url.path} {(await page.text()).partition('<h1>')[2].partition('</h1>')[0]}"
