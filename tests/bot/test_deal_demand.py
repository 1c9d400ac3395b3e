"""What clients ask for, and how deals end with it (domain.md, Primary demand, D4, D5)."""

from typing import Any

import pytest
from sqlalchemy import func, select

from core.enums import DealStatus, InteractionState, Language, SalesList
from core.models import AuditStep, Deal, DemandRow, Interaction
from core.values import Caller, DealId, InteractionId, Ref, RefKind
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.bot.process import make_process
from tests.factories.calls import person, record_call
from tests.factories.deals import make_lists
from tests.factories.people import caller_of

ANNA = 1001


async def _start(office: Office, **fields: Any) -> tuple[Caller, Hand, DealId]:
    user = await office.add_user(ANNA, **fields)
    await make_lists(office.works)
    await office.services.sales_lists.add(None, SalesList.UNMET_REASONS, "Out of stock")
    deal_id = await office.services.deals.create(caller_of(user), "Acme")
    return caller_of(user), Hand(office, ANNA), deal_id


async def _deal(office: Office, deal_id: DealId) -> Deal:
    async with office.database.reading() as session:
        return await session.get_one(Deal, deal_id)


async def _call(office: Office, caller: Caller, deal_id: DealId) -> InteractionId:
    call = await record_call(office.works, caller, [person("Mary")])
    await office.services.promotion.attach(caller, call, Ref(RefKind.DEAL, deal_id))
    return call


async def test_demand_is_typed_in_one_line_and_kept_as_it_was_first_asked(office: Office) -> None:
    caller, hand, deal_id = await _start(office)
    call = await _call(office, caller, deal_id)
    text = await hand.write(f"/demand d{deal_id} i{call} Pallets; 20; 120 000")
    assert "1. Pallets · × 20 · asked 120,000\xa0RUB" in text
    assert f"/i{call}" in text
    await hand.write(f"/redemand d{deal_id} 1 Pallets; 15; 90 000")
    row = await hand.tap("1")
    assert "Asked first: Pallets" in row
    assert "Then: Pallets" in row
    assert "asked 120,000\xa0RUB · offered 90,000\xa0RUB" in row


async def test_demand_is_written_down_by_taps_from_a_message(office: Office) -> None:
    caller, hand, deal_id = await _start(office)
    call = await _call(office, caller, deal_id)
    await hand.write(f"/d{deal_id}")
    await hand.tap("Demand")
    await hand.tap("From a message")
    await hand.tap("Mary")
    await hand.write("Pallets")
    async with office.database.reading() as session:
        (row,) = await session.scalars(select(DemandRow))
    assert (row.text, row.quantity, row.amount, row.asked_in_id) == ("Pallets", None, None, call)
    assert "🎯 Pallets" in await hand.write(f"/d{deal_id}")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Pallets; -20; 120 000", "below zero"),
        ("Pallets; 20; 1.5.5", "no number that can be read"),
        ("Pallets; 20; 12,3456", "finer than the currency goes"),
        ("; 20; 5", "Nothing was changed"),
        ("Pallets; 1; 2; 3", "Nothing was changed"),
    ],
)
async def test_numbers_that_cannot_be_are_refused_with_what_is_wrong(
    office: Office, typed: str, said: str
) -> None:
    _, hand, deal_id = await _start(office)
    assert said in await hand.write(f"/demand d{deal_id} {typed}")
    async with office.database.reading() as session:
        assert list(await session.scalars(select(DemandRow))) == []


async def test_d4_a_deal_closes_once_its_demand_is_settled(office: Office) -> None:
    _, hand, deal_id = await _start(office)
    await hand.write(f"/demand d{deal_id} Pallets; 20; 120 000")
    await hand.write(f"/won d{deal_id}")
    assert "Not closed yet" in await hand.write(f"/close d{deal_id}")
    await hand.tap("1")
    await hand.tap("50 %")
    text = await hand.tap("Out of stock")
    assert "sold 60,000\xa0RUB · refused 60,000\xa0RUB · met 50 %: Out of stock" in text
    await hand.tap("Close…")
    await hand.tap("🔒 Close")
    assert (await _deal(office, deal_id)).closed_at is not None


