"""Claims are settled and events are over; neither is active then (domain.md S9)."""

import pytest

from core.enums import SubjectKind, SubjectState
from core.errors import Invalid, NotFound, StateForbids, SubjectClosed
from core.services.subject_state import SubjectStates
from core.values import DealId, InteractionId, Ref, RefKind, SubjectId
from tests.factories.calls import record_call
from tests.factories.core import Core


async def record(core: Core) -> InteractionId:
    return await record_call(core.org.works, core.org.anna)


@pytest.mark.parametrize("kind", [SubjectKind.CLAIM, SubjectKind.EVENT])
async def test_s9_a_claim_or_event_is_active_until_it_ends(core: Core, kind: SubjectKind) -> None:
    states = SubjectStates(core.org.works)
    anna = core.org.anna
    subject_id = SubjectId((await core.promotion.promote(anna, await record(core), kind)).id)
    assert (await core.views.subject_card(anna, subject_id)).active
    await states.settle(anna, subject_id)
    card = await core.views.subject_card(anna, subject_id)
    assert (card.active, card.state) == (False, SubjectState.CLOSED)
    with pytest.raises(StateForbids):
        await states.settle(anna, subject_id)
    await core.undo.undo_last(anna)
    assert (await core.views.subject_card(anna, subject_id)).active
    await states.settle(anna, subject_id)
    await states.reopen(anna, subject_id)
    assert (await core.views.subject_card(anna, subject_id)).active
    with pytest.raises(StateForbids):
        await states.reopen(anna, subject_id)


async def test_s9_chains_and_deals_do_not_end_by_hand(core: Core) -> None:
    states = SubjectStates(core.org.works)
    anna = core.org.anna
    one = await record(core)
    chain_id = SubjectId((await core.subject_of(one)).id)
    with pytest.raises(Invalid):
        await states.settle(anna, chain_id)
    await core.promotion.promote(anna, one, SubjectKind.DEAL)
    deal_subject = SubjectId((await core.subject_of(one)).id)
    for change in (states.settle, states.reopen):
        with pytest.raises(Invalid):
            await change(anna, deal_subject)


async def test_u2_what_is_not_ones_own_is_not_there(core: Core) -> None:
    states = SubjectStates(core.org.works)
    claim = await core.promotion.promote(core.org.anna, await record(core), SubjectKind.CLAIM)
    with pytest.raises(NotFound):
        await states.settle(core.org.boris, SubjectId(claim.id))


async def test_d1_nothing_joins_a_closed_deal_by_hand(core: Core) -> None:
    anna = core.org.anna
    deal = await core.promotion.promote(anna, await record(core), SubjectKind.DEAL)
    await core.deals.win(anna, DealId(deal.id))
    await core.deals.close(anna, DealId(deal.id))
    other = await record(core)
    with pytest.raises(SubjectClosed):
        await core.subjects.change(anna, other, Ref(RefKind.DEAL, deal.id))
