import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from core.database import Database
from core.enums import OutboxState
from core.models import OutboxItem, User
from core.ports import OutboxView
from core.repositories.outbox import view_of
from core.services.outbox import LEASE, Outbox, back_off
from tests.conftest import FixedClock
from tests.factories.delivery import make_outbox_item, make_recipient


async def write(database: Database, clock: FixedClock, *keys: str, **fields: object) -> list[int]:
    """Rows for the user whose name each key starts with, in order of the keys."""
    ids = []
    async with database.transaction() as session:
        for key in keys:
            name = key.partition("-")[0]
            user = (await session.scalars(select(User).where(User.name == name))).one_or_none()
            if user is None:
                user = await make_recipient(session, clock.now(), name=name)
            ids.append((await make_outbox_item(session, user, key, clock.now(), **fields)).id)
    return ids


async def states(database: Database) -> dict[str, OutboxState]:
    async with database.reading() as session:
        rows = await session.execute(select(OutboxItem.key, OutboxItem.state))
        return {row.key: row.state for row in rows}


async def load(database: Database, row_id: int) -> OutboxItem:
    async with database.reading() as session:
        return await session.get_one(OutboxItem, row_id)


async def expire_leases(database: Database, ids: Sequence[int]) -> None:
    async with database.transaction() as session:
        await session.execute(
            update(OutboxItem)
            .where(OutboxItem.id.in_(ids))
            .values(lease_until=datetime.now(UTC) - timedelta(seconds=1))
        )


async def test_claims_in_order_of_writing_and_counts_the_attempt(
    database: Database, clock: FixedClock
) -> None:
    await write(database, clock, "a-1", "b-1", "a-2")
    claimed = await Outbox(database, clock).claim_due(10)
    assert [(item.key, item.attempts) for item in claimed] == [("a-1", 1), ("b-1", 1), ("a-2", 1)]
    assert set((await states(database)).values()) == {OutboxState.SENDING}


async def test_what_is_claimed_is_not_claimed_again_while_its_lease_runs(
    database: Database, clock: FixedClock
) -> None:
    await write(database, clock, "a-1")
    outbox = Outbox(database, clock)
    before = datetime.now(UTC)
    [item] = await outbox.claim_due(10)
    assert await outbox.claim_due(10) == []
    lease = (await load(database, item.id)).lease_until
    assert lease is not None
    assert lease >= before + LEASE


async def test_an_abandoned_claim_is_taken_over_after_its_lease(
    database: Database, clock: FixedClock
) -> None:
    ids = await write(database, clock, "a-1")
    outbox = Outbox(database, clock)
    await outbox.claim_due(10)
    await expire_leases(database, ids)
    [again] = await outbox.claim_due(10)
    assert (again.key, again.attempts) == ("a-1", 2)


async def test_a_later_row_waits_while_an_earlier_one_of_its_user_is_in_flight(
    database: Database, clock: FixedClock
) -> None:
    outbox = Outbox(database, clock)
    await write(database, clock, "a-1")
    await outbox.claim_due(10)
    await write(database, clock, "a-2", "b-1")
    assert [item.key for item in await outbox.claim_due(10)] == ["b-1"]


async def test_a_row_waiting_for_its_retry_holds_back_the_later_ones_of_its_user_only(
    database: Database, clock: FixedClock
) -> None:
    outbox = Outbox(database, clock)
    await write(database, clock, "a-1")
    [first] = await outbox.claim_due(10)
    await outbox.postpone(first, "busy", 60)
    await write(database, clock, "a-2", "b-1")
    assert [item.key for item in await outbox.claim_due(10)] == ["b-1"]
    clock.move(timedelta(seconds=61))
    assert [(item.key, item.attempts) for item in await outbox.claim_due(10)] == [("a-1", 2), ("a-2", 1)]


async def test_a_limited_claim_takes_no_gap_of_a_user(database: Database, clock: FixedClock) -> None:
    outbox = Outbox(database, clock)
    await write(database, clock, "a-1", "a-2", "a-3")
    assert [item.key for item in await outbox.claim_due(2)] == ["a-1", "a-2"]
    assert await outbox.claim_due(2) == []


async def test_concurrent_claims_share_the_rows_without_overlap(
    database: Database, clock: FixedClock
) -> None:
    await write(database, clock, *(f"u{number}-1" for number in range(30)))
    outbox = Outbox(database, clock)
    claims = await asyncio.gather(*(outbox.claim_due(10) for _ in range(6)))
    keys = [item.key for claim in claims for item in claim]
    assert len(keys) == len(set(keys)) == 30


