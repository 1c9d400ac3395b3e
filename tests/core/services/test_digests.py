"""Digests are written once a user and day (domain.md U5), by any number of processes."""

import asyncio
import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.idle import _in_words
from core.database import Database
from core.enums import DigestKind, FunctionalOption, UserState
from core.errors import Invalid, OptionOff
from core.models import Absence, Digest, OptionSwitch, OutboxItem, User
from core.queries.operations import count_open_work
from core.rules.digests import DEFAULTS, FRIDAY, MONDAY, DigestTime
from core.services.digest_times import begin_in
from core.services.digests import Digests
from core.services.people import People
from core.services.undo import Undo
from core.services.work import Works
from core.values import Caller
from tests.conftest import NOON, FixedClock
from tests.factories.people import DEFAULTS as USER_DEFAULTS
from tests.factories.people import caller_of, make_user

TUESDAY = NOON.date()


async def add_users(works: Works, count: int = 1, **fields: object) -> list[User]:
    """Users with a chat and their digests."""
    users = []
    async with works.begin(None, "test") as work:
        for number in range(count):
            user = await make_user(
                work.session, f"User {number}", **{"telegram_id": 5000 + number, "introduced": True, **fields}
            )
            await begin_in(work, user)
            users.append(user)
    return users


async def written(database: Database) -> list[str]:
    async with database.reading() as session:
        return sorted(await session.scalars(select(OutboxItem.key)))


async def look_at_all(digests: Digests) -> None:
    while await digests.send_due():
        continue


@pytest.fixture
def works(database: Database, clock: FixedClock) -> Works:
    return Works(database, clock)


async def test_a_day_is_told_at_its_hours(works: Works, clock: FixedClock) -> None:
    clock.at = NOON.replace(hour=8)
    [user] = await add_users(works)
    digests = Digests(works)
    assert await digests.send_due() == 0
    clock.at = NOON.replace(hour=9)
    assert await digests.count_due() == 1
    assert await digests.send_due() == 1
    assert await digests.send_due() == 0
    clock.at = NOON.replace(hour=18)
    await look_at_all(digests)
    assert await written(works.database) == [
        f"digest:evening:{user.id}:2026-11-24",
        f"digest:morning:{user.id}:2026-11-24",
    ]
    async with works.database.reading() as session:
        payload = (await session.scalars(select(OutboxItem.payload).order_by(OutboxItem.id))).first()
    assert payload == {"show": "morning:1:20261124:told", "note": ""}


async def test_several_processes_write_each_once(works: Works, clock: FixedClock) -> None:
    clock.at = NOON.replace(hour=8)
    users = await add_users(works, 12)
    clock.at = NOON.replace(hour=9)

    async def process(number: int) -> None:
        own = FixedClock(clock.at + timedelta(seconds=number))
        digests = Digests(Works(works.database, own))
        while await digests.send_due(limit=3):
            continue

    await asyncio.gather(*(process(number) for number in range(3)))
    assert await written(works.database) == sorted(f"digest:morning:{one.id}:2026-11-24" for one in users)


async def test_restarts_and_a_clock_that_goes_forth_and_back_tell_nothing_twice(
    works: Works, clock: FixedClock
) -> None:
    clock.at = NOON.replace(hour=6)
    [user] = await add_users(works)
    chance = random.Random(6)
    for _ in range(120):
        clock.at += timedelta(minutes=chance.choice([10, 25, 40, 60, -60, 60, 90]))
        await look_at_all(Digests(Works(works.database, clock)))
    last = clock.at.date() + timedelta(days=1)
    clock.at = NOON.replace(hour=9) + (last - TUESDAY)
    await look_at_all(Digests(works))
    keys = await written(works.database)
    assert len(set(keys)) == len(keys)
    days = [TUESDAY + timedelta(days=number) for number in range((last - TUESDAY).days + 1)]
    assert [key for key in keys if ":morning:" in key] == [
        f"digest:morning:{user.id}:{day}" for day in days if day.weekday() < 5
    ]


