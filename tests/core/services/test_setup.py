from typing import Any

import pytest
from sqlalchemy import func, select

from core.database import Database
from core.enums import FunctionalOption, Language, SalesList, SubjectKind
from core.errors import NotAllowed, SetupInvalid
from core.models import AuditStep, Department, LossReason, Stage
from core.rules.setup_file import SetupFile
from core.services.deal_kinds import DealKinds
from core.services.deals import Deals
from core.services.promotion_terms import DealTerms
from core.services.sales_lists import SalesLists
from core.services.setup import Setup
from core.services.setup_report import SetupChange
from core.services.starter import Starter
from core.services.starter_sets import starter_set
from core.services.work import Works
from core.values import DealId
from tests.conftest import FixedClock
from tests.core.services.test_promotion import record
from tests.factories.core import Core

PROCESS: dict[str, Any] = {
    "stages": ["Hello", "Offer"],
    "partner_roles": ["client"],
    "person_roles": ["decides"],
    "kinds": [
        {"name": "Sale", "type": "plain", "commitment": "contract signed"},
        {
            "name": "Led",
            "type": "process",
            "commitment": "advance received",
            "stages": [
                {"name": "Hello", "probability": 10, "tasks": [{"text": "Ask", "type": "call"}]},
                {"name": "Offer", "probability": 60, "fields": ["amount"], "roles": ["decides"]},
            ],
        },
    ],
}


def setup_of(**sections: Any) -> SetupFile:
    return SetupFile.model_validate({**PROCESS, **sections})


async def names(core: Core, which: SalesList, *, archived: bool = False) -> list[str]:
    found = await SalesLists(core.org.works).list_items(which, archived=archived)
    return [one.name for one in found if one.archived is archived]


async def deal_in(core: Core, kind: str) -> None:
    kinds = {one.name: one.id for one in await DealKinds(core.org.works).list_kinds()}
    await core.promotion.promote(
        core.org.anna, await record(core), SubjectKind.DEAL, terms=DealTerms(kind_id=kinds[kind])
    )


@pytest.mark.parametrize("language", list(Language))
async def test_the_starter_set_comes_out_as_it_went_in(core: Core, language: Language) -> None:
    setup = Setup(core.org.works)
    wanted = starter_set(language)
    await setup.load(None, wanted)
    exported = await setup.export()
    assert exported.kinds == wanted.kinds
    for which in SalesList:
        kept = [one for one in exported.items(which.value) or () if not one.archived]
        assert tuple(kept) == wanted.items(which.value)
    assert await setup.load(None, wanted) == ()


async def test_first_lists_are_filled_once(core: Core) -> None:
    await Starter(core.org.works).fill_lists(Language.RU)
    assert await names(core, SalesList.LOSS_REASONS) == ["Price", "Went to a competitor"]


async def test_lists_that_somebody_began_stay_when_the_first_kinds_come(
    database: Database, clock: FixedClock
) -> None:
    works = Works(database, clock)
    began = SetupFile.model_validate({"loss_reasons": ["Mood"], "stages": ["Talk"]})
    await Setup(works).load(None, began)
    await Starter(works).fill_lists(Language.EN, currency="CHF")
    setup = await Setup(works).export()
    assert [one.name for one in setup.loss_reasons or ()] == ["Mood"]
    assert [one.name for one in setup.stages or ()] == ["Talk"]
    assert [one.name for one in setup.kinds or ()] == ["Sale"]
    assert [one.code for one in setup.currencies or ()][:2] == ["CHF", "EUR"]
    assert "decides" in [one.name for one in setup.person_roles or ()]


async def test_a_dry_run_tells_what_would_change_and_changes_nothing(core: Core) -> None:
    setup = Setup(core.org.works)
    before = await setup.export()
    changes = await setup.load(None, setup_of(), dry_run=True)
    assert SetupChange("kinds", "Led", "added") in changes
    assert await setup.export() == before
    assert await setup.load(None, setup_of()) == changes


async def test_what_is_in_use_is_archived_and_what_is_not_is_removed(core: Core) -> None:
    setup = Setup(core.org.works)
    await setup.load(None, setup_of(loss_reasons=["Price", "Mood"]))
    await deal_in(core, "Led")
    deals = Deals(core.org.works, currency="EUR")
    deal_id = await deals.create(core.org.anna, "Another")
    await deals.lose(core.org.anna, deal_id, "Price")
    only_sale = setup_of(stages=["Offer"], loss_reasons=[], kinds=[PROCESS["kinds"][0]])
    changes = await setup.load(None, only_sale)
    assert set(changes) >= {
        SetupChange("loss_reasons", "Price", "archived"),
        SetupChange("loss_reasons", "Mood", "removed"),
        SetupChange("kinds", "Led", "archived"),
        SetupChange("stages", "Hello", "archived"),
    }
    assert await names(core, SalesList.LOSS_REASONS) == []
    assert await names(core, SalesList.LOSS_REASONS, archived=True) == ["Price"]
    card = await core.views.deal_card(core.org.anna, deal_id)
    assert card.loss_reason == "Price"


