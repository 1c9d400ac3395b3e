"""Waiting for an answer, and snoozes until an event, in the chat (conversation.md; domain.md R3)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.enums import FunctionalOption, Language, WaitState
from core.models import OptionSwitch, Wait
from core.services.reminders import Reminders
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import FixedClock

ANNA = 1001
DAY = timedelta(days=1)


async def anna(office: Office, **fields: Any) -> Hand:
    await office.add_user(ANNA, **fields)
    return Hand(office, ANNA)


async def states(office: Office) -> list[WaitState]:
    async with office.database.reading() as session:
        return list(await session.scalars(select(Wait.state).order_by(Wait.id)))


async def pass_time(office: Office, clock: FixedClock, delta: timedelta) -> Hand:
    """Time passes, what is due is told; the newest message is before the hand."""
    clock.move(delta)
    while await office.services.waits.look_at_due():
        pass
    await office.idle()
    return Hand(office, ANNA, int((await office.last(ANNA))["message_id"]))


async def test_if_no_answer_is_two_taps_and_comes_back_with_buttons(
    office: Office, clock: FixedClock
) -> None:
    hand = await anna(office)
    await hand.write("/sms John, +79161234567: the offer is sent")
    await hand.tap("If no answer")
    card = await hand.tap("2 working days")
    assert hand.taps == 2
    assert "⏳ If no answer by Thu 26 Nov, 09:00, you are told" in card
    notice = await pass_time(office, clock, 2 * DAY)
    assert notice.message_id != hand.message_id
    assert (await notice.see()).startswith("⏳ No answer yet · 💬 SMS, outgoing · /i1")
    assert "📞 Call now" in await notice.labels()
    assert "+79161234567 · John" in await notice.tap("Call now")
    card = await notice.tap("Not reached")
    assert card.splitlines()[0] == "📞 Call, outgoing · not reached · /i2"
    assert "⏳ If no answer by" in card
    assert await states(office) == [WaitState.WAITING]


async def test_an_answer_ends_it_and_the_card_says_which(office: Office, clock: FixedClock) -> None:
    hand = await anna(office)
    await hand.write("/sms John, +79161234567: the offer is sent")
    assert "No answer" not in await hand.write("/followup i1 friday")
    await hand.write("/call John, +79161234567: takes it")
    assert "⏳ Answered: /i2" in await hand.write("/i1")
    before = (await office.last(ANNA))["message_id"]
    after = await pass_time(office, clock, 7 * DAY)
    assert after.message_id == before


async def test_waiting_can_be_stopped_typed_and_tapped(office: Office) -> None:
    hand = await anna(office)
    await hand.write("/sms John, +79161234567: the offer is sent")
    await hand.write("/followup i1 3 days")
    await hand.tap("⏳ Waiting")
    assert "⏳" not in (await hand.tap("Wait no longer")).splitlines()[-2]
    await hand.write("/followup i1 a week")
    await hand.write("/followup i1 stop")
    assert await states(office) == [WaitState.STOPPED, WaitState.STOPPED]


async def test_wrote_again_waits_anew(office: Office, clock: FixedClock) -> None:
    hand = await anna(office)
    await hand.write("/sms John, +79161234567: the offer is sent")
    await hand.write("/followup i1 1 working day")
    notice = await pass_time(office, clock, DAY)
    card = await notice.tap("Wrote again")
    assert card.splitlines()[0] == "💬 SMS, outgoing · /i2"
    assert "⏳ If no answer by tomorrow 09:00" in card


async def test_in_russian(office: Office, clock: FixedClock) -> None:
    hand = await anna(office, language=Language.RU)
    await hand.write("/sms Иван, +79161234567: отправил предложение")
    card = await hand.write("/followup i1 2 рабочих дня")
    assert "⏳ Если не ответят до чт 26 нояб., 09:00" in card
    notice = await pass_time(office, clock, 2 * DAY)
    assert (await notice.see()).startswith("⏳ Ответа пока нет · 💬 SMS, исходящее · /i1")
    assert "📞 Позвонить сейчас" in await notice.labels()
    await notice.tap("Ждать не нужно")
    assert await states(office) == [WaitState.STOPPED]


@pytest.mark.parametrize("words", ["until answer", "until he replies", "пока не ответит", "до ответа"])
async def test_r3_snooze_until_an_answer_typed(office: Office, clock: FixedClock, words: str) -> None:
    hand = await anna(office)
    await hand.write("/call John, +79161234567: asked for a price")
    await hand.write("/unreviewed i1")
    assert "⏰ until an answer" in await hand.write(f"/snooze i1 {words}")
    clock.move(timedelta(hours=1))
    await hand.write("/call John, +79161234567: called back")
    texts = [one["text"] for one in await office.people.bot_messages(ANNA)]
    assert (
        sum(text.startswith("⏰ Put off until now · 📞 Call, outgoing · unreviewed · /i1") for text in texts)
        == 1
    )


async def test_r3_snooze_until_the_next_meeting_by_button(office: Office, clock: FixedClock) -> None:
    hand = await anna(office)
    await hand.write("/meeting tomorrow 11:00 John, +79161234567: samples")
    await hand.write("/call John, +79161234567: asked for a price")
    await hand.write("/unreviewed i2")
    await hand.tap("Later")
    card = await hand.tap("Until John, tomorrow")
    assert "⏰ until /i1 is over" in card
    notice = await pass_time(office, clock, DAY)
    assert (await notice.see()).startswith("⏰ Put off until now · 📞 Call")


async def test_o2_without_other_interactions_there_is_no_follow_up(office: Office) -> None:
    hand = await anna(office)
    await hand.write("/email John, john@acme.example: the offer")
    async with office.database.transaction() as session:
        session.add(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
    await hand.write("/i1")
    assert not [one for one in await hand.labels() if "answer" in one]
    assert "no such command" in await hand.write("/followup i1 3 days")


async def test_said_along_with_what_is_recorded(office: Office) -> None:
    hand = await anna(office)
    card = await hand.write("/sms John, +79161234567: the offer is sent, if no answer by Friday call him")
    assert "⏳ If no answer by Fri 27 Nov, 09:00, you are told" in card
    assert "if no answer by Friday call him" in card
    await hand.write("/undo")
    assert await states(office) == [WaitState.WAITING]
    await pass_quietly(office)
    assert await states(office) == [WaitState.STOPPED]


async def pass_quietly(office: Office) -> None:
    """Let the look that each wait gets soon after its beginning happen."""
    clock = office.services.clock
    assert isinstance(clock, FixedClock)
    clock.move(timedelta(minutes=1))
    while await office.services.waits.look_at_due():
        pass


async def test_r3_a_reminder_is_put_off_until_an_answer(office: Office, clock: FixedClock) -> None:
    hand = await anna(office)
    await hand.write("/meeting today 15:00 John, +79161234567: samples")
    clock.move(timedelta(hours=2, minutes=50))
    await Reminders(office.works).send_due()
    await office.idle()
    reminder = Hand(office, ANNA, int((await office.last(ANNA))["message_id"]))
    assert "⏰ until an answer" in await reminder.tap("Until an answer")
    clock.move(timedelta(hours=2))
    await hand.write("/call John, +79161234567: is late")
    texts = [one["text"] for one in await office.people.bot_messages(ANNA)]
    assert sum(text.startswith("⏰ Put off until now · 🤝 Meeting") for text in texts) == 1
