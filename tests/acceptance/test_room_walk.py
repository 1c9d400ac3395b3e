"""The room of a deal from the switch to the closed topic; the real process, in both languages (decisions/0032)."""

import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.errors import JsonObject
from tests.acceptance.house import TOKEN, House, open_house, sqlite
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
VERA, ANNA, IVAN = 1001, 1002, 1003
TITLE = "Acme, 20 pallets"
SECRET = "kept among ourselves"
BOT = int(TOKEN.partition(":")[0])

SAYS = {
    "en": {
        "introduced": "All set",
        "city": "London",
        "rooms": "💬 Rooms of deals",
        "on": "Turn rooms on",
        "are on": "Rooms are on",
        "bound": "Deals have their rooms in this group from now on.",
        "more": "☰ More",
        "room": "💬 Room",
        "open": "💬 Open a room",
        "opened": "The room is open",
        "welcome": "💼 The room of the deal /d1.",
        "call": "📞 Call",
        "undone": "Undone",
    },
    "ru": {
        "introduced": "Готово",
        "city": "Москва",
        "rooms": "💬 Комнаты сделок",
        "on": "Включить комнаты",
        "are on": "Комнаты включены",
        "bound": "Теперь комнаты сделок — в этой группе.",
        "more": "☰ Ещё",
        "room": "💬 Комната",
        "open": "💬 Открыть комнату",
        "opened": "Комната открыта",
        "welcome": "💼 Комната сделки /d1.",
        "call": "📞 Звонок",
        "undone": "Отменено",
    },
}


@dataclass
class Group:
    """The team's group."""

    house: House
    id: int

    async def write(self, account_id: int, text: str, **place: int) -> int:
        """Write and wait until nothing is on its way; returns the message's number."""
        sent = await self.house.people.act_in_group(self.id, account_id, "send", text=text, **place)
        await self.house.wait_idle()
        return int(sent["message"]["message_id"])

    async def messages(self) -> list[JsonObject]:
        """All that is there."""
        found: list[JsonObject] = (await self.house.people.group_chat(self.id))["messages"]
        return found

    async def said(self) -> list[str]:
        """What the bot has said there."""
        return [one["text"] for one in await self.messages() if one["from_bot"] and "text" in one]

    async def topics(self) -> dict[int, JsonObject]:
        """The topics by their numbers."""
        topics = (await self.house.people.group_chat(self.id))["topics"]
        return {int(number): topic for number, topic in topics.items()}


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_deal_gets_a_room_and_what_is_said_there(
    tmp_path: Path, nursery: Nursery, language: str
) -> None:
    settings = {"ADMIN_IDS": str(VERA), "DEFAULT_LANGUAGE": language}
    database = sqlite(tmp_path)
    async with open_house(tmp_path, database, [], at=TUESDAY, nursery=nursery, **settings) as house:
        await house.start()
        vera, anna = await _people(house, language)
        await _turn_on(vera)
        group = await _bind(house, language)
        thread = await _open_room(anna, group)
        await _talk(house, anna, group, thread)
        await _close(anna, group)
        await house.wait_idle()
        assert await house.people.violations() == []
        assert SECRET not in house.log()
        assert not _tables_with(tmp_path / "zveno.db", SECRET)
        assert _tables_with(tmp_path / "zveno.db", "agreed on Friday")


async def test_a_death_between_telegram_and_the_database_leaves_one_room(
    tmp_path: Path, nursery: Nursery
) -> None:
    settings = {"ADMIN_IDS": str(VERA), "DEFAULT_LANGUAGE": "en"}
    database = sqlite(tmp_path)
    async with open_house(tmp_path, database, [], at=TUESDAY, nursery=nursery, **settings) as house:
        running = await house.start(settings={"FAILPOINT": "topic_opened"})
        vera, anna = await _people(house, "en")
        await _turn_on(vera)
        group = await _bind(house, "en")
        await anna.write(f"/deal new {TITLE}", "/d1")
        await anna.send("/room d1")
        assert await running.ended() == -signal.SIGKILL
        assert len(await group.topics()) == 1, "Telegram has opened it, nobody has noted it"
        await house.start()
        await house.wait_idle()
        topics = await group.topics()
        assert len(topics) == 2, "one repeat, and no more"
        assert len([one for one in await group.said() if "The room of the deal" in one]) == 1
        await group.write(ANNA, "@zveno_demo_bot They want 20", thread_id=max(topics))
        (taken,) = await house.export("interactions")
        assert taken["text"] == "They want 20"


