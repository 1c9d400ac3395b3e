from decimal import Decimal

import pytest

from core.enums import ContactKind, SalesList, SubjectKind
from core.errors import DealMerged, Invalid, Missing, NotFound, StateForbids, SubjectClosed
from core.models import Deal, SubjectParticipant
from core.queries.recount import find_wrong_counters
from core.services.contacts import ContactDraft, Contacts
from core.services.deal_demand import DemandDraft
from core.services.merging import Merging
from core.services.promotion_terms import DealTerms
from core.values import DealId, InteractionId
from tests.core.services.test_promotion import chain_of_three, people_of, record
from tests.factories.calls import person
from tests.factories.core import Core
from tests.factories.organisation import JOHN_MAIL
from tests.factories.processes import Processes, make_processes, stage_of, tasks_of


@pytest.fixture
async def processes(core: Core) -> Processes:
    return await make_processes(core)


async def two_deals(core: Core, kind_id: int) -> tuple[DealId, DealId, list[InteractionId]]:
    first = await chain_of_three(core)
    keep = await core.promotion.promote(core.org.anna, first[0], SubjectKind.DEAL)
    other = await record(core, person("John", JOHN_MAIL), person("Mary", "+74955550102"))
    await core.subjects.change(core.org.anna, other, None)
    away = await core.promotion.promote(
        core.org.anna,
        other,
        SubjectKind.DEAL,
        title="The same",
        terms=DealTerms(kind_id=kind_id, amount="500", demand="lids", roles={core.org.john: "decides"}),
    )
    return DealId(keep.id), DealId(away.id), [*first, other]


async def assert_counters_are_right(core: Core) -> None:
    async with core.org.database.reading() as session:
        assert await find_wrong_counters(session) == []


async def test_one_deal_of_two_has_all_that_either_had(core: Core, processes: Processes) -> None:
    keep, away, ids = await two_deals(core, processes.led)
    tasks = await tasks_of(core, away)
    await core.merging.merge(core.org.anna, keep, away)
    subject_id = (await core.row(Deal, keep)).subject_id
    assert await core.members(subject_id) == {*ids, *tasks}
    card = await core.views.deal_card(core.org.anna, keep)
    assert card.amount == Decimal(500)
    assert [row.text for row, _ in card.demand.rows] == ["lids"]
    people = {one.name: one.role for one in card.subject.people}
    assert people["John Smith"] == "decides"
    assert list(people).count("John Smith") == 1
    assert "Mary Jones" in people
    await assert_counters_are_right(core)


async def test_what_became_part_of_another_says_so_and_is_in_no_list(
    core: Core, processes: Processes
) -> None:
    keep, away, _ = await two_deals(core, processes.led)
    await core.merging.merge(core.org.anna, keep, away)
    with pytest.raises(DealMerged) as told:
        await core.views.deal_card(core.org.anna, away)
    assert (str(told.value.ref), str(told.value.into)) == (f"d{away}", f"d{keep}")
    with pytest.raises(DealMerged):
        await core.deals.win(core.org.anna, away)
    assert [one.id for one in (await core.views.deals(core.org.anna, 1)).rows] == [keep]
    assert sum(one.count for one in await core.deal_views.funnel(core.org.anna)) == 1


async def test_a_merge_is_taken_back_as_one_step(core: Core, processes: Processes) -> None:
    keep, away, ids = await two_deals(core, processes.led)
    before = [await core.views.deal_card(core.org.anna, one) for one in (keep, away)]
    await core.merging.merge(core.org.anna, keep, away)
    await core.undo.undo_last(core.org.anna)
    after = [await core.views.deal_card(core.org.anna, one) for one in (keep, away)]
    for old, new in zip(before, after, strict=True):
        assert (old.amount, old.demand, old.process) == (new.amount, new.demand, new.process)
        assert {(one.name, one.role) for one in old.subject.people} == {
            (one.name, one.role) for one in new.subject.people
        }
    assert await core.members((await core.row(Deal, keep)).subject_id) == set(ids[:3])
    await assert_counters_are_right(core)


async def test_deals_that_cannot_be_one_stay_two(core: Core, processes: Processes) -> None:
    keep, away, _ = await two_deals(core, processes.led)
    with pytest.raises(Invalid):
        await core.merging.merge(core.org.anna, keep, keep)
    with pytest.raises(NotFound):
        await core.merging.merge(core.org.outsider, keep, away)
    await core.deals.edit(core.org.anna, keep, "currency", "USD")
    with pytest.raises(Invalid):
        await core.merging.merge(core.org.anna, keep, away)
    await core.deals.lose(core.org.anna, away, "Price")
    with pytest.raises(StateForbids):
        await core.merging.merge(core.org.anna, keep, away)
    await core.deals.win(core.org.anna, keep)
    await core.deals.close(core.org.anna, keep)
    with pytest.raises(SubjectClosed):
        await core.merging.merge(core.org.anna, away, keep)