async def views(database: Database, ids: Sequence[int]) -> list[OutboxView]:
    async with database.reading() as session:
        rows = await session.scalars(select(OutboxItem).where(OutboxItem.id.in_(ids)).order_by(OutboxItem.id))
        return [view_of(row) for row in rows]


async def test_taking_rows_born_claimed_gives_them_as_they_were_written(
    database: Database, clock: FixedClock
) -> None:
    ids = await write(
        database, clock, "a-1", "a-2", state=OutboxState.SENDING, lease_until=clock.now(), attempts=1
    )
    taken = await Outbox(database, clock).take(await views(database, ids), held=())
    assert [item.key for item in taken.ready] == ["a-1", "a-2"]
    assert taken.late == []


async def test_taking_does_not_overtake_an_older_row_of_the_user_that_waits(
    database: Database, clock: FixedClock
) -> None:
    outbox = Outbox(database, clock)
    await write(database, clock, "a-1")
    [older] = await outbox.claim_due(10)
    await outbox.postpone(older, "busy", 60)
    ids = await write(database, clock, "a-2", "b-1", state=OutboxState.SENDING, attempts=1)
    taken = await outbox.take(await views(database, ids), held=())
    assert [item.key for item in taken.ready] == ["b-1"]
    assert taken.late == ids[:1]


async def test_taking_follows_rows_that_this_process_holds(database: Database, clock: FixedClock) -> None:
    outbox = Outbox(database, clock)
    held = await write(database, clock, "a-1")
    await outbox.claim_due(10)
    ids = await write(database, clock, "a-2", state=OutboxState.SENDING, attempts=1)
    assert [item.key for item in (await outbox.take(await views(database, ids), held=held)).ready] == ["a-2"]


async def test_taking_asks_only_about_users_in_doubt_and_tells_who_is_clear(
    database: Database, clock: FixedClock
) -> None:
    outbox = Outbox(database, clock)
    await write(database, clock, "a-1")
    [older] = await outbox.claim_due(10)
    await outbox.postpone(older, "busy", 60)
    ids = await write(database, clock, "a-2", "b-1", state=OutboxState.SENDING, attempts=1)
    unasked = await outbox.take(await views(database, ids), held=(), doubtful=())
    assert [item.key for item in unasked.ready] == ["a-2", "b-1"]
    asked = await outbox.take(await views(database, ids), held=(), doubtful=await outbox.list_waiting_users())
    assert [item.key for item in asked.ready] == ["b-1"]
    assert asked.clear == {asked.ready[0].user_id}


async def test_released_rows_are_new_and_untried(database: Database, clock: FixedClock) -> None:
    outbox = Outbox(database, clock)
    ids = await write(database, clock, "a-1")
    await outbox.claim_due(10)
    await outbox.release(ids)
    row = await load(database, ids[0])
    assert (row.state, row.attempts, row.lease_until) == (OutboxState.NEW, 0, None)


async def test_sent_rows_are_final(database: Database, clock: FixedClock) -> None:
    outbox = Outbox(database, clock)
    ids = await write(database, clock, "a-1", "b-1")
    await outbox.claim_due(10)
    await outbox.mark_sent(ids)
    await outbox.release(ids)
    assert set((await states(database)).values()) == {OutboxState.SENT}
    assert await outbox.count_by_state() == {OutboxState.SENT: 2}


async def test_a_failed_row_names_its_reason_and_frees_the_next(
    database: Database, clock: FixedClock
) -> None:
    outbox = Outbox(database, clock)
    await write(database, clock, "a-1", "a-2")
    [first] = await outbox.claim_due(1)
    await outbox.mark_failed(first, "blocked")
    assert (await load(database, first.id)).error == "blocked"
    assert [item.key for item in await outbox.claim_due(10)] == ["a-2"]


async def test_a_renewed_lease_holds_longer(database: Database, clock: FixedClock) -> None:
    outbox = Outbox(database, clock)
    ids = await write(database, clock, "a-1")
    await outbox.claim_due(10)
    await expire_leases(database, ids)
    await outbox.renew(ids)
    assert await outbox.claim_due(10) == []


async def test_the_only_deliverer_takes_over_at_once_what_was_in_flight(
    database: Database, clock: FixedClock
) -> None:
    outbox = Outbox(database, clock)
    await write(database, clock, "a-1")
    await outbox.claim_due(10)
    await outbox.abandon_all()
    assert [item.key for item in await outbox.claim_due(10)] == ["a-1"]


def test_back_off_grows_and_stays_bounded() -> None:
    assert 1.0 <= back_off(1) <= 2.0
    assert 16.0 <= back_off(5) <= 32.0
    assert 150.0 <= back_off(1000) <= 300.0
