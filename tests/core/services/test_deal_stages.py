import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.enums import (
    DealStatus,
    FunctionalOption,
    InteractionState,
    InteractionType,
    LackType,
    LinkReason,
    StageRuleType,
    SubjectKind,
)
from core.errors import (
    CannotUndo,
    Invalid,
    Missing,
    NotFound,
    OptionOff,
    StageBlocked,
    StageChanged,
    StateForbids,
    SubjectClosed,
)
from core.models import Absence, Deal, Interaction
from core.queries.deal_card import StagePlace
from core.queries.export.kinds import export_kind
from core.queries.recount import find_wrong_counters
from core.rules.deal_stages import RestEvent
from core.services.currencies import Currencies
from core.services.kind_parts import StageRuleDraft
from core.services.promotion_terms import DealTerms
from core.values import DealId, InteractionDraft, Ref, RefKind, SubjectId, When
from tests.conftest import NOON
from tests.core.services.test_promotion import chain_of_three
from tests.factories.calls import person
from tests.factories.core import Core
from tests.factories.organisation import JOHN_MAIL
from tests.factories.processes import Processes, do_tasks, make_processes, stage_of, tasks_of


@pytest.fixture
async def processes(core: Core) -> Processes:
    return await make_processes(core)


async def led_deal(core: Core, processes: Processes) -> DealId:
    return await core.deals.create(core.org.anna, "Pallets", kind_id=processes.led)


async def test_d2_entering_a_stage_plans_its_tasks_for_the_responsible(
    core: Core, processes: Processes
) -> None:
    deal_id = await led_deal(core, processes)
    [task_id] = await tasks_of(core, deal_id)
    task = await core.interaction(task_id)
    assert (task.type, task.state, task.goal) == (
        InteractionType.CALL,
        InteractionState.PLANNED,
        "Ask what is needed",
    )
    assert (task.responsible_id, task.due_on) == (core.org.anna.user_id, date(2026, 11, 25))
    assert task.link_reason is LinkReason.RULE
    assert list(await core.owners(task_id)) == [core.org.anna.user_id]
    async with core.org.database.reading() as session:
        assert await find_wrong_counters(session) == []


async def test_d2_a_stage_is_not_left_before_its_tasks_are_done_and_the_refusal_names_them(
    core: Core, processes: Processes
) -> None:
    deal_id = await led_deal(core, processes)
    with pytest.raises(StageBlocked) as refused:
        await core.stages.move(core.org.anna, deal_id, "next")
    [lack] = refused.value.lacks
    assert (lack.type, lack.interaction_id) == (LackType.TASK, (await tasks_of(core, deal_id))[0])
    assert (refused.value.stage, refused.value.may_override) == ("Hello", False)
    assert await stage_of(core, deal_id) == "Hello"
    await do_tasks(core, deal_id)
    await core.stages.move(core.org.anna, deal_id, "offer")
    assert await stage_of(core, deal_id) == "Offer"


async def test_d2_fields_and_roles_hold_a_deal_until_they_are_there(core: Core, processes: Processes) -> None:
    deal_id = await led_deal(core, processes)
    await do_tasks(core, deal_id)
    await core.stages.move(core.org.anna, deal_id, "next")
    with pytest.raises(StageBlocked) as refused:
        await core.stages.move(core.org.anna, deal_id, "Terms")
    assert [(one.type, one.field, one.role) for one in refused.value.lacks] == [
        (LackType.FIELD, "amount", None),
        (LackType.ROLE, None, "decides"),
    ]
    await core.deals.edit(core.org.anna, deal_id, "amount", "1,5 млн")
    await core.deals.set_role(core.org.anna, deal_id, core.org.john, "Decides")
    assert (await core.views.deal_card(core.org.anna, deal_id)).process.lacks == ()
    await core.stages.move(core.org.anna, deal_id, "Terms")
    with pytest.raises(Missing):
        await core.stages.move(core.org.anna, deal_id, "next")


