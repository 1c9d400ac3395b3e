from datetime import timedelta

import pytest

from core.enums import CallResult, Direction, FunctionalOption, InteractionState, InteractionType
from core.errors import NotAllowed, NotFound, OptionOff, TimeInvalid
from core.models import Subject, User
from core.values import InteractionDraft, InteractionId, Ref, RefKind, When
from tests.conftest import NOON
from tests.factories.core import Core

HOUR = timedelta(hours=1)


async def incoming(core: Core, **fields: object) -> InteractionId:
    draft = InteractionDraft(type=InteractionType.SMS, direction=Direction.IN, **fields)  # type: ignore[arg-type]
    return await core.capture.record(core.org.anna, draft)


async def inbox(core: Core) -> list[int]:
    return [row.id for row in (await core.views.inbox(core.org.anna, 1)).rows]


async def test_r1_counters_and_worklists_are_each_owners_own(core: Core) -> None:
    one = await incoming(core)
    await core.review.mark_reviewed(core.org.anna, one)
    await core.assignment.assign(core.org.manager, Ref(RefKind.INTERACTION, one), core.org.boris.user_id)
    assert await inbox(core) == []
    assert await core.views.count_inbox(core.org.boris) == 1
    assert (await core.subject_of(one)).unreviewed == 1


async def test_r1_who_does_not_own_it_cannot_mark_it(core: Core) -> None:
    one = await incoming(core)
    with pytest.raises(NotAllowed):
        await core.review.mark_reviewed(core.org.manager, one)
    with pytest.raises(NotFound):
        await core.review.mark_reviewed(core.org.boris, one)
    assert not (await core.owners(one))[core.org.anna.user_id].reviewed


async def test_r1_a_managers_worklists_are_over_the_people_they_lead(core: Core) -> None:
    one = await incoming(core)
    two = await incoming(core, when=When(NOON - HOUR))
    await core.review.snooze(core.org.anna, two, NOON + HOUR)
    org = core.org
    assert [row.id for row in (await core.views.inbox(org.manager, 1)).rows] == [one]
    assert [row.id for row in (await core.views.snoozed(org.manager, 1)).rows] == [two]
    assert [row.id for row in (await core.views.history(org.manager, 1)).rows] == [one, two]
    assert await core.views.count_inbox(org.manager) == 1
    assert await core.views.count_inbox(org.outsider) == await core.views.count_inbox(org.boris) == 0
    await core.assignment.assign(org.anna, Ref(RefKind.INTERACTION, one), org.boris.user_id)
    assert [row.id for row in (await core.views.inbox(org.manager, 1)).rows] == [one]


async def test_r1_a_manager_comes_round_to_every_letter_of_theirs_and_sees_whose_it_is(core: Core) -> None:
    org = core.org
    three, two, one = [await incoming(core, when=When(NOON - hours * HOUR)) for hours in (3, 2, 1)]
    walked = [one]
    for _ in range(3):
        found = await core.views.next_to_review(org.manager, walked[-1])
        assert found is not None
        walked.append(found)
    assert walked == [one, two, three, one]
    anna = (await core.row(User, org.anna.user_id)).name
    assert await core.views.waiting(org.manager, one) == (anna,)
    assert await core.views.waiting(org.anna, one) == await core.views.waiting(org.boris, one) == ()
    await core.review.mark_reviewed(org.anna, one)
    assert await core.views.waiting(org.manager, one) == ()


async def test_r2_a_missed_incoming_call_is_to_review_and_an_answered_one_is_not(core: Core) -> None:
    anna = core.org.anna
    call = InteractionDraft(type=InteractionType.CALL, direction=Direction.IN)
    missed = InteractionDraft(
        type=InteractionType.CALL, direction=Direction.IN, result=CallResult.NOT_REACHED
    )
    await core.capture.record(anna, call)
    one = await core.capture.record(anna, missed)
    assert await inbox(core) == [one]


async def test_r3_reviewed_clears_the_snooze(core: Core) -> None:
    one = await incoming(core)
    await core.review.snooze(core.org.anna, one, NOON + HOUR)
    assert await inbox(core) == []
    assert [row.id for row in (await core.views.snoozed(core.org.anna, 1)).rows] == [one]
    core.org.clock.move(HOUR)
    assert await inbox(core) == [one]
    assert (await core.views.snoozed(core.org.anna, 1)).rows == ()
    await core.review.snooze(core.org.anna, one, NOON + 3 * HOUR)
    await core.review.mark_reviewed(core.org.anna, one)
    owner = (await core.owners(one))[core.org.anna.user_id]
    assert (owner.reviewed, owner.review_after) == (True, None)


async def test_r3_a_plan_is_to_review_once_its_time_has_come(core: Core) -> None:
    draft = InteractionDraft(
        type=InteractionType.PLANNED, state=InteractionState.PLANNED, when=When(NOON + HOUR)
    )
    one = await core.capture.record(core.org.anna, draft)
    assert await inbox(core) == []
    core.org.clock.move(HOUR)
    assert await inbox(core) == [one]


async def test_s9_snoozed_ones_count_as_unreviewed(core: Core) -> None:
    one = await incoming(core)
    await core.review.snooze(core.org.anna, one, NOON + HOUR)
    assert (await core.subject_of(one)).unreviewed == 1


async def test_a_snooze_into_the_past_is_refused(core: Core) -> None:
    one = await incoming(core)
    with pytest.raises(TimeInvalid):
        await core.review.snooze(core.org.anna, one, NOON)


async def test_marking_twice_changes_nothing(core: Core) -> None:
    one = await incoming(core)
    assert await core.review.mark_reviewed(core.org.anna, one)
    assert not await core.review.mark_reviewed(core.org.anna, one)


async def test_outgoing_mail_and_sms_on_control_is_exactly_not_reviewed(core: Core) -> None:
    one = await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.SMS))
    assert await inbox(core) == []
    await core.review.mark_unreviewed(core.org.anna, one)
    assert await inbox(core) == [one]


async def test_o2_review_flags_off_refuses_and_keeps_what_was(core: Core) -> None:
    one = await incoming(core)
    await core.options.set(core.org.administrator, FunctionalOption.REVIEW_FLAGS, is_on=False)
    with pytest.raises(OptionOff):
        await core.review.mark_reviewed(core.org.anna, one)
    await core.options.set(core.org.administrator, FunctionalOption.REVIEW_FLAGS, is_on=True)
    assert await inbox(core) == [one]


async def test_next_in_the_inbox_is_another_one(core: Core) -> None:
    one = await incoming(core)
    two = await incoming(core, when=When(NOON - HOUR))
    assert await core.views.next_to_review(core.org.anna, one) == two
    await core.review.mark_reviewed(core.org.anna, two)
    assert await core.views.next_to_review(core.org.anna, one) is None
    assert (await core.row(Subject, (await core.interaction(one)).subject_id)).unreviewed == 1
