from datetime import date
from decimal import Decimal

import pytest

from core.enums import DealKindType, FunctionalOption, InteractionType, SalesList, StageRuleType
from core.errors import AmountInvalid, Invalid, Missing, NameTaken, NotAllowed, NotFound, OptionOff
from core.models import Deal
from core.services.currencies import Currencies
from core.services.kind_parts import StageRuleDraft
from core.values import DealId
from tests.factories.core import Core
from tests.factories.processes import Processes, make_processes, stage_of


@pytest.fixture
async def processes(core: Core) -> Processes:
    return await make_processes(core)


async def names(core: Core, which: SalesList) -> list[str]:
    return [one.name for one in await core.lists.list_items(which)]


@pytest.mark.parametrize("which", list(SalesList))
async def test_every_list_is_kept_by_administrators(core: Core, which: SalesList) -> None:
    ada = core.org.administrator
    before = await names(core, which)
    one = await core.lists.add(ada, which, "  Something   new ")
    two = await core.lists.add(ada, which, "Another")
    assert await names(core, which) == [*before, "Something new", "Another"]
    with pytest.raises(NameTaken):
        await core.lists.add(ada, which, "something NEW")
    with pytest.raises(NameTaken):
        await core.lists.rename(ada, which, two, "Something new")
    await core.lists.rename(ada, which, one, "Something NEW")
    await core.lists.move(ada, which, two, 0)
    assert (await names(core, which))[0] == "Another"
    assert await core.lists.remove(ada, which, one) is False
    assert "Something NEW" not in await names(core, which)
    await core.undo.undo_last(ada)
    assert "Something NEW" in await names(core, which)
    for caller in (core.org.anna, core.org.manager):
        with pytest.raises(NotAllowed):
            await core.lists.add(caller, which, "No")
    for bad in ("", "  ", "x" * 101):
        with pytest.raises(Invalid):
            await core.lists.add(ada, which, bad)
    with pytest.raises(Invalid):
        await core.lists.rename(ada, which, 999, "Nobody's")


async def test_what_is_in_use_is_archived_and_comes_back_with_its_history(
    core: Core, processes: Processes
) -> None:
    ada = core.org.administrator
    deal_id = await core.deals.create(core.org.anna, "One", kind_id=processes.plain)
    await core.deals.edit(core.org.anna, deal_id, "source", "website")
    await core.deals.lose(core.org.anna, deal_id, "Price", competitor="Beta")
    for which, name in (
        (SalesList.SOURCES, "Website"),
        (SalesList.LOSS_REASONS, "Price"),
        (SalesList.COMPETITORS, "Beta"),
    ):
        items = {one.name: one.id for one in await core.lists.list_items(which)}
        assert await core.lists.remove(ada, which, items[name]) is True
        assert name not in await names(core, which)
    with pytest.raises(Invalid):
        await core.deals.lose(core.org.anna, deal_id, "Price")
    with pytest.raises(Invalid):
        await core.deals.edit(core.org.anna, deal_id, "source", "Website")
    card = await core.views.deal_card(core.org.anna, deal_id)
    assert (card.source, card.loss_reason, card.competitor) == ("Website", "Price", "Beta")
    again = await core.lists.add(ada, SalesList.LOSS_REASONS, "price")
    assert again == (await core.row(Deal, deal_id)).loss_reason_id


async def test_a_stage_removed_from_the_list_leaves_its_kinds_and_deals_in_it_go_on(
    core: Core, processes: Processes
) -> None:
    deal_id = await core.deals.create(core.org.anna, "One", kind_id=processes.led)
    assert await core.lists.remove(core.org.administrator, SalesList.STAGES, processes.stages[0]) is True
    kind = await core.kinds.get(processes.led)
    assert [one.name for one in kind.stages] == ["Offer", "Terms"]
    assert await stage_of(core, deal_id) == "Hello"
    await core.stages.move(core.org.anna, deal_id, "next")
    assert await stage_of(core, deal_id) == "Offer"


async def test_the_only_stage_of_a_kind_stays(core: Core) -> None:
    kind_id = await core.kinds.add(None, "Short", DealKindType.MANUAL, "signed", ["Only"])
    [stage] = (await core.kinds.get(kind_id)).stages
    with pytest.raises(Missing):
        await core.lists.remove(core.org.administrator, SalesList.STAGES, stage.stage_id)
    with pytest.raises(Missing):
        await core.kinds.remove_stage(core.org.administrator, stage.id)
    assert await names(core, SalesList.STAGES) == ["Only"]


