"""How people come in, and who is refused (domain.md U1), on both databases."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import ContactKind, Language, Role, UpdateState, UserState
from core.errors import AlreadyFinished, InvitationInvalid, NotAllowed, NotFound
from core.models import AuditStep, Contact, Dialog, InboundUpdate, Invitation, User
from core.repositories import audit
from core.repositories.inbox import NewUpdate, store_updates
from core.services.people import People
from core.services.work import Works
from core.values import DepartmentId, DialogState, Origin
from tests.conftest import NOON, FixedClock
from tests.factories.people import DEFAULTS, caller_of, make_department, make_user


@pytest.fixture
def people(database: Database, clock: FixedClock) -> People:
    return People(Works(database, clock), DEFAULTS)


async def store_update(database: Database, number: int = 1) -> Origin:
    async with database.transaction() as session:
        stored = await store_updates(session, 1, [NewUpdate(number, 7, {})], NOON)
    return Origin(update_id=stored[0].id)


async def state_of(database: Database, origin: Origin) -> UpdateState:
    async with database.reading() as session:
        return (await session.get_one(InboundUpdate, origin.update_id)).state


async def test_u1_an_invitation_makes_a_user_with_a_contact(database: Database, people: People) -> None:
    async with database.transaction() as session:
        department = await make_department(session)
    token = await people.invite(None, Role.MANAGER, "Boris", DepartmentId(department.id))
    assert re.fullmatch(r"[A-Za-z0-9_-]{20,64}", token)
    origin = await store_update(database)
    view = await people.accept_invitation(77, "boris_tg", token, Language.RU, origin)
    assert (view.name, view.role, view.language, view.timezone, view.country) == (
        "Boris",
        Role.MANAGER,
        Language.RU,
        "Europe/London",
        "GB",
    )
    assert (view.department, view.introduced, view.telegram_id) == ("Sales", False, 77)
    assert await people.find_user_by_telegram(77) == view
    assert await state_of(database, origin) is UpdateState.DONE
    async with database.reading() as session:
        contact = await session.get_one(Contact, view.contact_id)
        assert (contact.kind, contact.name, contact.user_id) == (ContactKind.USER, "Boris", view.id)
        invitation = (await session.scalars(select(Invitation))).one()
        assert token not in invitation.token_sha256
        assert invitation.used_by == view.id


async def test_u1_a_link_works_once(database: Database, people: People) -> None:
    token = await people.invite(None, Role.REP)
    await people.accept_invitation(1, "Anna", token, None, await store_update(database, 1))
    origin = await store_update(database, 2)
    with pytest.raises(InvitationInvalid):
        await people.accept_invitation(2, "Eve", token, None, origin)
    assert await people.find_user_by_telegram(2) is None
    assert await state_of(database, origin) is UpdateState.NEW


async def test_u1_of_two_who_take_a_link_at_once_one_comes_in(database: Database, people: People) -> None:
    token = await people.invite(None, Role.REP)
    answers = await asyncio.gather(
        *(people.accept_invitation(number, f"A{number}", token, None, Origin()) for number in range(1, 9)),
        return_exceptions=True,
    )
    assert sum(not isinstance(one, BaseException) for one in answers) == 1
    assert sum(isinstance(one, InvitationInvalid) for one in answers) == 7
    async with database.reading() as session:
        assert len((await session.scalars(select(User))).all()) == 1


async def test_u1_a_link_expires_after_seven_days(people: People, clock: FixedClock) -> None:
    token = await people.invite(None, Role.REP)
    clock.move(timedelta(days=7))
    with pytest.raises(InvitationInvalid):
        await people.accept_invitation(1, "Anna", token, None, Origin())


@pytest.mark.parametrize("token", ["", "x", "A" * 5000, "\ud800", "' OR 1=1 --"])
async def test_u1_an_unknown_token_is_refused(people: People, token: str) -> None:
    with pytest.raises(InvitationInvalid):
        await people.accept_invitation(1, "Anna", token, None, Origin())


async def test_a_user_who_follows_a_link_again_leaves_it_unused(people: People) -> None:
    first, second = await people.invite(None, Role.REP), await people.invite(None, Role.ADMINISTRATOR)
    anna = await people.accept_invitation(1, "Anna", first, None, Origin())
    assert await people.accept_invitation(1, "Anna", second, None, Origin()) == anna
    boris = await people.accept_invitation(2, "Boris", second, None, Origin())
    assert boris.role is Role.ADMINISTRATOR


async def test_u1_who_left_comes_back_by_a_new_invitation(database: Database, people: People) -> None:
    async with database.transaction() as session:
        user = await make_user(session, "Anna", telegram_id=5, state=UserState.DEACTIVATED)
    assert await people.find_user_by_telegram(5) is None
    view = await people.accept_invitation(5, "Anna", await people.invite(None, Role.MANAGER), None, Origin())
    assert (view.id, view.role, view.state) == (user.id, Role.MANAGER, UserState.ACTIVE)


async def test_the_new_users_first_undo_does_not_take_them_out(database: Database, people: People) -> None:
    view = await people.accept_invitation(1, "Anna", await people.invite(None, Role.REP), None, Origin())
    async with database.transaction() as session:
        assert await audit.find_last_step(session, view.id) is None
        steps = (await session.scalars(select(AuditStep.action).order_by(AuditStep.id))).all()
    assert steps == ["invite", "accept_invitation"]


async def test_the_dialog_of_the_update_is_kept_for_the_new_user(database: Database, people: People) -> None:
    origin = await store_update(database)
    origin.dialog, origin.dialog_changed = DialogState("introduction", "language"), True
    view = await people.accept_invitation(1, "Anna", await people.invite(None, Role.REP), None, origin)
    async with database.reading() as session:
        assert (await session.get_one(Dialog, view.id)).flow == "introduction"


async def test_u1_only_administrators_invite(database: Database, people: People) -> None:
    async with database.transaction() as session:
        rep = await make_user(session)
        boss = await make_user(session, "Boris", role=Role.MANAGER)
        head = await make_user(session, "Vera", role=Role.ADMINISTRATOR)
    for user in (rep, boss):
        with pytest.raises(NotAllowed):
            await people.invite(caller_of(user), Role.REP)
    assert await people.invite(caller_of(head), Role.REP)
    with pytest.raises(NotFound):
        await people.invite(caller_of(head), Role.REP, None, DepartmentId(404))


async def test_u1_a_stranger_is_refused_once_in_24_hours(
    database: Database, people: People, clock: FixedClock
) -> None:
    first = await store_update(database, 1)
    assert await people.refuse_stranger(9, first)
    assert await state_of(database, first) is UpdateState.DONE
    clock.move(timedelta(hours=23, minutes=59))
    assert not await people.refuse_stranger(9, await store_update(database, 2))
    assert await people.refuse_stranger(10, Origin())
    clock.move(timedelta(minutes=1))
    assert await people.refuse_stranger(9, await store_update(database, 3))


async def test_u1_the_same_update_twice_refuses_once(database: Database, people: People) -> None:
    origin = await store_update(database)
    assert await people.refuse_stranger(9, origin)
    with pytest.raises(AlreadyFinished):
        await people.refuse_stranger(9, origin)


async def test_u1_of_many_updates_of_a_stranger_at_once_one_is_answered(people: People) -> None:
    answers = await asyncio.gather(*(people.refuse_stranger(9, Origin()) for _ in range(10)))
    assert answers.count(True) == 1
