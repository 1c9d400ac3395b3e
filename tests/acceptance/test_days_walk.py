"""A day with the real process: told of in the morning, asked about in the evening, seen by a calendar program."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.acceptance.house import House, open_house
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person
from tests.acceptance.ways import Typed

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

ANNA = 1001


def moscow(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-24T{clock}+03:00").astimezone(UTC)


async def told(house: House, words: str) -> int:
    """How many messages of the bot begin so."""
    messages = await house.people.bot_messages(ANNA)
    return sum(str(one.get("text", "")).startswith(words) for one in messages)


async def read_feed(house: House, address: str) -> str:
    assert house.running is not None
    url = await house.running.url()
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{url}{urlsplit(address).path}") as answer,
    ):
        assert answer.status == 200
        return await answer.text()


@pytest.mark.parametrize("empty_database_url", ["sqlite", "postgresql"], indirect=True)
async def test_morning_evening_and_calendar_over_a_kill_and_a_clock_that_goes_back(
    empty_database_url: str, tmp_path: Path, nursery: Nursery
) -> None:
    settings = {"ADMIN_IDS": str(ANNA), "DEFAULT_LANGUAGE": "en", "PUBLIC_URL": "https://zveno.example"}
    async with open_house(
        tmp_path, empty_database_url, [], at=moscow("07:00"), nursery=nursery, **settings
    ) as house:
        await house.done("migrate")
        running = await house.start(settings={"FAILPOINT": "digest_claimed"})
        assert house.calendar is not None
        anna = Person(house, ANNA, "Anna Petrova", "en")
        await anna.join()
        await anna.start()
        await Typed().introduce(anna)
        await anna.write("/meeting today 15:00 John: samples", "🤝 Meeting")
        address = (await anna.write("/calendar new", "/calendar/")).splitlines()[1]

        house.calendar.set(moscow("09:00"))
        await running.ended()
        assert await told(house, "☀️ Good morning") == 0
        await house.start()
        await house.wait_idle()
        assert await told(house, "☀️ Good morning") == 1
        await house.kill()
        house.calendar.set(moscow("08:10"))
        await house.start()
        for clock in ("08:20", "09:00", "08:59", "09:30"):
            house.calendar.set(moscow(clock))
            await house.wait_idle()
        assert await told(house, "☀️ Good morning") == 1

        house.calendar.set(moscow("18:05"))
        await house.wait_idle()
        await anna.see("What happened today? 1")
        await anna.tap("1. ✔️ Held", "Everything of this day is answered.")
        feed = await read_feed(house, address)
        assert "UID:interaction-1@zveno.example" in feed
        assert "DTSTART:20261124T120000Z" in feed
        assert address.rpartition("/")[2] not in house.log()
