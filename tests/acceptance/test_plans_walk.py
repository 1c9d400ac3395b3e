"""Planned in words, reminded of, answered in words; an hour of downtime; another zone (domain.md I3, I5, U5)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.errors import JsonObject
from tests.acceptance.house import House, open_house, sqlite
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person
from tests.acceptance.plan_words import PLAN_SAYS

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OFFSETS = {"en": timedelta(), "ru": timedelta(hours=3)}
"""How far the clocks on the wall are ahead of UTC where people are."""

VLADIVOSTOK = timedelta(hours=10)
ANNA = 1001


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_plan_is_made_reminded_of_and_answered(
    tmp_path: Path, nursery: Nursery, language: str
) -> None:
    settings = {"ADMIN_IDS": str(ANNA), "DEFAULT_LANGUAGE": language}
    database = sqlite(tmp_path)
    async with open_house(tmp_path, database, [], at=TUESDAY, nursery=nursery, **settings) as house:
        await house.start()
        anna = Person(house, ANNA, "Anna", language)
        await anna.join()
        await anna.start()
        says = PLAN_SAYS[language]
        await anna.write(f"/settings lang {language} tz {says['city']}", says["introduced"])
        await _plan_and_answer(house, anna)
        await _be_away_for_an_hour(house, anna)
        await _go_far_away(house, anna)
        await house.wait_idle()
        assert await house.people.violations() == []
        assert {one["state"] for one in await house.export("outbox")} == {"sent"}


def _wall(language: str, day: int, hour: int, minute: int = 0) -> datetime:
    """The instant at which the wall clock of the first zone shows a time of November."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - OFFSETS[language]


async def _plan_and_answer(house: House, anna: Person) -> None:
    """One message plans; the reminder comes in time, and one answer to it makes the result and the next step."""
    says = PLAN_SAYS[anna.language]
    assert house.calendar is not None
    await anna.write(says["plan"], says["planned"])
    (plan,) = await house.export("interactions")
    assert (plan["type"], plan["state"]) == ("meeting", "planned")
    assert _instant(plan["happened_at"]) == _wall(anna.language, 25, 15)

    house.calendar.set(_wall(anna.language, 25, 14, 45))
    reminder = await anna.see(says["reminder"])
    assert anna.ref() == plan["id"], reminder
    house.calendar.set(_wall(anna.language, 25, 15, 40))
    await anna.reply(says["answer"], says["held"])
    await house.wait_idle()
    held, call = await house.export("interactions")
    assert (held["id"], held["type"], held["state"]) == (plan["id"], "meeting", "done")
    assert _instant(held["happened_at"]) == _wall(anna.language, 25, 15), (
        "a meeting began when it was planned"
    )
    assert held["participants"] == plan["participants"]
    assert says["held"] in held["text"]
    assert (call["type"], call["state"], call["due_on"]) == ("call", "planned", "2026-11-27")
    assert (call["parent_id"], call["subject"]) == (held["id"], held["subject"])
    assert [one["presentation"] for one in call["participants"]] == [
        one["presentation"] for one in plan["participants"]
    ]


async def _be_away_for_an_hour(house: House, anna: Person) -> None:
    """What was due while nothing ran is told in one message, and each once."""
    says = PLAN_SAYS[anna.language]
    assert house.calendar is not None
    assert house.running is not None
    for minute in (10, 20, 30):
        await anna.write(f"/call 2026-11-25 16:{minute} Peter: {minute}", "/i")
    await house.wait_idle()
    assert await house.running.stop() == 0
    house.calendar.set(_wall(anna.language, 25, 17))
    await house.start()
    told = await anna.see(says["away"])
    await house.wait_idle()
    late = [one for one in await house.export("interactions") if one["text"] in {"10", "20", "30"}]
    assert [f"/i{one['id']}" in told for one in late] == [True] * 3
    reminders = [one for one in await house.export("reminders") if one["sent_at"] is not None]
    assert sorted(one["interaction_id"] for one in reminders)[-3:] == sorted(one["id"] for one in late)


async def _go_far_away(house: House, anna: Person) -> None:
    """An appointment keeps its instant; the plan of a day is reminded of in the morning where one is now."""
    says = PLAN_SAYS[anna.language]
    await anna.write("/meeting 2026-11-26 12:00 Peter: stand", "/i")
    number = anna.ref()
    before = await _one(house, number)
    told = await anna.write(f"/settings tz {says['far']}", says["moved"])
    assert f"/i{number}" in told
    await house.wait_idle()
    assert _instant((await _one(house, number))["happened_at"]) == _instant(before["happened_at"])
    (call,) = [one for one in await house.export("interactions") if one["due_on"] == "2026-11-27"]
    (waiting,) = [
        one
        for one in await house.export("reminders")
        if one["interaction_id"] == call["id"] and one["state"] == "waiting"
    ]
    morning = datetime(2026, 11, 27, 9, 0, tzinfo=UTC) - VLADIVOSTOK
    assert _instant(waiting["due_at"]) == morning


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


async def _one(house: House, number: int) -> JsonObject:
    return next(one for one in await house.export("interactions") if one["id"] == number)