async def _people(house: House, language: str) -> tuple[Person, Person]:
    """An administrator, a rep, and a client who is nobody here."""
    says = SAYS[language]
    vera, anna = Person(house, VERA, "Vera", language), Person(house, ANNA, "Anna", language)
    await vera.join()
    await vera.start()
    link = await house.done("user", "invite", "--role", "rep", "--name", "Anna")
    await anna.join()
    await anna.start(link.partition("start=")[2])
    for one in (vera, anna):
        await one.write(f"/settings lang {language} tz {says['city']}", says["introduced"])
    await house.people.add_account("Ivan", id=IVAN, last_name="Petrov")
    return vera, anna


async def _turn_on(vera: Person) -> None:
    says = SAYS[vera.language]
    await vera.write("/admin", "🏢")
    await vera.tap(says["rooms"], says["rooms"])
    await vera.tap(says["on"], says["are on"])


async def _bind(house: House, language: str) -> Group:
    view = await house.people.add_group("Team", VERA, forum=True, members=[ANNA, IVAN], with_bot=False)
    group = Group(house, int(view["chat"]["id"]))
    await house.people.request(
        "POST", f"/groups/{group.id}/add", json={"bot_id": BOT, "by": VERA, "administrator": True}
    )
    await group.write(VERA, "/room")
    assert SAYS[language]["bound"] in (await group.said())[-1]
    return group


async def _open_room(anna: Person, group: Group) -> int:
    """Three taps from the deal's card."""
    says = SAYS[anna.language]
    await anna.write(f"/deal new {TITLE}", "/d1")
    anna.taps = 0
    await anna.tap(says["more"])
    await anna.tap(says["room"], "💬")
    await anna.tap(says["open"], says["opened"])
    assert anna.taps == 3
    await group.house.wait_idle()
    ((thread, topic),) = (await group.topics()).items()
    assert (topic["name"], topic["is_closed"]) == (TITLE, False)
    assert (await group.said())[-1].startswith(says["welcome"])
    return thread


async def _talk(house: House, anna: Person, group: Group, thread: int) -> None:
    """A command, a mention and a reaction become the deal's; the rest is nobody's."""
    says = SAYS[anna.language]
    await group.write(IVAN, SECRET, thread_id=thread)
    await group.write(ANNA, "/call Max: agreed on Friday", thread_id=thread)
    assert (await group.said())[-1] == f"{says['call']} · /i1"
    await group.write(ANNA, "@zveno_demo_bot they want lids", thread_id=thread)
    asked = await group.write(IVAN, "We need 20 pallets", thread_id=thread)
    await house.people.react(group.id, ANNA, asked, "👍")
    await house.wait_idle()
    (message,) = [one for one in await group.messages() if one["message_id"] == asked]
    assert [one["emoji"] for one in message["reactions"]] == ["👍", "👌"]
    found = await house.export("interactions")
    assert [(one["type"], one["text"]) for one in found] == [
        ("call", "agreed on Friday"),
        ("sms", "they want lids"),
        ("sms", "We need 20 pallets"),
    ]
    assert "Ivan Petrov" in str(found[2]["participants"])
    (deal,) = await house.export("deals")
    assert set(deal["interactions"]) == {1, 2, 3}


async def _close(anna: Person, group: Group) -> None:
    await anna.write("/won d1", "/d1")
    await anna.write("/close d1", "/d1")
    await group.house.wait_idle()
    (topic,) = (await group.topics()).values()
    assert topic["is_closed"]


def _tables_with(database: Path, words: str) -> set[str]:
    """The tables that hold these words anywhere."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name
            for name in names
            for row in connection.execute(f'SELECT * FROM "{name}"')
            if any(words in str(value) for value in row)
        }