async def test_d2_contact_and_interaction_rules_look_at_what_happened(
    core: Core, processes: Processes
) -> None:
    kind = await core.kinds.get(processes.led)
    terms = kind.stages[2]
    last = await core.kinds.add_stage(None, processes.led, "Done")
    assert last
    for draft in (
        StageRuleDraft(StageRuleType.CONTACT, role_id=processes.decides, within_days=21),
        StageRuleDraft(StageRuleType.INTERACTION, interaction_type=InteractionType.MEETING),
    ):
        await core.kinds.add_rule(None, terms.id, draft)
    deal_id = await led_deal(core, processes)
    await core.deals.set_role(core.org.anna, deal_id, core.org.john, "decides")
    await core.stages.move(core.org.manager, deal_id, "Terms", override="they know us")
    subject_id = SubjectId((await core.row(Deal, deal_id)).subject_id)

    async def lacks() -> list[LackType]:
        return [one.type for one in (await core.views.deal_card(core.org.anna, deal_id)).process.lacks]

    async def meet(days_ago: int) -> None:
        at = core.org.clock.now() - timedelta(days=days_ago, hours=1)
        draft = InteractionDraft(
            InteractionType.MEETING,
            participants=(person("John", JOHN_MAIL),),
            when=When(at, ends_at=at),
            subject_id=subject_id,
        )
        await core.capture.record(core.org.anna, draft)

    assert await lacks() == [LackType.CONTACT, LackType.INTERACTION]
    await meet(days_ago=30)
    assert await lacks() == [LackType.CONTACT, LackType.INTERACTION]
    core.org.clock.move(timedelta(hours=2))
    await meet(days_ago=0)
    assert await lacks() == []


async def test_d2_a_process_keeps_its_order(core: Core, processes: Processes) -> None:
    deal_id = await led_deal(core, processes)
    await do_tasks(core, deal_id)
    with pytest.raises(StageBlocked) as refused:
        await core.stages.move(core.org.anna, deal_id, "Terms")
    assert [(one.type, one.text) for one in refused.value.lacks] == [(LackType.ORDER, "Offer")]


async def test_d2_a_manager_overrides_with_a_reason_that_is_kept(core: Core, processes: Processes) -> None:
    deal_id = await led_deal(core, processes)
    [task_id] = await tasks_of(core, deal_id)
    with pytest.raises(StageBlocked) as refused:
        await core.stages.move(core.org.manager, deal_id, "Offer")
    assert refused.value.may_override
    with pytest.raises(StageBlocked):
        await core.stages.move(core.org.anna, deal_id, "Offer", override="I am in a hurry")
    await core.stages.move(core.org.manager, deal_id, "Offer", override="  An old   client ")
    stays = await core.deal_views.stays(core.org.anna, deal_id)
    assert [(one.stage, one.by, one.override_reason) for one in stays] == [
        ("Hello", "Anna", None),
        ("Offer", "Maria", "An old client"),
    ]
    assert (await core.interaction(task_id)).state is InteractionState.CANCELLED
    with pytest.raises(Invalid):
        await core.stages.move(core.org.manager, deal_id, "Hello", override="x" * 501)


async def test_d2_a_manual_kind_moves_freely_and_plans_nothing(core: Core, processes: Processes) -> None:
    deal_id = await core.deals.create(core.org.anna, "Freely", kind_id=processes.free)
    for name in ("Terms", "Hello", "Offer", "next"):
        await core.stages.move(core.org.anna, deal_id, name)
    stays = await core.deal_views.stays(core.org.anna, deal_id)
    assert [(one.from_stage, one.stage) for one in stays] == [
        (None, "Hello"),
        ("Hello", "Terms"),
        ("Terms", "Hello"),
        ("Hello", "Offer"),
        ("Offer", "Terms"),
    ]
    assert (await core.row(Deal, deal_id)).subject_id
    assert await tasks_of(core, deal_id) == []


