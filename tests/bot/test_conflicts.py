"""Appointments at the same time are named when planning (conversation.md, cards)."""

from core.enums import Language
from tests.bot.hand import Hand
from tests.bot.office import Office

ANNA, BORIS = 1001, 1002


async def test_what_takes_the_same_time_is_named_and_the_new_one_can_be_moved(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/meeting tomorrow 14:00-15:30 Mary: contract")
    card = await hand.write("/meeting tomorrow 15:00 John: samples")
    assert "⚠️ At the same time: 🤝 Mary: contract · tomorrow 14:00 · /i1" in card
    assert "/i1" not in card.splitlines()[0]
    await hand.tap("Move")
    await hand.tap("Type it")
    assert "At the same time" not in await hand.write("tomorrow 15:30")
    assert "At the same time" not in await hand.write("/i1")


async def test_in_russian(office: Office) -> None:
    await office.add_user(ANNA, language=Language.RU)
    hand = Hand(office, ANNA)
    await hand.write("/meeting завтра 14:00 Мария: договор")
    assert "⚠️ В это же время: 🤝 Мария: договор" in await hand.write("/call завтра 14:10 Иван: цена")


async def test_days_alone_others_plans_and_what_is_over_take_no_time(office: Office) -> None:
    await office.add_user(ANNA)
    await office.add_user(BORIS, name="Boris")
    hand, other = Hand(office, ANNA), Hand(office, BORIS)
    await other.write("/meeting tomorrow 14:00 Mary: contract")
    await hand.write("/plan tomorrow Mary: call her")
    await hand.write("/meeting tomorrow 14:00 Mary: contract")
    await hand.write("/drop i3")
    assert "At the same time" not in await hand.write("/meeting tomorrow 14:15 John: samples")
