"""A rep connects mailboxes in the chat and decides what comes in, with the real process, in both languages."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.support.dovecot import PASSWORD, Dovecot, StoredLetter
from tests.acceptance.letters import CLIENT, MAILBOX, write_now
from tests.acceptance.mail_words import SAYS
from tests.acceptance.mailroom import Mailroom, open_mailroom
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person

pytestmark = [pytest.mark.acceptance, pytest.mark.external, pytest.mark.timeout(300)]

ANNA = 1002
ADDRESS = MAILBOX.address
JOHN = f"John Smith <{CLIENT}>"
SHOP = "Shop <sale@shop.example>"


def fill(dovecot: Dovecot) -> None:
    """What lies in the mailbox before anybody connects it; one letter is older than a year."""
    now = datetime.now(UTC)
    inbox = [
        (2, write_now("p2@acme.example", "Price", "How much?", JOHN, ADDRESS)),
        (3, write_now("p3@acme.example", "Delivery", "When?", JOHN, ADDRESS)),
        (4, write_now("p4@acme.example", "Again", "How much now?", JOHN, ADDRESS)),
        (5, write_now("s1@shop.example", "Shoes", "Buy shoes!", SHOP, ADDRESS)),
        (
            6,
            write_now("n1@news.example", "Weekly", "News.", "News <n@news.example>", ADDRESS, "List-Id: <n>"),
        ),
        (400, write_now("old@acme.example", "Old", "Long ago.", JOHN, ADDRESS)),
    ]
    fair = [(1, write_now("f1@fair.example", "Fair", "See you.", "Olga <olga@fair.example>", ADDRESS))]
    for folder, letters in (("INBOX", inbox), ("Fair", fair)):
        stored = [StoredLetter(raw, now - timedelta(days=days)) for days, raw in letters]
        dovecot.fill(ADDRESS, stored, folder)


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_from_settings_to_an_import_that_is_told_and_a_sender_left_out(
    tmp_path: Path, nursery: Nursery, dovecot: Dovecot, language: str
) -> None:
    fill(dovecot)
    async with open_mailroom(tmp_path, nursery, dovecot, language) as room:
        await room.administrator()
        anna = await room.invite(ANNA, "Anna")
        await anna.write(f"/contact new John Smith {CLIENT}", "/c")
        await _connect(room, anna)
        await _pause_and_resume(room, anna)
        await _leave_out(room, anna)
        said = [str(one.get("text")) for one in (await room.house.people.chat(ANNA))["messages"]]
        assert not [one for one in said if PASSWORD in one or "wrong" in one], "typed once, deleted at once"
        assert room.house.running is not None
        assert ADDRESS not in room.house.running.tail(10_000)


async def _connect(room: Mailroom, anna: Person) -> None:
    """Five taps; address, server and password typed, the first password wrongly."""
    says = SAYS[room.language]
    await anna.write("/settings")
    anna.taps = 0
    await anna.tap("📮")
    await anna.tap("➕")
    await anna.write(ADDRESS, ADDRESS)
    await anna.write(f"127.0.0.1:{room.dovecot.imaps}", says["password"])
    await anna.write("wrong", says["refused"])
    await anna.write(PASSWORD, says["since"])
    assert await room.house.export("interactions") == [], "nothing is taken before the start"
    await anna.tap(says["month"], says["folders"])
    taps = anna.taps
    await anna.tap("▫️ Fair", says["folders"])
    assert {one for one in anna.labels if one.startswith("✅")} == {"✅ Verschickt", "✅ INBOX", "✅ Fair"}
    anna.taps = taps
    await anna.tap("›", says["preview"])
    await anna.tap("▶️", "/m1")
    assert anna.taps == 5
    began = (anna.message or {})["message_id"]
    done = await anna.see(says["import done"])
    assert (anna.message or {})["message_id"] == began, "progress is one message"
    assert says["brought"] in done
    await room.house.wait_idle()
    assert len(await room.house.export("interactions")) == 6
    told = await room.house.people.bot_messages(ANNA)
    assert not [one for one in told if one["text"].startswith(says["came"])], "R2: what is old is no news"


async def _pause_and_resume(room: Mailroom, anna: Person) -> None:
    """What comes meanwhile is there afterwards, once."""
    says = SAYS[room.language]
    await anna.tap(says["mailbox"], says["watched"])
    await anna.tap("⏸", says["paused"])
    await room.deliver(write_now("s2@shop.example", "Boots", "Buy boots!", SHOP, ADDRESS), ADDRESS)
    await anna.tap("▶️", says["watched"])
    await room.house.wait_idle()
    await anna.see("Buy boots!")
    assert len(await room.house.export("interactions")) == 7


async def _leave_out(room: Mailroom, anna: Person) -> None:
    """From the letter's card: not business, all of its domain, a preview, yes."""
    says = SAYS[room.language]
    anna.taps = 0
    await anna.tap(says["not business"], "/undo")
    await anna.tap(says["leave out all"], says["would leave out"])
    assert "Shoes" in anna.text
    await anna.tap(says["leave out"], "shop.example")
    assert anna.taps == 3
    assert says["left out"] in anna.text
    await room.deliver(write_now("s3@shop.example", "Hats", "Buy hats!", SHOP, ADDRESS), ADDRESS)
    assert not [one for one in await room.house.export("interactions") if one["topic"] == "Hats"]
    (report,) = (await room.house.done("mailbox", "report", "--json")).splitlines()
    (inbox,) = [one for one in json.loads(report)["folders"] if one["name"] == "INBOX"]
    assert inbox["excluded"] == {"since": 1, "shop.example": 1}, "M4: each by a named rule"
    assert inbox["gap"] == 0
