"""While Telegram refuses for a while, each reminder is recorded once, none is lost, none comes twice (domain.md I5)."""

import asyncio
import random
import re
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.enums import OutboxState, ReminderState
from core.models import OutboxItem, Reminder
from core.services.reminders import Reminders
from core.values import UserId
from tests.bot.office import Office
from tests.conftest import NOON, FixedClock
from tests.factories.delivery import make_plan_row, make_reminder

ANNA, BORIS = 1001, 1002
PLANS = 6


async def plan_some(office: Office, minutes: int) -> None:
    """Plans of two users whose reminders are due minutes apart."""
    users = [await office.add_user(ANNA, name="Anna"), await office.add_user(BORIS, name="Boris")]
    async with office.database.transaction() as session:
        for number in range(PLANS):
            user = users[number % 2]
            due = NOON + timedelta(minutes=minutes * (number + 1))
            plan = await make_plan_row(session, user, due, topic=f"Plan {number}")
            await make_reminder(session, plan, user, due)


async def told(office: Office) -> Counter[str]:
    """How often each plan was named by what reminded."""
    texts = [
        one["text"]
        for account in (ANNA, BORIS)
        for one in await office.people.bot_messages(account)
        if one["text"].startswith("⏰")
    ]
    return Counter(ref for text in texts for ref in re.findall(r"/i\d+", text))


async def states(office: Office) -> set[ReminderState]:
    async with office.database.reading() as session:
        return set(await session.scalars(select(Reminder.state)))


async def deliver(office: Office, clock: FixedClock) -> None:
    """Let time go on until nothing is on its way any more; what waits for its next try becomes due by that."""
    on_its_way = select(OutboxItem.id).where(OutboxItem.state.in_((OutboxState.NEW, OutboxState.SENDING)))
    async with asyncio.timeout(30):
        while True:
            async with office.database.reading() as session:
                if await session.scalar(on_its_way.limit(1)) is None:
                    return
            clock.move(timedelta(seconds=1))
            await office.people.bots()


async def go_on(office: Office, clock: FixedClock, steps: int) -> None:
    for _ in range(steps):
        clock.move(timedelta(minutes=1))
        while await Reminders(office.works).send_due():
            continue
        await deliver(office, clock)


@pytest.mark.parametrize("seed", range(3))
async def test_too_many_and_server_errors_only_delay(office: Office, clock: FixedClock, seed: int) -> None:
    chance = random.Random(seed)
    await plan_some(office, 2)
    kinds = [chance.choice(("429", "5xx")) for _ in range(4)]
    for kind in kinds:
        await office.people.add_fault(kind, method="sendMessage", times=1, retry_after=2)
    await go_on(office, clock, 2 * PLANS + 2)
    assert await states(office) == {ReminderState.SENT}
    assert await told(office) == {f"/i{one}": 1 for one in range(1, PLANS + 1)}, kinds


async def test_a_chat_that_was_blocked_for_a_while_is_told_what_it_missed(
    office: Office, clock: FixedClock
) -> None:
    await plan_some(office, 2)
    await office.people.add_fault("403", method="sendMessage", chat_id=ANNA, times=2)
    await go_on(office, clock, 2 * PLANS + 2)
    await office.idle()
    assert await states(office) == {ReminderState.SENT}
    assert await told(office) == {f"/i{one}": 1 for one in range(1, PLANS + 1)}
    late = [
        one["text"] for one in await office.people.bot_messages(ANNA) if "While I was away: 2" in one["text"]
    ]
    assert len(late) == 1
    user = await office.services.chats.find_by_account(ANNA)
    assert user is not None
    assert user.reachable
    await office.services.chats.mark_reachable(UserId(user.id), reachable=True)
    await office.idle()
    assert sum((await told(office)).values()) == PLANS