async def test_some_interactions_and_demand_leave_for_a_new_deal(core: Core, processes: Processes) -> None:
    keep, _, ids = await two_deals(core, processes.led)
    row_id = await core.demand.add(core.org.anna, keep, DemandDraft("lids"))
    kept_id = await core.demand.add(core.org.anna, keep, DemandDraft("pallets"))
    new = await core.merging.split(
        core.org.anna, keep, [ids[1]], "Lids", kind_id=processes.led, demand_ids=[row_id]
    )
    deal = await core.row(Deal, new)
    assert (deal.partner_id, deal.responsible_id) == (core.org.acme, core.org.anna.user_id)
    assert await core.members(deal.subject_id) >= {ids[1]}
    assert ids[1] not in await core.members((await core.row(Deal, keep)).subject_id)
    assert [name for _, name in await people_of(core, deal.subject_id)] == ["John Smith", "Nobody"]
    assert await stage_of(core, new) == "Hello"
    assert [row.id for row, _ in (await core.deal_views.settlement(core.org.anna, new)).rows] == [row_id]
    assert [row.id for row, _ in (await core.deal_views.settlement(core.org.anna, keep)).rows] == [kept_id]
    await assert_counters_are_right(core)
    await core.undo.undo_last(core.org.anna)
    back = await core.members((await core.row(Deal, keep)).subject_id)
    assert {one for one in back if (await core.interaction(one)).deleted_at is None} == set(ids[:3])
    assert len((await core.deal_views.settlement(core.org.anna, keep)).rows) == 2
    await assert_counters_are_right(core)


async def test_a_split_takes_what_is_there_and_something_at_least(core: Core, processes: Processes) -> None:
    keep, away, ids = await two_deals(core, processes.led)
    [task_id] = await tasks_of(core, away)
    with pytest.raises(Missing):
        await core.merging.split(core.org.anna, keep, [], "Nothing")
    with pytest.raises(NotFound):
        await core.merging.split(core.org.anna, keep, [ids[3]], "Of another")
    with pytest.raises(NotFound):
        await core.merging.split(core.org.anna, away, [task_id], "A task of the stage")
    with pytest.raises(NotFound):
        await core.merging.split(core.org.anna, keep, [ids[0]], "No such row", demand_ids=[99])
    with pytest.raises(Invalid):
        await core.merging.split(core.org.anna, keep, [ids[0]], " ")


async def test_a_role_follows_its_name_and_own_words_stay(core: Core, processes: Processes) -> None:
    keep, _, _ = await two_deals(core, processes.led)
    await core.deals.set_role(core.org.anna, keep, core.org.john, "decides")
    await core.deals.set_role(core.org.anna, keep, core.org.acme, "golf partner")
    await core.lists.rename(
        core.org.administrator, SalesList.PERSON_ROLES, processes.decides, "has the last word"
    )
    card = await core.views.deal_card(core.org.anna, keep)
    roles = {one.name: one.role for one in card.subject.people if one.role}
    assert roles == {"John Smith": "has the last word", "Acme": "golf partner"}
    coverage = await core.deal_views.coverage(core.org.anna, keep)
    [one] = coverage
    assert (one.role, one.contacts) == ("has the last word", ((core.org.john, "John Smith"),))
    assert one.last_touched_at == one.last_answered_at == core.org.clock.now()
    row = await core.row(SubjectParticipant, card.subject.people[0].id)
    assert (row.role_id, row.role) == (None, "golf partner")


async def test_p5_contacts_that_become_one_keep_the_role_and_what_was_asked(
    core: Core, processes: Processes
) -> None:
    keep, _, _ = await two_deals(core, processes.led)
    other = await Contacts(core.org.works).create(None, ContactDraft(ContactKind.INDIVIDUAL, "J. Smith"))
    await core.deals.set_role(core.org.anna, keep, other, "decides")
    row_id = await core.demand.add(core.org.anna, keep, DemandDraft("lids", asked_by_id=other))
    await Merging(core.org.works).merge(core.org.anna, core.org.john, other)
    card = await core.views.deal_card(core.org.anna, keep)
    assert [(one.name, one.role) for one in card.subject.people if one.role] == [("John Smith", "decides")]
    assert [(row.id, row.asked_by) for row, _ in card.demand.rows] == [(row_id, "John Smith")]
    await core.undo.undo_last(core.org.anna)
    card = await core.views.deal_card(core.org.anna, keep)
    assert [(one.name, one.role) for one in card.subject.people if one.role] == [("J. Smith", "decides")]