@pytest.mark.parametrize(
    ("type_", "stages", "error"),
    [
        (DealKindType.PROCESS, [], Missing),
        (DealKindType.MANUAL, [], Missing),
        (DealKindType.PLAIN, ["One"], Invalid),
        (DealKindType.PROCESS, ["One", "one"], NameTaken),
        (DealKindType.PROCESS, ["One", " "], Invalid),
    ],
)
async def test_d2_a_kind_has_the_stages_that_its_type_needs(
    core: Core, type_: DealKindType, stages: list[str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await core.kinds.add(core.org.administrator, "Kind", type_, "signed", stages)
    assert [one.name for one in await core.kinds.list_kinds()] == ["Sale"]
    assert await names(core, SalesList.STAGES) == []


async def test_kinds_are_kept_by_administrators(core: Core, processes: Processes) -> None:
    ada = core.org.administrator
    await core.kinds.edit(ada, processes.free, name="Free hand", commitment="advance paid")
    await core.kinds.make_default(ada, processes.free)
    kinds = await core.kinds.list_kinds()
    assert [(one.name, one.is_default) for one in kinds] == [
        ("Free hand", True),
        ("Sale", False),
        ("Led", False),
    ]
    deal_id = await core.deals.create(core.org.anna, "By default")
    card = await core.views.deal_card(core.org.anna, deal_id)
    assert (card.kind, card.commitment) == ("Free hand", "advance paid")
    assert await core.kinds.remove(ada, processes.free) is True
    assert await core.kinds.remove(ada, processes.led) is False
    with pytest.raises(Missing):
        await core.kinds.remove(ada, processes.plain)
    with pytest.raises(NameTaken):
        await core.kinds.add(ada, "free HAND", DealKindType.PLAIN, "signed")
    await core.kinds.restore(ada, processes.free)
    assert (await core.kinds.get(processes.free)).archived is False
    with pytest.raises(NotAllowed):
        await core.kinds.edit(core.org.manager, processes.free, name="Mine")
    with pytest.raises(Invalid):
        await core.kinds.get(999)


async def test_what_a_stage_asks_for_is_added_changed_and_taken_away(
    core: Core, processes: Processes
) -> None:
    ada = core.org.administrator
    hello, offer, _ = (await core.kinds.get(processes.led)).stages
    await core.kinds.edit_stage(ada, offer.id, "position", 0)
    assert [one.name for one in (await core.kinds.get(processes.led)).stages] == ["Offer", "Hello", "Terms"]
    task_id = await core.kinds.add_task(ada, offer.id, "Write  it", type=InteractionType.EMAIL, due_in_days=2)
    for rule in offer.rules:
        await core.kinds.remove_rule(ada, rule.id)
    view = (await core.kinds.get(processes.led)).stages[0]
    assert [(one.text, one.type, one.due_in_days) for one in view.tasks] == [
        ("Write it", InteractionType.EMAIL, 2)
    ]
    assert view.rules == ()
    await core.kinds.remove_task(ada, task_id)
    with pytest.raises(NotFound):
        await core.kinds.remove_task(ada, task_id)
    for field, value in (("probability", 101), ("expected_days", 0), ("mood", 1)):
        with pytest.raises(Invalid):
            await core.kinds.edit_stage(ada, hello.id, field, value)
    for draft in (
        StageRuleDraft(StageRuleType.FIELD, field="mood"),
        StageRuleDraft(StageRuleType.ROLE, role_id=999),
        StageRuleDraft(StageRuleType.INTERACTION, interaction_type=InteractionType.PLANNED),
        StageRuleDraft(StageRuleType.CONTACT, role_id=processes.decides, within_days=0),
    ):
        with pytest.raises(Invalid):
            await core.kinds.add_rule(ada, hello.id, draft)


async def test_a_task_that_was_given_stays_with_who_has_it(core: Core, processes: Processes) -> None:
    deal_id = await core.deals.create(core.org.anna, "One", kind_id=processes.led)
    hello = (await core.kinds.get(processes.led)).stages[0]
    await core.kinds.remove_task(core.org.administrator, hello.tasks[0].id)
    assert [one.text for one in (await core.views.deal_card(core.org.anna, deal_id)).process.tasks] == [
        "Ask what is needed"
    ]
    other = await core.deals.create(core.org.anna, "Two", kind_id=processes.led)
    assert (await core.views.deal_card(core.org.anna, other)).process.tasks == ()


async def test_currencies_have_exact_rates_by_date(core: Core) -> None:
    currencies, ada = Currencies(core.org.works), core.org.administrator
    await currencies.set_rate(ada, "usd", "0,9234567891", date(2026, 11, 1))
    await currencies.set_rate(ada, "USD", "0.95", date(2026, 12, 1))
    await currencies.add(ada, "JPY", "Yen", 0)
    found = {one.code: one for one in await currencies.list_currencies()}
    assert (found["USD"].rate, found["USD"].since) == (Decimal("0.9234567891"), date(2026, 11, 1))
    assert found["EUR"].rate is None
    deal_id = await core.deals.create(core.org.anna, "In yen")
    await core.deals.edit(core.org.anna, deal_id, "currency", "jpy")
    with pytest.raises(AmountInvalid) as refused:
        await core.deals.edit(core.org.anna, deal_id, "cost", "10.50")
    assert (refused.value.field, refused.value.why) == ("cost", "too_fine")
    assert await currencies.remove(ada, "JPY") is True
    assert await currencies.remove(ada, "EUR") is False
    with pytest.raises(Invalid):
        await core.deals.edit(core.org.anna, deal_id, "currency", "EUR")
    for rate in ("0", "-1", "x", "NaN", "1e99", "100000000", "0.92345678912"):
        with pytest.raises(AmountInvalid):
            await currencies.set_rate(ada, "USD", rate, date(2026, 11, 1))
    with pytest.raises(NameTaken):
        await currencies.add(ada, "USD")
    await currencies.set_rate(ada, "USD", "1", date(2026, 11, 1))
    await core.undo.undo_last(ada)
    found = {one.code: one for one in await currencies.list_currencies()}
    assert found["USD"].rate == Decimal("0.9234567891")


async def test_o2_settings_of_deals_are_gone_while_deals_are_off(core: Core) -> None:
    await core.options.set(core.org.administrator, FunctionalOption.DEALS, is_on=False)
    with pytest.raises(OptionOff):
        await core.lists.add(core.org.administrator, SalesList.SOURCES, "Website")


async def test_sums_are_exact_to_the_last_cent(core: Core) -> None:
    deal_id: DealId = await core.deals.create(core.org.anna, "Large")
    await core.deals.edit(core.org.anna, deal_id, "amount", "999999999999999.99")
    assert (await core.row(Deal, deal_id)).amount == Decimal("999999999999999.99")
