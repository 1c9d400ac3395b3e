"""Plans that repeat, in the chat (domain.md I3, I5)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.enums import InteractionState, Language, SeriesState
from core.models import Series
from tests.bot.hand import anna
from tests.bot.office import Office
from tests.conftest import FixedClock


async def series(office: Office) -> Series:
    async with office.database.reading() as session:
        return (await session.scalars(select(Series))).one()


async def test_two_taps_from_the_card(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/call 2026-11-26 10:00 John: order")
    await hand.tap("Repeat")
    card = await hand.tap("Every week: Thu")
    assert hand.taps == 2
    assert "🔁 every week: Thursday" in card
    assert "Then: Thu 3 Dec, 10:00, Thu 10 Dec, 10:00, Thu 17 Dec, 10:00" in card
    assert "🔁 every week: Thursday" in await hand.write("/i1")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("every Monday", "🔁 every week: Monday"),
        ("every 2 weeks until 1 March", "🔁 every 2 weeks: Thursday, until Mon 1 Mar 2027"),
        ("first working day of the month", "🔁 every month: the first working day"),
        ("last Friday", "🔁 every month: the last Friday"),
        ("monthly on the 5th, 10 times", "🔁 every month: day 5, 10 times in all"),
        ("every 6 weeks after the last contact", "🔁 every 6 weeks after the last contact"),
        ("every working day", "🔁 every working day"),
        ("every year", "🔁 every year"),
    ],
)
async def test_typed(office: Office, said: str, shown: str) -> None:
    _, hand = await anna(office)
    await hand.write("/call 2026-11-26 10:00 John: order")
    assert shown in await hand.write(f"/repeat i1 {said}")


async def test_in_russian(office: Office) -> None:
    _, hand = await anna(office, language=Language.RU)
    await hand.write("/call 2026-11-26 10:00 Иван: заказ")
    await hand.tap("Повторять")
    await hand.tap("Написать")
    card = await hand.write("каждые две недели до 1 марта")
    assert "🔁 каждые 2 недели: четверг, до пн 1 мар. 2027" in card.replace("\u202f", " ")
    assert "🔁 каждый месяц: последняя пятница" not in card
    await hand.write("/repeat i1 нет")
    assert (await series(office)).state is SeriesState.ENDED


async def test_carried_out_by_a_tap_the_next_one_is_named(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/call today 14:00 John: order")
    await hand.write("/repeat i1 every week")
    await hand.write("/i1")
    card = await hand.tap("Reached")
    assert "Next: 📞 Tue 1 Dec, 14:00 · /i2" in card
    assert "🔁 every week: Tuesday" in await hand.write("/i2")


async def test_a_move_asks_for_which_it_is(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/meeting 2026-11-26 10:00 John: order")
    await hand.write("/repeat i1 every week")
    await hand.write("/i1")
    await hand.tap("Move")
    await hand.tap("In a week 10:00")
    assert await hand.labels() == ["Only this one", "This and all that follow", "‹ Back"]
    await hand.tap("Only this one")
    assert (await office.interaction(1)).happened_at.isoformat() == "2026-12-01T10:00:00+00:00"
    assert (await series(office)).rule == "FREQ=WEEKLY;BYDAY=TH"


async def test_a_typed_move_of_all(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/meeting 2026-11-26 10:00 John: order")
    await hand.write("/repeat i1 every week")
    assert "It repeats. For which?" in await hand.write("/move i1 Friday 15:00-16:30")
    assert "Fri 27 Nov, 15:00\u201316:30" in await hand.tap("This and all that follow")
    one = await series(office)
    assert (one.rule, one.clock, one.length_s) == ("FREQ=WEEKLY;BYDAY=FR", "15:00", 5400)
    await hand.write("/move i1 all Friday 12:00")
    assert (await series(office)).clock == "12:00"


async def test_a_drop_asks_for_which_it_is(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/call 2026-11-26 10:00 John: order")
    await hand.write("/repeat i1 every week")
    await hand.write("/i1")
    await hand.tap("Cancelled")
    await hand.tap("This and all that follow")
    assert (await office.interaction(1)).state is InteractionState.CANCELLED
    assert (await series(office)).state is SeriesState.ENDED


async def test_those_that_follow_become_like_this_one(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/call 2026-11-26 10:00 John: order")
    await hand.write("/repeat i1 every week")
    await hand.write("/edit i1 goal renew it")
    await hand.write("/repeat i1")
    await hand.tap("The others like this")
    assert (await series(office)).goal == "renew it"
    await hand.tap("Repeat no more")
    assert (await series(office)).state is SeriesState.ENDED


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("every now and then", "How often is that"),
        ("every Monday until 2300-01-01", "within a hundred years"),
        ("every Monday 100000 times", "from 2 to 1000"),
        ("every 100 years", "no second time within reach"),
        ("every Monday until the 32nd", "was not understood"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no second time within reach"),
        ("off", "does not repeat"),
    ],
)
async def test_what_cannot_be_is_told_and_changes_nothing(office: Office, said: str, answer: str) -> None:
    _, hand = await anna(office)
    await hand.write("/call 2026-11-26 10:00 John: order")
    found = await hand.write(f"/repeat i1 {said}")
    assert answer in found
    assert "Nothing was changed" in found
    async with office.database.reading() as session:
        assert (await session.scalars(select(Series))).all() == []


async def test_a_day_that_the_rule_cannot_have_is_told(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/call 2026-11-26 10:00 John: order")
    await hand.write("/repeat i1 last Thursday of the month")
    assert "Nothing was moved" in await hand.write("/move i1 all Friday 10:00")
    assert (await office.interaction(1)).happened_at.day == 26


async def test_the_question_stays_open_when_the_answer_is_not_understood(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/call 2026-11-26 10:00 John: order")
    await hand.tap("Repeat")
    await hand.tap("Type it")
    assert "How often is that" in await hand.write("sometimes")
    assert "🔁 every week: Monday" in await hand.write("every Monday")


async def test_an_old_button_of_what_is_done_says_so(office: Office, clock: FixedClock) -> None:
    _, hand = await anna(office)
    await hand.write("/call today 14:00 John: order")
    await hand.write("/done i1 takes it")
    clock.move(timedelta(hours=1))
    await hand.forge("repeat:i1:every week")
    assert "has changed meanwhile" in await hand.said()


async def test_the_agenda_tells_what_will_be_planned(office: Office) -> None:
    _, hand = await anna(office, language=Language.RU)
    await hand.write("/call 2026-11-26 10:00 Иван: заказ")
    await hand.write("/repeat i1 каждый рабочий день")
    week = await hand.write("/week")
    assert week.count("🔁 📞 заказ") == 2
    assert "🔁 📞 заказ · пт 27 нояб., 10:00 · /i1" in week
    assert "🔁" not in await hand.write("/today")


async def test_days_that_many_rules_fall_on_are_told_in_short(office: Office) -> None:
    _, hand = await anna(office)
    for number in range(1, 4):
        await hand.write(f"/call tomorrow {8 + number}:00 John: order {number}")
        await hand.write(f"/repeat i{number} every day")
    assert "🔁 and 10 more that repeat" in await hand.write("/week")
