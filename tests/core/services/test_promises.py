"""Promises: noted once, reminded of once, kept or broken, counted for their counterpart (pains.md 5)."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.enums import Direction, FunctionalOption, InteractionType, PromiseSide, PromiseState
from core.errors import NotFound, OptionOff, StateForbids, TimeInvalid
from core.models import OutboxItem, Participant, Promise
from core.queries.promises import PromiseList, PromiseRecord, list_closable, list_promises, load_record
from core.repositories.access import viewer_of
from core.rules.promises import Tally
from core.services.erasure import Erasure
from core.services.participants import Participants
from core.services.promises import Promises
from core.values import Caller, InteractionDraft, InteractionId, ParticipantDraft, ParticipantId, When
from tests.conftest import NOON, FixedClock
from tests.factories.calls import person
from tests.factories.core import Core
from tests.factories.mail import FolderBlobs

US, THEM = PromiseSide.US, PromiseSide.THEM
DAY = timedelta(days=1)
WEDNESDAY = When(NOON + DAY - timedelta(hours=3), due_on=date(2026, 11, 25), time_known=False)


def promises_of(core: Core) -> Promises:
    return Promises(core.org.works)


async def called(core: Core, **fields: Any) -> InteractionId:
    values = {"participants": (ParticipantDraft("John", contact_id=core.org.john),), **fields}
    return await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.CALL, **values))


async def note(
    core: Core,
    one: InteractionId,
    side: PromiseSide = US,
    text: str = "send the offer",
    when: When | None = WEDNESDAY,
) -> None:
    await promises_of(core).note(core.org.anna, one, side, text, when)


async def rows(core: Core) -> list[Promise]:
    async with core.org.database.reading() as session:
        return list(await session.scalars(select(Promise).order_by(Promise.id)))


async def notices(core: Core) -> list[str]:
    async with core.org.database.reading() as session:
        found = await session.scalars(select(OutboxItem).order_by(OutboxItem.id))
        return [one.payload["show"] for one in found if one.payload.get("note") == "promise_due"]


async def remind(core: Core) -> None:
    while await promises_of(core).remind_due():
        pass


async def record_of(core: Core, contact_id: int, by: Caller | None = None) -> PromiseRecord | None:
    async with core.org.database.reading() as session:
        viewer = await viewer_of(session, by or core.org.anna)
        return await load_record(session, [contact_id], viewer, core.org.clock.now(), "UTC")


async def test_the_same_promise_is_noted_once(core: Core) -> None:
    one = await called(core)
    for _ in range(2):
        await note(core, one)
    await note(core, one, THEM)
    assert [(row.side, row.contact_id) for row in await rows(core)] == [
        (US, core.org.john),
        (THEM, core.org.john),
    ]


async def test_ours_is_told_on_its_morning_and_theirs_the_working_morning_after(
    core: Core, clock: FixedClock
) -> None:
    one = await called(core)
    await note(core, one)
    await note(core, one, THEM, "pay")
    await remind(core)
    assert await notices(core) == []
    clock.move(DAY)
    await remind(core)
    assert await notices(core) == ["promise:1"]
    clock.move(DAY)
    await remind(core)
    await remind(core)
    assert await notices(core) == ["promise:1", "promise:2"]


async def test_replicas_remind_of_each_once(core: Core, clock: FixedClock) -> None:
    one = await called(core)
    for number in range(12):
        await note(core, one, text=f"send {number}")
    clock.move(2 * DAY)
    for _ in range(6):
        await asyncio.gather(*(promises_of(core).remind_due(limit=5) for _ in range(3)))
    assert len(await notices(core)) == 12


async def test_settled_and_deleted_ones_are_not_told_and_undo_brings_them_back(
    core: Core, clock: FixedClock
) -> None:
    one, two = await called(core), await called(core)
    await note(core, one)
    await note(core, two)
    await core.care.delete(core.org.anna, two)
    await promises_of(core).settle(core.org.anna, 1, PromiseState.KEPT, by=one)
    await core.undo.undo_last(core.org.anna)
    assert (await rows(core))[0].state is PromiseState.OPEN
    await promises_of(core).settle(core.org.anna, 1, PromiseState.KEPT)
    clock.move(3 * DAY)
    await remind(core)
    assert await notices(core) == []


async def test_put_off_it_is_told_anew(core: Core, clock: FixedClock) -> None:
    await note(core, await called(core))
    clock.move(DAY)
    await remind(core)
    await promises_of(core).put_off(core.org.anna, 1, When(NOON + 3 * DAY))
    clock.move(2 * DAY)
    await remind(core)
    assert await notices(core) == ["promise:1", "promise:1"]
    with pytest.raises(TimeInvalid):
        await promises_of(core).put_off(core.org.anna, 1, When(NOON))
    await promises_of(core).settle(core.org.anna, 1, PromiseState.BROKEN)
    with pytest.raises(StateForbids):
        await promises_of(core).put_off(core.org.anna, 1, When(NOON + 9 * DAY))


async def test_the_record_of_a_person_counts_for_their_company_and_late_is_not_kept(
    core: Core, clock: FixedClock
) -> None:
    one = await called(core)
    for text in ("pay", "sign", "answer"):
        await note(core, one, THEM, text)
    await promises_of(core).settle(core.org.anna, 1, PromiseState.KEPT)
    await promises_of(core).settle(core.org.anna, 2, PromiseState.WITHDRAWN)
    clock.move(2 * DAY)
    for contact_id in (core.org.john, core.org.acme):
        record = await record_of(core, contact_id)
        assert record is not None
        assert (record.theirs, record.ours) == (Tally(1, 2), Tally(0, 0))
        assert [(view.text, view.late) for view in record.open] == [("answer", True)]
    assert await record_of(core, core.org.mary) is None


async def test_u2_who_does_not_see_the_interaction_sees_no_promise_of_it(core: Core) -> None:
    await note(core, await called(core))
    assert await record_of(core, core.org.john, core.org.outsider) is None
    with pytest.raises(NotFound):
        await promises_of(core).settle(core.org.outsider, 1, PromiseState.KEPT)


async def test_p4_a_promise_follows_when_its_participant_is_linked(core: Core) -> None:
    one = await called(core, participants=(person("Johnny"),))
    await note(core, one)
    assert [row.contact_id for row in await rows(core)] == [None]
    async with core.org.database.reading() as session:
        participant_id = await session.scalar(select(Participant.id).where(Participant.interaction_id == one))
    assert participant_id is not None
    await Participants(core.org.works).link(core.org.anna, one, ParticipantId(participant_id), core.org.john)
    assert [row.contact_id for row in await rows(core)] == [core.org.john]


async def test_later_interactions_may_close_what_is_open_with_their_people(
    core: Core, clock: FixedClock
) -> None:
    one = await called(core)
    await note(core, one)
    clock.move(timedelta(hours=1))
    two = await called(core)
    other = await called(core, participants=(ParticipantDraft("Mary", contact_id=core.org.mary),))
    async with core.org.database.reading() as session:
        viewer = await viewer_of(session, core.org.anna)
        closable = [
            [view.id for view in await list_closable(session, each, viewer, clock.now(), "UTC")]
            for each in (one, two, other)
        ]
    assert closable == [[], [1], []]


async def test_lists_are_of_the_user_and_the_first_due_comes_first(core: Core) -> None:
    one = await called(core)
    await note(core, one, text="later", when=When(NOON + 5 * DAY))
    await note(core, one, text="sooner")
    await note(core, one, THEM, "pay")
    await note(core, one, THEM, "sign")
    await promises_of(core).settle(core.org.anna, 4, PromiseState.BROKEN)
    async with core.org.database.reading() as session:
        viewer = await viewer_of(session, core.org.anna)
        found = {
            which: [row.text for row in (await list_promises(session, viewer, which, NOON, "UTC", 1)).rows]
            for which in PromiseList
        }
    assert found == {
        PromiseList.OURS: ["sooner", "later"],
        PromiseList.THEIRS: ["pay"],
        PromiseList.BROKEN: ["sign"],
    }


async def test_i8_what_was_erased_leaves_no_promise(core: Core, tmp_path: Path) -> None:
    one = await called(core, direction=Direction.IN)
    await note(core, one)
    await Erasure(core.org.works, FolderBlobs(tmp_path)).erase(core.org.administrator, one)
    assert await rows(core) == []


async def test_o2_without_other_interactions_promises_wait(core: Core, clock: FixedClock) -> None:
    one = await called(core)
    await note(core, one)
    clock.move(2 * DAY)
    await core.options.set(core.org.administrator, FunctionalOption.OTHER_INTERACTIONS, is_on=False)
    assert await promises_of(core).remind_due() == await promises_of(core).count_due() == 0
    with pytest.raises(OptionOff):
        await note(core, one, text="another")
    await core.options.set(core.org.administrator, FunctionalOption.OTHER_INTERACTIONS, is_on=True)
    await remind(core)
    assert await notices(core) == ["promise:1"]


async def test_nothing_was_promised_yet_in_a_plan_and_no_time_means_a_week(core: Core) -> None:
    plan = await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.PLANNED))
    with pytest.raises(StateForbids):
        await note(core, plan)
    await note(core, await called(core), when=None)
    assert [row.due_on for row in await rows(core)] == [date(2026, 12, 1)]
