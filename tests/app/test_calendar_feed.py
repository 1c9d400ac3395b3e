"""Calendar feeds over HTTP, read back as a calendar program reads them (interface.md, GET /calendar)."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from icalendar import Calendar

from app.calendar_feed import Allowance, CalendarPage
from app.http import HttpDoor
from core.database import Database
from core.enums import FunctionalOption, InteractionState, InteractionType, Language, UserState
from core.models import Interaction, OptionSwitch, User
from core.services.calendar_feeds import CalendarFeeds
from core.services.care import Care
from core.services.plans import Plans
from core.services.undo import Undo
from core.services.work import Works
from core.values import Caller, InteractionId, When
from tests.conftest import NOON, FixedClock
from tests.factories.calls import person, record_call
from tests.factories.people import caller_of, make_user

URL = "https://zveno.example"


@pytest.fixture
def works(database: Database, clock: FixedClock) -> Works:
    return Works(database, clock)


@asynccontextmanager
async def serving(works: Works) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    page = CalendarPage(CalendarFeeds(works, URL))
    door = HttpDoor(("127.0.0.1", 0), works.database, parts=list, find_ill=list, routes=page.routes())
    task = asyncio.create_task(door.run())
    async with asyncio.timeout(20):
        while not door.url:  # noqa: ASYNC110 - the test looks from outside
            await asyncio.sleep(0.005)
    try:
        async with aiohttp.ClientSession() as client:
            yield client, door.url
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def add_user(works: Works, **fields: Any) -> Caller:
    async with works.database.transaction() as session:
        return caller_of(await make_user(session, "Anna", **fields))


async def plan(works: Works, caller: Caller, when: When, **fields: Any) -> InteractionId:
    return await record_call(
        works,
        caller,
        [person("John Smith, Acme")],
        when=when,
        **{
            "type": InteractionType.MEETING,
            "state": InteractionState.PLANNED,
            "direction": None,
            "topic": "Samples",
            **fields,
        },
    )


async def path_of(works: Works, caller: Caller) -> str:
    address = await CalendarFeeds(works, URL).renew(caller)
    assert address is not None
    assert address.startswith(f"{URL}/calendar/")
    return address.removeprefix(URL)


async def read(client: aiohttp.ClientSession, url: str) -> tuple[Any, dict[str, Any]]:
    """The calendar, and its events by their identity; lines must be folded as the RFC says."""
    async with client.get(url) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        body = await answer.read()
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    calendar = Calendar.from_ical(body)
    return calendar, {str(one["uid"]): one for one in calendar.walk("VEVENT")}


async def test_what_is_planned_and_was_held_is_read_back(works: Works) -> None:
    caller = await add_user(works, timezone="Europe/Moscow")
    start = NOON + timedelta(days=1)
    long = "Ромашка; 20 паллет, скидка\\5 %\nвторая строка " + "ж" * 80
    meeting = await plan(
        works, caller, When(start, ends_at=start + timedelta(hours=1)), place="Lenina 5, 2nd floor", text=long
    )
    day = await plan(
        works,
        caller,
        When(start, due_on=date(2026, 12, 1), time_known=False),
        type=InteractionType.PLANNED,
        topic="Offer",
    )
    held = await record_call(
        works, caller, [person("Mary")], when=When(NOON - timedelta(days=2)), duration=timedelta(minutes=7)
    )
    path = await path_of(works, caller)
    async with serving(works) as (client, url):
        calendar, events = await read(client, f"{url}{path}")
    assert str(calendar["method"]) == "PUBLISH"
    assert str(calendar["x-wr-calname"]) == "Zveno: Anna"
    assert calendar["refresh-interval"].dt == timedelta(minutes=30)
    assert set(events) == {f"interaction-{one}@zveno.example" for one in (meeting, day, held)}
    one = events[f"interaction-{meeting}@zveno.example"]
    assert one["dtstart"].dt == start
    assert one["dtend"].dt == start + timedelta(hours=1)
    assert str(one["summary"]) == "🤝 John Smith, Acme: Samples"
    assert str(one["location"]) == "Lenina 5, 2nd floor"
    assert str(one["description"]) == f"Meeting, planned · /i{meeting}\n\n{long}"
    assert (str(one["status"]), str(one["transp"])) == ("CONFIRMED", "OPAQUE")
    all_day = events[f"interaction-{day}@zveno.example"]
    assert all_day["dtstart"].dt == date(2026, 12, 1)
    assert "dtend" not in all_day
    assert str(all_day["transp"]) == "TRANSPARENT"
    done = events[f"interaction-{held}@zveno.example"]
    assert done["dtend"].dt - done["dtstart"].dt == timedelta(minutes=7)


async def test_a_move_raises_the_sequence_and_keeps_the_identity(works: Works, clock: FixedClock) -> None:
    caller = await add_user(works)
    meeting = await plan(works, caller, When(NOON + timedelta(days=1)))
    path = await path_of(works, caller)
    async with serving(works) as (client, url):
        _, before = await read(client, f"{url}{path}")
        clock.move(timedelta(hours=1))
        await Plans(works).move(caller, meeting, When(NOON + timedelta(days=2)))
        _, after = await read(client, f"{url}{path}")
        clock.move(timedelta(hours=1))
        await Plans(works).drop(caller, meeting)
        _, cancelled = await read(client, f"{url}{path}")
    [first], [second], [third] = before.values(), after.values(), cancelled.values()
    assert first["uid"] == second["uid"] == third["uid"]
    assert first["sequence"] < second["sequence"] < third["sequence"]
    assert first["last-modified"].dt < second["last-modified"].dt < third["last-modified"].dt
    assert second["dtstart"].dt == NOON + timedelta(days=2)
    assert [str(one["status"]) for one in (first, second, third)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


async def test_what_is_others_far_away_deleted_or_a_letter_is_left_out(works: Works) -> None:
    caller = await add_user(works)
    other = await add_user(works)
    await plan(works, other, When(NOON + timedelta(days=1)))
    await plan(works, caller, When(NOON + timedelta(days=181)))
    await record_call(works, caller, when=When(NOON - timedelta(days=31)))
    await record_call(works, caller, type=InteractionType.EMAIL)
    gone = await plan(works, caller, When(NOON + timedelta(days=1)))
    await Care(works).delete(caller, gone)
    path = await path_of(works, caller)
    async with serving(works) as (client, url):
        assert (await read(client, f"{url}{path}"))[1] == {}


async def test_u2_what_came_in_a_private_mailbox_keeps_its_words(works: Works) -> None:
    caller = await add_user(works)
    await plan(works, caller, When(NOON + timedelta(days=1)), text="the secret offer", private=True)
    path = await path_of(works, caller)
    async with serving(works) as (client, url):
        [event] = (await read(client, f"{url}{path}"))[1].values()
    assert "secret" not in str(event["description"])
    assert str(event["class"]) == "PRIVATE"


async def test_what_has_not_changed_is_not_sent_again(works: Works, clock: FixedClock) -> None:
    caller = await add_user(works)
    meeting = await plan(works, caller, When(NOON + timedelta(days=1)))
    path = await path_of(works, caller)
    async with serving(works) as (client, url):
        async with client.get(f"{url}{path}") as answer:
            tag = answer.headers["ETag"]
        clock.move(timedelta(minutes=5))
        for header in (tag, f'"x", W/{tag}', "*"):
            async with client.get(f"{url}{path}", headers={"If-None-Match": header}) as answer:
                assert (answer.status, await answer.read()) == (304, b"")
        await Plans(works).move(caller, meeting, When(NOON + timedelta(days=2)))
        async with client.get(f"{url}{path}", headers={"If-None-Match": tag}) as answer:
            assert answer.status == 200
            assert answer.headers["ETag"] != tag


async def test_only_the_present_address_works(works: Works) -> None:
    caller = await add_user(works)
    feeds = CalendarFeeds(works, URL)
    first = await path_of(works, caller)
    second = await path_of(works, caller)
    async with serving(works) as (client, url):

        async def status(path: str) -> int:
            async with client.get(f"{url}{path}") as answer:
                return answer.status

        assert [await status(first), await status(second)] == [404, 200]
        await feeds.revoke(caller)
        assert [await status(first), await status(second)] == [404, 404]
        await Undo(works).undo_last(caller)
        assert [await status(first), await status(second)] == [404, 200]
        async with works.database.transaction() as session:
            (await session.get_one(User, caller.user_id)).state = UserState.DEACTIVATED
        assert await status(second) == 404


@pytest.mark.parametrize("secret", ["", "x", "A" * 43, "я" * 43, "%00" * 43, "A" * 5000, "..%2f..%2fetc"])
async def test_every_other_address_is_told_the_same(works: Works, secret: str) -> None:
    await path_of(works, await add_user(works))
    async with serving(works) as (client, url), client.get(f"{url}/calendar/{secret}.ics") as answer:
        assert answer.status == 404


async def test_o2_without_the_option_there_is_no_feed(works: Works) -> None:
    path = await path_of(works, await add_user(works))
    async with works.database.transaction() as session:
        session.add(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
    async with serving(works) as (client, url), client.get(f"{url}{path}") as answer:
        assert answer.status == 404


async def test_too_many_requests_are_refused_and_no_address_is_logged(
    works: Works, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = await path_of(works, await add_user(works))
    async with serving(works) as (client, url):
        statuses = []
        for _ in range(14):
            async with client.get(f"{url}{path}") as answer:
                statuses.append(answer.status)
        assert statuses[:12] == [200] * 12
        assert 429 in statuses
    assert path.rpartition("/")[2].removesuffix(".ics") not in caplog.text


async def test_whoever_guesses_does_not_shut_out_who_reads(works: Works) -> None:
    path = await path_of(works, await add_user(works))
    async with serving(works) as (client, url):
        async with client.get(f"{url}{path}") as answer:
            assert answer.status == 200
        statuses = []
        for number in range(130):
            async with client.get(f"{url}/calendar/{number:043}.ics") as answer:
                statuses.append(answer.status)
        assert set(statuses) == {404, 429}
        async with client.get(f"{url}{path}") as answer:
            assert answer.status == 200


def test_an_allowance_comes_back_evenly() -> None:
    moments = [0.0]
    allowance = Allowance(6, clock=lambda: moments[0])
    assert [allowance.take("a") for _ in range(7)] == [True] * 6 + [False]
    assert allowance.take("b")
    moments[0] = 9.0
    assert not allowance.take("a")
    moments[0] = 10.0
    assert allowance.take("a", only_look=True)
    assert allowance.take("a")
    assert not allowance.take("a")


async def test_without_an_address_from_outside_there_is_none(works: Works) -> None:
    caller = await add_user(works, language=Language.RU)
    feeds = CalendarFeeds(works, None)
    assert await feeds.renew(caller) is None
    view = await feeds.get_feed(caller)
    assert (view.is_possible, view.created_at) == (False, None)


async def test_a_thousand_events_are_one_answer(works: Works) -> None:
    caller = await add_user(works)
    first = await plan(works, caller, When(NOON + timedelta(days=1)))
    async with works.database.transaction() as session:
        row = await session.get_one(Interaction, first)
        session.add_all(
            Interaction(
                type=InteractionType.MEETING,
                state=InteractionState.PLANNED,
                topic="Round",
                text="",
                happened_at=datetime(2026, 11, 25, tzinfo=UTC) + timedelta(hours=number),
                recorded_at=NOON,
                author_id=caller.user_id,
                responsible_id=caller.user_id,
                subject_id=row.subject_id,
                source=row.source,
            )
            for number in range(1000)
        )
    path = await path_of(works, caller)
    async with serving(works) as (client, url):
        assert len((await read(client, f"{url}{path}"))[1]) == 1001