async def test_after_a_standstill_it_comes_late_the_same_day_or_not_at_all(
    works: Works, clock: FixedClock
) -> None:
    clock.at = NOON.replace(hour=8)
    [user] = await add_users(works)
    clock.at = NOON.replace(hour=14)
    await look_at_all(Digests(works))
    assert await written(works.database) == [f"digest:morning:{user.id}:2026-11-24"]
    clock.at = NOON.replace(hour=17) + timedelta(days=3)
    await look_at_all(Digests(works))
    assert await written(works.database) == [f"digest:morning:{user.id}:2026-11-24"]
    clock.at = NOON.replace(hour=9) + timedelta(days=6)
    await look_at_all(Digests(works))
    assert f"digest:morning:{user.id}:2026-11-30" in await written(works.database)


async def test_a_clock_that_had_run_far_ahead_silences_nobody(works: Works, clock: FixedClock) -> None:
    clock.at = NOON + timedelta(days=400)
    [user] = await add_users(works)
    clock.at = NOON.replace(hour=8)
    await look_at_all(Digests(works))
    clock.at = NOON.replace(hour=9)
    await look_at_all(Digests(works))
    assert await written(works.database) == [f"digest:morning:{user.id}:2026-11-24"]


async def test_u5_a_digest_keeps_its_wall_time_when_the_zone_changes(works: Works, clock: FixedClock) -> None:
    clock.at = NOON.replace(hour=8)
    [user] = await add_users(works)
    people = People(works, USER_DEFAULTS)
    await people.set_timezone(caller_of(user), "America/New_York")
    clock.at = NOON.replace(hour=13, minute=59)
    await look_at_all(Digests(works))
    assert await written(works.database) == []
    clock.at = NOON.replace(hour=14)
    await look_at_all(Digests(works))
    assert await written(works.database) == [f"digest:morning:{user.id}:2026-11-24"]
    await people.set_timezone(caller_of(user), "Pacific/Honolulu")
    clock.at = NOON.replace(hour=19)
    await look_at_all(Digests(works))
    assert await written(works.database) == [f"digest:morning:{user.id}:2026-11-24"]


async def test_u5_hours_that_are_moved_move_what_follows_them(works: Works, clock: FixedClock) -> None:
    clock.at = NOON.replace(hour=5)
    [user] = await add_users(works)
    await People(works, USER_DEFAULTS).set_hours(caller_of(user), 6, 15)
    clock.at = NOON.replace(hour=6)
    await look_at_all(Digests(works))
    assert await written(works.database) == [f"digest:morning:{user.id}:2026-11-24"]


async def test_who_is_away_left_or_cannot_be_reached_is_told_nothing(works: Works, clock: FixedClock) -> None:
    clock.at = NOON.replace(hour=8)
    away, left, blocked, here = await add_users(works, 4)
    async with works.database.transaction() as session:
        session.add(Absence(user_id=away.id, first_day=TUESDAY, last_day=TUESDAY, created_at=NOON))
        (await session.get_one(User, left.id)).state = UserState.DEACTIVATED
        (await session.get_one(User, blocked.id)).reachable = False
    for hour in (9, 18):
        clock.at = NOON.replace(hour=hour)
        await look_at_all(Digests(works))
    assert {key.split(":")[2] for key in await written(works.database)} == {str(here.id)}


