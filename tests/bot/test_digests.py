"""Digests in the chat: what they tell, how an evening is answered, how they are turned off (conversation.md 10)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.enums import DealStatus, DigestKind, Language
from core.models import Deal, User
from core.services.digest_times import begin_in
from core.values import When
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import NOON, FixedClock
from tests.factories.calls import person, record_call
from tests.factories.deals import make_lists
from tests.factories.people import caller_of

ANNA = 1001


async def anna(office: Office, **fields: Any) -> tuple[User, Hand]:
    user = await office.add_user(ANNA, **fields)
    async with office.works.begin(None, "test") as work:
        await begin_in(work, await work.session.get_one(User, user.id))
    return user, Hand(office, ANNA)


async def told(office: Office) -> list[dict[str, Any]]:
    """What the job has written, once it is in the chat."""
    before = {one["message_id"] for one in await office.people.bot_messages(ANNA)}
    while await office.services.digests.send_due():
        continue
    await office.idle()
    return [one for one in await office.people.bot_messages(ANNA) if one["message_id"] not in before]


class TestMorning:
    async def test_the_day_ahead_without_a_sound(self, office: Office, clock: FixedClock) -> None:
        _, hand = await anna(office)
        await hand.write("/plan today Sam: offer")
        await hand.write("/meeting tomorrow 11:00 John: samples")
        clock.at = NOON.replace(hour=9) + timedelta(days=1)
        [message] = await told(office)
        assert str(message["text"]).splitlines() == [
            "☀️ Good morning 2",
            "Overdue",
            "1. 🗓 Sam: offer · yesterday · /i1",
            "today",
            "2. 🤝 John: samples · 11:00 · /i2",
            "📥 To review: 1",
            "🕳 Free: 09:00-11:00, 11:30-18:00",
        ]
        (call,) = (await office.people.calls("sendMessage", chat_id=ANNA))[-1:]
        assert call["params"]["disable_notification"] in {True, "true", "True"}
        assert await told(office) == []
        hand.message_id = int(message["message_id"])
        await hand.tap("2")
        assert (await hand.tap("Back")).splitlines()[0] == "☀️ Good morning 2"

    async def test_nothing_to_tell_is_not_told(self, office: Office, clock: FixedClock) -> None:
        await anna(office)
        clock.at = NOON.replace(hour=9) + timedelta(days=1)
        assert await told(office) == []


class TestEvening:
    async def test_each_is_answered_with_a_tap_and_the_list_stays(
        self, office: Office, clock: FixedClock
    ) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting today 15:00 John: samples")
        await hand.write("/call today 16:00 Mary: order")
        await hand.write("/meeting today 20:00 Sam: dinner")
        await hand.write("/plan today 17:00 Eve: think")
        clock.at = NOON.replace(hour=18)
        [message] = await told(office)
        assert str(message["text"]).splitlines()[:3] == [
            "🌙 What happened today? 2",
            "1. 🤝 John: samples · today 15:00 · /i1",
            "2. 📞 Mary: order · today 16:00 · /i2",
        ]
        hand.message_id = int(message["message_id"])
        assert (await hand.tap("1. ✔️ Held")).splitlines()[:2] == [
            "🌙 What happened today? 1",
            "1. 📞 Mary: order · today 16:00 · /i2",
        ]
        assert (await hand.tap("📵 Not reached")).splitlines()[:2] == [
            "🌙 What happened today? 0",
            "Everything of this day is answered.",
        ]
        assert "not reached" in await hand.write("/i2")

    async def test_words_in_reply_are_the_result_of_the_row_they_name(
        self, office: Office, clock: FixedClock
    ) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting today 15:00 John: samples")
        await hand.write("/call today 16:00 Mary: order")
        clock.at = NOON.replace(hour=18)
        [message] = await told(office)

        async def reply(words: str) -> str:
            sent = await office.people.send(ANNA, words, reply_to=int(message["message_id"]))
            await office.idle()
            after = int(sent["message"]["message_id"])
            return str((await office.people.bot_messages(ANNA, after=after))[-1]["text"])

        held = await reply("1 held, takes 20 pallets, call on Friday")
        assert held.splitlines()[0].startswith("🤝 Meeting · /i1")
        assert "takes 20 pallets" in held
        assert "not reached" in await reply("2. no answer")
        assert "Everything of this day is answered." in await hand.write("/evening")
        assert "📞" in await hand.write("/today friday")

    async def test_a_quiet_evening_is_not_told_of(self, office: Office, clock: FixedClock) -> None:
        _, hand = await anna(office)
        await hand.write("/plan today 15:00 John: think")
        clock.at = NOON.replace(hour=18)
        assert await told(office) == []
        assert (await hand.write("/evening")).splitlines()[0] == "🌙 What happened today? 0"


class TestWeek:
    async def test_the_week_in_numbers(self, office: Office, clock: FixedClock) -> None:
        user, hand = await anna(office, timezone="Europe/London")
        await make_lists(office.works)
        caller = caller_of(user)
        for days in (0, 1, 30):
            at = When(NOON - timedelta(days=days))
            await record_call(office.works, caller, [person("John")], when=at)
        await hand.write("/meeting in 5 days 11:00 John: samples")
        deal = await office.services.deals.create(caller, "Twenty pallets")
        async with office.database.transaction() as session:
            row = await session.get_one(Deal, deal)
            row.status, row.committed_on, row.agreed = DealStatus.WON, NOON.date(), Decimal(120_000)
        clock.at = NOON.replace(day=27, hour=18)
        [message] = [one for one in await told(office) if "Week" in str(one["text"])]
        assert str(message["text"]).splitlines() == [
            "📈 Week Mon 23 Nov to Sun 29 Nov",
            "Done: 📞 2 calls",
            "Ahead in seven days: 1",
            "🏆 Won: 1, 120,000\xa0RUB",
            "🪧 No next step in deals: 1, chains: 3 · /nonext",
        ]
        hand.message_id = int(message["message_id"])
        assert (await hand.tap("Week before")).splitlines()[0] == "📈 Week Mon 16 Nov to Sun 22 Nov"
        assert (await hand.write("/summary")).splitlines()[0] == "📈 Week Mon 23 Nov to Sun 29 Nov"
        clock.at = NOON.replace(day=24)
        assert (await hand.write("/summary")).splitlines()[0] == "📈 Week Mon 23 Nov to Sun 29 Nov"


class TestWishes:
    async def test_switched_by_taps(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/settings")
        shown = await hand.tap("What is told")
        assert shown.splitlines()[1:4] == [
            "☀️ Morning: at 9:00 on working days",
            "🌙 Evening: at 18:00",
            "📈 Week: Friday, 18:00",
        ]
        assert "☀️ Morning: at 8:00 on working days" in await hand.tap("8:00")
        assert "🌙 Evening: off" in await hand.tap("Evening: off")
        assert "🌙 Evening: at 18:00" in await hand.tap("Evening: on")
        assert "📈 Week: Monday, 9:00" in await hand.tap("Monday")

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            ("morning 8", "☀️ Morning: at 8:00 on working days"),
            ("morning 07:00", "☀️ Morning: at 7:00 on working days"),
            ("morning off", "☀️ Morning: off"),
            ("evening 20", "🌙 Evening: at 20:00"),
            ("weekly monday 10", "📈 Week: Monday, 10:00"),
            ("weekly off", "📈 Week: off"),
        ],
    )
    async def test_switched_by_words(self, office: Office, words: str, line: str) -> None:
        _, hand = await anna(office)
        assert line in (await hand.write(f"/settings {words}")).splitlines()
        assert line in (await hand.write(f"/digest {words}")).splitlines()

    async def test_several_settings_at_once_in_russian(self, office: Office) -> None:
        _, hand = await anna(office, language=Language.RU)
        await hand.write("/settings morning 8 evening выкл weekly пн hours 10-19")
        times, hours = await office.services.digests.list_times(caller_of(await self.user(office)))
        assert [(one.kind, one.is_on, one.hour, one.weekday) for one in times] == [
            (DigestKind.MORNING, True, 8, None),
            (DigestKind.EVENING, False, None, None),
            (DigestKind.WEEKLY, True, None, 0),
        ]
        assert hours.starts == 10

    async def user(self, office: Office) -> User:
        async with office.database.reading() as session:
            return await session.get_one(User, 1)

    @pytest.mark.parametrize(
        "words", ["morning 25", "morning 8:30", "morning friday", "weekly sunday", "noon 5"]
    )
    async def test_what_cannot_be_changes_nothing(self, office: Office, words: str) -> None:
        _, hand = await anna(office)
        before = await hand.write("/digest")
        answer = await hand.write(f"/digest {words}")
        assert "Nothing was changed" in answer
        assert await hand.write("/digest") == before