async def test_d2_a_plain_kind_has_no_stages(core: Core, processes: Processes) -> None:
    deal_id = await core.deals.create(core.org.anna, "Plain", kind_id=processes.plain)
    with pytest.raises(StateForbids):
        await core.stages.move(core.org.anna, deal_id, "Hello")


@pytest.mark.parametrize("wanted", ["", "Nowhere", "999", "²"])
async def test_d2_a_stage_that_the_kind_has_not_is_refused(
    core: Core, processes: Processes, wanted: str
) -> None:
    deal_id = await led_deal(core, processes)
    with pytest.raises(Invalid):
        await core.stages.move(core.org.manager, deal_id, wanted, override="because")


async def test_of_two_who_move_one_deal_the_second_is_told_what_the_first_did(
    core: Core, processes: Processes
) -> None:
    deal_id = await core.deals.create(core.org.anna, "Both", kind_id=processes.free)
    await core.deals.add_to_team(core.org.anna, deal_id, core.org.boris.user_id)
    seen = processes.stages[0]
    await core.stages.move(core.org.boris, deal_id, "Offer", seen=seen)
    core.org.clock.move(timedelta(minutes=1))
    with pytest.raises(StageChanged) as refused:
        await core.stages.move(core.org.anna, deal_id, "Terms", seen=seen)
    told = refused.value
    assert (told.stage, told.by, told.at) == ("Offer", "Boris", core.org.clock.now() - timedelta(minutes=1))
    assert await stage_of(core, deal_id) == "Offer"
    assert len(await core.deal_views.stays(core.org.anna, deal_id)) == 2


async def test_of_two_moves_at_the_same_moment_one_wins(core: Core, processes: Processes) -> None:
    deal_id = await core.deals.create(core.org.anna, "At once", kind_id=processes.free)
    seen = processes.stages[0]
    answers = await asyncio.gather(
        core.stages.move(core.org.anna, deal_id, "Offer", seen=seen),
        core.stages.move(core.org.manager, deal_id, "Terms", seen=seen),
        return_exceptions=True,
    )
    assert [type(one) for one in answers if one is not None] == [StageChanged]
    stays = await core.deal_views.stays(core.org.anna, deal_id)
    assert len(stays) == 2
    [told] = [one for one in answers if isinstance(one, StageChanged)]
    assert told.stage == stays[-1].stage


async def test_d3_probability_follows_the_stage_until_it_is_said(core: Core, processes: Processes) -> None:
    async def chance() -> int | None:
        return (await core.row(Deal, deal_id)).probability

    deal_id = await led_deal(core, processes)
    assert await chance() == 10
    await do_tasks(core, deal_id)
    await core.stages.move(core.org.anna, deal_id, "next")
    assert await chance() == 60
    await core.deals.edit(core.org.anna, deal_id, "probability", "35 %")
    await core.stages.move(core.org.manager, deal_id, "Terms", override="go on")
    assert await chance() == 35
    await core.deals.edit(core.org.anna, deal_id, "probability", "")
    assert await chance() is None
    await core.deals.win(core.org.anna, deal_id)
    assert await chance() == 100
    with pytest.raises(StateForbids):
        await core.deals.edit(core.org.anna, deal_id, "probability", "50")
    await core.deals.lose(core.org.anna, deal_id, "Price")
    assert await chance() == 0


@pytest.mark.parametrize("value", ["101", "-1", "half", "1.5", "²"])
async def test_d3_a_probability_is_0_to_100(core: Core, processes: Processes, value: str) -> None:
    deal_id = await led_deal(core, processes)
    with pytest.raises(Invalid):
        await core.deals.edit(core.org.anna, deal_id, "probability", value)


