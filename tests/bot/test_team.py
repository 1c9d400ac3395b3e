"""What who leads a team sees and does with a tap: how everybody stands, handing over, one or all (U1, U2)."""

from datetime import timedelta

from sqlalchemy import select

from core.enums import Direction, InteractionState, InteractionType, Language, Role
from core.models import Interaction, User
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import NOON, FixedClock
from tests.factories.calls import record_call
from tests.factories.people import caller_of, make_department

ANNA, BORIS, MARIA, OLEG = 1001, 1002, 1003, 1004


async def team(office: Office, language: Language = Language.EN) -> dict[str, User]:
    """Anna (u1) and Boris (u2), led by Maria (u3); Oleg (u4) works elsewhere."""
    async with office.database.transaction() as session:
        sales = await make_department(session, "Sales")
        south = await make_department(session, "South")
    place = {"department_id": sales.id, "language": language, "timezone": "UTC"}
    return {
        "anna": await office.add_user(ANNA, "Anna", **place),
        "boris": await office.add_user(BORIS, "Boris", **place),
        "maria": await office.add_user(MARIA, "Maria", role=Role.MANAGER, **place),
        "oleg": await office.add_user(OLEG, "Oleg", **{**place, "department_id": south.id}),
    }


async def responsible(office: Office) -> dict[int, int]:
    async with office.database.reading() as session:
        rows = await session.execute(
            select(Interaction.id, Interaction.responsible_id).order_by(Interaction.id)
        )
        return {row[0]: row[1] for row in rows}


async def busy_anna(office: Office, clock: FixedClock, users: dict[str, User]) -> Hand:
    """Two plans overdue (i1, i2), one today (i3), and a message that nobody answered (i4)."""
    hand = Hand(office, ANNA)
    clock.at = NOON - timedelta(days=2)
    await hand.write("/call 2026-11-22 15:00 John: samples")
    await hand.write("/plan 2026-11-23 Mary: offer")
    clock.at = NOON
    await hand.write("/call today 16:00 Paul: price")
    await record_call(
        office.works,
        caller_of(users["anna"]),
        type=InteractionType.SMS,
        direction=Direction.IN,
        topic="Price?",
    )
    return Hand(office, MARIA)


async def test_the_team_at_a_glance(office: Office, clock: FixedClock) -> None:
    users = await team(office)
    maria = await busy_anna(office, clock, users)
    screen = await maria.write("/team")
    assert screen.splitlines()[0] == "👥 Team: 3 people"
    assert "Anna · 1 today · ⏳ 2 overdue" in screen
    assert "1 unanswered" in screen
    assert "Oleg" not in screen
    person = await maria.tap("1")
    assert "1 today" in person
    overdue = await maria.tap("Overdue 2")
    assert "John" in overdue
    assert "Mary" in overdue
    assert "John" in await maria.tap("1")
    assert "Overdue" in await maria.tap("Back")


async def test_what_lies_below_a_card_of_the_team_leads_back_to_its_list(
    office: Office, clock: FixedClock
) -> None:
    users = await team(office)
    maria = await busy_anna(office, clock, users)
    await maria.write("/team")
    await maria.tap("1")
    await maria.tap("Overdue 2")
    await maria.tap("1")
    await maria.tap("More")
    await maria.tap("People")
    await maria.tap("‹ Back")
    assert "show:team_list:1:overdue:1" in await maria.data()
    await maria.tap("Belongs to…")
    await maria.tap("‹ Back")
    assert "show:team_list:1:overdue:1" in await maria.data()


async def test_a_manager_in_russian(office: Office, clock: FixedClock) -> None:
    users = await team(office, Language.RU)
    maria = await busy_anna(office, clock, users)
    screen = await maria.write("/team")
    assert "Anna · сегодня 1 · ⏳ просрочено 2" in screen


