"""A user's days in the chat: agenda, days beside, overdue, room (conversation.md 7; domain.md I5, U5)."""

from datetime import timedelta

from core.enums import FunctionalOption, Language
from core.models import OptionSwitch
from core.values import When
from tests.bot.hand import Hand, anna
from tests.bot.office import Office
from tests.conftest import NOON, FixedClock
from tests.factories.calls import person, record_call
from tests.factories.people import caller_of


class TestAgenda:
    async def test_today_is_the_users_day(self, office: Office, clock: FixedClock) -> None:
        _, hand = await anna(office, timezone="Asia/Tokyo")
        await hand.write("/plan today 23:30 John: late")
        await hand.write("/plan tomorrow 0:30 Mary: early")
        await hand.write("/plan today Sam: any time")
        text = await hand.write("/today")
        assert text.splitlines() == [
            "🗓 Today 2",
            "today",
            "1. 🗓 Sam: any time · /i3",
            "2. 🗓 John: late · 23:30 · /i1",
            "📥 To review: 1",
        ]
        clock.move(timedelta(hours=4))
        assert (await hand.write("/today")).splitlines() == [
            "🗓 Today 3",
            "Overdue",
            "1. 🗓 Sam: any time · yesterday · /i3",
            "2. 🗓 John: late · yesterday 23:30 · /i1",
            "today",
            "3. 🗓 Mary: early · 00:30 · /i2",
            "📥 To review: 3",
            "🕳 Free: 09:00-18:00",
        ]

    async def test_the_week_day_by_day(self, office: Office) -> None:
        _, hand = await anna(office, language=Language.RU)
        await hand.write("/meeting завтра 11:00 Анна: офис")
        await hand.write("/plan в понедельник 10:00 Иван: договор")
        await hand.write("/plan через 2 недели Пётр: потом")
        assert (await hand.write("/week")).splitlines() == [
            "🗓 Неделя 2",
            "завтра",
            "1. 🤝 Анна: офис · 11:00 · /i1",
            "пн 30 нояб.",
            "2. 🗓 Иван: договор · 10:00 · /i2",
        ]

    async def test_nothing_planned(self, office: Office) -> None:
        _, hand = await anna(office)
        assert (await hand.write("📅 Today")).splitlines() == [
            "🗓 Today 0",
            "Nothing is planned.",
            "🕳 Free: 12:00-18:00",
        ]

    async def test_pages_and_the_way_back(self, office: Office) -> None:
        _, hand = await anna(office)
        for number in range(10):
            await hand.write(f"/plan today 18:{number:02} Client {number}: call")
        await hand.write("/today")
        second = await hand.tap("›")
        assert [line.partition(" · ")[0] for line in second.splitlines()[2:-1]] == [
            "1. 🗓 Client 8: call",
            "2. 🗓 Client 9: call",
        ]
        await hand.tap("2")
        assert await hand.tap("Back") == second


