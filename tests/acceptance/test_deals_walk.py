"""A deal from a chain to its end, led stage by stage; the real process, in both languages (domain.md D, S6)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.errors import JsonObject
from tests.acceptance.deal_words import DEAL_SAYS, STAGES
from tests.acceptance.house import House, open_house
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
VERA, ANNA, BORIS = 1001, 1002, 1003
JOHN = "John Smith, +44 20 7946 0958"
SUPPLY = "4"
"""The place of the new kind: three come with the starter set."""


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_deal_is_led_from_a_chain_to_its_end(tmp_path: Path, nursery: Nursery, language: str) -> None:
    settings = {"ADMIN_IDS": str(VERA), "DEFAULT_LANGUAGE": language}
    database = f"sqlite+aiosqlite:///{tmp_path / 'zveno.db'}"
    async with open_house(tmp_path, database, [], at=TUESDAY, nursery=nursery, **settings) as house:
        await house.start()
        vera, anna, boris = await _people(house, language)
        await _set_up_a_kind(vera)
        await _record_a_chain(anna)
        await _promote(house, anna)
        await _be_refused_and_go_on(anna)
        deal = f"d{anna.ref('d')}"
        await _let_go_on(boris, deal)
        await _win_and_close(anna, deal)
        await _lose_another(anna)
        await house.wait_idle()
        assert await house.people.violations() == []
        won, lost = await house.export("deals")
        _check_won(won, language)
        _check_lost(lost, language)


async def _people(house: House, language: str) -> list[Person]:
    """An administrator, and a department with a rep and its manager."""
    says = DEAL_SAYS[language]
    vera = Person(house, VERA, "Vera", language)
    await vera.join()
    await vera.start()
    people = [vera]
    department = await house.done("department", "add", "Sales")
    for account, name, role in ((ANNA, "Anna", "rep"), (BORIS, "Boris", "manager")):
        invited = ("user", "invite", "--role", role, "--name", name, "--department", department)
        link = await house.done(*invited)
        people.append(Person(house, account, name, language))
        await people[-1].join()
        await people[-1].start(link.partition("start=")[2])
    for one in people:
        await one.write(f"/settings lang {language} tz {says['city']}", says["introduced"])
    return people


async def _set_up_a_kind(vera: Person) -> None:
    """Three stages, tasks in the first two, norm and probability; new deals are of this kind from now on."""
    says, stages = DEAL_SAYS[vera.language], STAGES[vera.language]
    await vera.write("/kinds", says["kinds"])
    await vera.tap(says["process"])
    await vera.write(f"{says['kind']}; {', '.join(stages)}; {says['event']}", says["kind"])
    await vera.tap(SUPPLY, says["event"])
    await vera.tap("1", stages[0])
    await vera.tap(says["task"])
    await vera.write(says["call"], f"📞 {says['ask']}")
    await vera.tap(says["norm"])
    await vera.write("5", "5")
    await vera.tap(says["probability"])
    await vera.write("20", "20 %")
    await vera.tap(says["back"], says["event"])
    await vera.tap("2", stages[1])
    await vera.tap(says["task"])
    await vera.write(says["send"], f"🗓 {says['send']}")
    await vera.tap(says["back"], says["event"])
    await vera.tap(says["default"])
    assert says["default"] not in vera.labels


async def _record_a_chain(anna: Person) -> None:
    """Five interactions of all sorts with one contact: each later one joins the chain of the first by itself."""
    says = DEAL_SAYS[anna.language]
    await anna.write("/contact new John Smith +442079460958", "/c")
    await anna.write(f"/call {JOHN}: {says['said']}", "/i1")
    await anna.write(f"/meeting {JOHN}: samples", "/i2")
    await anna.write(f"/sms {JOHN}: ok", "/i3")
    await anna.write(f"/email {JOHN}: catalogue", "/i4")
    await anna.write(f"/plan {JOHN}: 2026-11-30 10:00", "/i5")


async def _promote(house: House, anna: Person) -> None:
    """Two taps where all is as proposed; undone as one step, then made again with a role chosen."""
    says, stages = DEAL_SAYS[anna.language], STAGES[anna.language]
    await anna.write("/i1", "/i1")
    anna.taps = 0
    preview = await anna.tap(says["promote"], says["along"])
    assert says["kind"] in preview
    await anna.tap(says["create"], says["created"])
    assert anna.taps == 2
    await anna.tap(says["undo"], says["undone"])
    assert await house.export("deals") == []
    await anna.write("/i1", "/i1")
    await anna.tap(says["promote"], says["along"])
    await anna.tap(says["roles"], "John Smith")
    await anna.tap(says["decides"], f"John Smith ({says['decides']})")
    await anna.tap("🎯", "/i1")
    card = await anna.tap(says["create"], says["created"])
    assert f"●○○ {stages[0]}" in card
    assert "20 %" in card
    assert f"John Smith {says['decides']}" in card


async def _be_refused_and_go_on(anna: Person) -> None:
    """The task is named with a button that does it; then the same screen leads on."""
    says, stages = DEAL_SAYS[anna.language], STAGES[anna.language]
    refusal = await anna.tap(f"→ {stages[1]}", says["not moved"])
    assert says["ask"] in refusal
    assert says["a manager"] in refusal
    await anna.tap(f"✅ {says['ask']}", says["nothing more"])
    await anna.tap(f"→ {stages[1]}", f"●●○ {stages[1]}")
    assert says["moved"] in anna.text


async def _let_go_on(boris: Person, deal: str) -> None:
    """A manager lets the deal go on although the offer was not sent, and says why."""
    says, stages = DEAL_SAYS[boris.language], STAGES[boris.language]
    await boris.write(f"/{deal}", "●●○")
    await boris.tap(f"→ {stages[2]}", says["not moved"])
    await boris.tap(says["all the same"], says["why"])
    await boris.write(says["reason"], f"●●● {stages[2]}")


async def _win_and_close(anna: Person, deal: str) -> None:
    """What was asked for is settled before the deal closes."""
    says = DEAL_SAYS[anna.language]
    await anna.write(f"/{deal}", "🎯")
    await anna.tap(says["end"])
    await anna.tap(says["win"], says["won"])
    await anna.tap(says["end"])
    await anna.tap(says["close"])
    await anna.tap(says["cancel"], says["unsettled"])
    await anna.tap("1")
    await anna.tap("50 %", "50 %.")
    await anna.tap(says["unmet"], says["met"])
    await anna.tap(says["end"])
    await anna.tap(says["close"])
    await anna.tap(says["cancel"], says["closed"])


async def _lose_another(anna: Person) -> None:
    """Why, what shows it, what becomes of its plans; then to whom."""
    says = DEAL_SAYS[anna.language]
    await anna.write("/deal new Beta, 5 pallets", "/d")
    await anna.tap(says["end"])
    await anna.tap(says["lose"])
    await anna.tap(says["price"])
    await anna.tap(says["silent"])
    await anna.tap(says["cancel"], says["lost"])
    await anna.tap(says["competitor"])
    await anna.tap(says["own words"])
    await anna.write("Gamma", "Gamma")


def _names(stays: list[JsonObject]) -> list[str]:
    return [str(one["stage"]["name"]) for one in stays]


def _check_won(deal: JsonObject, language: str) -> None:
    says, stages = DEAL_SAYS[language], STAGES[language]
    assert (deal["status"], deal["closed"], deal["probability"]) == ("won", True, 100)
    assert (deal["kind"]["name"], deal["kind_type"]) == (says["kind"], "process")
    assert (deal["amount"], deal["currency"]) == (120_000, "EUR")
    assert deal["stage"]["name"] == stages[2]
    assert deal["committed_on"] == "2026-11-24"
    assert deal["closed_at"] is not None
    assert _names(deal["stages"]) == list(stages)
    assert [one["by"]["name"] for one in deal["stages"]] == ["Anna", "Anna", "Boris"]
    assert [one["override_reason"] for one in deal["stages"]] == [None, None, says["reason"]]
    for before, after in zip(deal["stages"], deal["stages"][1:], strict=False):
        assert before["left_at"] == after["entered_at"], "D3: neither gaps nor overlaps"
    assert deal["stages"][-1]["left_at"] is not None
    assert set(deal["interactions"]) >= {1, 2, 3, 4, 5}
    assert len(deal["interactions"]) == 7, "the five, and the tasks of two stages"
    (row,) = deal["demand"]
    assert (row["met_percent"], row["reason"]["name"], row["asked_in"]) == (50, says["unmet"], 1)
    assert all(one["worked_s"] >= 0 for one in deal["stages"])
    (john,) = [one for one in deal["participants"] if one["presentation"] == "John Smith"]
    assert john["role"] == says["decides"]


def _check_lost(deal: JsonObject, language: str) -> None:
    says, stages = DEAL_SAYS[language], STAGES[language]
    assert (deal["status"], deal["closed"], deal["probability"]) == ("lost", False, 0)
    assert deal["loss_reason"]["name"] == says["price"]
    assert deal["competitor"]["name"] == "Gamma"
    assert _names(deal["stages"]) == [stages[0]]
    assert deal["stages"][0]["left_at"] is not None
