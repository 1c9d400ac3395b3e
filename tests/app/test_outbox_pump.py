import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.outbox_pump import OutboxPump
from app.pace import Pace
from core.database import Database
from core.enums import Language, OutboxState, Role
from core.models import OutboxItem, User
from core.ports import OutboxView, RetryLater, Undeliverable
from core.services.outbox import Outbox
from core.services.work import Works
from core.values import Caller, Origin, UserId
from tests.conftest import NOON, FixedClock
from tests.factories.delivery import make_outbox_item, make_recipient

ALONE_OR_NOT = pytest.mark.parametrize("alone", [True, False])


@dataclass
class RecordingCourier:
    """Remembers what it delivered; `act` decides what happens at each attempt."""

    act: Callable[[OutboxView], None] | None = None
    delay: float = 0.0
    delivered: list[str] = field(default_factory=list)
    attempts: int = 0
    in_flight: dict[int, int] = field(default_factory=dict)
    most_in_flight: dict[int, int] = field(default_factory=dict)

    async def deliver(self, item: OutboxView) -> None:
        user = item.user_id or 0
        self.attempts += 1
        self.in_flight[user] = self.in_flight.get(user, 0) + 1
        self.most_in_flight[user] = max(self.most_in_flight.get(user, 0), self.in_flight[user])
        try:
            await asyncio.sleep(self.delay)
            if self.act is not None:
                self.act(item)
            self.delivered.append(item.key)
        finally:
            self.in_flight[user] -= 1


@asynccontextmanager
async def running(pump: OutboxPump) -> AsyncIterator[None]:
    task = asyncio.create_task(pump.run())
    try:
        await asyncio.wait_for(pump.started.wait(), 20)
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the test looks from outside
            await asyncio.sleep(0.01)


async def load(database: Database) -> dict[str, OutboxItem]:
    async with database.reading() as session:
        return {row.key: row for row in await session.scalars(select(OutboxItem))}


async def make_users(database: Database, *names: str) -> list[User]:
    async with database.transaction() as session:
        return [await make_recipient(session, NOON, name=name) for name in names]


async def notify(works: Works, user: User, key: str) -> None:
    async with works.begin(None, "test") as work:
        work.notify(user.id, "i1", note="test", key=key)


async def test_what_a_work_writes_is_delivered_and_marked_sent(database: Database, clock: FixedClock) -> None:
    [user] = await make_users(database, "a")
    courier = RecordingCourier()
    works = Works(database, clock)
    pump = OutboxPump(Outbox(database, clock), courier, Pace())
    works.kick = pump.kick
    caller = Caller(
        user_id=UserId(user.id),
        role=Role.REP,
        language=Language.EN,
        timezone="UTC",
        country="GB",
        origin=Origin(reply_to={"chat": 1}),
    )
    async with running(pump):
        async with works.begin(caller, "test") as work:
            work.confirm("i1", note="captured")
        await pump.settle()
    [row] = (await load(database)).values()
    assert courier.delivered == [row.key]
    assert (row.state, row.attempts, row.lease_until) == (OutboxState.SENT, 1, None)


@ALONE_OR_NOT
async def test_rows_of_one_user_go_in_order_and_one_at_a_time_users_side_by_side(
    database: Database, clock: FixedClock, alone: bool
) -> None:
    users = await make_users(database, "a", "b", "c")
    courier = RecordingCourier(delay=0.002)
    works = Works(database, clock)
    pump = OutboxPump(Outbox(database, clock), courier, Pace(), alone=alone)
    works.kick = pump.kick
    async with running(pump):
        for number in range(10):
            for user in users:
                await notify(works, user, f"{user.name}-{number}")
        await pump.settle()
    for user in users:
        own = [key for key in courier.delivered if key.startswith(user.name)]
        assert own == [f"{user.name}-{number}" for number in range(10)]
        assert courier.most_in_flight[user.id] == 1
    assert {row.state for row in (await load(database)).values()} == {OutboxState.SENT}


async def test_what_another_process_wrote_is_delivered_by_the_sweep(
    database: Database, clock: FixedClock
) -> None:
    [user] = await make_users(database, "a")
    courier = RecordingCourier()
    pump = OutboxPump(Outbox(database, clock), courier, Pace())
    async with running(pump):
        await notify(Works(database, clock), user, "elsewhere")
        await until(lambda: courier.delivered == ["elsewhere"])


