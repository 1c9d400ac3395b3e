"""What `zveno setup export` writes, `zveno setup import` takes: over organisations of any sort."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.setup_file import parse_setup, write_setup
from core.database import Database
from core.enums import DealKindType, InteractionType, SalesList, StageRuleType
from core.rules.currencies import LARGEST_RATE, SMALLEST_RATE
from core.rules.deal_stages import REQUIRABLE
from core.rules.setup_file import SetupFile
from core.services.currencies import Currencies
from core.services.deal_kinds import DealKinds
from core.services.kind_parts import StageRuleDraft
from core.services.sales_lists import SalesLists
from core.services.setup import Setup
from core.services.work import Works
from tests.conftest import FixedClock, NewDatabase

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
NAMES = ("Price", "1.0", "null", "yes", "- dash", "a: b", "#1", "Ёж «Ромашка»", "'", "2026-01-01", "on, off")
ROLES = {
    SalesList.PARTNER_ROLES: ("client", "rival", "1e3"),
    SalesList.PERSON_ROLES: ("decides", "pays", "client"),
}
STAGES = ("Talk", "Offer", "Contract", "~")

name = st.sampled_from(NAMES)
task = st.tuples(name, st.sampled_from(list(InteractionType)), st.integers(0, 30))
role = st.sampled_from([(which, one) for which, names in ROLES.items() for one in names])
condition = st.one_of(
    st.tuples(st.just(StageRuleType.FIELD), st.sampled_from(REQUIRABLE)),
    st.tuples(st.sampled_from([StageRuleType.ROLE, StageRuleType.CONTACT]), role),
    st.tuples(st.just(StageRuleType.INTERACTION), st.sampled_from(list(InteractionType)[:4])),
)
stage = st.tuples(
    st.lists(task, max_size=3), st.lists(condition, max_size=3), st.none() | st.integers(0, 100)
)
kind = st.tuples(st.sampled_from(list(DealKindType)), st.lists(stage, min_size=1, max_size=3), name)
rate = st.decimals(SMALLEST_RATE, LARGEST_RATE, places=10) | st.sampled_from(
    ["100", "0.5", "90.10", LARGEST_RATE]
)
organisation = st.fixed_dictionaries(
    {
        "reasons": st.lists(name, unique=True, max_size=4),
        "kinds": st.lists(kind, min_size=1, max_size=3),
        "rates": st.dictionaries(st.dates(date(2000, 1, 1), date(2030, 1, 1)), rate, max_size=3),
        "leaving": st.lists(role, unique=True, max_size=4),
        "leaving_kinds": st.integers(0, 2),
    }
)


async def build(works: Works, plan: dict[str, Any]) -> None:
    """An organisation that was set up in the chat, step by step, and changed its mind."""
    lists, kinds, currencies = SalesLists(works), DealKinds(works), Currencies(works)
    for reason in plan["reasons"]:
        await lists.add(None, SalesList.LOSS_REASONS, reason)
    ids = {(which, one): await lists.add(None, which, one) for which, names in ROLES.items() for one in names}
    made = [await add_kind(kinds, number, one, ids) for number, one in enumerate(plan["kinds"])]
    for which, one in plan["leaving"]:
        await lists.remove(None, which, ids[which, one])
    for kind_id in made[1 : 1 + plan["leaving_kinds"]]:
        await kinds.remove(None, kind_id)
    await currencies.add(None, "USD", "US dollar")
    for since, value in plan["rates"].items():
        await currencies.set_rate(None, "USD", str(value), since)


async def add_kind(kinds: DealKinds, number: int, plan: Any, roles: dict[Any, int]) -> int:
    type_, stages, commitment = plan
    names = STAGES[: len(stages)] if type_ is not DealKindType.PLAIN else ()
    kind_id = await kinds.add(None, f"Kind {number}", type_, commitment, names)
    for row, (tasks, conditions, probability) in zip((await kinds.get(kind_id)).stages, stages, strict=False):
        await kinds.edit_stage(None, row.id, "probability", probability)
        for text, form, days in tasks:
            await kinds.add_task(None, row.id, text, type=form, due_in_days=days)
        for sort, what in conditions:
            await kinds.add_rule(None, row.id, draft_of(sort, what, roles))
    return kind_id


def draft_of(sort: StageRuleType, what: Any, roles: dict[Any, int]) -> StageRuleDraft:
    match sort:
        case StageRuleType.FIELD:
            return StageRuleDraft(sort, field=what)
        case StageRuleType.INTERACTION:
            return StageRuleDraft(sort, interaction_type=what)
        case _:
            return StageRuleDraft(sort, role_id=roles[what])


async def export(database: Database, clock: FixedClock) -> str:
    return write_setup(await Setup(Works(database, clock)).export())


@settings(max_examples=10, phases=NO_SHRINKING)
@given(organisation)
async def test_what_is_exported_sets_an_empty_organisation_up_alike(
    new_database: NewDatabase, clock: FixedClock, plan: dict[str, Any]
) -> None:
    async with new_database() as database:
        await build(Works(database, clock), plan)
        written = await export(database, clock)
        assert await Setup(Works(database, clock)).load(None, parse_setup(written)[0]) == ()
    async with new_database() as empty:
        await Setup(Works(empty, clock)).load(None, parse_setup(written)[0])
        assert await export(empty, clock) == written


async def test_archived_roles_tasks_alike_and_round_rates_go_out_and_in(
    new_database: NewDatabase, clock: FixedClock
) -> None:
    task_twice = [("Call", InteractionType.CALL, 1), ("Call", InteractionType.CALL, 3)]
    condition_ = (StageRuleType.ROLE, (SalesList.PERSON_ROLES, "decides"))
    plan = {
        "reasons": [],
        "kinds": [(DealKindType.PROCESS, [(task_twice, [condition_], 10)], "signed")],
        "rates": {date(2026, 1, 1): "100", date(2026, 2, 1): "0.0000000001"},
        "leaving": [(SalesList.PERSON_ROLES, "decides")],
        "leaving_kinds": 0,
    }
    async with new_database() as database:
        await build(Works(database, clock), plan)
        written = await export(database, clock)
    assert "'2026-01-01': '100'" in written
    assert "'2026-02-01': '0.0000000001'" in written
    assert written.count("text: Call") == 2
    async with new_database() as empty:
        await Setup(Works(empty, clock)).load(None, parse_setup(written)[0])
        assert await export(empty, clock) == written


async def test_a_stage_that_a_file_archives_leaves_the_kinds_that_the_file_does_not_name(
    new_database: NewDatabase, clock: FixedClock
) -> None:
    async with new_database() as database:
        works = Works(database, clock)
        await DealKinds(works).add(None, "Led", DealKindType.PROCESS, "signed", ["Talk", "Offer"])
        stages = ["Talk", {"name": "Offer", "archived": True}]
        await Setup(works).load(None, SetupFile.model_validate({"stages": stages}))
        (led,) = await DealKinds(works).list_kinds()
        assert [one.name for one in led.stages] == ["Talk"]
        written = await export(database, clock)
        assert await Setup(works).load(None, parse_setup(written)[0]) == ()


@pytest.mark.parametrize("sort", [StageRuleType.ROLE, StageRuleType.CONTACT])
@pytest.mark.parametrize("lists", [tuple(SalesList(one) for one in order) for order in permutations(ROLES)])
async def test_a_stage_asks_for_both_roles_of_one_name(
    new_database: NewDatabase, clock: FixedClock, sort: StageRuleType, lists: tuple[SalesList, ...]
) -> None:
    conditions = [(sort, (which, "client")) for which in lists]
    plan = {
        "reasons": [],
        "kinds": [(DealKindType.PROCESS, [([], conditions, 10)], "signed")],
        "rates": {},
        "leaving": [(SalesList.PERSON_ROLES, "client")],
        "leaving_kinds": 0,
    }
    async with new_database() as database:
        await build(Works(database, clock), plan)
        written = await export(database, clock)
        assert await Setup(Works(database, clock)).load(None, parse_setup(written)[0]) == ()
    async with new_database() as empty:
        await Setup(Works(empty, clock)).load(None, parse_setup(written)[0])
        assert await export(empty, clock) == written
