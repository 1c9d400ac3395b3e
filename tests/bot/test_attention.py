"""Silence, missing next steps, and the lines of digests in the chat (pains.md, silence radar)."""

from datetime import timedelta
from typing import Any

from core.enums import FunctionalOption, Language
from core.models import OptionSwitch
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import NOON, FixedClock

ANNA = 1001
PHONE = "+79161234567"
WEEK = timedelta(weeks=1)


async def anna(office: Office, **fields: Any) -> Hand:
    await office.add_user(ANNA, **{"public_holidays": False, **fields})
    return Hand(office, ANNA)


async def weekly_calls(office: Office, clock: FixedClock, hand: Hand) -> None:
    """Five calls with John a week apart, and three weeks of silence after them."""
    await hand.write(f"/contact new John, {PHONE}")
    for number in range(5):
        clock.at = NOON + number * WEEK
        await hand.write(f"/call John, {PHONE}: call {number}")
    clock.at = NOON + 7 * WEEK
    await office.services.rhythms.renew_next()


async def test_who_is_quiet_is_listed_with_the_last_words_and_hushed(
    office: Office, clock: FixedClock
) -> None:
    hand = await anna(office)
    await weekly_calls(office, clock, hand)
    listed = await hand.write("/silence")
    assert listed.splitlines()[0] == "🔕 Quieter than usual 1"
    assert "👤 John · quiet for 15 working days, usually 5 · call 4 · /c2" in listed
    one = await hand.tap("1")
    assert "📞 Call, outgoing" not in one
    assert "call 4" in one
    assert PHONE in await hand.tap("Call now")
    await hand.write("/silence")
    await hand.tap("1")
    assert "Everybody was in touch as usual." in await hand.tap("2 weeks")
    clock.move(3 * WEEK)
    assert "John" in await hand.write("/silence")
    await hand.tap("1")
    await hand.tap("Not interesting")
    assert "Everybody was in touch as usual." in await hand.write("/silence")
    assert "John" in await hand.write("/hush c2 off")


async def test_a_call_takes_somebody_off_the_list(office: Office, clock: FixedClock) -> None:
    hand = await anna(office)
    await weekly_calls(office, clock, hand)
    await hand.write(f"/call John, {PHONE}: back again")
    assert "Everybody was in touch as usual." in await hand.write("/silence")


async def test_no_next_step_by_buttons_from_more_and_planned_with_two_taps(office: Office) -> None:
    hand = await anna(office)
    await hand.write("/call John: wants samples")
    await hand.tap("More")
    await office.write(ANNA, "/more")
    hand = Hand(office, ANNA, int((await office.last(ANNA))["message_id"]))
    await hand.tap("No next step")
    assert "🧵 wants samples" in await hand.tap("Chains")
    await hand.tap("1")
    await hand.tap("Call tomorrow")
    assert "Everything has a next step." in await hand.write("/nonext")
    assert "Everything has a next step." in await hand.tap("Chains")


async def test_in_russian(office: Office, clock: FixedClock) -> None:
    hand = await anna(office, language=Language.RU)
    await hand.write("/call Иван: ждёт образцы")
    await hand.write("/nonext")
    assert "🪧 Цепочки без следующего шага 1" in await hand.tap("Цепочки")
    await weekly_calls(office, clock, hand)
    assert "тише обычного" in (await hand.write("/silence")).casefold()
    assert "молчит 15 рабочих дней, обычно 5" in await hand.see()


async def test_digests_tell_of_promises_and_silence(office: Office, clock: FixedClock) -> None:
    hand = await anna(office)
    await weekly_calls(office, clock, hand)
    await hand.write("/call Mary, +79161234568: price")
    await hand.write("/promise i6 us send the offer by today 18:00")
    morning = await hand.forge("show:morning")
    assert "🤝 Promises ours due: 1 · /promises" in morning
    assert "🔕 Quieter than usual: 1 · /silence" in morning


async def test_o2_without_other_interactions_the_lists_are_gone(office: Office) -> None:
    hand = await anna(office)
    async with office.database.transaction() as session:
        session.add(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
    for command in ("/silence", "/nonext", "/hush c1 always"):
        assert "no such command" in await hand.write(command)


async def test_o2_without_deals_only_chains_are_asked_for_a_next_step(office: Office) -> None:
    hand = await anna(office)
    await hand.write("/call John: wants samples")
    async with office.database.transaction() as session:
        session.add(OptionSwitch(name=FunctionalOption.DEALS, is_on=False))
    assert "🪧 Chains without a next step 1" in await hand.write("/nonext")
    assert not [one for one in await hand.labels() if "Deals" in one]
