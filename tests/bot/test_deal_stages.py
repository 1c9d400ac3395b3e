"""Deals move through the stages of their kind in the chat (domain.md D2, D3, O3)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.enums import DealKindType, FunctionalOption, Language, Role
from core.models import Deal, DealStage, Interaction, Stage
from core.values import Caller, DealId, InteractionId, Ref, RefKind
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.bot.process import make_process
from tests.conftest import FixedClock
from tests.factories.calls import person, record_call
from tests.factories.deals import make_lists
from tests.factories.people import caller_of

ANNA, BORIS = 1001, 1002


async def _anna(office: Office, **fields: Any) -> tuple[Caller, Hand]:
    user = await office.add_user(ANNA, **fields)
    await make_lists(office.works)
    return caller_of(user), Hand(office, ANNA)


async def _deal(office: Office, caller: Caller) -> DealId:
    await make_process(office.works)
    return await office.services.deals.create(caller, "Acme, 20 pallets")


async def _stage_of(office: Office, deal_id: DealId) -> str | None:
    async with office.database.reading() as session:
        return await session.scalar(
            select(Stage.name).join(Deal, Deal.stage_id == Stage.id).where(Deal.id == deal_id)
        )


async def _task(office: Office) -> InteractionId:
    async with office.database.reading() as session:
        found = await session.scalar(select(Interaction.id).where(Interaction.goal == "Call the client"))
    assert found is not None
    return InteractionId(found)


async def test_the_card_shows_the_bar_the_norm_the_tasks_and_the_next_stage(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _deal(office, caller)
    card = await hand.write(f"/d{deal_id}")
    assert card.splitlines()[1] == "●○○ Qualification · norm 5 days"
    assert "10 %" in card
    assert "Tasks of the stage: 0 of 1 done" in card
    assert (await hand.labels())[0] == "→ Proposal"


async def test_the_card_counts_working_days_against_the_norm(office: Office, clock: FixedClock) -> None:
    caller, hand = await _anna(office)
    deal_id = await _deal(office, caller)
    clock.move(timedelta(days=7))
    assert "Qualification · 5 days (norm 5)" in await hand.write(f"/d{deal_id}")


async def test_d2_a_refusal_names_what_is_missing_and_each_is_done_from_there(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _deal(office, caller)
    await hand.write(f"/d{deal_id}")
    refusal = await hand.tap("→ Proposal")
    assert "Not moved. “Qualification”" in refusal
    assert "1. the task “Call the client”" in refusal
    assert "2. Amount" in refusal
    assert "A manager can let it go on" in refusal
    assert await _stage_of(office, deal_id) == "Qualification"
    refusal = await hand.tap("✅ Call the client")
    assert "Call the client" not in refusal
    await hand.tap("✏️ Amount")
    await hand.write("120 000")
    await hand.tap("→ Proposal")
    assert await _stage_of(office, deal_id) == "Proposal"
    assert hand.taps == 4
    assert "●●○ Proposal" in await hand.see()
    assert "Moved to another stage" in await hand.see()


async def test_when_nothing_is_missing_any_more_the_same_screen_leads_on(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _deal(office, caller)
    await office.services.deals.edit(caller, deal_id, "amount", "5000")
    await hand.write(f"/stage d{deal_id} proposal")
    assert "asks for nothing more" in await hand.tap("✅ Call the client")
    await hand.tap("→ Proposal")
    assert await _stage_of(office, deal_id) == "Proposal"


@pytest.mark.parametrize(
    ("language", "word", "refused"),
    [(Language.EN, "next", "Not moved"), (Language.RU, "дальше", "Не переведено")],
)
async def test_stages_are_typed_by_name_or_as_the_next(
    office: Office, language: Language, word: str, refused: str
) -> None:
    caller, hand = await _anna(office, language=language)
    deal_id = await _deal(office, caller)
    assert refused in await hand.write(f"/stage d{deal_id} {word}")
    assert refused in await hand.write(f"/stage d{deal_id} contract")
    await office.services.deals.edit(caller, deal_id, "amount", "5000")
    await office.services.plans.carry_out(caller, await _task(office))
    await hand.write(f"/stage d{deal_id} {word}")
    assert await _stage_of(office, deal_id) == "Proposal"
    assert f"d{deal_id}" in await hand.write(f"/stage d{deal_id} PROPOSAL")


async def test_a_name_that_is_no_stage_changes_nothing(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _deal(office, caller)
    assert "Nothing was changed" in await hand.write(f"/stage d{deal_id} Heaven")
    assert await _stage_of(office, deal_id) == "Qualification"


async def test_a_process_keeps_its_order_and_says_which_stage_is_next(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _deal(office, caller)
    assert "the next stage is “Proposal”" in await hand.write(f"/stage d{deal_id} Contract")


async def test_d2_a_manager_goes_on_with_a_reason_that_is_kept(office: Office) -> None:
    caller, hand = await _anna(office, role=Role.ADMINISTRATOR)
    deal_id = await _deal(office, caller)
    await hand.write(f"/d{deal_id}")
    await hand.tap("→ Proposal")
    assert "The reason is kept" in await hand.tap("Go on all the same")
    await hand.write("the director: agreed by phone")
    assert await _stage_of(office, deal_id) == "Proposal"
    async with office.database.reading() as session:
        reasons = list(await session.scalars(select(DealStage.override_reason).order_by(DealStage.id)))
    assert reasons == [None, "the director: agreed by phone"]
    assert "“the director: agreed by phone”" in await hand.write(f"/stage d{deal_id}")
    await hand.write(f"/override d{deal_id} Qualification: back to the start")
    assert await _stage_of(office, deal_id) == "Qualification"


async def test_a_rep_who_types_an_override_is_refused(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _deal(office, caller)
    assert "asks for more" in await hand.write(f"/override d{deal_id} Proposal: please")
    assert await _stage_of(office, deal_id) == "Qualification"


async def test_of_two_who_move_one_deal_the_second_is_told(office: Office) -> None:
    caller, hand = await _anna(office)
    await make_process(office.works, kind=DealKindType.MANUAL)
    deal_id = await office.services.deals.create(caller, "Acme, 20 pallets")
    boris = await office.add_user(BORIS, "Boris")
    await office.services.deals.add_to_team(caller, deal_id, caller_of(boris).user_id)
    await hand.write(f"/d{deal_id}")
    await office.services.deal_stages.move(caller_of(boris), deal_id, "Contract")
    card = await hand.tap("→ Proposal")
    assert "moved to “Contract” by Boris" in hand.toast
    assert "Your change was not made" in hand.toast
    assert await _stage_of(office, deal_id) == "Contract"
    assert "●●● Contract" in card


async def test_manual_kinds_move_forward_and_back(office: Office) -> None:
    caller, hand = await _anna(office)
    await make_process(office.works, kind=DealKindType.MANUAL)
    deal_id = await office.services.deals.create(caller, "Acme, 20 pallets")
    await hand.write(f"/stage d{deal_id}")
    await hand.tap("→ Contract")
    assert await _stage_of(office, deal_id) == "Contract"
    await hand.write(f"/stage d{deal_id}")
    await hand.tap("← Qualification")
    assert await _stage_of(office, deal_id) == "Qualification"
    assert "Anna" in await hand.write(f"/stage d{deal_id}")


async def test_a_dropped_task_is_planned_again_from_the_refusal(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _deal(office, caller)
    await office.services.plans.drop(caller, await _task(office))
    await hand.write(f"/stage d{deal_id} next")
    await hand.tap("🔁 Call the client")
    assert "✅ Call the client" in (await hand.labels())[0]


async def test_d1_a_won_deal_goes_on_through_its_stages_until_it_closes(office: Office) -> None:
    caller, hand = await _anna(office)
    await make_process(office.works, kind=DealKindType.MANUAL)
    deal_id = await office.services.deals.create(caller, "Acme, 20 pallets")
    await hand.write(f"/won d{deal_id}")
    assert "●●○ Proposal" in await hand.tap("→ Proposal")
    await hand.write(f"/close d{deal_id}")
    assert "→ Contract" not in await hand.labels()


async def test_undo_takes_a_move_back(office: Office) -> None:
    caller, hand = await _anna(office)
    await make_process(office.works, kind=DealKindType.MANUAL)
    deal_id = await office.services.deals.create(caller, "Acme, 20 pallets")
    await hand.write(f"/stage d{deal_id} Contract")
    await hand.tap("Undo")
    assert await _stage_of(office, deal_id) == "Qualification"


async def test_o3_without_deal_management_there_are_no_stages(office: Office) -> None:
    caller, hand = await _anna(office, role=Role.ADMINISTRATOR)
    deal_id = await _deal(office, caller)
    await office.services.options.set(caller, FunctionalOption.DEAL_MANAGEMENT, is_on=False)
    card = await hand.write(f"/d{deal_id}")
    assert "Qualification" not in card
    assert "→ Proposal" not in await hand.labels()
    assert "no such command" in await hand.write(f"/stage d{deal_id} next")
    await office.services.options.set(caller, FunctionalOption.DEAL_MANAGEMENT, is_on=True)
    assert "●○○ Qualification" in await hand.write(f"/d{deal_id}")


async def test_deals_are_listed_as_a_funnel_by_stage(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _deal(office, caller)
    await office.services.deals.edit(caller, deal_id, "amount", "120 000")
    text = await hand.write("/deals")
    assert "▪️ Qualification: 1 · 120,000\xa0RUB" in text
    assert f"/d{deal_id}" in text
    await hand.tap("Qualification 1")
    assert f"/d{deal_id}" in await hand.see()
    assert "No deals stand there" in await hand.write("/deals contract")


async def test_split_and_merge_are_typed_and_undone(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await office.services.deals.create(caller, "Acme")
    calls = [await record_call(office.works, caller, [person("Mary")]) for _ in range(2)]
    for call in calls:
        await office.services.subjects.change(caller, call, _ref(deal_id))
    text = await hand.write(f"/split d{deal_id} i{calls[0]} Twenty pallets")
    assert "A deal of its own now" in text
    async with office.database.reading() as session:
        new = await session.scalar(select(Deal.id).order_by(Deal.id.desc()).limit(1))
    assert "The two deals are one now" in await hand.write(f"/merge d{deal_id} d{new}")
    assert f"/d{deal_id}" in await hand.write(f"/d{new}")


async def test_split_by_taps_asks_for_the_title(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await office.services.deals.create(caller, "Acme")
    call = await record_call(office.works, caller, [person("Mary")])
    await office.services.subjects.change(caller, call, _ref(deal_id))
    await hand.write(f"/d{deal_id}")
    await hand.tap("More…")
    await hand.tap("Split off…")
    await hand.tap("☐ Mary")
    await hand.tap("Split off 1")
    assert "Twenty pallets" in await hand.write("Twenty pallets")


def _ref(deal_id: DealId) -> Ref:
    return Ref(RefKind.DEAL, deal_id)
