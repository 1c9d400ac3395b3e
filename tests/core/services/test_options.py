import pytest

from core.enums import FunctionalOption, InteractionType, SubjectKind
from core.errors import NotAllowed, NotFound, OptionOff
from core.values import DealId, InteractionDraft
from tests.factories.core import Core


async def test_o1_all_are_on_by_default(core: Core) -> None:
    assert set(FunctionalOption) == {
        FunctionalOption(name)
        for name in ("mail_client", "other_interactions", "review_flags", "deals", "deal_management")
    }
    assert await core.options.all() == dict.fromkeys(FunctionalOption, True)


async def test_o1_deals_off_switches_deal_management_off(core: Core) -> None:
    ada = core.org.administrator
    await core.options.set(ada, FunctionalOption.DEALS, is_on=False)
    assert not await core.options.is_on(FunctionalOption.DEAL_MANAGEMENT)
    with pytest.raises(OptionOff):
        await core.options.set(ada, FunctionalOption.DEAL_MANAGEMENT, is_on=True)
    await core.options.set(ada, FunctionalOption.DEALS, is_on=True)
    await core.options.set(ada, FunctionalOption.DEAL_MANAGEMENT, is_on=True)
    assert await core.options.all() == dict.fromkeys(FunctionalOption, True)


async def test_only_administrators_switch(core: Core) -> None:
    with pytest.raises(NotAllowed):
        await core.options.set(core.org.manager, FunctionalOption.DEALS, is_on=False)


@pytest.mark.parametrize(
    ("option", "type_"),
    [
        (FunctionalOption.MAIL_CLIENT, InteractionType.EMAIL),
        (FunctionalOption.OTHER_INTERACTIONS, InteractionType.CALL),
        (FunctionalOption.OTHER_INTERACTIONS, InteractionType.MEETING),
        (FunctionalOption.OTHER_INTERACTIONS, InteractionType.SMS),
        (FunctionalOption.OTHER_INTERACTIONS, InteractionType.PLANNED),
    ],
)
async def test_o2_off_refuses_its_types_hides_what_is_there_and_brings_it_back(
    core: Core, option: FunctionalOption, type_: InteractionType
) -> None:
    anna, ada = core.org.anna, core.org.administrator
    one = await core.capture.record(anna, InteractionDraft(type=type_))
    await core.options.set(ada, option, is_on=False)
    with pytest.raises(OptionOff):
        await core.capture.record(anna, InteractionDraft(type=type_))
    with pytest.raises(NotFound):
        await core.views.interaction_card(anna, one)
    assert (await core.views.history(anna, 1)).rows == ()
    await core.options.set(ada, option, is_on=True)
    assert [row.id for row in (await core.views.history(anna, 1)).rows] == [one]


async def test_o2_deals_off_keeps_deals_and_brings_them_back(core: Core) -> None:
    anna, ada = core.org.anna, core.org.administrator
    one = await core.capture.record(anna, InteractionDraft(type=InteractionType.CALL))
    deal = await core.promotion.promote(anna, one, SubjectKind.DEAL, title="Pallets")
    await core.options.set(ada, FunctionalOption.DEALS, is_on=False)
    for refused in (
        core.views.deal_card(anna, DealId(deal.id)),
        core.views.deals(anna, 1),
        core.deals.create(anna, "Another"),
        core.deals.win(anna, DealId(deal.id)),
        core.promotion.attach(anna, one, deal),
    ):
        with pytest.raises(OptionOff):
            await refused
    await core.options.set(ada, FunctionalOption.DEALS, is_on=True)
    assert (await core.views.deal_card(anna, DealId(deal.id))).subject.title == "Pallets"


async def test_o3_without_deal_management_a_deal_is_led_as_plain(core: Core) -> None:
    anna = core.org.anna
    await core.options.set(core.org.administrator, FunctionalOption.DEAL_MANAGEMENT, is_on=False)
    deal = await core.deals.create(anna, "Pallets")
    await core.deals.win(anna, deal)
    await core.deals.close(anna, deal)
    assert (await core.views.deal_card(anna, deal)).closed_at is not None
