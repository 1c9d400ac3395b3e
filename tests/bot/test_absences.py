"""Days off in the chat: set in words or with taps, by oneself or by a manager (domain.md U5)."""

from datetime import date, timedelta

from sqlalchemy import select

from core.enums import Language, Role
from core.models import Absence
from core.services.reminders import Reminders
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import FixedClock
from tests.factories.people import make_department

ANNA, BORIS, MARIA = 1001, 1002, 1003


async def team(office: Office, language: Language = Language.EN) -> tuple[Hand, Hand, Hand]:
    """Anna (u1) and Boris (u2), led by Maria (u3)."""
    async with office.database.transaction() as session:
        sales = await make_department(session)
    place = {"department_id": sales.id, "language": language, "timezone": "UTC"}
    await office.add_user(ANNA, "Anna", **place)
    await office.add_user(BORIS, "Boris", **place)
    await office.add_user(MARIA, "Maria", role=Role.MANAGER, **place)
    return Hand(office, ANNA), Hand(office, BORIS), Hand(office, MARIA)


async def absences(office: Office) -> list[tuple[int, date, date, int | None]]:
    async with office.database.reading() as session:
        rows = await session.scalars(select(Absence).order_by(Absence.id))
        return [(one.user_id, one.first_day, one.last_day, one.substitute_id) for one in rows]


async def test_days_off_in_one_message(office: Office) -> None:
    anna, _, _ = await team(office)
    card = await anna.write("/away 1-14 December u2")
    assert card.splitlines()[:2] == ["🌴 Anna · Tue 1 Dec – Mon 14 Dec", "Boris /u2 stands in"]
    assert await absences(office) == [(1, date(2026, 12, 1), date(2026, 12, 14), 2)]
    assert (await office.last(BORIS))["text"].startswith("You stand in · 🌴 Anna")


async def test_days_off_in_russian(office: Office) -> None:
    anna, _, _ = await team(office, Language.RU)
    card = await anna.write("/away 1-14 декабря u2")
    assert "Boris /u2" in card
    assert "замещает" in card
    assert await absences(office) == [(1, date(2026, 12, 1), date(2026, 12, 14), 2)]


async def test_three_taps_from_the_settings(office: Office) -> None:
    anna, _, _ = await team(office)
    await anna.write("/settings")
    await anna.tap("Days off")
    card = await anna.tap("Tomorrow")
    assert "nobody stands in" in card
    card = await anna.tap("Boris")
    assert anna.taps == 3
    assert "Boris /u2 stands in" in card
    assert await absences(office) == [(1, date(2026, 11, 25), date(2026, 11, 25), 2)]
    await anna.tap("Call off")
    assert await absences(office) == []


async def test_a_manager_does_it_for_their_people(office: Office) -> None:
    _, boris, maria = await team(office)
    await maria.write("/u1")
    await maria.tap("Days off")
    await maria.tap("Today")
    await maria.tap("Boris")
    assert await absences(office) == [(1, date(2026, 11, 24), date(2026, 11, 24), 2)]
    assert "Days off were noted for you" in (await office.last(ANNA))["text"]
    refused = await boris.write("/away u1 tomorrow")
    assert "Your role does not include this" in refused


async def test_the_reminder_names_whose_it_is_and_the_return_says_what_became_of_it(
    office: Office, clock: FixedClock
) -> None:
    anna, boris, _ = await team(office)
    await anna.write("/call today 14:00 John: samples")
    await anna.write("/call today 15:00 Mary: price")
    await anna.write("/away today u2")
    for quarters in (7, 4):  # 13:45, 14:45
        clock.move(timedelta(minutes=15 * quarters))
        await Reminders(office.works).send_due()
        await office.idle()
    reminder = await office.last(BORIS)
    assert "Reminder in place of Anna" in reminder["text"]
    await boris.write("/done i1 takes 20 pallets")
    clock.move(timedelta(hours=20))
    await office.services.absences.welcome_back()
    await office.idle()
    welcome = (await office.last(ANNA))["text"]
    assert "While you were away" in welcome
    assert "1 done by Boris" in welcome
    assert "1 still open" in welcome
    assert "/i2" in welcome


async def test_back_early_in_one_word(office: Office) -> None:
    anna, _, _ = await team(office)
    await anna.write("/away today u2")
    assert "Nothing is left open" in await anna.write("/away off")
    async with office.database.reading() as session:
        assert (await session.scalars(select(Absence))).one().ended_at is not None


async def test_days_that_cannot_be_say_why(office: Office) -> None:
    anna, _, _ = await team(office)
    assert "Those days are over" in await anna.write("/away 2026-11-01 - 2026-11-02")
    await anna.write("/away tomorrow")
    assert "Away on some of those days already" in await anna.write("/away 25-27 November")
    assert "was not understood" in await anna.write("/away sometime u2")
    assert len(await absences(office)) == 1


async def test_the_team_sees_who_is_away_and_who_stands_in(office: Office) -> None:
    anna, boris, _ = await team(office)
    await anna.write("/away today u2")
    assert "Boris /u2 stands in" in await boris.write("/u1")
    assert "Today" not in await boris.labels()
