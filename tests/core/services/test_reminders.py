import asyncio
from datetime import timedelta

from sqlalchemy import select

from core.database import Database
from core.enums import FunctionalOption, InteractionState, OutboxState, ReminderState, UserState
from core.models import OptionSwitch, OutboxItem, Reminder
from core.services.reminders import Reminders
from core.services.work import Works
from tests.conftest import NOON, FixedClock
from tests.factories.delivery import make_plan_row, make_recipient, make_reminder


async def plan_reminders(database: Database, count: int = 1, **plan_fields: object) -> int:
    """A plan due at noon with reminders at noon; the plan's id."""
    async with database.transaction() as session:
        user = await make_recipient(session, NOON)
        plan = await make_plan_row(session, user, NOON, **plan_fields)
        for _ in range(count):
            await make_reminder(session, plan, user, NOON)
        return plan.id


async def told_reminders(database: Database) -> list[int]:
    """The reminders that messages were written for, by id; one twice where it was told twice."""
    return sorted(one for row in await outbox_rows(database) for one in row.payload["reminders"])


async def reminder_states(database: Database) -> list[ReminderState]:
    async with database.reading() as session:
        return list(await session.scalars(select(Reminder.state).order_by(Reminder.id)))


async def outbox_rows(database: Database) -> list[OutboxItem]:
    async with database.reading() as session:
        return list(await session.scalars(select(OutboxItem).order_by(OutboxItem.id)))


async def test_a_due_reminder_is_marked_and_written_to_the_outbox_at_once(
    database: Database, clock: FixedClock
) -> None:
    plan_id = await plan_reminders(database)
    clock.move(timedelta(seconds=1))
    assert await Reminders(Works(database, clock)).send_due() == 1
    [row] = await outbox_rows(database)
    assert row.state is OutboxState.NEW
    assert row.payload == {"show": f"reminder:{plan_id}", "note": "reminder", "reminders": [1]}
    async with database.reading() as session:
        reminder = (await session.scalars(select(Reminder))).one()
    assert row.key == f"reminder:{reminder.id}"
    assert (reminder.state, reminder.sent_at) == (ReminderState.SENT, NOON + timedelta(seconds=1))


async def test_a_reminder_waits_for_its_time(database: Database, clock: FixedClock) -> None:
    await plan_reminders(database)
    clock.move(timedelta(seconds=-1))
    reminders = Reminders(Works(database, clock))
    assert await reminders.send_due() == 0
    assert await reminders.count_due() == 0
    assert await reminder_states(database) == [ReminderState.WAITING]


async def test_two_processes_send_each_reminder_once(database: Database, clock: FixedClock) -> None:
    await plan_reminders(database, count=20)
    works = Works(database, clock)
    counts = await asyncio.gather(*(Reminders(works).send_due(limit=7) for _ in range(5)))
    while counts[-1]:
        counts.append(await Reminders(works).send_due(limit=7))
    assert sum(counts) == 20
    assert await told_reminders(database) == list(range(1, 21))
    assert await reminder_states(database) == [ReminderState.SENT] * 20


async def test_a_long_queue_is_worked_off_in_portions(database: Database, clock: FixedClock) -> None:
    await plan_reminders(database, count=5)
    reminders = Reminders(Works(database, clock))
    assert [await reminders.send_due(limit=2) for _ in range(4)] == [2, 2, 1, 0]


async def test_i3_a_cancelled_plan_reminds_nobody(database: Database, clock: FixedClock) -> None:
    await plan_reminders(database, state=InteractionState.CANCELLED)
    await Reminders(Works(database, clock)).send_due()
    assert await reminder_states(database) == [ReminderState.CANCELLED]
    assert await outbox_rows(database) == []


async def test_i8_a_deleted_plan_reminds_nobody(database: Database, clock: FixedClock) -> None:
    await plan_reminders(database, deleted_at=NOON)
    await Reminders(Works(database, clock)).send_due()
    assert await outbox_rows(database) == []


async def test_a_deactivated_user_is_not_reminded(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        user = await make_recipient(session, NOON, state=UserState.DEACTIVATED)
        plan = await make_plan_row(session, user, NOON)
        await make_reminder(session, plan, user, NOON)
    await Reminders(Works(database, clock)).send_due()
    assert await reminder_states(database) == [ReminderState.CANCELLED]


async def test_o2_while_the_option_is_off_reminders_wait_and_come_when_it_is_on_again(
    database: Database, clock: FixedClock
) -> None:
    await plan_reminders(database)
    reminders = Reminders(Works(database, clock))
    async with database.transaction() as session:
        session.add(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
    assert await reminders.send_due() == 0
    assert await reminders.count_due() == 0
    async with database.transaction() as session:
        (await session.get_one(OptionSwitch, FunctionalOption.OTHER_INTERACTIONS)).is_on = True
    assert await reminders.count_due() == 1
    assert await reminders.send_due() == 1
    assert await reminder_states(database) == [ReminderState.SENT]