async def test_d3_stays_are_measured_by_the_clock_and_in_working_time(
    core: Core, processes: Processes
) -> None:
    deal_id = await core.deals.create(core.org.anna, "Slow", kind_id=processes.free)
    core.org.clock.move(timedelta(days=7))
    await core.stages.move(core.org.anna, deal_id, "Offer")
    core.org.clock.move(timedelta(hours=1))
    hello, offer = await core.deal_views.stays(core.org.anna, deal_id)
    assert (hello.lasted, hello.worked) == (timedelta(days=7), timedelta(hours=45))
    assert (offer.lasted, offer.worked, offer.left_at) == (timedelta(hours=1), timedelta(hours=1), None)
    async with core.org.database.reading() as session:
        [deal] = [one async for one in export_kind(session, "deals", core.org.clock.now())]
    assert [one["worked_s"] for one in deal["stages"]] == [45 * 3600, 3600]


async def test_d3_days_off_of_the_responsible_are_in_no_duration_and_no_task_is_due_on_one(
    core: Core, processes: Processes
) -> None:
    """NOON is a Tuesday; Anna is away from Wednesday to Friday."""
    away = {"first_day": date(2026, 11, 25), "last_day": date(2026, 11, 27)}
    async with core.org.database.transaction() as session:
        session.add(Absence(user_id=core.org.anna.user_id, created_at=NOON, **away))
    deal_id = await led_deal(core, processes)
    [task_id] = await tasks_of(core, deal_id)
    assert (await core.interaction(task_id)).due_on not in {date(2026, 11, 25 + one) for one in range(3)}
    core.org.clock.move(timedelta(days=7))
    [hello] = await core.deal_views.stays(core.org.anna, deal_id)
    assert hello.worked == timedelta(hours=18)


async def test_d3_a_lost_deal_leaves_its_stage_and_a_reopened_one_goes_on_there(
    core: Core, processes: Processes
) -> None:
    deal_id = await led_deal(core, processes)
    [task_id] = await tasks_of(core, deal_id)
    core.org.clock.move(timedelta(hours=1))
    await core.deals.lose(core.org.anna, deal_id, "Price")
    with pytest.raises(StateForbids):
        await core.stages.move(core.org.manager, deal_id, "Offer", override="go on")
    core.org.clock.move(timedelta(days=30))
    await core.deals.reopen(core.org.manager, deal_id)
    first, second = await core.deal_views.stays(core.org.anna, deal_id)
    assert (first.lasted, second.from_stage, second.stage, second.left_at) == (
        timedelta(hours=1),
        "Hello",
        "Hello",
        None,
    )
    assert await tasks_of(core, deal_id) == [task_id]
    assert (await core.row(Deal, deal_id)).probability == 10


async def test_d1_a_won_deal_goes_on_through_its_stages_until_it_is_closed(
    core: Core, processes: Processes
) -> None:
    deal_id = await core.deals.create(core.org.anna, "Obligations", kind_id=processes.free)
    await core.deals.win(core.org.anna, deal_id)
    await core.stages.move(core.org.anna, deal_id, "Terms")
    await core.deals.close(core.org.anna, deal_id)
    with pytest.raises(SubjectClosed):
        await core.stages.move(core.org.anna, deal_id, "Hello")
    assert (await core.deal_views.stays(core.org.anna, deal_id))[-1].left_at == core.org.clock.now()


async def test_a_task_that_was_dropped_is_planned_again(core: Core, processes: Processes) -> None:
    deal_id = await led_deal(core, processes)
    [task_id] = await tasks_of(core, deal_id)
    with pytest.raises(StateForbids):
        await core.stages.renew_task(core.org.anna, deal_id, task_id)
    await core.plans.drop(core.org.anna, task_id)
    again = await core.stages.renew_task(core.org.anna, deal_id, task_id)
    assert await tasks_of(core, deal_id) == [again]
    assert again != task_id
    with pytest.raises(NotFound):
        await core.stages.renew_task(core.org.anna, deal_id, task_id)


