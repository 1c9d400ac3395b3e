"""The calendar in the chat: its address, and files of meetings (interface.md, GET /calendar)."""

from typing import Any

from icalendar import Calendar

from bot.calendar_file import write_calendar
from bot.i18n import load_catalogues
from core.models import User
from core.services.calendar_feeds import CalendarFeeds
from core.values import Caller, InteractionId
from tests.bot.hand import ANNA, Hand, anna
from tests.bot.office import Office
from tests.factories.people import caller_of


async def content_of(office: Office, address: str) -> int | None:
    """How many events an address tells; None where it is none."""
    secret = address.rpartition("/")[2].removesuffix(".ics")
    found = await CalendarFeeds(office.works, None).read(secret)
    return None if found is None else len(found.events)


async def documents(office: Office) -> list[dict[str, Any]]:
    return [one for one in await office.people.bot_messages(ANNA) if "document" in one]


class TestAddress:
    async def test_made_renewed_and_switched_off_by_taps(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 11:00 John: samples")
        await hand.write("/settings")
        screen = hand.message_id
        assert "There is no address yet." in await hand.tap("Calendar")
        first = (await hand.tap("Make an address")).splitlines()[1]
        assert first.startswith("https://zveno.example/calendar/")
        assert await content_of(office, first) == 1
        assert hand.message_id != screen
        hand.message_id = screen
        assert "There is no address yet." in await hand.see()
        assert "There is an address, made today" in await hand.write("/calendar")
        screen = hand.message_id
        second = (await hand.tap("Another address")).splitlines()[1]
        assert await content_of(office, first) is None
        assert await content_of(office, second) == 1
        hand.message_id = screen
        assert "There is no address yet." in await hand.tap("Switch it off")
        assert await content_of(office, second) is None

    async def test_typed(self, office: Office) -> None:
        _, hand = await anna(office)
        address = (await hand.write("/calendar new")).splitlines()[1]
        assert await content_of(office, address) == 0
        await hand.write("/calendar off")
        assert await content_of(office, address) is None
        assert "/calendar" in await hand.write("/calendar please")

    async def test_without_public_url_it_says_what_is_missing(self, office: Office) -> None:
        _, hand = await anna(office)
        office.services.calendar_feeds = CalendarFeeds(office.works, None)
        assert "PUBLIC_URL" in await hand.write("/calendar")
        assert "PUBLIC_URL" in await hand.write("/calendar new")
        assert not any("address" in label for label in await hand.labels())

    async def test_the_address_is_nowhere_in_the_database(self, office: Office) -> None:
        user, hand = await anna(office)
        address = (await hand.write("/calendar new")).splitlines()[1]
        secret = address.rpartition("/")[2].removesuffix(".ics")
        found = await office.services.calendar_feeds.get_feed(caller_of(user))
        assert found.created_at is not None
        async with office.database.reading() as session:
            connection = await session.connection()
            for table in User.metadata.sorted_tables:
                rows = (await connection.execute(table.select())).all()
                assert secret not in str(rows), table.name


class TestFiles:
    async def test_a_meeting_as_a_file_by_tap_and_typed(self, office: Office) -> None:
        user, hand = await anna(office)
        await hand.write("/meeting tomorrow 11:00 John: samples")
        await office.tap(ANNA, await hand.message(), text="📎 Calendar")
        await office.write(ANNA, "/ics i1")
        sent = await documents(office)
        assert [one["document"]["file_name"] for one in sent] == ["meeting.ics", "meeting.ics"]
        event = await self.event(office, caller_of(user))
        assert str(event["uid"]) == "interaction-1@zveno.example"

    async def event(self, office: Office, caller: Caller) -> Any:
        event = await office.services.calendar_feeds.event(caller, InteractionId(1))
        tr = load_catalogues().translator(caller.language)
        content = write_calendar([event], tr, host=office.services.calendar_feeds.host)
        return Calendar.from_ical(content).walk("VEVENT")[0]

    async def test_files_come_along_only_for_who_wants_them(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/meeting tomorrow 11:00 John: samples")
        assert await documents(office) == []
        assert "Files come along" in await hand.write("/calendar files on")
        await office.write(ANNA, "/meeting tomorrow 12:00 Mary: contract")
        [sent] = await documents(office)
        assert sent["caption"] == "📎 For your calendar: contract · /i2"
        await hand.write("/call John: no meeting")
        await hand.write("/plan tomorrow 13:00 Eve: think")
        await hand.write("/calendar")
        assert "Files come on demand" in await hand.tap("Files on demand only")
        await hand.write("/meeting tomorrow 15:00 Sam: dinner")
        assert len(await documents(office)) == 1

    async def test_a_letter_is_no_event(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/email John: the offer")
        assert "not yours to see" in await hand.write("/ics i1")

    async def test_no_file_of_what_is_not_theirs_to_see(self, office: Office) -> None:
        _, hand = await anna(office)
        await office.add_user(1002, "Boris")
        await Hand(office, 1002).write("/meeting tomorrow 11:00 John: secret")
        assert "not yours to see" in await hand.write("/ics i1")
        assert await documents(office) == []
