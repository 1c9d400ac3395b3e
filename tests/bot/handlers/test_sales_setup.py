"""Lists, currencies and kinds of deals are set in the chat, by taps and typed (domain.md D1, D2)."""

import pytest

from core.enums import (
    DealKindType,
    FunctionalOption,
    InteractionType,
    Language,
    Role,
    SalesList,
    StageRuleType,
)
from core.values import Caller
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.deals import make_lists
from tests.factories.people import caller_of

CHIEF = 1001


async def _chief(office: Office, language: Language = Language.EN) -> tuple[Caller, Hand]:
    user = await office.add_user(CHIEF, "Chief", role=Role.ADMINISTRATOR, language=language)
    await make_lists(office.works)
    return caller_of(user), Hand(office, CHIEF)


async def _names(office: Office, which: SalesList) -> list[str]:
    return [one.name for one in await office.services.sales_lists.list_items(which)]


async def test_a_list_is_cared_for_by_taps(office: Office) -> None:
    _, hand = await _chief(office)
    await hand.write("/admin")
    await hand.tap("How we sell")
    await hand.tap("Competitors")
    await hand.tap("Add")
    assert "Competitors 1" in await hand.write("Beta")
    await hand.tap("Add")
    await hand.write("Gamma")
    await hand.tap("2")
    await hand.tap("↑")
    assert await _names(office, SalesList.COMPETITORS) == ["Gamma", "Beta"]
    await hand.tap("1")
    await hand.tap("Rename")
    await hand.write("Gamma Ltd")
    await hand.tap("1")
    await hand.tap("Remove")
    assert await _names(office, SalesList.COMPETITORS) == ["Beta"]


@pytest.mark.parametrize(("language", "name"), [(Language.EN, "competitors"), (Language.RU, "конкуренты")])
async def test_a_list_is_cared_for_typed(office: Office, language: Language, name: str) -> None:
    _, hand = await _chief(office, language)
    await hand.write(f"/lists {name} + Beta")
    await hand.write(f"/lists {name} beta = Gamma")
    assert await _names(office, SalesList.COMPETITORS) == ["Gamma"]
    await hand.write(f"/lists {name} - gamma")
    assert await _names(office, SalesList.COMPETITORS) == []


async def test_what_is_in_use_is_archived_and_comes_back(office: Office) -> None:
    caller, hand = await _chief(office)
    deal_id = await office.services.deals.create(caller, "Acme")
    await office.services.deals.lose(caller, deal_id, "Price")
    assert "archived, history keeps it" in await hand.write("/lists loss_reasons - Price")
    assert "Lost: Price" in await hand.write(f"/d{deal_id}")
    await hand.write("/lists loss_reasons")
    await hand.tap("2")
    await hand.tap("Bring back")
    assert "Price" in await _names(office, SalesList.LOSS_REASONS)


async def test_a_name_that_is_there_already_is_refused(office: Office) -> None:
    _, hand = await _chief(office)
    assert "It is there already (the reason)" in await hand.write("/lists loss_reasons + price")


async def test_currencies_have_rates_by_date(office: Office) -> None:
    _, hand = await _chief(office)
    assert "GBP · Pound" in await hand.write("/currency_add gbp Pound")
    assert "98.5 (Sun 1 Nov)" in await hand.write("/currency_rate GBP 98.5 2026-11-01")
    assert "Nothing was changed" in await hand.write("/currency_rate GBP many")
    assert "GBP" not in (await hand.write("/currency_remove GBP")).split("Typed")[0]


async def test_a_process_is_set_up_by_taps(office: Office) -> None:
    caller, hand = await _chief(office)
    await office.services.sales_lists.add(caller, SalesList.PERSON_ROLES, "decides")
    await hand.write("/kinds")
    await hand.tap("➕ Process")
    await hand.write("Project; Qualification, Proposal, Contract; advance received")
    await hand.tap("2")
    await hand.tap("1")
    await hand.tap("➕ Task")
    await hand.write("Call; Call the client; 2")
    await hand.tap("Probability")
    await hand.write("10 %")
    await hand.tap("➕ Condition")
    await hand.tap("A field is filled")
    await hand.tap("Amount")
    await hand.tap("➕ Condition")
    await hand.tap("There was a contact with a role")
    await hand.tap("decides")
    stage = await hand.tap("21 days")
    assert "📞 Call the client · due after 2 days" in stage
    assert "❗ a contact with “decides” within 21 days" in stage
    kind = (await office.services.deal_kinds.list_kinds())[1]
    first = kind.stages[0]
    assert (kind.type, kind.commitment, len(kind.stages)) == (DealKindType.PROCESS, "advance received", 3)
    assert (first.tasks[0].type, first.probability) == (InteractionType.CALL, 10)
    assert [one.type for one in first.rules] == [StageRuleType.FIELD, StageRuleType.CONTACT]
    await hand.tap("🗑 Amount")
    assert len((await office.services.deal_kinds.get(kind.id)).stages[0].rules) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "process Project; ; advance",
        "process Project",
        "heaven Project; A; b",
        "process Project; A, a; b",
        "plain",
    ],
)
async def test_a_kind_that_makes_no_sense_is_refused_and_nothing_stays(office: Office, typed: str) -> None:
    _, hand = await _chief(office)
    text = await hand.write(f"/kind_new {typed}")
    assert "Nothing was changed" in text
    assert len(await office.services.deal_kinds.list_kinds()) == 1
    assert await _names(office, SalesList.STAGES) == []


async def test_a_stage_under_a_running_deal_is_archived_and_the_deal_goes_on(office: Office) -> None:
    caller, hand = await _chief(office)
    await hand.write("/kind_new manual Project; Proposal, Contract; advance received")
    kind = (await office.services.deal_kinds.list_kinds())[1]
    deal_id = await office.services.deals.create(caller, "Acme", kind_id=kind.id)
    await hand.write("/kinds")
    await hand.tap("2")
    await hand.tap("1")
    assert "archived, history keeps it" in await hand.tap("Remove the stage")
    assert "Proposal" in await hand.write(f"/d{deal_id}")
    assert "Contract" in await hand.write(f"/stage d{deal_id} next")


async def test_reps_have_no_such_commands(office: Office) -> None:
    await office.add_user(1002, "Boris")
    hand = Hand(office, 1002)
    for command in ("/lists", "/kinds", "/currency_add EUR"):
        assert "no such command" in await hand.write(command)


async def test_o3_without_deal_management_only_plain_kinds_are_offered(office: Office) -> None:
    caller, hand = await _chief(office)
    await office.services.options.set(caller, FunctionalOption.DEAL_MANAGEMENT, is_on=False)
    await hand.write("/kinds")
    assert [one for one in await hand.labels() if one.startswith("➕")] == ["➕ Plain"]
    await hand.write("/admin")
    await hand.tap("How we sell")
    assert "📶 Stages" not in await hand.labels()