async def test_the_card_shows_where_a_deal_stands_and_how_long_it_rests(
    core: Core, processes: Processes
) -> None:
    deal_id = await led_deal(core, processes)
    core.org.clock.move(timedelta(days=7))
    process = (await core.views.deal_card(core.org.anna, deal_id)).process
    assert [(one.name, one.place) for one in process.stages] == [
        ("Hello", StagePlace.CURRENT),
        ("Offer", StagePlace.AHEAD),
        ("Terms", StagePlace.AHEAD),
    ]
    assert [one.type for one in process.lacks] == [LackType.TASK]
    assert process.rest is not None
    assert (process.rest.event, process.rest.worked, process.rest.too_long) == (
        RestEvent.STAGE,
        timedelta(hours=45),
        True,
    )


async def test_o3_without_deal_management_a_process_deal_is_plain_and_its_stage_waits(
    core: Core, processes: Processes
) -> None:
    deal_id = await led_deal(core, processes)
    await core.options.set(core.org.administrator, FunctionalOption.DEAL_MANAGEMENT, is_on=False)
    with pytest.raises(OptionOff):
        await core.stages.move(core.org.manager, deal_id, "Offer", override="go on")
    with pytest.raises(OptionOff):
        await core.deal_views.stays(core.org.anna, deal_id)
    card = await core.views.deal_card(core.org.anna, deal_id)
    assert (card.kind_type.value, card.process.current, card.process.stages) == ("plain", None, ())
    unstaged = await core.deals.create(core.org.anna, "Meanwhile", kind_id=processes.led)
    assert (await core.row(Deal, unstaged)).stage_id is None
    await core.options.set(core.org.administrator, FunctionalOption.DEAL_MANAGEMENT, is_on=True)
    assert await stage_of(core, deal_id) == "Hello"
    await core.stages.move(core.org.anna, unstaged, "Hello", seen=0)
    assert len(await tasks_of(core, unstaged)) == 1


async def test_o3_tasks_of_stages_stay_when_other_interactions_are_off(
    core: Core, processes: Processes
) -> None:
    await core.options.set(core.org.administrator, FunctionalOption.OTHER_INTERACTIONS, is_on=False)
    deal_id = await led_deal(core, processes)
    [task_id] = await tasks_of(core, deal_id)
    assert (await core.views.interaction_card(core.org.anna, task_id)).id == task_id
    await core.plans.carry_out(core.org.anna, task_id)
    await core.stages.move(core.org.anna, deal_id, "next")
    assert await stage_of(core, deal_id) == "Offer"


async def test_a_move_is_taken_back_as_one_step(core: Core, processes: Processes) -> None:
    deal_id = await led_deal(core, processes)
    await core.stages.move(core.org.manager, deal_id, "Offer", override="go on")
    await core.undo.undo_last(core.org.manager)
    stays = await core.deal_views.stays(core.org.anna, deal_id)
    assert [(one.stage, one.left_at) for one in stays] == [("Hello", None)]
    [task_id] = await tasks_of(core, deal_id)
    assert (await core.interaction(task_id)).state is InteractionState.PLANNED
    assert (await core.row(Deal, deal_id)).probability == 10


async def test_s6_a_chain_promoted_into_a_process_goes_back_as_one_step(
    core: Core, processes: Processes
) -> None:
    ids = await chain_of_three(core)
    chain = await core.subject_of(ids[0])
    ref = await core.promotion.promote(
        core.org.anna,
        ids[0],
        SubjectKind.DEAL,
        terms=DealTerms(
            kind_id=processes.led,
            amount="120 000",
            demand="20 pallets",
            roles={core.org.john: "decides", core.org.acme: "client"},
        ),
    )
    card = await core.views.deal_card(core.org.anna, DealId(ref.id))
    assert (card.kind, card.amount, card.probability) == ("Led", Decimal(120_000), 10)
    assert {one.name: one.role for one in card.subject.people if one.role} == {
        "John Smith": "decides",
        "Acme": "client",
    }
    [(row, _)] = card.demand.rows
    assert (row.text, row.amount, row.asked_in_id) == ("20 pallets", Decimal(120_000), int(ids[0]))
    await core.undo.undo_last(core.org.anna)
    assert await core.members(chain.id) >= set(ids)
    with pytest.raises(NotFound):
        await core.views.deal_card(core.org.anna, DealId(ref.id))
    async with core.org.database.reading() as session:
        assert await find_wrong_counters(session) == []


