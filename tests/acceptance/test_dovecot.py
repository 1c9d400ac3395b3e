"""The real process with a real Dovecot: TLS that is verified, a folder of sent mail with a name of its own."""

import json
from pathlib import Path

import pytest

from bench.support.dovecot import PASSWORD, Dovecot
from tests.acceptance.house import House, open_house
from tests.acceptance.letters import ANSWER, MAILBOX, QUESTION, REMINDER, THREAD
from tests.acceptance.mailroom import SENT, authority_of, put_into_sent
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person

pytestmark = [pytest.mark.acceptance, pytest.mark.external, pytest.mark.timeout(300)]

ANNA = 1001


async def add_mailbox(house: House, dovecot: Dovecot, login: str) -> str:
    place = ["--imap-host", "127.0.0.1", "--imap-port", str(dovecot.imaps), "--imap-security", "tls"]
    whose = ["--owner", "1", "--address", MAILBOX.address, "--login", login, "--password-env", "PW"]
    return await house.done("mailbox", "add", *whose, *place, PW=PASSWORD)


async def test_a_thread_from_dovecot_over_tls(tmp_path: Path, nursery: Nursery, dovecot: Dovecot) -> None:
    login = "anna"
    async with open_house(
        tmp_path,
        f"sqlite+aiosqlite:///{tmp_path / 'zveno.db'}",
        [],
        nursery=nursery,
        ADMIN_IDS=str(ANNA),
        SSL_CERT_FILE=authority_of(dovecot, tmp_path),
    ) as house:
        await house.start()
        anna = Person(house, ANNA, "Anna", "en")
        await anna.join()
        await anna.start()
        await anna.write("/settings lang en tz Moscow", "All set")
        mailbox = await add_mailbox(house, dovecot, login)
        dovecot.deliver(THREAD[REMINDER], login)
        await anna.see("And what is the price?")
        dovecot.deliver(THREAD[QUESTION], login)
        await house.wait_idle()
        await anna.see("We need 20 pallets.")
        put_into_sent(dovecot, login, THREAD[ANSWER])
        await house.wait_idle()

        found = {one["mail"]["message_id"]: one for one in await house.export("interactions")}
        assert found.keys() == THREAD.keys()
        assert len({one["subject"]["id"] for one in found.values()}) == 1
        assert found[REMINDER]["parent_id"] == found[QUESTION]["id"]
        assert found[ANSWER]["parent_id"] == found[REMINDER]["id"]
        assert [found[one]["direction"] for one in (QUESTION, REMINDER, ANSWER)] == ["in", "in", "out"]
        assert [one["folder"] for one in found[ANSWER]["mail"]["seen_in"]] == [SENT]

        report = json.loads(await house.done("mailbox", "report", mailbox, "--json"))
        counts = {
            one["name"]: (one["role"], one["server"], one["stored"], one["gap"]) for one in report["folders"]
        }
        assert counts == {"INBOX": ("inbox", 2, 2, 0), SENT: ("sent", 1, 1, 0)}
        checked = [
            line.split("\t")[0] for line in (await house.done("mailbox", "check", mailbox)).splitlines()
        ]
        assert set(checked) == {"ok"}
        assert await house.people.violations() == []


async def test_a_certificate_that_nobody_vouches_for_stops_the_mailbox(
    tmp_path: Path, nursery: Nursery, dovecot: Dovecot
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'zveno.db'}"
    async with open_house(tmp_path, url, [], nursery=nursery, ADMIN_IDS=str(ANNA)) as house:
        await house.start()
        anna = Person(house, ANNA, "Anna", "en")
        await anna.join()
        await anna.start()
        await anna.write("/settings lang en tz Moscow", "All set")
        mailbox = await add_mailbox(house, dovecot, "anna")
        assert "A mailbox has stopped" in await anna.see(f"/m{mailbox}")
        assert "certificate" in anna.text
