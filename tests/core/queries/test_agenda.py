"""The agenda by the user's day in every zone (domain.md I5, U5), and what its statements read."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from core.database import Database
from core.enums import InteractionState, InteractionType
from core.models import Interaction, User
from core.queries import agenda
from core.queries.agenda import Stretch
from core.rules.user_day import at_hour, day_bounds
from core.rules.working_time import Hours
from tests.conftest import NOON, FixedClock
from tests.factories.delivery import make_plan_row
from tests.factories.people import make_user

SECOND = timedelta(seconds=1)
ALL = frozenset(InteractionType)
NIGHTS = [
    ("Etc/GMT+12", date(2026, 11, 24)),
    ("Pacific/Kiritimati", date(2026, 11, 24)),
    ("Asia/Kathmandu", date(2026, 11, 24)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
]


async def make_plans(database: Database, zone: str, day: date, **fields: Any) -> User:
    """Plans at the edges of a day of a user, one of the day alone, and the same of the days beside it."""
    async with database.transaction() as session:
        user = await make_user(session, "Anna", timezone=zone)
        for one in (day - timedelta(days=1), day, day + timedelta(days=1)):
            start, end = day_bounds(one, zone)
            await make_plan_row(session, user, start, topic=f"{one} first", **fields)
            await make_plan_row(session, user, end - SECOND, topic=f"{one} last", **fields)
            await make_plan_row(
                session, user, at_hour(one, 9, zone), topic=f"{one} day", due_on=one, **fields
            )
        return user


def topics(rows: Any) -> list[str]:
    return [row.title for row in rows]


@pytest.mark.parametrize(("zone", "day"), NIGHTS)
async def test_u5_a_plan_lies_on_the_users_day_and_is_overdue_when_that_is_over(
    database: Database, zone: str, day: date
) -> None:
    user = await make_plans(database, zone, day)
    stretch, hours = Stretch(user.id, day, 1, ALL), Hours(zone, 9, 18)
    start, end = day_bounds(day, zone)
    before = day - timedelta(days=1)
    async with database.reading() as session:
        for now in (start, start + (end - start) / 2, end - SECOND):
            found = await agenda.load_agenda(session, stretch, hours, now)
            assert topics(found.days[0].rows) == [f"{day} first", f"{day} day", f"{day} last"]
            assert topics(found.overdue) == [f"{before} first", f"{before} day", f"{before} last"]
            assert found.overdue_total == 3
        tomorrow = Stretch(user.id, day + timedelta(days=1), 1, ALL)
        found = await agenda.load_agenda(session, tomorrow, hours, end)
        assert found.overdue_total == 6


@pytest.mark.parametrize(("zone", "day"), NIGHTS)
async def test_u5_an_evening_asks_about_what_is_over(database: Database, zone: str, day: date) -> None:
    user = await make_plans(database, zone, day, type=InteractionType.MEETING)
    stretch = Stretch(user.id, day, 1, ALL)
    start, end = day_bounds(day, zone)
    async with database.reading() as session:
        middle = await agenda.list_unanswered(session, stretch, zone, start + (end - start) / 2)
        assert topics(middle) == [f"{day} first", f"{day} day"]
        late = await agenda.list_unanswered(session, stretch, zone, end - SECOND)
        assert topics(late) == [f"{day} first", f"{day} day", f"{day} last"]


async def test_a_meeting_that_goes_on_is_not_asked_about(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        user = await make_user(session, "Anna")
        for topic, ends in (("over", NOON), ("going on", NOON + SECOND)):
            await make_plan_row(
                session,
                user,
                NOON - timedelta(hours=1),
                topic=topic,
                ends_at=ends,
                type=InteractionType.MEETING,
            )
    async with database.reading() as session:
        stretch = Stretch(user.id, NOON.date(), 1, ALL)
        assert topics(await agenda.list_unanswered(session, stretch, "UTC", clock.now())) == ["over"]


async def test_overdue_reads_open_plans_alone_however_long_the_history(database: Database) -> None:
    async with database.transaction() as session:
        user = await make_user(session, "Anna")
        boris = await make_user(session, "Boris")
        first = await make_plan_row(session, user, NOON - timedelta(days=2))
        session.add_all(
            Interaction(
                type=InteractionType.CALL,
                state=InteractionState.PLANNED if one is boris else InteractionState.DONE,
                topic="",
                text="",
                happened_at=NOON - timedelta(days=2, minutes=number),
                recorded_at=NOON,
                responsible_id=one.id,
                subject_id=first.subject_id,
                source=first.source,
            )
            for one in (user, boris)
            for number in range(1000)
        )
        await session.flush()
        await session.execute(text("ANALYZE interactions"))
    stretch = Stretch(user.id, NOON.date(), 1, ALL)
    async with database.reading() as session:
        connection = await session.connection()
        statements: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            statements.append((statement, parameters))

        engine = connection.sync_connection.engine if connection.sync_connection is not None else None
        assert engine is not None
        if not database.is_sqlite:  # So few rows are read faster as a whole.
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert await agenda.count_overdue(session, stretch, "UTC", NOON.date()) == 1
        finally:
            event.remove(engine, "before_cursor_execute", note)
        [(statement, parameters)] = statements
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = (await connection.exec_driver_sql(f"{explain} {statement}", parameters)).all()
    assert "ix_interactions_agenda" in str(plan)


async def test_a_week_that_is_asked_for_far_away_is_empty(database: Database) -> None:
    user = await make_plans(database, "UTC", NOON.date())
    async with database.reading() as session:
        far = Stretch(user.id, date(2100, 1, 1), 7, ALL)
        found = await agenda.load_agenda(session, far, Hours("UTC", 9, 18), NOON)
    assert [len(one.rows) for one in found.days] == [0] * 7
    assert found.overdue == ()