@ALONE_OR_NOT
async def test_a_busy_world_delays_the_user_and_keeps_the_order(
    database: Database, clock: FixedClock, alone: bool
) -> None:
    first, second = await make_users(database, "a", "b")
    refused: list[str] = []

    def refuse_once(item: OutboxView) -> None:
        if item.key == "a-0" and not refused:
            refused.append(item.key)
            raise RetryLater("flood", 5)

    courier = RecordingCourier(act=refuse_once)
    works = Works(database, clock)
    pump = OutboxPump(Outbox(database, clock), courier, Pace(), alone=alone)
    works.kick = pump.kick
    async with running(pump):
        for key in ("a-0", "a-1"):
            await notify(works, first, key)
        await notify(works, second, "b-0")
        await pump.settle()
        await notify(works, first, "a-2")
        await pump.settle()
        assert courier.delivered == ["b-0"]
        rows = await load(database)
        assert {rows[key].state for key in ("a-0", "a-1", "a-2")} == {OutboxState.NEW}
        assert rows["a-0"].error == "flood"
        clock.move(timedelta(seconds=6))
        await until(lambda: len(courier.delivered) == 4)
        await pump.settle()
    assert courier.delivered == ["b-0", "a-0", "a-1", "a-2"]
    assert (await load(database))["a-0"].attempts == 2


async def test_an_undeliverable_row_fails_with_its_reason_and_the_next_one_goes(
    database: Database, clock: FixedClock
) -> None:
    [user] = await make_users(database, "a")

    def refuse(item: OutboxView) -> None:
        if item.key == "a-0":
            raise Undeliverable("blocked")

    courier = RecordingCourier(act=refuse)
    works = Works(database, clock)
    pump = OutboxPump(Outbox(database, clock), courier, Pace())
    works.kick = pump.kick
    async with running(pump):
        for key in ("a-0", "a-1"):
            await notify(works, user, key)
        await pump.settle()
    rows = await load(database)
    assert (rows["a-0"].state, rows["a-0"].error) == (OutboxState.FAILED, "blocked")
    assert rows["a-1"].state is OutboxState.SENT


async def test_an_unexpected_error_is_tried_again_and_in_the_end_given_up(
    database: Database, clock: FixedClock
) -> None:
    [user] = await make_users(database, "a")

    def crash(item: OutboxView) -> None:
        raise ZeroDivisionError(item.key)

    courier = RecordingCourier(act=crash)
    pump = OutboxPump(Outbox(database, clock), courier, Pace())
    async with database.transaction() as session:
        await make_outbox_item(session, user, "a-0", NOON, attempts=6)
    async with running(pump):
        await until(lambda: courier.attempts == 1)
        await pump.settle()
        assert (await load(database))["a-0"].state is OutboxState.NEW
        clock.move(timedelta(minutes=10))
        await until(lambda: courier.attempts == 2)
        await pump.settle()
    row = (await load(database))["a-0"]
    assert (row.state, row.error, row.attempts) == (OutboxState.FAILED, "ZeroDivisionError", 8)


async def test_a_stop_gives_back_what_was_not_tried(database: Database, clock: FixedClock) -> None:
    [user] = await make_users(database, "a")
    courier = RecordingCourier(delay=60)
    works = Works(database, clock)
    pump = OutboxPump(Outbox(database, clock), courier, Pace(), grace=0.0)
    works.kick = pump.kick
    async with running(pump):
        for key in ("a-0", "a-1"):
            await notify(works, user, key)
        await until(lambda: courier.attempts == 1)
    rows = await load(database)
    assert {row.state for row in rows.values()} == {OutboxState.NEW}
    assert courier.delivered == []


async def test_the_only_deliverer_starts_with_what_the_last_process_left(
    database: Database, clock: FixedClock
) -> None:
    [user] = await make_users(database, "a")
    lease = datetime.now(UTC) + timedelta(hours=1)
    async with database.transaction() as session:
        await make_outbox_item(
            session, user, "left", NOON, state=OutboxState.SENDING, lease_until=lease, attempts=1
        )
    courier = RecordingCourier()
    pump = OutboxPump(Outbox(database, clock), courier, Pace(), alone=True)
    async with running(pump):
        await until(lambda: courier.delivered == ["left"])


async def test_what_another_process_holds_is_left_to_it_until_its_lease_ends(
    database: Database, clock: FixedClock
) -> None:
    [user] = await make_users(database, "a")
    lease = datetime.now(UTC) + timedelta(hours=1)
    async with database.transaction() as session:
        await make_outbox_item(session, user, "held", NOON, state=OutboxState.SENDING, lease_until=lease)
    courier = RecordingCourier()
    outbox = Outbox(database, clock)
    assert await outbox.claim_due(10) == []
    async with database.transaction() as session:
        await session.execute(update(OutboxItem).values(lease_until=datetime.now(UTC)))
    async with running(OutboxPump(outbox, courier, Pace())):
        await until(lambda: courier.delivered == ["held"])
