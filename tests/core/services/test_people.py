"""Users, their settings, and what administrators set (domain.md U1, U5), on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import Language, Role, UserState
from core.errors import Invalid, NotAllowed, NotFound, StateForbids, TimeInvalid
from core.models import Contact, Interaction, InteractionOwner, Reminder, User
from core.services.departments import Departments
from core.services.people import People, UserChange
from core.services.work import Works
from core.values import DepartmentId, UserId
from tests.conftest import NOON, FixedClock
from tests.factories.calls import record_call
from tests.factories.delivery import make_plan_row, make_reminder
from tests.factories.people import DEFAULTS, caller_of, make_department, make_user


@pytest.fixture
def works(database: Database, clock: FixedClock) -> Works:
    return Works(database, clock)


@pytest.fixture
def people(works: Works) -> People:
    return People(works, DEFAULTS)


@pytest.fixture
def departments(works: Works) -> Departments:
    return Departments(works)


async def test_administrators_are_made_once(database: Database, people: People) -> None:
    async with database.transaction() as session:
        await make_user(session, "Anna", telegram_id=2)
    for _ in range(2):
        await people.ensure_administrators([1, 2, 1])
    made, kept = await people.find_user_by_telegram(1), await people.find_user_by_telegram(2)
    assert made is not None
    assert kept is not None
    assert (made.role, made.language, made.introduced) == (Role.ADMINISTRATOR, Language.EN, False)
    assert made.contact_id is not None
    assert kept.role is Role.REP
    assert len(await people.list_users(None)) == 2


async def test_own_settings(database: Database, people: People) -> None:
    async with database.transaction() as session:
        user = await make_user(session, telegram_id=1)
    caller = caller_of(user)
    await people.set_language(caller, Language.RU)
    await people.set_hours(caller, 8, 17)
    await people.set_timezone(caller, "Asia/Tokyo")
    await people.introduce(caller, " Анна\u202e Иванова ")
    view = await people.get_user(UserId(user.id))
    assert (view.language, view.day_starts, view.day_ends, view.timezone) == (
        Language.RU,
        8,
        17,
        "Asia/Tokyo",
    )
    assert (view.introduced, view.name) == (True, "Анна Иванова")
    async with database.reading() as session:
        contact = await session.get_one(Contact, view.contact_id)
    assert (contact.name, contact.name_key) == ("Анна Иванова", "анна иванова")


@pytest.mark.parametrize("hours", [(9, 9), (18, 9), (-1, 9), (9, 25)])
async def test_hours_that_are_none_are_refused(
    database: Database, people: People, hours: tuple[int, int]
) -> None:
    async with database.transaction() as session:
        user = await make_user(session)
    with pytest.raises(Invalid):
        await people.set_hours(caller_of(user), *hours)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "x" * 5000, "UTC\0"])
async def test_a_zone_that_is_none_is_refused(database: Database, people: People, zone: str) -> None:
    async with database.transaction() as session:
        user = await make_user(session)
    with pytest.raises(TimeInvalid):
        await people.set_timezone(caller_of(user), zone)


async def test_u5_a_change_of_zone_keeps_appointments_and_moves_days_and_snoozes(
    database: Database, works: Works, people: People
) -> None:
    nine = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    async with database.transaction() as session:
        user = await make_user(session)
        timed = await make_plan_row(session, user, nine)
        day = await make_plan_row(session, user, nine, due_on=date(2026, 11, 27), time_known=False)
        reminder = await make_reminder(session, day, user, nine, wall_time="2026-11-27T09:00:00")
        session.add(
            InteractionOwner(
                interaction_id=day.id, user_id=user.id, reviewed=False, review_after=nine, happened_at=nine
            )
        )
    call = await record_call(works, caller_of(user))
    async with database.transaction() as session:
        owner = await session.get_one(InteractionOwner, (call, user.id))
        owner.reviewed, owner.review_after = False, NOON + timedelta(days=1)
    moved = await people.set_timezone(caller_of(user), "Europe/Moscow")
    assert moved.plans == (day.id,)
    assert moved.snoozes == (call,)
    three = timedelta(hours=3)
    async with database.reading() as session:
        assert (await session.get_one(Interaction, timed.id)).happened_at == nine
        plan = await session.get_one(Interaction, day.id)
        assert (plan.happened_at, plan.due_on, plan.timezone) == (nine - three, day.due_on, "Europe/Moscow")
        assert (await session.get_one(Reminder, reminder.id)).due_at == nine - three
        place = await session.get_one(InteractionOwner, (day.id, user.id))
        assert (place.happened_at, place.review_after) == (nine - three, nine - three)
        snooze = await session.get_one(InteractionOwner, (call, user.id))
        assert (snooze.happened_at, snooze.review_after) == (NOON, NOON + timedelta(days=1) - three)


async def test_u1_only_administrators_set_users(database: Database, people: People) -> None:
    async with database.transaction() as session:
        rep = await make_user(session)
        head = await make_user(session, "Vera", role=Role.ADMINISTRATOR)
        sales = await make_department(session)
    change = UserChange(Role.MANAGER, "Asia/Tokyo", Language.RU, DepartmentId(sales.id), "Anna B.")
    with pytest.raises(NotAllowed):
        await people.set_user(caller_of(rep), UserId(rep.id), change)
    await people.set_user(caller_of(head), UserId(rep.id), change)
    view = await people.get_user(UserId(rep.id))
    assert (view.role, view.timezone, view.language, view.department, view.name) == (
        Role.MANAGER,
        "Asia/Tokyo",
        Language.RU,
        "Sales",
        "Anna B.",
    )
    with pytest.raises(NotFound):
        await people.set_user(None, UserId(404), change)
    with pytest.raises(NotFound):
        await people.set_user(None, UserId(rep.id), UserChange(department_id=DepartmentId(404)))


async def test_u1_the_last_administrator_stays_one(database: Database, people: People) -> None:
    async with database.transaction() as session:
        head = await make_user(session, role=Role.ADMINISTRATOR)
        await make_user(session, role=Role.ADMINISTRATOR, state=UserState.DEACTIVATED)
    with pytest.raises(StateForbids):
        await people.set_user(None, UserId(head.id), UserChange(role=Role.REP))
    async with database.transaction() as session:
        await make_user(session, role=Role.ADMINISTRATOR)
    await people.set_user(None, UserId(head.id), UserChange(role=Role.REP))


async def test_u1_managers_see_their_team_and_reps_themselves(
    database: Database, people: People, departments: Departments
) -> None:
    sales = await departments.add(None, "Sales")
    north = await departments.add(None, "North", sales)
    east = await departments.add(None, "East", north)
    other = await departments.add(None, "Service")
    async with database.transaction() as session:
        boss = await make_user(session, "Boris", role=Role.MANAGER, department_id=north)
        rep = await make_user(session, "Anna", department_id=east)
        above = await make_user(session, "Vera", department_id=sales)
        beside = await make_user(session, "Gleb", department_id=other)
    assert [one.name for one in await people.list_users(caller_of(boss))] == ["Boris", "Anna"]
    assert [one.name for one in await people.list_users(caller_of(rep))] == ["Anna"]
    everybody = {boss.id, rep.id, above.id, beside.id}
    assert {one.id for one in await people.list_users(None)} == everybody
    assert {one.id for one in await people.list_colleagues()} == everybody


async def test_departments_form_a_tree(database: Database, departments: Departments) -> None:
    sales = await departments.add(None, " Sales ")
    north = await departments.add(None, "North", sales)
    with pytest.raises(Invalid):
        await departments.set_parent(None, sales, north)
    with pytest.raises(Invalid):
        await departments.set_parent(None, sales, sales)
    with pytest.raises(Invalid):
        await departments.add(None, " \u200b ")
    with pytest.raises(NotFound):
        await departments.add(None, "Nowhere", DepartmentId(404))
    await departments.set_parent(None, north, None)
    await departments.rename(None, north, "North West")
    async with database.transaction() as session:
        user = await make_user(session)
    await departments.set_manager(None, north, UserId(user.id))
    views = await departments.list_departments()
    assert [(one.name, one.parent_id, one.managers) for one in views] == [
        ("Sales", None, ()),
        ("North West", None, (user.id,)),
    ]
    async with database.reading() as session:
        assert (await session.scalars(select(User.role))).all() == [Role.MANAGER]
    with pytest.raises(NotAllowed):
        await departments.add(caller_of(user), "Mine")
