"""What becomes of plans in the chat (domain.md I3, S7; conversation.md, flows)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.enums import (
    CallResult,
    FunctionalOption,
    InteractionState,
    InteractionType,
    Language,
    ReminderState,
)
from core.models import Comment, Interaction, OptionSwitch, Reminder
from core.services.reminders import Reminders
from tests.bot.hand import ANNA, anna
from tests.bot.office import Office
from tests.conftest import NOON, FixedClock


async def reminders(office: Office) -> list[tuple[str, str]]:
    async with office.database.reading() as session:
        rows = await session.scalars(select(Reminder).order_by(Reminder.due_at, Reminder.id))
        return [(one.due_at.strftime("%d %H:%M"), one.state) for one in rows]


class TestCarryOut:
    async def test_a_planned_meeting_is_held_with_one_tap(self, office: Office, clock: FixedClock) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting today 14:00 John: samples")
        clock.move(timedelta(hours=2, minutes=20))
        card = await hand.tap("Held")
        assert hand.taps == 1
        assert card.splitlines()[0] == "🤝 Meeting · /i1"
        one = await office.interaction(1)
        assert (one.state, one.happened_at) == (InteractionState.DONE, NOON + timedelta(hours=2))
        assert await reminders(office) == [("24 13:45", ReminderState.CANCELLED)]

    async def test_i3_a_plan_of_unknown_kind_asks_its_kind(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/plan tomorrow 15:00 John: samples")
        await hand.tap("Carried out")
        card = await hand.tap("Call")
        assert hand.taps == 2
        assert card.splitlines()[0] == "📞 Call, outgoing · /i1"
        one = await office.interaction(1)
        assert (one.type, one.state, one.result) == (
            InteractionType.CALL,
            InteractionState.DONE,
            CallResult.REACHED,
        )

    @pytest.mark.parametrize("answer", ["/2", "meeting", "Meeting"])
    async def test_typed_words_are_kept_while_the_kind_is_asked(self, office: Office, answer: str) -> None:
        _, hand = await anna(office)
        await hand.write("/plan tomorrow 15:00 John: samples")
        assert "What was it?" in await hand.write("/done i1 takes 20 pallets")
        await hand.write(answer)
        one = await office.interaction(1)
        assert (one.type, one.text) == (InteractionType.MEETING, "samples\n\ntakes 20 pallets")

    async def test_kind_and_words_in_one_message(self, office: Office) -> None:
        _, hand = await anna(office, language=Language.RU)
        await hand.write("/plan завтра 15:00 Иван: образцы")
        await hand.write("/done i1 звонок берёт 20 паллет")
        one = await office.interaction(1)
        assert (one.type, one.text) == (InteractionType.CALL, "образцы\n\nберёт 20 паллет")

    async def test_twice_says_that_it_changed(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 15:00 John: samples")
        await hand.write("/done i1")
        assert "has changed meanwhile" in await hand.write("/done i1 again")
        assert (await office.interaction(1)).text == "samples"


class TestReminder:
    async def test_words_in_reply_to_a_reminder_carry_the_plan_out(
        self, office: Office, clock: FixedClock
    ) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting today 14:00 John: samples")
        clock.move(timedelta(hours=1, minutes=45))
        await Reminders(office.works).send_due()
        await office.idle()
        reminder = await office.last(ANNA)
        assert reminder["text"].startswith("⏰ Reminder · 🤝 Meeting · planned")
        assert reminder["message_id"] != hand.message_id
        await office.people.send(ANNA, "held, takes 20 pallets", reply_to=int(reminder["message_id"]))
        await office.idle()
        one = await office.interaction(1)
        assert (one.state, one.text) == (InteractionState.DONE, "samples\n\nheld, takes 20 pallets")

    async def test_a_reply_long_before_is_a_comment(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 14:00 John: samples")
        await office.people.send(ANNA, "bring the contract", reply_to=hand.message_id)
        await office.idle()
        async with office.database.reading() as session:
            assert await session.scalar(select(Comment.text)) == "bring the contract"
        assert (await office.interaction(1)).state is InteractionState.PLANNED

    async def test_remind_by_chip_and_typed(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/call John: price")
        await hand.tap("More")
        await hand.tap("Remind")
        assert "⏰ today 13:00" in await hand.tap("In 1 hour")
        await hand.forge("remind:i1:in 1 hour")
        await hand.write("/remind i1 tomorrow 9:00")
        assert [due for due, _ in await reminders(office)] == ["24 13:00", "25 09:00"]
        assert "Nothing was changed" in await hand.write("/remind i1 yesterday")


class TestMove:
    async def test_by_chip_keeps_the_time_of_day(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting today 15:30 John: samples")
        await hand.tap("Move")
        assert "tomorrow 15:30–16:00" in await hand.tap("Tomorrow 15:30")
        assert hand.taps == 2
        assert await reminders(office) == [("25 15:15", ReminderState.WAITING)]

    async def test_typed_in_words(self, office: Office) -> None:
        _, hand = await anna(office, language=Language.RU, timezone="Europe/Moscow")
        await hand.write("/plan завтра Иван: образцы")
        await hand.write("/move i1 в пятницу в 10")
        assert (await office.interaction(1)).happened_at.isoformat() == "2026-11-27T07:00:00+00:00"

    @pytest.mark.parametrize("time", ["yesterday", "the 32nd", "2020-01-01"])
    async def test_into_nowhere_changes_nothing(self, office: Office, time: str) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 15:30 John: samples")
        assert "Nothing was changed" in await hand.write(f"/move i1 {time}")
        assert (await office.interaction(1)).happened_at.day == 25

    async def test_what_is_done_cannot_be_moved(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/call John: price")
        assert "has changed meanwhile" in await hand.write("/move i1 tomorrow")
        await hand.forge("show:move:1")
        assert "has changed meanwhile" in await hand.see()


class TestDrop:
    async def test_cancelled_with_one_tap(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/plan tomorrow John: samples")
        assert "cancelled" in (await hand.tap("Cancelled")).splitlines()[0]
        assert (await office.interaction(1)).state is InteractionState.CANCELLED
        assert await reminders(office) == [("25 09:00", ReminderState.CANCELLED)]

    async def test_a_no_show_of_a_call_is_a_call_not_reached(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/call tomorrow 10:00 John: price")
        await hand.tap("Not reached")
        one = await office.interaction(1)
        assert (one.state, one.result) == (InteractionState.DONE, CallResult.NOT_REACHED)

    async def test_a_no_show_of_a_meeting_says_why_it_was_dropped(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 10:00 John: price")
        card = await hand.tap("No-show")
        assert "Anna, today 12:00: No-show" in card
        assert (await office.interaction(1)).state is InteractionState.CANCELLED
        assert "planned" in (await hand.write("/undo")).splitlines()[0]


class TestNextStep:
    async def test_two_taps_from_the_card(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/call John Smith, Acme: price")
        await hand.tap("Next step")
        card = await hand.tap("Call tomorrow")
        assert hand.taps == 2
        assert card.splitlines()[:3] == [
            "📞 Call, outgoing · planned · /i2",
            "John Smith, Acme",
            "tomorrow 10:00 · Anna",
        ]

    async def test_s7_it_continues_and_takes_the_subject(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/call John Smith, Acme: price")
        await hand.tap("Next step")
        await hand.tap("Meeting: Thu")
        first, second = await office.interaction(1), await office.interaction(2)
        assert (second.parent_id, second.subject_id) == (first.id, first.subject_id)
        assert second.happened_at.isoformat() == "2026-11-26T11:00:00+00:00"

    async def test_a_double_tap_plans_once(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/call John Smith, Acme: price")
        await hand.tap("Next step")
        chip = next(one for one in await hand.data() if one.startswith("next:i1:call"))
        await hand.tap("Call tomorrow")
        assert (await hand.forge(chip)).startswith("📞 Call, outgoing · planned · /i2")
        async with office.database.reading() as session:
            assert await session.scalar(select(func.count()).select_from(Interaction)) == 2

    async def test_typed_with_other_people(self, office: Office) -> None:
        _, hand = await anna(office, language=Language.RU)
        await hand.write("/call Иван: цена")
        await hand.tap("Следующий шаг")
        await hand.tap("Написать")
        card = await hand.write("пятница 15:00 Пётр: договор")
        assert card.splitlines()[:4] == ["🗓 План · /i2", "Пётр", "договор", "пт 27 нояб., 15:00 · Anna"]
        await hand.write("/next i2 meeting в понедельник 10:00 подписание")
        third = await office.interaction(3)
        assert (third.type, third.text, third.parent_id) == (InteractionType.MEETING, "подписание", 2)


async def test_o2_plans_are_gone_with_their_option(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/email John: price")
    await hand.write("/plan tomorrow John: samples")
    async with office.database.transaction() as session:
        await session.merge(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
    for command in ("/done i2", "/move i2 friday", "/drop i2", "/next i1 friday", "/today", "/week"):
        assert "There is no such command" in await hand.write(command)
    await hand.write("/i1")
    assert not any("Next step" in label for label in await hand.labels())
    await hand.forge("drop:i2")
    assert (await office.interaction(2)).state is InteractionState.PLANNED