async def test_how_far_it_was_met_is_typed_too(office: Office) -> None:
    _, hand, deal_id = await _start(office)
    await hand.write(f"/demand d{deal_id} Pallets; 120 000")
    assert "met 30 %: Out of stock" in await hand.write(f"/met d{deal_id} 1 30% out of stock")
    assert "met 100 %" in await hand.write(f"/met d{deal_id} 1 100")
    for wrong in ("2 50", "1 101", "1 half", "1 50 bad luck"):
        assert "Nothing was changed" in await hand.write(f"/met d{deal_id} {wrong}")
    assert "Removed" in await hand.write(f"/redemand d{deal_id} 1 -")


async def test_what_is_planned_is_offered_for_cancelling_or_keeping(office: Office) -> None:
    caller, hand, _ = await _start(office)
    await make_process(office.works)
    deal_id = await office.services.deals.create(caller, "Acme")
    await hand.write(f"/d{deal_id}")
    await hand.tap("Close…")
    await hand.tap("Lost…")
    await hand.tap("Price")
    assert "1 plan of Acme" in await hand.tap("did not say")
    await hand.tap("Keep them")
    assert (await _deal(office, deal_id)).status is DealStatus.LOST
    assert await _states(office) == [InteractionState.PLANNED]
    await hand.tap("Cancel plans 1")
    assert await _states(office) == [InteractionState.CANCELLED]


async def test_a_lost_deal_says_to_whom(office: Office) -> None:
    _, hand, deal_id = await _start(office)
    await hand.write(f"/lost d{deal_id} Price")
    await hand.tap("Who won it?")
    await hand.tap("In own words")
    assert "competitor: Beta" in await hand.write("Beta")
    await hand.write(f"/d{deal_id}")
    assert "🥊 Who won it?" not in await hand.labels()


async def test_closing_with_plans_asks_first(office: Office) -> None:
    caller, hand, _ = await _start(office)
    await make_process(office.works)
    deal_id = await office.services.deals.create(caller, "Acme")
    await hand.write(f"/won d{deal_id}")
    assert "1 plan of Acme" in await hand.write(f"/close d{deal_id}")
    await hand.write(f"/close d{deal_id} cancel")
    assert (await _deal(office, deal_id)).closed_at is not None
    assert await _states(office) == [InteractionState.CANCELLED]


async def _states(office: Office) -> list[InteractionState]:
    async with office.database.reading() as session:
        planned = select(Interaction.state).where(Interaction.goal == "Call the client")
        return list(await session.scalars(planned))


@pytest.mark.parametrize(
    ("language", "field", "value", "shown"),
    [
        (Language.EN, "probability", "40 %", "40 %"),
        (Language.RU, "вероятность", "40", "40 %"),
        (Language.EN, "source", "website", "from: Website"),
        (Language.EN, "kind", "project", "●○○ Qualification"),
    ],
)
async def test_the_new_fields_are_typed(
    office: Office, language: Language, field: str, value: str, shown: str
) -> None:
    _, hand, deal_id = await _start(office, language=language)
    await make_process(office.works)
    await office.services.sales_lists.add(None, SalesList.SOURCES, "Website")
    assert shown in await hand.write(f"/edit d{deal_id} {field} {value}")


async def test_probability_follows_the_stage_again(office: Office) -> None:
    caller, hand, _ = await _start(office)
    await make_process(office.works)
    deal_id = await office.services.deals.create(caller, "Acme")
    await hand.write(f"/edit d{deal_id} probability 70")
    await hand.tap("Edit")
    assert "70 % · by hand" in await hand.see()
    await hand.tap("Probability")
    await hand.tap("As the stage says")
    assert (await _deal(office, deal_id)).probability == 10


async def test_why_tells_who_changed_what_and_what_it_was(office: Office) -> None:
    _, hand, deal_id = await _start(office)
    await hand.write(f"/edit d{deal_id} amount 100 000")
    await hand.write(f"/edit d{deal_id} amount 120 000")
    await hand.write(f"/edit d{deal_id} expected_close_on 2026-12-15")
    await hand.tap("More…")
    text = await hand.tap("Why so")
    assert "Amount: 120,000\xa0RUB · before: 100,000\xa0RUB · Anna · today 12:00" in text
    assert "Expected close: Tue 15 Dec · Anna" in text