async def test_their_days_are_a_tap_away(office: Office, clock: FixedClock) -> None:
    users = await team(office)
    maria = await busy_anna(office, clock, users)
    await maria.write("/team")
    await maria.tap("1")
    day = await maria.tap("📅 Day")
    assert "Paul" in day
    assert "Anna" in day
    await maria.tap("▶")
    await maria.tap("Back")
    assert "Paul" in await maria.tap("Week")


async def test_one_plan_is_handed_over_with_a_tap_on_who_is_proposed(
    office: Office, clock: FixedClock
) -> None:
    users = await team(office)
    maria = await busy_anna(office, clock, users)
    await maria.write("/team")
    await maria.tap("1")
    await maria.tap("Overdue 2")
    await maria.tap("Hand over one")
    await maria.tap("1")
    assert any("Boris · same department" in one for one in await maria.labels())
    await maria.tap("Boris")
    assert await responsible(office) == {1: 2, 2: 1, 3: 1, 4: 1}
    assert "This is yours now" in (await office.last(BORIS))["text"]


async def test_all_that_is_overdue_goes_in_one_step_and_comes_back_in_one(
    office: Office, clock: FixedClock
) -> None:
    users = await team(office)
    maria = await busy_anna(office, clock, users)
    await maria.write("/team")
    await maria.tap("1")
    assert "overdue of Anna: 2" in await maria.tap("All overdue to")
    said = await maria.tap("Boris")
    assert "Handed over to /u2: 2" in said
    assert await responsible(office) == {1: 2, 2: 2, 3: 1, 4: 1}
    told = [one["text"] for one in await office.people.bot_messages(BORIS)]
    assert "Overdue plans of /u1 are yours now: 2" in told[-1]
    await maria.write("/undo")
    assert await responsible(office) == {1: 1, 2: 1, 3: 1, 4: 1}


async def test_the_same_typed(office: Office, clock: FixedClock) -> None:
    users = await team(office)
    maria = await busy_anna(office, clock, users)
    await maria.write("/assign u1 u2")
    assert await responsible(office) == {1: 2, 2: 2, 3: 1, 4: 1}


async def test_u1_only_who_leads_them_sees_and_moves_it(office: Office, clock: FixedClock) -> None:
    users = await team(office)
    await busy_anna(office, clock, users)
    boris = Hand(office, BORIS)
    assert "overdue" not in await boris.write("/team")
    for forged in ("show:person:1", "show:team_list:1:overdue", "show:person_day:1:1", "assign:u1:u2"):
        await boris.write("/team")
        await boris.forge(forged)
    assert await responsible(office) == {1: 1, 2: 1, 3: 1, 4: 1}
    maria = Hand(office, MARIA)
    await maria.write("/team")
    assert "Oleg" not in await maria.forge("show:person:4")


async def test_u2_what_is_private_is_neither_listed_nor_counted(office: Office, clock: FixedClock) -> None:
    users = await team(office)
    maria = await busy_anna(office, clock, users)
    async with office.database.transaction() as session:
        for one in await session.scalars(select(Interaction).where(Interaction.id.in_((1, 4)))):
            one.private = True
    screen = await maria.write("/team")
    assert "Anna · 1 today · ⏳ 1 overdue" in screen
    assert "unanswered" not in screen
    await maria.tap("1")
    assert "John" not in await maria.tap("Overdue 1")
    await maria.write("/assign u1 u2")
    assert await responsible(office) == {1: 1, 2: 2, 3: 1, 4: 1}


async def test_an_answer_of_any_kind_ends_unanswered(office: Office, clock: FixedClock) -> None:
    users = await team(office)
    maria = await busy_anna(office, clock, users)
    anna = Hand(office, ANNA)
    clock.move(timedelta(hours=1))
    await anna.write("/next i4 call today 14:00")
    assert "1 unanswered" in await maria.write("/team")
    clock.move(timedelta(hours=2))
    await anna.write("/done i5")
    async with office.database.reading() as session:
        assert (await session.get_one(Interaction, 5)).state is InteractionState.DONE
    assert "unanswered" not in await maria.write("/team")