async def test_o2_while_the_option_is_off_nobody_is_told(works: Works, clock: FixedClock) -> None:
    clock.at = NOON.replace(hour=8)
    [user] = await add_users(works)
    async with works.database.transaction() as session:
        session.add(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
    clock.at = NOON.replace(hour=9)
    digests = Digests(works)
    assert await digests.send_due() == 0
    assert await digests.count_due() == 0
    with pytest.raises(OptionOff):
        await digests.set_time(caller_of(user), DEFAULTS[DigestKind.MORNING])


async def test_what_is_due_is_work_that_wait_idle_waits_for(works: Works, clock: FixedClock) -> None:
    clock.at = NOON.replace(hour=8)
    await add_users(works, 2)
    clock.at = NOON.replace(hour=9)
    async with works.database.reading() as session:
        work = await count_open_work(session, clock.at)
    assert (work.digests, work.is_none) == (2, False)
    assert _in_words(work) == ["2 due digests"]


class TestWishes:
    async def caller(self, works: Works) -> Caller:
        [user] = await add_users(works)
        return caller_of(user)

    async def test_off_and_on_and_another_hour(self, works: Works, clock: FixedClock) -> None:
        clock.at = NOON.replace(hour=8)
        caller = await self.caller(works)
        digests = Digests(works)
        await digests.set_time(caller, DigestTime(DigestKind.MORNING, is_on=False))
        clock.at = NOON.replace(hour=9)
        await look_at_all(digests)
        assert await written(works.database) == []
        await digests.set_time(caller, DigestTime(DigestKind.MORNING, hour=10))
        clock.at = NOON.replace(hour=10)
        await look_at_all(digests)
        assert await written(works.database) == [f"digest:morning:{caller.user_id}:2026-11-24"]

    async def test_undo_takes_a_wish_back(self, works: Works, clock: FixedClock) -> None:
        clock.at = NOON.replace(hour=8)
        caller = await self.caller(works)
        digests = Digests(works)
        await digests.set_time(caller, DigestTime(DigestKind.MORNING, is_on=False, hour=7))
        await Undo(works).undo_last(caller)
        clock.at = NOON.replace(hour=9)
        await look_at_all(digests)
        assert await written(works.database) == [f"digest:morning:{caller.user_id}:2026-11-24"]

    async def test_the_week_in_the_morning_of_a_monday(self, works: Works, clock: FixedClock) -> None:
        caller = await self.caller(works)
        digests = Digests(works)
        await digests.set_time(caller, DigestTime(DigestKind.WEEKLY, weekday=MONDAY))
        for day, hour in ((27, 18), (30, 9)):
            clock.at = NOON.replace(day=day, hour=hour)
            await look_at_all(digests)
        weekly = [key for key in await written(works.database) if ":weekly:" in key]
        assert weekly == [f"digest:weekly:{caller.user_id}:{date(2026, 11, 30)}"]

    @pytest.mark.parametrize(
        "wanted",
        [
            DigestTime(DigestKind.MORNING, hour=24),
            DigestTime(DigestKind.MORNING, hour=-1),
            DigestTime(DigestKind.MORNING, weekday=FRIDAY),
            DigestTime(DigestKind.WEEKLY),
            DigestTime(DigestKind.WEEKLY, weekday=7),
        ],
    )
    async def test_what_cannot_be_is_refused(self, works: Works, wanted: DigestTime) -> None:
        caller = await self.caller(works)
        with pytest.raises(Invalid):
            await Digests(works).set_time(caller, wanted)

    async def test_everybody_has_them_from_their_first_questions_on(
        self, works: Works, clock: FixedClock
    ) -> None:
        async with works.database.transaction() as session:
            user = await make_user(session, "Nina", telegram_id=7000)
        times, _ = await Digests(works).list_times(caller_of(user))
        assert [one.is_on for one in times] == [False, False, False]
        await People(works, USER_DEFAULTS).introduce(caller_of(user))
        await People(works, USER_DEFAULTS).introduce(caller_of(user))
        times, _ = await Digests(works).list_times(caller_of(user))
        assert list(times) == list(DEFAULTS.values())
        async with works.database.reading() as session:
            rows = (await session.scalars(select(Digest))).all()
        assert len(rows) == 3
        assert all(row.look_at > clock.at for row in rows)
