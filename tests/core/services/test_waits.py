"""Waiting for an answer: follow-ups and snoozes that end with an event (domain.md R3, P1; pains.md 23)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.enums import (
    CallResult,
    Direction,
    FunctionalOption,
    InteractionState,
    InteractionType,
    MailClass,
    WaitState,
)
from core.errors import OptionOff, StateForbids, TimeInvalid
from core.models import Absence, OutboxItem, Wait
from core.services.waits import Waits
from core.values import Caller, InteractionDraft, InteractionId, When
from tests.conftest import NOON, FixedClock
from tests.factories.calls import person
from tests.factories.core import Core
from tests.factories.mail import Post, SightedLetter, letter, reply

DAY = timedelta(days=1)
PHONE = "+79161234567"
ANNA = "anna@zveno.example"


def waits_of(core: Core) -> Waits:
    return Waits(core.org.works)


async def record(
    core: Core, type_: InteractionType, *, by: Caller | None = None, **fields: Any
) -> InteractionId:
    values = {"participants": (person("John Smith", PHONE),), **fields}
    return await core.capture.record(by or core.org.anna, InteractionDraft(type=type_, **values))


async def wrote(core: Core, **fields: Any) -> InteractionId:
    return await record(core, InteractionType.SMS, direction=Direction.OUT, **fields)


async def waits(core: Core) -> list[Wait]:
    async with core.org.database.reading() as session:
        return list(await session.scalars(select(Wait).order_by(Wait.id)))


async def state(core: Core) -> WaitState:
    (one,) = await waits(core)
    return one.state


async def notices(core: Core, note: str) -> list[str]:
    async with core.org.database.reading() as session:
        rows = await session.scalars(select(OutboxItem).order_by(OutboxItem.id))
        return [one.payload["show"] for one in rows if one.payload.get("note") == note]


async def look(core: Core) -> None:
    while await waits_of(core).look_at_due():
        pass


async def test_no_answer_in_time_is_told_once(core: Core, clock: FixedClock) -> None:
    one = await wrote(core)
    await waits_of(core).follow_up(core.org.anna, one)
    clock.move(DAY)
    await look(core)
    assert await state(core) is WaitState.WAITING
    clock.move(DAY)
    await look(core)
    await look(core)
    assert await state(core) is WaitState.DUE
    assert await notices(core, "no_answer") == [f"unanswered:{one}"]


@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        (InteractionType.SMS, {"direction": Direction.IN}),
        (InteractionType.EMAIL, {"direction": Direction.IN}),
        (InteractionType.CALL, {"direction": Direction.OUT, "result": CallResult.REACHED}),
        (InteractionType.CALL, {"direction": Direction.IN}),
        (InteractionType.MEETING, {}),
    ],
)
async def test_p1_any_channel_answers_by_an_equal_coordinate(
    core: Core, clock: FixedClock, type_: InteractionType, fields: dict[str, Any]
) -> None:
    await waits_of(core).follow_up(core.org.anna, await wrote(core))
    clock.move(timedelta(hours=1))
    answer = await record(core, type_, participants=(person("J. Smith", PHONE),), **fields)
    (wait,) = await waits(core)
    assert (wait.state, wait.settled_by_id) == (WaitState.ANSWERED, answer)
    clock.move(7 * DAY)
    await look(core)
    assert await notices(core, "no_answer") == []


@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        (InteractionType.CALL, {"result": CallResult.NOT_REACHED, "direction": Direction.IN}),
        (InteractionType.CALL, {"state": InteractionState.PLANNED, "when": When(NOON + 3 * DAY)}),
        (InteractionType.SMS, {"direction": Direction.IN, "participants": (person("John Smith"),)}),
        (InteractionType.SMS, {"direction": Direction.IN, "when": When(NOON - DAY)}),
    ],
)
async def test_p1_no_answer_is_what_reached_nobody_or_comes_from_an_equal_name_alone(
    core: Core, clock: FixedClock, type_: InteractionType, fields: dict[str, Any]
) -> None:
    await waits_of(core).follow_up(core.org.anna, await wrote(core))
    clock.move(timedelta(hours=1))
    await record(core, type_, **fields)
    assert await state(core) is WaitState.WAITING


async def test_p1_nobody_without_a_coordinate_or_contact_answers(core: Core, clock: FixedClock) -> None:
    await waits_of(core).follow_up(core.org.anna, await wrote(core, participants=(person("John"),)))
    clock.move(timedelta(hours=1))
    await record(core, InteractionType.SMS, direction=Direction.IN, participants=(person("John"),))
    assert await state(core) is WaitState.WAITING


async def test_another_try_waits_as_long_again(core: Core, clock: FixedClock) -> None:
    await waits_of(core).follow_up(core.org.anna, await wrote(core), "1 working day")
    clock.move(DAY)
    await look(core)
    assert await state(core) is WaitState.DUE
    again = await wrote(core)
    (wait,) = await waits(core)
    assert (wait.state, wait.interaction_id, wait.due_at.day) == (WaitState.WAITING, again, 26)
    clock.move(DAY)
    await look(core)
    assert await notices(core, "no_answer") == [f"unanswered:{again - 1}", f"unanswered:{again}"]


async def test_u2_a_letter_of_a_colleague_that_the_user_does_not_see_is_no_answer(
    core: Core, clock: FixedClock
) -> None:
    await waits_of(core).follow_up(core.org.anna, await wrote(core))
    clock.move(timedelta(hours=1))
    await record(core, InteractionType.SMS, by=core.org.outsider, direction=Direction.IN)
    assert await state(core) is WaitState.WAITING


async def test_an_answer_committed_at_the_same_moment_is_found_by_the_second_look(
    core: Core, clock: FixedClock
) -> None:
    """What another transaction committed meanwhile left no trace here: as if the wait had not been there yet."""
    one = await wrote(core)
    await record(core, InteractionType.SMS, direction=Direction.IN, when=When(NOON + timedelta(seconds=5)))
    async with core.org.database.transaction() as session:
        session.add(
            Wait(
                interaction_id=one,
                user_id=core.org.anna.user_id,
                purpose="follow_up",
                since=NOON,
                due_at=NOON + DAY,
                look_at=NOON + timedelta(minutes=1),
                working_days=1,
                state=WaitState.WAITING,
            )
        )
    clock.move(timedelta(minutes=1))
    await look(core)
    assert await state(core) is WaitState.ANSWERED


async def test_replicas_tell_each_follow_up_once(core: Core, clock: FixedClock) -> None:
    for number in range(12):
        one = await wrote(core, participants=(person("X", f"+79161234{number:03}"),))
        await waits_of(core).follow_up(core.org.anna, one)
    clock.move(7 * DAY)
    for _ in range(6):
        await asyncio.gather(*(waits_of(core).look_at_due(limit=5) for _ in range(3)))
    assert len(await notices(core, "no_answer")) == 12


async def test_broken_off_at_any_moment_each_follow_up_is_told_once(core: Core, clock: FixedClock) -> None:
    for number in range(3):
        one = await wrote(core, participants=(person("X", f"+79161236{number:03}"),))
        await waits_of(core).follow_up(core.org.anna, one)
    clock.move(7 * DAY)
    for steps in range(0, 40, 3):
        looking = asyncio.create_task(waits_of(core).look_at_due(limit=2))
        for _ in range(steps):
            await asyncio.sleep(0)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    await look(core)
    assert len(await notices(core, "no_answer")) == 3


async def test_u5_in_quiet_time_and_while_away_it_waits_or_goes_to_who_stands_in(
    core: Core, clock: FixedClock
) -> None:
    anna, boris = core.org.anna, core.org.boris
    await waits_of(core).follow_up(anna, await wrote(core), "tomorrow 23:00")
    clock.move(DAY + timedelta(hours=11))
    await look(core)
    assert await notices(core, "no_answer") == []
    async with core.org.database.transaction() as session:
        days = {"first_day": NOON.date(), "last_day": NOON.date() + 3 * DAY, "created_at": NOON}
        session.add(Absence(user_id=anna.user_id, substitute_id=boris.user_id, **days))
    clock.move(timedelta(hours=10))
    await look(core)
    async with core.org.database.reading() as session:
        rows = await session.scalars(select(OutboxItem).order_by(OutboxItem.id))
        told = [one.user_id for one in rows if one.payload["note"] == "no_answer"]
    assert told == [boris.user_id]


async def test_o2_while_the_option_is_off_follow_ups_wait(core: Core, clock: FixedClock) -> None:
    one = await wrote(core)
    await waits_of(core).follow_up(core.org.anna, one)
    clock.move(7 * DAY)
    await core.options.set(core.org.administrator, FunctionalOption.OTHER_INTERACTIONS, is_on=False)
    assert await waits_of(core).look_at_due() == await waits_of(core).count_due() == 0
    with pytest.raises(OptionOff):
        await waits_of(core).follow_up(core.org.anna, one)
    await core.options.set(core.org.administrator, FunctionalOption.OTHER_INTERACTIONS, is_on=True)
    await look(core)
    assert len(await notices(core, "no_answer")) == 1


async def test_stopped_deleted_and_undone_follow_ups_tell_nothing(core: Core, clock: FixedClock) -> None:
    stopped, deleted, undone = [
        await wrote(core, participants=(person("X", f"+79161235{number:03}"),)) for number in range(3)
    ]
    for one in (stopped, deleted, undone):
        await waits_of(core).follow_up(core.org.anna, one)
    await core.undo.undo_last(core.org.anna)
    await waits_of(core).stop(core.org.anna, stopped)
    await core.care.delete(core.org.anna, deleted)
    clock.move(7 * DAY)
    await look(core)
    assert await notices(core, "no_answer") == []
    assert [one.state for one in await waits(core)] == [WaitState.STOPPED, WaitState.STOPPED]


async def test_what_came_in_or_is_planned_has_no_follow_up(core: Core) -> None:
    came = await record(core, InteractionType.SMS, direction=Direction.IN)
    plan = await record(core, InteractionType.PLANNED)
    for one in (came, plan):
        with pytest.raises(StateForbids):
            await waits_of(core).follow_up(core.org.anna, one)
    for words in ("yesterday 10:00 sharp", "soonish"):
        with pytest.raises(TimeInvalid):
            await waits_of(core).follow_up(core.org.anna, await wrote(core), words)


class TestLetters:
    async def test_an_out_of_office_is_no_answer_and_a_letter_is(self, core: Core, clock: FixedClock) -> None:
        post = Post(core.org)
        inbox = await post.inbox_of(core.org.anna, ANNA)
        one = await wrote(core, participants=(person("John", "john@acme.example"),))
        await waits_of(core).follow_up(core.org.anna, one)
        clock.move(timedelta(hours=1))
        away = letter("away", mail_class=MailClass.AUTO_REPLY)
        await post.capture(inbox, [SightedLetter(1, clock.now(), away)])
        assert await state(core) is WaitState.WAITING
        clock.move(timedelta(hours=1))
        await post.capture(inbox, [SightedLetter(2, clock.now(), reply("b", "a"))])
        assert await state(core) is WaitState.ANSWERED


class TestSnooze:
    async def test_r3_until_an_answer_it_is_snoozed_and_wakes_once(
        self, core: Core, clock: FixedClock
    ) -> None:
        one = await record(core, InteractionType.SMS, direction=Direction.IN)
        await core.review.snooze_until_answer(core.org.anna, one)
        assert await core.views.count_inbox(core.org.anna) == 0
        assert (await core.subject_of(one)).unreviewed == 1
        assert [row.id for row in (await core.views.snoozed(core.org.anna, 1)).rows] == [one]
        clock.move(timedelta(hours=1))
        answer = await record(core, InteractionType.CALL, direction=Direction.IN)
        owner = (await core.owners(one))[core.org.anna.user_id]
        assert (owner.reviewed, owner.review_after) == (False, None)
        await core.care.comment(core.org.anna, answer, "again")
        await look(core)
        assert await notices(core, "awake") == [f"i{one}"]

    async def test_it_ends_after_thirty_days_at_the_latest(self, core: Core, clock: FixedClock) -> None:
        one = await record(core, InteractionType.SMS, direction=Direction.IN)
        await core.review.snooze_until_answer(core.org.anna, one)
        clock.move(30 * DAY)
        await look(core)
        assert await notices(core, "awake") == [f"i{one}"]
        assert await core.views.count_inbox(core.org.anna) == 1

    @pytest.mark.parametrize("end", ["held", "dropped", "deleted", "passed"])
    async def test_until_a_meeting_is_over(self, core: Core, clock: FixedClock, end: str) -> None:
        anna = core.org.anna
        one = await record(core, InteractionType.SMS, direction=Direction.IN)
        planned = InteractionState.PLANNED
        meeting = await record(core, InteractionType.MEETING, state=planned, when=When(NOON + DAY))
        await core.review.snooze_until_over(anna, one, meeting)
        clock.move(timedelta(hours=1))
        await look(core)
        assert await notices(core, "awake") == []
        if end == "held":
            await core.plans.carry_out(anna, meeting)
        elif end == "dropped":
            await core.plans.drop(anna, meeting)
        elif end == "deleted":
            await core.care.delete(anna, meeting)
        else:
            clock.move(DAY)
        await look(core)
        assert await notices(core, "awake") == [f"i{one}"]

    async def test_it_moves_with_the_meeting(self, core: Core, clock: FixedClock) -> None:
        anna = core.org.anna
        one = await record(core, InteractionType.SMS, direction=Direction.IN)
        planned = InteractionState.PLANNED
        meeting = await record(core, InteractionType.MEETING, state=planned, when=When(NOON + DAY))
        await core.review.snooze_until_over(anna, one, meeting)
        await core.plans.move(anna, meeting, When(NOON + 3 * DAY))
        clock.move(2 * DAY)
        await look(core)
        assert await notices(core, "awake") == []
        clock.move(2 * DAY)
        await look(core)
        assert await notices(core, "awake") == [f"i{one}"]

    async def test_what_was_reviewed_or_put_off_otherwise_is_not_woken(
        self, core: Core, clock: FixedClock
    ) -> None:
        anna = core.org.anna
        one = await record(core, InteractionType.SMS, direction=Direction.IN)
        two = await record(core, InteractionType.SMS, direction=Direction.IN)
        for each in (one, two):
            await core.review.snooze_until_answer(anna, each)
        await core.review.mark_reviewed(anna, one)
        await core.review.snooze(anna, two, NOON + 2 * DAY)
        clock.move(timedelta(hours=1))
        await record(core, InteractionType.CALL, direction=Direction.IN)
        assert await notices(core, "awake") == []
        assert [row.id for row in (await core.views.snoozed(anna, 1)).rows] == [two]

    async def test_only_what_is_planned_can_be_waited_for(self, core: Core) -> None:
        one = await record(core, InteractionType.SMS, direction=Direction.IN)
        with pytest.raises(StateForbids):
            await core.review.snooze_until_over(core.org.anna, one, await wrote(core))


async def test_answers_and_reviews_at_the_same_moment_do_not_block_each_other(
    core: Core, clock: FixedClock
) -> None:
    anna = core.org.anna
    snoozed = [await record(core, InteractionType.SMS, direction=Direction.IN) for _ in range(6)]
    for one in snoozed:
        await core.review.snooze_until_answer(anna, one)
    clock.move(timedelta(hours=1))
    answers = [record(core, InteractionType.CALL, direction=Direction.IN) for _ in range(6)]
    reviews = [core.review.mark_reviewed(anna, one) for one in snoozed]
    async with asyncio.timeout(30):
        await asyncio.gather(*answers, *reviews)
    assert {one.state for one in await waits(core)} <= {WaitState.ANSWERED, WaitState.STOPPED}
    assert await core.views.count_inbox(anna) == 0