class TestDays:
    async def test_day_by_day_forth_and_back(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 11:00 John: samples")
        assert (await hand.write("/today")).splitlines()[0] == "🗓 Today 0"
        tomorrow = await hand.tap("tomorrow ▶")
        assert tomorrow.splitlines() == [
            "🗓 tomorrow 1",
            "tomorrow",
            "1. 🤝 John: samples · 11:00 · /i1",
            "🕳 Free: 09:00-11:00, 11:30-18:00",
        ]
        assert (await hand.tap("Thu 26 Nov ▶")).splitlines()[0] == "🗓 Thu 26 Nov 0"
        assert await hand.tap("◀ tomorrow") == tomorrow
        await hand.tap("1")
        assert await hand.tap("Back") == tomorrow
        assert (await hand.tap("◀ today")).splitlines()[0] == "🗓 Today 0"

    async def test_a_day_that_is_over_shows_what_took_place(self, office: Office) -> None:
        user, hand = await anna(office)
        await record_call(
            office.works, caller_of(user), [person("John")], when=When(NOON - timedelta(days=1, hours=2))
        )
        assert (await hand.write("/today yesterday")).splitlines() == [
            "🗓 yesterday 1",
            "yesterday",
            "1. 📞 John: Price request · 10:00 · /i1",
        ]

    async def test_a_day_typed_and_a_day_that_cannot_be(self, office: Office) -> None:
        _, hand = await anna(office)
        assert (await hand.write("/today 2026-12-01")).splitlines()[0] == "🗓 Tue 1 Dec 0"
        assert "was not understood" in await hand.write("/today the 32nd")
        for word in ("99999999", "00000000", "20269999", "x", "1:2:3", ""):
            await hand.forge(f"show:day:1:{word}")
            assert (await hand.see()).splitlines()[0] == "🗓 Today 0"

    async def test_weeks_forth_and_back(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/plan in 8 days 10:00 John: contract")
        await hand.write("/week")
        assert (await hand.tap("▶ Tue 1 Dec")).splitlines()[:3] == [
            "🗓 Week from Tue 1 Dec 1",
            "Wed 2 Dec",
            "1. 🗓 John: contract · 10:00 · /i1",
        ]
        week = await hand.see()
        await hand.tap("1")
        assert await hand.tap("Back") == week
        assert (await hand.tap("◀ today")).splitlines()[0] == "🗓 Week 0"

    async def test_what_waits_for_review_is_told(self, office: Office) -> None:
        user, hand = await anna(office)
        boris = await office.add_user(1002, "Boris")
        await Hand(office, 1002).write("/call John: asked for you")
        await Hand(office, 1002).write(f"/assign i1 u{user.id}")
        assert boris.id != user.id
        assert "📥 To review: 1" in (await hand.write("/today")).splitlines()


class TestOverdue:
    async def test_done_moved_and_undone_without_leaving_the_list(
        self, office: Office, clock: FixedClock
    ) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting today 15:00 John: samples")
        await hand.write("/plan today Mary: offer")
        await hand.write("/call today 16:00 Sam: order")
        clock.move(timedelta(days=1))
        await hand.write("/today")
        overdue = await hand.tap("Overdue 3")
        assert overdue.splitlines() == [
            "⏳ Overdue 3",
            "1. 🗓 Mary: offer · yesterday · /i2",
            "2. 🤝 John: samples · yesterday 15:00 · /i1",
            "3. 📞 Sam: order · yesterday 16:00 · /i3",
        ]
        assert (await hand.tap("2. ✔️ Held")).splitlines()[0] == "⏳ Overdue 2"
        await hand.tap("Undo /i1")
        assert (await hand.see()).splitlines()[0] == "⏳ Overdue 3"
        buttons = await hand.data()
        await hand.forge(next(one for one in buttons if ":move:i1:" in one))
        assert (await hand.see()).splitlines()[:3] == [
            "⏳ Overdue 2",
            "1. 🗓 Mary: offer · yesterday · /i2",
            "2. 📞 Sam: order · yesterday 16:00 · /i3",
        ]
        assert "🤝 John: samples · 15:00 · /i1" in await hand.write("/today tomorrow")

    async def test_of_a_plan_that_repeats_this_one_alone_is_moved(
        self, office: Office, clock: FixedClock
    ) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting today 15:00 John: round")
        await hand.write("/repeat i1 every week")
        clock.move(timedelta(days=1))
        await hand.write("/overdue")
        assert (await hand.tap("⏭ Tomorrow")).splitlines()[0] == "⏳ Overdue 0"
        assert "🤝 John: round · 15:00 · /i1" in await hand.write("/today tomorrow")

    async def test_nothing_overdue(self, office: Office) -> None:
        _, hand = await anna(office)
        assert (await hand.write("/overdue")).splitlines() == ["⏳ Overdue 0", "Nothing is overdue."]

    async def test_a_second_tap_changes_nothing(self, office: Office, clock: FixedClock) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting today 15:00 John: samples")
        clock.move(timedelta(days=1))
        await hand.write("/overdue")
        held = next(one for one in await hand.data() if one.endswith("done:i1"))
        await hand.tap("Held")
        await hand.forge(held)
        assert "has changed meanwhile" in await hand.said()


class TestRoom:
    async def test_a_tap_plans_where_there_is_room(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 11:00 John: samples")
        assert (await hand.write("/free tomorrow")).splitlines() == [
            "🕳 Free: tomorrow",
            "1. 09:00-11:00 · 2 h",
            "2. 11:30-18:00 · 6 h 30 min",
            "Tap a time to plan something there.",
        ]
        await hand.tap("14:00")
        question = await hand.tap("Meeting")
        assert question.startswith("Meeting, tomorrow 14:00.")
        card = await hand.write("Mary, Acme: contract")
        assert card.startswith("🤝 Meeting · planned · /i2")
        assert "tomorrow 14:00" in card
        assert "1. 09:00-11:00 · 2 h" in await hand.write("/free tomorrow")
        assert "3. 14:30-18:00 · 3 h 30 min" in await hand.see()

    async def test_a_stretch_is_chosen_by_its_number_too(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/free tomorrow")
        assert (await hand.write("/1")).startswith("What is planned tomorrow at 09:00?")

    async def test_a_weekend_has_no_room_and_forged_times_do_nothing(self, office: Office) -> None:
        _, hand = await anna(office)
        assert "No room" in await hand.write("/free 2026-11-28")
        await hand.forge("slot:20261125:9999")
        assert "/help" in await hand.said()

    async def test_o2_without_the_option_there_is_no_agenda(self, office: Office) -> None:
        _, hand = await anna(office)
        async with office.database.transaction() as session:
            await session.merge(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
        for command in ("/today", "/week", "/free", "/overdue"):
            assert "no such command" in await hand.write(command)
