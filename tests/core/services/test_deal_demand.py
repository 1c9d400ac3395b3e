from decimal import Decimal
from pathlib import Path

import pytest

from core.enums import SubjectKind
from core.errors import AmountInvalid, DemandUnsettled, Invalid, NotFound, SubjectClosed
from core.rules.deal_outcomes import Settled
from core.services.deal_demand import DemandDraft
from core.services.erasure import Erasure
from core.values import DealId, InteractionId
from tests.core.services.test_promotion import chain_of_three, record
from tests.factories.core import Core
from tests.factories.mail import FolderBlobs
from tests.factories.processes import make_processes


@pytest.fixture
async def deal(core: Core) -> tuple[DealId, InteractionId]:
    await make_processes(core)
    ids = await chain_of_three(core)
    ref = await core.promotion.promote(core.org.anna, ids[0], SubjectKind.DEAL)
    return DealId(ref.id), ids[0]


async def test_demand_is_kept_as_it_was_first_asked_and_later_words_are_versions(
    core: Core, deal: tuple[DealId, InteractionId]
) -> None:
    deal_id, asked_in = deal
    draft = DemandDraft("20 pallets", "20", "1,2 млн", core.org.john, asked_in)
    row_id = await core.demand.add(core.org.anna, deal_id, draft)
    await core.demand.change(core.org.anna, row_id, DemandDraft("15 pallets", "15", "900 000"))
    await core.demand.change(core.org.anna, row_id, DemandDraft("15 pallets", "15", "900 000"))
    await core.demand.change(core.org.anna, row_id, DemandDraft("15 pallets, blue", "15", "950 000"))
    [(row, _)] = (await core.deal_views.settlement(core.org.anna, deal_id)).rows
    assert (row.text, row.quantity, row.amount) == ("20 pallets", Decimal(20), Decimal(1_200_000))
    assert (row.asked_by, row.asked_in_id) == ("John Smith", int(asked_in))
    assert [(one.version, one.text, one.changed_by) for one in row.versions] == [
        (2, "15 pallets", "Anna"),
        (3, "15 pallets, blue", "Anna"),
    ]


async def test_d4_a_deal_closes_when_its_demand_is_settled(
    core: Core, deal: tuple[DealId, InteractionId]
) -> None:
    deal_id, _ = deal
    first = await core.demand.add(core.org.anna, deal_id, DemandDraft("pallets", amount="100"))
    second = await core.demand.add(core.org.anna, deal_id, DemandDraft("lids", amount="50.01"))
    await core.deals.win(core.org.anna, deal_id)
    with pytest.raises(DemandUnsettled) as refused:
        await core.deals.close(core.org.anna, deal_id)
    assert refused.value.row_ids == (first, second)
    await core.demand.meet(core.org.anna, first, 100)
    await core.demand.meet(core.org.anna, second, 50)
    with pytest.raises(DemandUnsettled) as refused:
        await core.deals.close(core.org.anna, deal_id)
    assert refused.value.row_ids == (second,)
    await core.demand.meet(core.org.anna, second, 50, reason="out of STOCK")
    await core.deals.close(core.org.anna, deal_id)
    settlement = await core.deal_views.settlement(core.org.anna, deal_id)
    assert settlement.total == Settled(
        Decimal("150.01"), Decimal("150.01"), Decimal("125.00"), Decimal("25.01")
    )
    assert [row.reason for row, _ in settlement.rows] == [None, "Out of stock"]
    with pytest.raises(SubjectClosed):
        await core.demand.meet(core.org.anna, second, 100)


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (DemandDraft("x", amount="1.5.5"), "unreadable"),
        (DemandDraft("x", amount="-5"), "negative"),
        (DemandDraft("x", quantity="-5"), "negative"),
        (DemandDraft("x", quantity="0"), "negative"),
        (DemandDraft("x", quantity="0.0001"), "too_fine"),
        (DemandDraft("x", quantity="many"), "unreadable"),
        (DemandDraft("x", quantity="NaN"), "unreadable"),
        (DemandDraft("x", quantity="1e30"), "too_large"),
    ],
)
async def test_numbers_that_are_none_are_refused_with_what_is_wrong(
    core: Core, deal: tuple[DealId, InteractionId], draft: DemandDraft, why: str
) -> None:
    with pytest.raises(AmountInvalid) as refused:
        await core.demand.add(core.org.anna, deal[0], draft)
    assert refused.value.why == why
    assert (await core.deal_views.settlement(core.org.anna, deal[0])).rows == ()


async def test_what_makes_no_sense_is_refused(core: Core, deal: tuple[DealId, InteractionId]) -> None:
    elsewhere = await record(core)
    row_id = await core.demand.add(core.org.anna, deal[0], DemandDraft("pallets"))
    for draft in (DemandDraft("  "), DemandDraft("x" * 1001)):
        with pytest.raises(Invalid):
            await core.demand.add(core.org.anna, deal[0], draft)
    with pytest.raises(NotFound):
        await core.demand.add(core.org.anna, deal[0], DemandDraft("x", asked_in_id=elsewhere))
    with pytest.raises(Invalid):
        await core.demand.meet(core.org.anna, row_id, 101)
    with pytest.raises(Invalid):
        await core.demand.meet(core.org.anna, row_id, 10, reason="Bad luck")
    with pytest.raises(NotFound):
        await core.demand.meet(core.org.outsider, row_id, 10)
    with pytest.raises(NotFound):
        await core.demand.remove(core.org.anna, 999)


async def test_a_row_removed_comes_back_with_its_versions(
    core: Core, deal: tuple[DealId, InteractionId]
) -> None:
    row_id = await core.demand.add(core.org.anna, deal[0], DemandDraft("pallets", "1200"))
    await core.demand.change(core.org.anna, row_id, DemandDraft("lids"))
    before = await core.deal_views.settlement(core.org.anna, deal[0])
    await core.demand.remove(core.org.anna, row_id)
    assert (await core.deal_views.settlement(core.org.anna, deal[0])).rows == ()
    await core.undo.undo_last(core.org.anna)
    assert await core.deal_views.settlement(core.org.anna, deal[0]) == before


async def test_i8_a_clients_words_go_with_the_message_they_were_in(
    core: Core, deal: tuple[DealId, InteractionId], tmp_path: Path
) -> None:
    deal_id, asked_in = deal
    row_id = await core.demand.add(
        core.org.anna, deal_id, DemandDraft("20 blackcurrants", "20", asked_in_id=asked_in)
    )
    await core.demand.change(core.org.anna, row_id, DemandDraft("30 blackcurrants", asked_in_id=asked_in))
    kept_id = await core.demand.add(core.org.anna, deal_id, DemandDraft("pallets"))
    await Erasure(core.org.works, FolderBlobs(tmp_path)).erase(core.org.administrator, asked_in)
    rows = (await core.deal_views.settlement(core.org.anna, deal_id)).rows
    assert [(row.id, row.text) for row, _ in rows] == [(row_id, ""), (kept_id, "pallets")]
    assert [one.text for one in rows[0][0].versions] == [""]