async def test_a_stage_removed_under_running_deals_lets_them_go_on(core: Core) -> None:
    setup = Setup(core.org.works)
    await setup.load(None, setup_of())
    await deal_in(core, "Led")
    led = {**PROCESS["kinds"][1], "stages": [PROCESS["kinds"][1]["stages"][1]]}
    await setup.load(None, setup_of(stages=["Offer"], kinds=[PROCESS["kinds"][0], led]))
    page = await core.views.deals(core.org.anna, 1)
    card = await core.views.deal_card(core.org.anna, DealId(page.rows[0].id))
    assert card.process.current is not None
    assert (card.process.current.name, [one.name for one in card.process.stages]) == (
        "Hello",
        ["Hello", "Offer"],
    )


async def test_renaming_keeps_the_history_even_where_two_change_places(core: Core) -> None:
    setup = Setup(core.org.works)
    deals = Deals(core.org.works, currency="EUR")
    deal_id = await deals.create(core.org.anna, "One")
    await deals.lose(core.org.anna, deal_id, "Price")
    swapped = [
        {"name": "Went to a competitor", "was": "Price"},
        {"name": "Price", "was": "Went to a competitor"},
    ]
    changes = await setup.load(None, setup_of(loss_reasons=swapped))
    assert SetupChange("loss_reasons", "Went to a competitor", "renamed") in changes
    card = await core.views.deal_card(core.org.anna, deal_id)
    assert card.loss_reason == "Went to a competitor"
    assert await names(core, SalesList.LOSS_REASONS) == ["Went to a competitor", "Price"]


async def test_what_does_not_fit_what_is_there_is_named_and_nothing_is_applied(core: Core) -> None:
    setup = Setup(core.org.works)
    await setup.load(None, setup_of())
    await deal_in(core, "Led")
    before = await setup.export()
    wanted = SetupFile.model_validate(
        {
            "departments": [{"name": "West", "parent": "Nowhere"}],
            "sources": ["Website"],
            "kinds": [
                {"name": "Led", "type": "plain", "commitment": "signed"},
                {
                    "name": "New",
                    "type": "manual",
                    "commitment": "signed",
                    "stages": [{"name": "Unheard of"}, {"name": "Offer", "roles": ["pays"]}],
                },
            ],
        }
    )
    with pytest.raises(SetupInvalid) as refused:
        await setup.load(None, wanted)
    assert [place for place, _ in refused.value.problems] == [
        ("departments", 0, "parent"),
        ("kinds", 0, "type"),
        ("kinds", 1, "stages", 0, "name"),
        ("kinds", 1, "stages", 1, "roles", 0),
    ]
    assert await setup.export() == before


async def test_departments_are_added_renamed_and_moved_and_never_taken_away(core: Core) -> None:
    setup = Setup(core.org.works)
    wanted = SetupFile.model_validate(
        {"departments": ["West", {"name": "Nord", "was": "North", "parent": "West"}]}
    )
    await setup.load(None, wanted)
    exported = await setup.export()
    parents = {one.name: one.parent for one in exported.departments or ()}
    assert parents == {"Sales": None, "Nord": "West", "South": None, "West": None}
    async with core.org.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Department)) == 4


async def test_o1_an_option_that_needs_another_goes_off_with_it(core: Core) -> None:
    await Setup(core.org.works).load(None, SetupFile.model_validate({"options": {"deals": False}}))
    options = await core.options.all()
    assert (options[FunctionalOption.DEALS], options[FunctionalOption.DEAL_MANAGEMENT]) == (False, False)
    with pytest.raises(SetupInvalid):
        await Setup(core.org.works).load(
            None, SetupFile.model_validate({"options": {"deal_management": True}})
        )


async def test_an_import_is_one_step_that_an_administrator_takes_back(core: Core) -> None:
    setup = Setup(core.org.works)
    before = await setup.export()
    await setup.load(core.org.administrator, setup_of(loss_reasons=["Price", "Mood"]))
    async with core.org.database.reading() as session:
        steps = await session.scalar(
            select(func.count()).select_from(AuditStep).where(AuditStep.action == "setup")
        )
    assert steps == 1
    await core.undo.undo_last(core.org.administrator)
    assert await setup.export() == before
    async with core.org.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Stage)) == 0
        assert await session.scalar(select(func.count()).select_from(LossReason)) == 2


async def test_only_administrators_set_up(core: Core) -> None:
    with pytest.raises(NotAllowed):
        await Setup(core.org.works).load(core.org.manager, setup_of())
