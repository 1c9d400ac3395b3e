"""Reminders in the chat: set, answered, put off, missed, not delivered (domain.md I3, I5, U5)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.enums import InteractionState, Language, ReminderKind, ReminderState, Role
from core.models import Comment, Interaction, Reminder
from core.services.reminders import Reminders
from core.values import UserId
from tests.bot.hand import ANNA, Hand, anna
from tests.bot.office import Office
from tests.conftest import FixedClock

LEADER = 1002


async def rows(office: Office) -> list[Reminder]:
    async with office.database.reading() as session:
        return list(await session.scalars(select(Reminder).order_by(Reminder.due_at, Reminder.id)))


async def waiting(office: Office) -> list[str]:
    return [f"{one.due_at:%d %H:%M}" for one in await rows(office) if one.state is ReminderState.WAITING]


async def send(office: Office) -> None:
    while await Reminders(office.works).send_due():
        continue
    await office.idle()


async def reply(office: Office, text: str) -> None:
    """Answer the newest message in words."""
    last = await office.last(ANNA)
    await office.people.send(ANNA, text, reply_to=int(last["message_id"]))
    await office.idle()


class TestSetting:
    async def test_before_and_after_and_at_typed(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 15:00 John: samples")
        await hand.write("/remind i1 1 h before")
        await hand.write("/remind i1 30 min after")
        await hand.write("/remind i1 tomorrow 9:00")
        assert await waiting(office) == ["25 09:00", "25 14:00", "25 14:45", "25 16:00"]
        kinds = [one.kind for one in await rows(office)]
        assert kinds == [ReminderKind.AT, ReminderKind.BEFORE, ReminderKind.BEFORE, ReminderKind.AFTER]

    async def test_in_russian(self, office: Office) -> None:
        _, hand = await anna(office, language=Language.RU)
        await hand.write("/meeting завтра 15:00 Иван: образцы")
        await hand.write("/remind i1 за час")
        await hand.write("/remind i1 через полчаса после")
        assert await waiting(office) == ["25 14:00", "25 14:45", "25 16:00"]
        screen = await hand.forge("show:remind:1")
        assert "за 1 ч" in screen
        assert "если ничего не произошло" in screen

    async def test_each_is_taken_off_with_a_tap_and_stays_off_when_the_plan_moves(
        self, office: Office
    ) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 15:00 John: samples")
        await hand.write("/remind i1 1 h before")
        await hand.tap("More")
        await hand.tap("Remind")
        await hand.tap("1. ✖️")
        assert await waiting(office) == ["25 14:45"]
        await hand.write("/move i1 tomorrow 17:00")
        assert await waiting(office) == ["25 16:45"]

    async def test_the_numbers_of_the_screen_can_be_typed(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 15:00 John: samples")
        await hand.forge("show:remind:1")
        assert "The reminder is off" in await hand.write("/1")
        assert await waiting(office) == []

    async def test_what_is_no_plan_has_no_before(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/call John: price")
        assert "has changed meanwhile" in await hand.write("/remind i1 1 h before")

    @pytest.mark.parametrize("time", ["yesterday", "the 32nd", "500 days before", "2 days before"])
    async def test_a_time_that_cannot_be_changes_nothing(self, office: Office, time: str) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 15:00 John: samples")
        assert "Nothing was changed" in await hand.write(f"/remind i1 {time}")
        assert await waiting(office) == ["25 14:45"]


class TestHabits:
    async def test_how_long_ahead_is_chosen_by_taps(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/settings")
        await hand.tap("Reminders")
        await hand.tap("Meeting")
        await hand.tap("1 h")
        await hand.write("/meeting tomorrow 15:00 John: samples")
        await hand.write("/call tomorrow 15:00 John: samples")
        assert await waiting(office) == ["25 14:00", "25 14:45", "25 14:45"]

    async def test_and_typed_with_the_quiet_hours(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/settings remind meeting 1 day, 30")
        assert "Quiet hours: 22-7" in await hand.write("/settings quiet 22-7")
        await hand.write("/meeting 2026-11-27 15:00 John: samples")
        assert await waiting(office) == ["26 15:00", "27 14:30"]
        assert "Quiet hours: none" in await hand.write("/settings quiet off")
        await hand.write("/settings remind meeting off")
        await hand.write("/meeting 2026-11-27 16:00 John: samples")
        assert len(await waiting(office)) == 2

    @pytest.mark.parametrize("words", ["quiet 25-8", "quiet never", "remind tea 5", "remind meeting soon"])
    async def test_what_is_not_understood_changes_nothing(self, office: Office, words: str) -> None:
        _, hand = await anna(office)
        assert "/settings" in await hand.write(f"/settings {words}")
        await hand.write("/meeting tomorrow 15:00 John: samples")
        assert await waiting(office) == ["25 14:45"]


class TestAnswering:
    async def plan_and_be_reminded(self, office: Office, clock: FixedClock) -> Hand:
        _, hand = await anna(office)
        await hand.write("/meeting today 15:00 John: samples")
        clock.move(timedelta(hours=2, minutes=45))
        await send(office)
        hand.message_id = int((await office.last(ANNA))["message_id"])
        return hand

    async def test_a_time_in_reply_has_it_come_again(self, office: Office, clock: FixedClock) -> None:
        await self.plan_and_be_reminded(office, clock)
        await reply(office, "in an hour")
        assert await waiting(office) == ["24 15:45"]
        async with office.database.reading() as session:
            assert (await session.get_one(Interaction, 1)).state is InteractionState.PLANNED
            assert await session.scalar(select(Comment.id)) is None

    async def test_words_in_reply_say_what_came_of_it(self, office: Office, clock: FixedClock) -> None:
        await self.plan_and_be_reminded(office, clock)
        await reply(office, "held, takes 20 pallets")
        async with office.database.reading() as session:
            assert (await session.get_one(Interaction, 1)).state is InteractionState.DONE

    async def test_a_tap_has_it_come_again(self, office: Office, clock: FixedClock) -> None:
        hand = await self.plan_and_be_reminded(office, clock)
        await hand.tap("10 min")
        assert hand.taps == 1
        assert await waiting(office) == ["24 14:55"]
        clock.move(timedelta(minutes=10))
        await send(office)
        assert (await office.last(ANNA))["text"].startswith("⏰ Reminder")

    async def test_in_the_evening_it_may_come_tomorrow(self, office: Office, clock: FixedClock) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting today 19:00 John: samples")
        clock.move(timedelta(hours=6, minutes=45))
        await send(office)
        hand.message_id = int((await office.last(ANNA))["message_id"])
        assert not any("Evening" in one for one in await hand.labels())
        await hand.tap("Tomorrow")
        assert await waiting(office) == ["25 09:00"]


class TestLate:
    async def test_after_an_hour_of_downtime_one_message_tells_them_all(
        self, office: Office, clock: FixedClock
    ) -> None:
        _, hand = await anna(office)
        for clock_time in ("14:00", "14:20", "14:30"):
            await hand.write(f"/meeting today {clock_time} John: samples at {clock_time}")
        before = int((await office.last(ANNA))["message_id"])
        clock.move(timedelta(hours=3))
        await send(office)
        (message,) = await office.people.bot_messages(ANNA, after=before)
        assert message["text"].startswith("⏰ While I was away: 3")
        assert all(f"/i{one}" in message["text"] for one in (1, 2, 3))
        hand.message_id = int(message["message_id"])
        assert "/i2" in (await hand.tap("2")).splitlines()[0]
        assert [one.state for one in await rows(office)] == [ReminderState.SENT] * 3

    async def test_one_that_is_late_alone_shows_its_card_and_can_be_answered(
        self, office: Office, clock: FixedClock
    ) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting today 14:00 John: samples")
        clock.move(timedelta(hours=3))
        await send(office)
        assert (await office.last(ANNA))["text"].startswith("⏰ While I was away · 🤝 Meeting")
        await reply(office, "held, takes 20 pallets")
        async with office.database.reading() as session:
            assert (await session.get_one(Interaction, 1)).state is InteractionState.DONE


class TestUnreachable:
    async def test_a_blocked_bot_is_told_the_manager_once_and_made_up_for(
        self, office: Office, clock: FixedClock
    ) -> None:
        await office.add_user(LEADER, name="Leader", role=Role.ADMINISTRATOR)
        user, hand = await anna(office)
        for clock_time in ("14:00", "15:00"):
            await hand.write(f"/meeting today {clock_time} John: samples")
        before = int((await office.last(LEADER))["message_id"])
        await office.people.add_fault("403", method="sendMessage", chat_id=ANNA, times=2)
        for hours in (1.75, 1):
            clock.move(timedelta(hours=hours))
            await send(office)
        assert [one.state for one in await rows(office)] == [ReminderState.FAILED] * 2
        told = [one["text"] for one in await office.people.bot_messages(LEADER, after=before)]
        assert len(told) == 1
        assert told[0].startswith("⚠️ Reminders do not reach somebody")
        await office.services.chats.mark_reachable(UserId(user.id), reachable=True)
        await office.idle()
        assert (await office.last(ANNA))["text"].startswith("⏰ While I was away: 2")
        assert [one.state for one in await rows(office)] == [ReminderState.SENT] * 2


async def test_of_many_that_came_late_seven_are_named_and_the_rest_is_in_the_agenda(office: Office) -> None:
    _, hand = await anna(office)
    for number in range(1, 10):
        await hand.write(f"/plan tomorrow Person {number}: offer")
    await hand.write("/delete i1")
    shown = await hand.forge("show:missed:" + ":".join(str(one) for one in range(1, 10)))
    assert [f"Person {number}:" in shown for number in range(1, 10)] == [False, *[True] * 7, False]
    assert "The others are in Today." in shown
    exactly = await hand.forge("show:missed:" + ":".join(str(one) for one in range(1, 9)))
    assert "Person 8:" in exactly
    assert "The others are in Today." not in exactly