async def test_a_deal_made_from_nothing_goes_back_with_its_tasks(core: Core, processes: Processes) -> None:
    deal_id = await led_deal(core, processes)
    [task_id] = await tasks_of(core, deal_id)
    await core.undo.undo_last(core.org.anna)
    with pytest.raises(NotFound):
        await core.views.deal_card(core.org.anna, deal_id)
    assert (await core.row(Interaction, task_id)).deleted_at is not None


async def test_undo_names_the_task_that_was_done_since(core: Core, processes: Processes) -> None:
    deal_id = await led_deal(core, processes)
    [task_id] = await tasks_of(core, deal_id)
    await core.plans.carry_out(core.org.manager, task_id)
    with pytest.raises(CannotUndo) as refused:
        await core.undo.undo_last(core.org.anna)
    assert f"i{task_id}" in refused.value.blocking


async def test_another_kind_is_chosen_until_something_was_done(core: Core, processes: Processes) -> None:
    deal_id = await led_deal(core, processes)
    await core.deals.edit(core.org.anna, deal_id, "kind", "sale")
    assert await stage_of(core, deal_id) is None
    await core.deals.edit(core.org.anna, deal_id, "kind", str(processes.led))
    assert await stage_of(core, deal_id) == "Hello"
    await do_tasks(core, deal_id)
    with pytest.raises(StateForbids):
        await core.deals.edit(core.org.anna, deal_id, "kind", "Free")


async def test_d3_a_lost_deal_begins_no_stage_of_another_kind(core: Core, processes: Processes) -> None:
    plain = await core.deals.create(core.org.anna, "Plain", kind_id=processes.plain)
    led = await led_deal(core, processes)
    [task_id] = await tasks_of(core, led)
    for deal_id, kind in ((plain, "Led"), (plain, "Free"), (led, "Free"), (led, "sale")):
        await core.deals.lose(core.org.anna, deal_id, "Price")
        with pytest.raises(StateForbids):
            await core.deals.edit(core.org.anna, deal_id, "kind", kind)
    assert await core.deal_views.stays(core.org.anna, plain) == ()
    [stay] = await core.deal_views.stays(core.org.anna, led)
    assert (stay.stage, stay.left_at) == ("Hello", core.org.clock.now())
    assert await tasks_of(core, led) == [task_id]
    await core.deals.reopen(core.org.manager, plain)
    await core.deals.edit(core.org.anna, plain, "kind", "Led")
    assert await stage_of(core, plain) == "Hello"


@pytest.mark.parametrize("end", ["lose", "close", "merge"])
async def test_d3_undo_puts_no_deal_back_into_a_stage_that_others_have_ended(
    core: Core, processes: Processes, end: str
) -> None:
    deal_id = await core.deals.create(core.org.anna, "Pallets", kind_id=processes.free)
    other_id = await core.deals.create(core.org.manager, "More pallets", kind_id=processes.free)
    await core.deals.edit(core.org.anna, deal_id, "kind", "sale")
    if end == "lose":
        await core.deals.lose(core.org.manager, deal_id, "Price")
    elif end == "close":
        await core.deals.win(core.org.manager, deal_id)
        await core.deals.close(core.org.manager, deal_id)
    else:
        await core.merging.merge(core.org.manager, other_id, deal_id)
    with pytest.raises(CannotUndo) as refused:
        await core.undo.undo_last(core.org.anna)
    assert refused.value.blocking == (f"d{deal_id}",)
    assert (await core.row(Deal, deal_id)).kind_id == processes.plain


