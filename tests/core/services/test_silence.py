"""Silence radar and missing next steps: who is quieter than usual, what has no plan (domain.md S9, U2, O2)."""

from datetime import timedelta
from typing import Any

import pytest

from core.enums import FunctionalOption, InteractionState, InteractionType, PromiseSide, SubjectKind
from core.errors import NotFound, TimeInvalid
from core.queries.attention_counts import AttentionCounts
from core.queries.silence import SilentRow
from core.services.attention_views import AttentionViews
from core.services.promises import Promises
from core.services.rhythms import Rhythms
from core.values import (
    Caller,
    ContactId,
    DealId,
    InteractionDraft,
    InteractionId,
    ParticipantDraft,
    Ref,
    RefKind,
    When,
)
from tests.conftest import NOON, FixedClock
from tests.factories.core import Core

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def views_of(core: Core) -> AttentionViews:
    return AttentionViews(core.org.database, core.org.clock)


async def called(
    core: Core, contact_id: ContactId, *, by: Caller | None = None, **fields: Any
) -> InteractionId:
    values = {"participants": (ParticipantDraft("X", contact_id=contact_id),), **fields}
    return await core.capture.record(
        by or core.org.anna, InteractionDraft(type=InteractionType.CALL, **values)
    )


async def weekly(core: Core, contact_id: ContactId, count: int, last: timedelta) -> InteractionId:
    """Calls a week apart, the last one so long ago."""
    return [
        await called(core, contact_id, text=f"call {number}", when=When(NOON - last - number * WEEK))
        for number in reversed(range(count))
    ][-1]


async def promote(core: Core, one: InteractionId) -> DealId:
    ref = await core.promotion.promote(core.org.anna, one, SubjectKind.DEAL, title="Twenty pallets")
    return DealId(ref.id)


async def silent(core: Core, by: Caller | None = None) -> tuple[SilentRow, ...]:
    return (await views_of(core).silent(by or core.org.anna, 1)).rows


async def test_longer_than_usual_with_the_last_words(core: Core) -> None:
    last = await weekly(core, core.org.john, 5, 3 * WEEK)
    await weekly(core, core.org.mary, 5, WEEK)
    assert await Rhythms(core.org.works).renew_next() == 2
    (one,) = await silent(core)
    # Fourteen, not fifteen: the fourth of November is a holiday here.
    assert (one.ref, one.usual, one.is_own, one.silent) == (Ref(RefKind.CONTACT, core.org.john), 5, True, 14)
    assert one.last is not None
    assert (one.last.id, one.last.title) == (last, "call 0")


async def test_whoever_was_just_talked_to_is_off_the_list_before_any_job_runs(core: Core) -> None:
    await weekly(core, core.org.john, 5, 3 * WEEK)
    await Rhythms(core.org.works).renew_next()
    assert len(await silent(core)) == 1
    await called(core, core.org.john)
    assert await silent(core) == ()


async def test_a_run_learns_only_what_changed(core: Core) -> None:
    rhythms = Rhythms(core.org.works)
    await weekly(core, core.org.john, 2, WEEK)
    assert [await rhythms.renew_next() for _ in range(2)] == [1, 0]
    await called(core, core.org.john)
    assert [await rhythms.renew_next() for _ in range(2)] == [1, 0]


async def test_a_short_history_takes_the_default(core: Core) -> None:
    await called(core, core.org.john, when=When(NOON - 2 * WEEK))
    await called(core, core.org.mary, when=When(NOON - 4 * WEEK))
    await Rhythms(core.org.works).renew_next()
    (one,) = await silent(core)
    assert (one.ref.id, one.usual, one.is_own) == (core.org.mary, 10, False)


async def test_the_most_urgent_comes_first_and_a_deal_weighs_more(core: Core) -> None:
    one = await weekly(core, core.org.john, 5, 3 * WEEK)
    await weekly(core, core.org.mary, 5, 5 * WEEK)
    deal_id = await promote(core, one)
    await core.deals.edit(core.org.anna, deal_id, "amount", "1000000")
    await Rhythms(core.org.works).renew_next()
    assert [str(row.ref) for row in await silent(core)] == [
        f"d{deal_id}",
        f"c{core.org.mary}",
        f"c{core.org.john}",
    ]
    await core.options.set(core.org.administrator, FunctionalOption.DEALS, is_on=False)
    assert [row.ref.kind for row in await silent(core)] == [RefKind.CONTACT, RefKind.CONTACT]


async def test_hushed_for_a_while_or_for_good_and_undone(core: Core, clock: FixedClock) -> None:
    rhythms, anna = Rhythms(core.org.works), core.org.anna
    await weekly(core, core.org.john, 5, 3 * WEEK)
    await rhythms.renew_next()
    john = Ref(RefKind.CONTACT, core.org.john)
    await rhythms.hush(anna, john, NOON + WEEK)
    assert await silent(core) == ()
    clock.move(WEEK)
    assert len(await silent(core)) == 1
    await rhythms.hush(anna, john, None)
    clock.move(4 * WEEK)
    assert await silent(core) == ()
    await core.undo.undo_last(anna)
    assert len(await silent(core)) == 1
    await rhythms.unhush(anna, john)
    with pytest.raises(TimeInvalid):
        await rhythms.hush(anna, john, NOON)
    with pytest.raises(NotFound):
        await rhythms.hush(anna, Ref(RefKind.CONTACT, core.org.mary), None)
    with pytest.raises(NotFound):
        await views_of(core).silent_one(anna, Ref(RefKind.CONTACT, core.org.mary))


async def test_u2_silence_is_of_who_answers_for_it(core: Core) -> None:
    await weekly(core, core.org.john, 5, 3 * WEEK)
    await Rhythms(core.org.works).renew_next()
    assert await silent(core, core.org.boris) == ()


async def test_s9_open_deals_and_active_chains_without_a_plan(core: Core, clock: FixedClock) -> None:
    anna, views = core.org.anna, views_of(core)
    one = await called(core, core.org.john, text="price")
    two = await called(core, core.org.mary, text="samples")
    deal_id = await promote(core, one)
    deals = await views.without_next_step(anna, 1, deals=True)
    chains = await views.without_next_step(anna, 1, deals=False)
    assert [(row.ref.id, row.title, row.last_id) for row in deals.rows] == [(deal_id, "Twenty pallets", one)]
    assert [(row.title, row.last_id) for row in chains.rows] == [("samples", two)]
    for last in (one, two):
        plan = InteractionDraft(
            type=InteractionType.CALL, state=InteractionState.PLANNED, when=When(NOON + DAY)
        )
        await core.capture.record(anna, plan, continues=last)
    for is_deal in (True, False):
        assert (await views.without_next_step(anna, 1, deals=is_deal)).rows == ()
    clock.move(timedelta(days=91))
    assert (await views.without_next_step(core.org.boris, 1, deals=False)).rows == ()


async def test_counts_for_digests(core: Core) -> None:
    one = await weekly(core, core.org.john, 5, 3 * WEEK)
    await Promises(core.org.works).note(
        core.org.anna, one, PromiseSide.US, "send", When(NOON + timedelta(hours=2))
    )
    await Rhythms(core.org.works).renew_next()
    found = await views_of(core).counts(core.org.anna)
    assert (found.ours_due, found.theirs_due, found.silent, found.deals_without_step) == (1, 0, 1, 0)
    assert found.chains_without_step > 0
    await core.options.set(core.org.administrator, FunctionalOption.OTHER_INTERACTIONS, is_on=False)
    assert await views_of(core).counts(core.org.anna) == AttentionCounts()
