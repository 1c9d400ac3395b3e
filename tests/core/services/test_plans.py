from datetime import timedelta

import pytest
from sqlalchemy import select

from core.enums import (
    CallResult,
    Direction,
    FunctionalOption,
    InteractionState,
    InteractionType,
    ReminderState,
)
from core.errors import Invalid, OptionOff, StateForbids, TimeInvalid
from core.models import Reminder
from core.values import InteractionDraft, InteractionId, When
from tests.conftest import NOON
from tests.factories.core import Core

HOUR = timedelta(hours=1)


async def plan(core: Core, type_: InteractionType = InteractionType.PLANNED) -> InteractionId:
    draft = InteractionDraft(
        type=type_, state=InteractionState.PLANNED, when=When(NOON + HOUR), text="Show the samples"
    )
    return await core.capture.record(core.org.anna, draft)


async def states(core: Core, interaction_id: int) -> list[ReminderState]:
    async with core.org.database.reading() as session:
        rows = await session.scalars(select(Reminder).where(Reminder.interaction_id == interaction_id))
        return [row.state for row in rows]


async def test_i3_carrying_out_keeps_identity_and_cancels_reminders(core: Core) -> None:
    one = await plan(core)
    before = await core.interaction(one)
    await core.plans.carry_out(core.org.anna, one, type=InteractionType.CALL, text="Takes 20 pallets")
    after = await core.interaction(one)
    assert (after.type, after.state, after.direction) == (
        InteractionType.CALL,
        InteractionState.DONE,
        Direction.OUT,
    )
    assert after.subject_id == before.subject_id
    assert after.text == "Show the samples\n\nTakes 20 pallets"
    assert after.happened_at == NOON
    assert await states(core, one) == [ReminderState.CANCELLED]
    assert (await core.owners(one))[core.org.anna.user_id].reviewed


async def test_i3_a_plan_of_unknown_kind_must_be_told_what_it_became(core: Core) -> None:
    one = await plan(core)
    with pytest.raises(Invalid):
        await core.plans.carry_out(core.org.anna, one)
    assert (await core.interaction(one)).state is InteractionState.PLANNED


async def test_i3_a_planned_call_not_reached(core: Core) -> None:
    one = await plan(core, InteractionType.CALL)
    await core.plans.carry_out(core.org.anna, one, result=CallResult.NOT_REACHED)
    assert (await core.interaction(one)).result is CallResult.NOT_REACHED


async def test_i3_cancelling_marks_it_reviewed_and_cancels_reminders(core: Core) -> None:
    one = await plan(core)
    await core.plans.drop(core.org.anna, one)
    owner = (await core.owners(one))[core.org.anna.user_id]
    assert (owner.reviewed, owner.review_after) == (True, None)
    assert await states(core, one) == [ReminderState.CANCELLED]
    assert (await core.subject_of(one)).planned == 0


async def test_i3_what_is_done_cannot_be_carried_out_again(core: Core) -> None:
    one = await plan(core, InteractionType.CALL)
    await core.plans.carry_out(core.org.anna, one)
    with pytest.raises(StateForbids):
        await core.plans.carry_out(core.org.anna, one)


async def test_i4_a_meeting_that_has_begun_keeps_its_start(core: Core) -> None:
    one = await plan(core, InteractionType.MEETING)
    core.org.clock.move(HOUR + HOUR / 4)
    await core.plans.carry_out(core.org.anna, one)
    found = await core.interaction(one)
    assert (found.happened_at, found.ends_at) == (NOON + HOUR, NOON + HOUR + HOUR / 4)


async def test_r3_a_plan_comes_up_when_due_and_moves_with_it(core: Core) -> None:
    one = await plan(core)
    anna = core.org.anna.user_id
    assert (await core.owners(one))[anna].review_after == NOON + HOUR
    await core.plans.move(core.org.anna, one, When(NOON + 2 * HOUR))
    assert (await core.owners(one))[anna].review_after == NOON + 2 * HOUR
    await core.review.snooze(core.org.anna, one, NOON + 5 * HOUR)
    await core.plans.move(core.org.anna, one, When(NOON + 3 * HOUR))
    assert (await core.owners(one))[anna].review_after == NOON + 5 * HOUR


async def test_moving_a_plan_moves_its_reminder_even_a_sent_one(core: Core) -> None:
    one = await plan(core)
    async with core.org.database.transaction() as session:
        (await session.scalars(select(Reminder))).one().state = ReminderState.SENT
    await core.plans.move(core.org.anna, one, When(NOON + 3 * HOUR))
    assert await states(core, one) == [ReminderState.SENT, ReminderState.WAITING]


async def test_a_plan_cannot_move_into_the_past(core: Core) -> None:
    one = await plan(core)
    with pytest.raises(TimeInvalid):
        await core.plans.move(core.org.anna, one, When(NOON - HOUR))
    assert (await core.interaction(one)).happened_at == NOON + HOUR


async def test_o2_carrying_out_as_a_letter_is_refused_while_mail_is_off(core: Core) -> None:
    one = await plan(core)
    await core.options.set(core.org.administrator, FunctionalOption.MAIL_CLIENT, is_on=False)
    with pytest.raises(OptionOff):
        await core.plans.carry_out(core.org.anna, one, type=InteractionType.EMAIL)
    assert (await core.interaction(one)).state is InteractionState.PLANNED
