"""Answers to plans in words, and the next try (domain.md I3, S7; conversation.md, "answer a reminder")."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.enums import CallResult, FunctionalOption, InteractionState, InteractionType, Language
from core.models import OptionSwitch, Participant, Reminder
from tests.bot.hand import ANNA, Hand, anna
from tests.bot.office import Office
from tests.conftest import FixedClock


async def people(office: Office, interaction_id: int) -> list[str]:
    async with office.database.reading() as session:
        rows = await session.scalars(
            select(Participant.presentation).where(Participant.interaction_id == interaction_id)
        )
        return list(rows)


async def due_meeting(clock: FixedClock, hand: Hand) -> None:
    await hand.write("/meeting today 14:00 John Smith, Acme: samples")
    clock.move(timedelta(hours=1, minutes=50))


async def reply(office: Office, hand: Hand, text: str) -> str:
    before = await office.last(ANNA)
    await office.people.send(ANNA, text, reply_to=hand.message_id)
    await office.idle()
    after = await office.last(ANNA)
    assert after["message_id"] != before["message_id"]
    hand.message_id = int(after["message_id"])
    return await hand.see()


class TestInWords:
    async def test_s7_result_and_next_step_in_one_answer(self, office: Office, clock: FixedClock) -> None:
        _, hand = await anna(office)
        await due_meeting(clock, hand)
        card = await reply(office, hand, "held, takes 20 pallets, call on Friday")
        first, second = await office.interaction(1), await office.interaction(2)
        assert (first.state, first.text) == (
            InteractionState.DONE,
            "samples\n\nheld, takes 20 pallets, call on Friday",
        )
        assert (second.type, second.state, str(second.due_on)) == (
            InteractionType.CALL,
            InteractionState.PLANNED,
            "2026-11-27",
        )
        assert (second.parent_id, second.subject_id) == (1, first.subject_id)
        assert await people(office, 2) == ["John Smith, Acme"]
        assert "Next: 📞 Fri 27 Nov · /i2" in card

    async def test_one_undo_takes_back_both(self, office: Office, clock: FixedClock) -> None:
        _, hand = await anna(office)
        await due_meeting(clock, hand)
        await reply(office, hand, "held, takes 20 pallets, call on Friday")
        await hand.write("/undo")
        first, second = await office.interaction(1), await office.interaction(2)
        assert (first.state, first.text) == (InteractionState.PLANNED, "samples")
        assert second.deleted_at is not None

    async def test_in_russian(self, office: Office, clock: FixedClock) -> None:
        _, hand = await anna(office, language=Language.RU)
        await hand.write("/meeting сегодня 14:00 Иван, Ромашка: образцы")
        clock.move(timedelta(hours=2))
        card = await reply(office, hand, "состоялась, берут 20 паллет, позвонить в пятницу в 10")
        second = await office.interaction(2)
        assert (second.type, second.happened_at.isoformat()) == (
            InteractionType.CALL,
            "2026-11-27T10:00:00+00:00",
        )
        assert "Дальше: 📞 пт 27 нояб., 10:00 · /i2" in card

    @pytest.mark.parametrize("said", ["не пришёл", "no-show", "John did not come"])
    async def test_nobody_came(self, office: Office, clock: FixedClock, said: str) -> None:
        _, hand = await anna(office)
        await due_meeting(clock, hand)
        assert "cancelled" in (await reply(office, hand, said)).splitlines()[0]
        assert await office.comments() == ["No-show"]

    @pytest.mark.parametrize("said", ["moved to Friday 15:00", "перенесли на пятницу в 15:00"])
    async def test_it_was_moved(self, office: Office, clock: FixedClock, said: str) -> None:
        _, hand = await anna(office)
        await due_meeting(clock, hand)
        assert "Fri 27 Nov, 15:00\u201315:30" in await reply(office, hand, said)
        assert (await office.interaction(1)).state is InteractionState.PLANNED

    async def test_moved_without_a_time_asks_for_it_and_keeps_the_words(
        self, office: Office, clock: FixedClock
    ) -> None:
        _, hand = await anna(office)
        await due_meeting(clock, hand)
        assert "To when?" in await reply(office, hand, "moved, wants the catalogue first")
        assert await office.comments() == ["moved, wants the catalogue first"]
        await hand.tap("Tomorrow 14:00")
        assert (await office.interaction(1)).happened_at.day == 25

    async def test_not_reached_and_the_next_try_in_one_answer(
        self, office: Office, clock: FixedClock
    ) -> None:
        _, hand = await anna(office)
        await hand.write("/call today 14:00 John: price")
        clock.move(timedelta(hours=2))
        await reply(office, hand, "не дозвонился, перезвонить завтра в 10")
        first, second = await office.interaction(1), await office.interaction(2)
        assert (first.type, first.result, first.text) == (
            InteractionType.CALL,
            CallResult.NOT_REACHED,
            "price",
        )
        assert (second.text, second.happened_at.isoformat()) == ("price", "2026-11-25T10:00:00+00:00")
        assert await office.comments() == ["не дозвонился, перезвонить завтра в 10"]

    async def test_i3_the_words_tell_the_kind_of_a_plan(self, office: Office, clock: FixedClock) -> None:
        _, hand = await anna(office)
        await hand.write("/plan today 14:00 John: price")
        clock.move(timedelta(hours=2))
        await reply(office, hand, "called him, takes it")
        assert (await office.interaction(1)).type is InteractionType.CALL

    async def test_typed_with_the_verb(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 14:00 John: samples")
        assert "cancelled" in (await hand.write("/done i1 cancelled")).splitlines()[0]
        assert await office.comments() == []

    async def test_o2_a_letter_that_cannot_be_planned_is_planned_as_such(
        self, office: Office, clock: FixedClock
    ) -> None:
        _, hand = await anna(office)
        await due_meeting(clock, hand)
        async with office.database.transaction() as session:
            await session.merge(OptionSwitch(name=FunctionalOption.MAIL_CLIENT, is_on=False))
        await reply(office, hand, "held; write to them on Friday")
        assert (await office.interaction(2)).type is InteractionType.PLANNED


class TestNextTry:
    async def test_one_tap_after_a_call_that_nobody_took(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/call today 14:00 John: price")
        await hand.tap("Not reached")
        assert [one for one in await hand.labels() if one.startswith("🔁")] == [
            "🔁 In 1 hour",
            "🔁 Tomorrow 12:00",
            "🔁 Thu 12:00",
            "🔁 Type when",
        ]
        card = await hand.tap("Tomorrow 12:00")
        assert hand.taps == 2
        assert card.splitlines()[0] == "📞 Call, outgoing · planned · /i2"
        first, second = await office.interaction(1), await office.interaction(2)
        assert (second.parent_id, second.subject_id, second.text) == (1, first.subject_id, "price")
        assert await people(office, 2) == ["John"]
        async with office.database.reading() as session:
            due = await session.scalars(select(Reminder.due_at).where(Reminder.interaction_id == 2))
            assert len(due.all()) == 1

    async def test_a_cancelled_meeting_keeps_place_and_goal(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 14:00 John: samples")
        await hand.write("/edit i1 place Lenina 5")
        await hand.write("/edit i1 goal show them")
        await hand.write("/drop i1")
        await hand.tap("Type when")
        card = await hand.write("Friday 11:00")
        assert "Place: Lenina 5" in card
        second = await office.interaction(2)
        assert (second.type, second.goal, second.happened_at.isoformat()) == (
            InteractionType.MEETING,
            "show them",
            "2026-11-27T11:00:00+00:00",
        )

    async def test_a_second_tap_shows_what_the_first_planned(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/call today 14:00 John: price")
        await hand.tap("Not reached")
        chip = next(one for one in await hand.data() if one.startswith("again:i1:2026-11-25"))
        await hand.tap("Tomorrow 12:00")
        assert "/i2" in (await hand.forge(chip)).splitlines()[0]
        await hand.write("/i1")
        assert not any(one.startswith("🔁") for one in await hand.labels())

    async def test_what_came_off_offers_the_next_step_only(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/call today 14:00 John: price")
        await hand.tap("Reached")
        labels = await hand.labels()
        assert not any(one.startswith("🔁") for one in labels)
        assert "🗓 Next step" in labels
