"""A mailbox without a password: its provider lets us in, and takes that back; the real process, both languages."""

from pathlib import Path

import aiohttp
import pytest

from bench.support.dovecot import PROGRAM, run_dovecot
from tests.acceptance.letters import CLIENT, write_now
from tests.acceptance.mail_words import SAYS
from tests.acceptance.mailroom import open_mailroom
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person
from tests.factories.authorisation import CLIENT_ID, CLIENT_SECRET, browse, serve_authorisation

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.external,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        PROGRAM is None, reason="dovecot is not installed (Debian: dovecot-imapd dovecot-lmtpd)"
    ),
]

ANNA = 1002
ADDRESS = "anna.zveno@gmail.com"
PUBLIC_URL = "https://zveno.example"
JOHN = f"John Smith <{CLIENT}>"


async def open_page(person: Person, label: str) -> str:
    """Follow the link behind a button in a browser, and agree; the page that it ends at."""
    keyboard = (person.message or {})["reply_markup"]["inline_keyboard"]
    (link,) = [one["url"] for row in keyboard for one in row if label in one["text"]]
    back = await browse(link)
    assert back.startswith(f"{PUBLIC_URL}/")
    running = person.house.running
    assert running is not None
    here = await running.url() + back.removeprefix(PUBLIC_URL)
    async with aiohttp.ClientSession() as browser, browser.get(here) as page:
        return await page.text()


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_provider_lets_us_in_and_withdraws_its_permission(
    tmp_path: Path, nursery: Nursery, language: str
) -> None:
    says = SAYS[language]
    async with serve_authorisation(ADDRESS) as provider:
        with run_dovecot(f"{provider.url}/introspect?token=") as dovecot:
            settings = {
                "PUBLIC_URL": PUBLIC_URL,
                "OAUTH_GOOGLE_CLIENT_ID": CLIENT_ID,
                "OAUTH_GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
                "OAUTH_GOOGLE_AUTHORITY": provider.url,
                "OAUTH_GOOGLE_IMAP": f"imaps://127.0.0.1:{dovecot.imaps}",
            }
            async with open_mailroom(tmp_path, nursery, dovecot, language, settings) as room:
                await room.administrator()
                anna = await room.invite(ANNA, "Anna")
                await anna.write(f"/mailbox add {ADDRESS}", says["how"])
                await anna.tap(says["in the browser"], says["once"])
                assert says["connected"] in await open_page(anna, says["open"])
                await anna.see(says["since"])
                await anna.tap(says["month"], says["folders"])
                await anna.tap("›", says["nothing taken"])
                await anna.tap("▶️", "/m1")
                await anna.see(says["import done"])
                await room.deliver(write_now("a@acme.example", "One", "By token.", JOHN, ADDRESS), ADDRESS)
                await anna.see("By token.")

                provider.revoke()
                await room.house.kill()
                await room.house.start()
                assert says["withdrawn"] in await anna.see(says["stopped"])
                dovecot.deliver(write_now("c@acme.example", "Three", "Not lost.", JOHN, ADDRESS), ADDRESS)
                await anna.tap(says["reconnect"], ADDRESS)
                assert says["connected"] in await open_page(anna, says["open"])
                await room.house.wait_idle()
                await anna.see("Not lost.")
                said = str((await room.house.people.chat(ANNA))["messages"])
                assert not [one for one in (*provider.access, *provider.refresh) if one in said]