@pytest.mark.parametrize("end", ["win", "lose"])
async def test_d1_undo_leaves_no_closed_deal_in_progress(core: Core, processes: Processes, end: str) -> None:
    deal_id = await core.deals.create(core.org.anna, "Pallets", kind_id=processes.plain)
    if end == "win":
        await core.deals.win(core.org.anna, deal_id)
    else:
        await core.deals.lose(core.org.anna, deal_id, "Price")
    status = (await core.row(Deal, deal_id)).status
    await core.deals.close(core.org.manager, deal_id)
    with pytest.raises(CannotUndo) as refused:
        await core.undo.undo_last(core.org.anna)
    assert refused.value.blocking == (f"d{deal_id}",)
    assert (await core.row(Deal, deal_id)).status is status
    await core.deals.reopen(core.org.manager, deal_id)


async def test_open_tasks_go_along_with_a_deal_to_its_new_responsible(
    core: Core, processes: Processes
) -> None:
    deal_id = await led_deal(core, processes)
    [task_id] = await tasks_of(core, deal_id)
    await core.assignment.assign(core.org.anna, Ref(RefKind.DEAL, deal_id), core.org.boris.user_id)
    assert (await core.interaction(task_id)).responsible_id == core.org.boris.user_id
    assert list(await core.owners(task_id)) == [core.org.boris.user_id]


async def test_why_a_field_is_as_it_is(core: Core, processes: Processes) -> None:
    deal_id = await led_deal(core, processes)
    assert await core.deal_views.facts(core.org.anna, deal_id, ["amount"]) == ()
    await core.deals.edit(core.org.anna, deal_id, "amount", "100")
    await core.deals.edit(core.org.anna, deal_id, "amount", "200")
    [fact] = await core.deal_views.facts(core.org.manager, deal_id, ["amount"])
    assert (fact.before, fact.after, fact.by, fact.action) == ("100.00", "200.00", "Anna", "edit_deal")
    await core.stages.move(core.org.manager, deal_id, "Offer", override="go on")
    [moved] = await core.deal_views.facts(core.org.anna, deal_id, ["stage"])
    assert (moved.before, moved.after, moved.by) == ("Hello", "Offer", "Maria")
    await core.undo.undo_last(core.org.anna)
    [again] = await core.deal_views.facts(core.org.anna, deal_id, ["amount"])
    assert again.after == "100.00"


async def test_the_funnel_counts_what_is_in_progress_by_stage(core: Core, processes: Processes) -> None:
    first = await led_deal(core, processes)
    second = await led_deal(core, processes)
    await core.deals.edit(core.org.anna, first, "amount", "0.10")
    await core.deals.edit(core.org.anna, second, "amount", "999999999999999.99")
    await core.deals.create(core.org.anna, "Plain one", kind_id=processes.plain)
    lost = await led_deal(core, processes)
    await core.deals.lose(core.org.anna, lost, "Price")
    funnel = await core.deal_views.funnel(core.org.anna)
    assert [(one.stage, one.count, [str(amount) for _, amount in one.sums]) for one in funnel] == [
        ("Hello", 2, ["1000000000000000.09"]),
        (None, 1, []),
    ]
    assert await core.deal_views.funnel(core.org.outsider) == ()
    assert [one.total for one in funnel] == [Decimal("1000000000000000.09"), Decimal(0)]
    await core.deals.edit(core.org.anna, first, "currency", "USD")
    assert [one.total for one in await core.deal_views.funnel(core.org.anna)] == [None, Decimal(0)]
    currencies = Currencies(core.org.works)
    await currencies.set_rate(core.org.administrator, "USD", "0.5", date(2026, 11, 1))
    await currencies.set_rate(core.org.administrator, "USD", "0.9", date(2026, 12, 1))
    funnel = await core.deal_views.funnel(core.org.anna)
    assert funnel[0].total == Decimal("1000000000000000.04")
    rows = (await core.views.deals(core.org.anna, 1, stage_id=processes.stages[0])).rows
    assert {one.id for one in rows} == {first, second}
    assert {one.status for one in rows} == {DealStatus.IN_PROGRESS}
