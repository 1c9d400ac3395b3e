"""A number once given is not given again: cards, buttons and keys of the outbox name rows by their numbers."""

from datetime import timedelta

from sqlalchemy import delete

from core.database import Database
from core.enums import SubjectKind
from core.models import Base, Subject
from core.services.inbox import Inbox, NewUpdate
from core.services.work import Works
from tests.conftest import FixedClock

BOT = 42


async def test_updates_after_a_quiet_weekend_do_not_take_the_numbers_of_those_purged(
    database: Database, clock: FixedClock
) -> None:
    works = Works(database, clock)
    inbox = Inbox(works)
    (first,) = await inbox.store(BOT, [NewUpdate(1, 1001, {"update_id": 1})])
    await inbox.settle([first.id])
    clock.move(timedelta(days=3))
    assert await inbox.purge(timedelta(days=2)) == 1
    (second,) = await inbox.store(BOT, [NewUpdate(2, 1001, {"update_id": 2})])
    assert second.id > first.id


async def test_the_number_of_what_was_taken_back_is_not_given_to_something_else(
    database: Database, clock: FixedClock
) -> None:
    ids = []
    for _ in range(2):
        async with database.transaction() as session:
            subject = Subject(kind=SubjectKind.CLAIM, title="Broken boxes", created_at=clock.now())
            session.add(subject)
            await session.flush()
            ids.append(subject.id)
            await session.execute(delete(Subject).where(Subject.id == subject.id))
    assert ids[0] < ids[1]


async def test_every_table_with_numbers_keeps_to_that(database: Database) -> None:
    if not database.is_sqlite:
        return
    numbered = [table for table in Base.metadata.tables.values() if table.autoincrement_column is not None]
    async with database.reading() as session:
        connection = await session.connection()
        rows = await connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"
        )
        kept = {row[0] for row in rows}
    assert {table.name for table in numbered} - kept == set()