async def test_roles_come_from_the_list_and_coverage_says_who_is_missing(office: Office) -> None:
    _, hand, deal_id = await _start(office)
    await office.services.sales_lists.add(None, SalesList.PERSON_ROLES, "signs")
    contact = await hand.write("/contact new Mary")
    number = contact.split("/c")[1].split()[0]
    await hand.write(f"/role d{deal_id} c{number}")
    await hand.tap("signs")
    assert "Mary signs" in await hand.see()
    assert "Never spoken to: “signs”" in await hand.tap("People")


async def test_files_of_all_interactions_are_gathered(office: Office) -> None:
    _, hand, deal_id = await _start(office)
    await hand.write(f"/d{deal_id}")
    await hand.tap("More…")
    assert "No files yet" in await hand.tap("Files")


async def test_undo_takes_a_row_of_demand_back(office: Office) -> None:
    _, hand, deal_id = await _start(office)
    await hand.write(f"/demand d{deal_id} Pallets")
    await hand.write("/undo")
    async with office.database.reading() as session:
        assert list(await session.scalars(select(DemandRow))) == []


@pytest.mark.parametrize(
    "data",
    [
        "stage_to:d1:x:0",
        "stage_to:d99:1:0",
        "task_done:d1:i99:0",
        "task_renew:d1:i99:0",
        "override:d1:",
        "row_met:d1:1:50",
        "row_change:d1:1",
        "row_remove:d1:99",
        "deal_set:d1:title:1",
        "deal_set:d1:source:99",
        "deal_set:d1:kind:99",
        "lose:d1:1:perhaps",
        "drop_plans:d1",
        "role_as:d1:c99:1",
        "merge:d1:d1",
        "split:d1",
        "list_add:sources",
        "kind_new:process",
        "show:deal_stop:1:99",
        "show:demand_row:1:99",
        "show:deal_choose:1:heaven",
        "show:deal_split:1:1:x.99999999999999999999.-1",
        "show:kind_stage:1:1",
        "show:promote_role:99:1",
    ],
)
async def test_forged_buttons_change_nothing(office: Office, data: str) -> None:
    _, hand, deal_id = await _start(office)
    await hand.write(f"/d{deal_id}")
    async with office.database.reading() as session:
        before = await session.scalar(select(func.count()).select_from(AuditStep))
    said = await hand.forge(data)
    assert "the code" not in said + hand.toast, "it failed instead of being refused"
    async with office.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(AuditStep)) == before


async def test_d4_all_rows_are_settled_with_one_tap_before_a_deal_closes(office: Office) -> None:
    _, hand, deal_id = await _start(office)
    await hand.write(f"/demand d{deal_id} Pallets")
    await hand.write(f"/demand d{deal_id} Boxes")
    await hand.write(f"/won d{deal_id}")
    assert "Not closed yet" in await hand.write(f"/close d{deal_id}")
    hand.taps = 0
    assert (await hand.tap("All met")).count("met 100 %") == 2
    await hand.tap("Close…")
    assert "won, closed" in await hand.tap("Close")
    assert hand.taps == 3


async def test_d4_of_a_lost_deal_nothing_is_met_for_one_reason(office: Office) -> None:
    _, hand, deal_id = await _start(office)
    await hand.write(f"/demand d{deal_id} Pallets")
    await hand.write(f"/demand d{deal_id} Boxes")
    await hand.write(f"/met d{deal_id} 1 50 Out of stock")
    await hand.write(f"/lost d{deal_id} Price")
    await hand.write(f"/demand d{deal_id}")
    await hand.tap("Nothing met")
    text = await hand.tap("Out of stock")
    assert "1. Pallets · met 50 %: Out of stock" in text
    assert "2. Boxes · met 0 %: Out of stock" in text
    assert "met 50 %: Out of stock" in await hand.write(f"/met d{deal_id} all 0 Out of stock")
    await hand.forge(f"rest_met:d{deal_id}:0:999")
    assert "Nothing was changed" in hand.toast
