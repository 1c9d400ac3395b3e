"""Every due reminder is claimed and recorded once, whatever dies, however many claim, wherever the clock goes."""

import asyncio
import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import ReminderState
from core.models import OutboxItem, Reminder
from core.services.reminders import Reminders
from core.services.work import Works
from tests.conftest import NOON, FixedClock
from tests.factories.delivery import make_plan_row, make_recipient, make_reminder

REPLICAS = 3
USERS = 4
COUNT = 60


async def plan_many(database: Database, chance: random.Random) -> list[int]:
    """Reminders of several users, spread over two hours; their ids."""
    async with database.transaction() as session:
        users = [await make_recipient(session, NOON, name=f"Rep {one}") for one in range(USERS)]
        ids = []
        for _ in range(COUNT):
            user = chance.choice(users)
            due = NOON + timedelta(seconds=chance.randrange(7200))
            plan = await make_plan_row(session, user, due)
            ids.append((await make_reminder(session, plan, user, due)).id)
        return ids


async def told(database: Database) -> list[int]:
    async with database.reading() as session:
        items = await session.scalars(select(OutboxItem).where(OutboxItem.payload.is_not(None)))
        return sorted(one for item in items for one in item.payload["reminders"])


async def states(database: Database) -> set[ReminderState]:
    async with database.reading() as session:
        return set(await session.scalars(select(Reminder.state)))


async def claim_and_die(reminders: Reminders, chance: random.Random) -> None:
    """One replica: claims, and dies at some await or lives."""
    task = asyncio.create_task(reminders.send_due(limit=chance.randrange(1, 12)))
    for _ in range(chance.randrange(40)):
        await asyncio.sleep(0)
    if chance.random() < 0.4:
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("seed", range(6))
async def test_each_is_told_once_under_restarts_replicas_and_a_clock_that_jumps(
    database: Database, clock: FixedClock, seed: int
) -> None:
    chance = random.Random(seed)
    ids = await plan_many(database, chance)
    replicas = [Reminders(Works(database, clock)) for _ in range(REPLICAS)]
    for _ in range(25):
        clock.at = NOON + timedelta(seconds=chance.randrange(-3600, 7200))
        await asyncio.gather(*(claim_and_die(one, chance) for one in replicas))
        so_far = await told(database)
        assert len(so_far) == len(set(so_far)), "one was told twice"
    clock.at = NOON + timedelta(hours=2)
    while await replicas[0].send_due():
        continue
    assert await told(database) == ids
    assert await states(database) == {ReminderState.SENT}


async def test_what_is_late_is_one_message_for_each_user_however_many_claim(
    database: Database, clock: FixedClock
) -> None:
    ids = await plan_many(database, random.Random(7))
    clock.at = NOON + timedelta(hours=3)
    replicas = [Reminders(Works(database, clock)) for _ in range(REPLICAS)]
    await asyncio.gather(*(one.send_due(limit=5) for one in replicas))
    while await replicas[0].send_due(limit=5):
        continue
    assert await told(database) == ids
    async with database.reading() as session:
        users = list(await session.scalars(select(OutboxItem.user_id)))
    assert len(users) == len(set(users)) == USERS


async def test_the_nearest_is_claimed_first(database: Database, clock: FixedClock) -> None:
    await plan_many(database, random.Random(3))
    clock.at = NOON + timedelta(minutes=4)
    reminders = Reminders(Works(database, clock))
    while await reminders.send_due(limit=3):
        continue
    async with database.reading() as session:
        due = {one.id: one.due_at for one in await session.scalars(select(Reminder))}
        items = await session.scalars(select(OutboxItem).order_by(OutboxItem.id))
        order = [due[one] for item in items for one in item.payload["reminders"]]
    assert order == sorted(order)


async def test_how_long_until_the_next_is_due(database: Database, clock: FixedClock) -> None:
    reminders = Reminders(Works(database, clock))
    assert await reminders.next_due() is None
    async with database.transaction() as session:
        user = await make_recipient(session, NOON)
        plan = await make_plan_row(session, user, NOON)
        await make_reminder(session, plan, user, NOON + timedelta(seconds=7))
    assert await reminders.next_due() == timedelta(seconds=7)
    clock.move(timedelta(hours=-1))
    assert await reminders.next_due() == timedelta(hours=1, seconds=7)
