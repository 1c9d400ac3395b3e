"""Invitations as the chat shows them: on the letter's card, on the meeting's, and when something changes."""

from datetime import timedelta
from typing import Any

import pytest

from core.enums import Direction, FunctionalOption, InteractionType, Language, ParticipantRole
from core.itip import Attendance, CalendarTime, ItipMessage, ItipMethod
from core.models import OptionSwitch
from core.services.letter_meetings import apply_invitations
from core.services.seen_in import SeenIn
from core.values import Caller, InteractionId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import NOON
from tests.factories.calls import person, record_call
from tests.factories.invitations import MOSCOW, at, attendee, cancel, message
from tests.factories.people import caller_of

ANNA = 1001


async def invite(office: Office, caller: Caller, *messages: ItipMessage, **fields: Any) -> InteractionId:
    """A letter of John's with these messages."""
    letter = await record_call(
        office.works,
        caller,
        [person("John Smith", "john@acme.example", role=ParticipantRole.FROM)],
        **{
            "type": InteractionType.EMAIL,
            "direction": Direction.IN,
            "topic": "Invitation: Samples",
            **fields,
        },
    )
    async with office.works.begin(None, "capture_letters") as work:
        seen = SeenIn(caller.user_id, Direction.IN, private=True, predates_mailbox=False)
        await apply_invitations(work, letter, messages, seen)
    await office.idle()
    return letter


async def test_a_letter_names_its_meeting_and_the_meeting_who_comes(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    people = (
        attendee("anna@zveno.example"),
        attendee("kate@acme.example", Attendance.ACCEPTED),
        attendee("paul@acme.example", Attendance.ACCEPTED),
        attendee("sam@acme.example", Attendance.DECLINED),
        attendee("mary@acme.example", Attendance.TENTATIVE),
    )
    letter = await invite(office, caller_of(user), message(attendees=people, rrule="FREQ=WEEKLY"))
    card = await hand.write(f"/i{letter}")
    assert f"🤝 Meeting · Fri 27 Nov, 15:00 · /i{letter + 1}" in card.splitlines()
    assert (await hand.write(f"/i{letter + 1}")).splitlines() == [
        f"🤝 Meeting · planned · /i{letter + 1}",
        "John; Anna; Kate; Paul and 2 more",
        "Samples",
        "Please bring the samples.",
        "Place: Room 5",
        "Fri 27 Nov, 15:00–16:00 · Anna",
        "🔁 Repeats; only the next time is planned",
        "Will come: Kate, Paul · May come: Mary · Will not come: Sam",
        "🔗 Chain: Invitation: Samples (2) /s1 · same thread",
        "⏰ Fri 27 Nov, 14:45",
        "2nd contact in this chain",
    ]


async def test_a_moved_meeting_says_from_when_to_when(office: Office) -> None:
    user = await office.add_user(ANNA)
    letter = await invite(office, caller_of(user), message())
    await invite(
        office, caller_of(user), message(sequence=1, starts=at("2026-11-25 10:00"), ends=None), topic="Moved"
    )
    first = (await office.last(ANNA))["text"].splitlines()[0]
    assert first == (
        "The organiser has moved it: Fri 27 Nov, 15:00 → tomorrow 10:00 · "
        f"🤝 Meeting · planned · /i{letter + 1}"
    )


async def test_the_organisers_clock_is_shown_where_it_is_another(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    there = message(starts=at("2026-11-27 15:00", MOSCOW), ends=None, zone=MOSCOW)
    letter = await invite(office, caller_of(user), there)
    lines = (await hand.write(f"/i{letter + 1}")).splitlines()
    assert "Fri 27 Nov, 12:00–12:30 · Anna" in lines
    assert "For the organiser: Fri 27 Nov, 15:00 (Moscow)" in lines


async def test_days_are_moved_as_days_in_russian(office: Office) -> None:
    user = await office.add_user(ANNA, language=Language.RU)
    letter = await invite(office, caller_of(user), message(starts=at("2026-11-27"), ends=None))
    await invite(
        office, caller_of(user), message(sequence=1, starts=at("2026-11-25"), ends=None), topic="Moved"
    )
    text = (await office.last(ANNA))["text"]
    assert text.splitlines()[0] == (
        f"Организатор перенёс: пт 27 нояб. → завтра · 🤝 Встреча · запланировано · /i{letter + 1}"
    )


async def test_a_cancelled_meeting_is_told_and_its_letter_shows_it(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    letter = await invite(office, caller_of(user), message())
    await invite(office, caller_of(user), cancel(), topic="Cancelled: Samples")
    text = (await office.last(ANNA))["text"]
    assert text.startswith(f"The organiser has cancelled it · 🤝 Meeting · cancelled · /i{letter + 1}")
    card = await hand.write(f"/i{letter + 2}")
    assert f"🤝 Meeting · Fri 27 Nov, 15:00 · cancelled · /i{letter + 1}" in card.splitlines()


async def test_s1_a_reviewed_letter_lets_its_meeting_speak(office: Office) -> None:
    """Google's invitations say that they are automatic."""
    user = await office.add_user(ANNA)
    letter = await invite(office, caller_of(user), message(), direction=Direction.OUT)
    text = (await office.last(ANNA))["text"]
    assert text.startswith(f"An invitation came · 🤝 Meeting · planned · /i{letter + 1}")


async def test_an_answer_names_the_meeting_it_is_about(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    letter = await invite(office, caller_of(user), message(attendees=(attendee("kate@acme.example"),)))
    said = message(
        ItipMethod.REPLY,
        dtstamp=NOON + timedelta(hours=1),
        attendees=(attendee("kate@acme.example", Attendance.DECLINED),),
    )
    answer = await invite(office, caller_of(user), said, topic="Declined: Samples")
    assert f"/i{letter + 1}" in await hand.write(f"/i{answer}")
    assert "Will not come: Kate" in (await hand.write(f"/i{letter + 1}")).splitlines()


async def test_o2_without_the_option_a_letter_names_no_meeting(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    letter = await invite(office, caller_of(user), message())
    async with office.database.transaction() as session:
        session.add(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
    assert f"/i{letter + 1}" not in await hand.write(f"/i{letter}")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.EN, "⚠️ The invitation's time cannot be right: nothing was planned by it"),
        (Language.RU, "⚠️ Время в приглашении невозможно: по нему ничего не запланировано"),
    ],
)
@pytest.mark.parametrize("starts", [None, at("2190-01-01 10:00"), at("0001-01-01 10:00")])
async def test_an_impossible_time_is_said_and_the_letter_stays(
    office: Office, starts: CalendarTime | None, language: Language, told: str
) -> None:
    user = await office.add_user(ANNA, language=language)
    hand = Hand(office, ANNA)
    letter = await invite(office, caller_of(user), message(starts=starts, ends=None))
    card = (await hand.write(f"/i{letter}")).splitlines()
    assert told in card
    assert "Invitation: Samples" in card
    assert not [line for line in card if "🤝" in line]
    await invite(office, caller_of(user), message(sequence=1), topic="Corrected")
    assert told not in await hand.write(f"/i{letter + 1}"), "the next one tells a time, and is planned"
    assert "🤝" in await hand.see()


async def test_a_change_to_an_impossible_time_leaves_the_meeting_and_says_so(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    letter = await invite(office, caller_of(user), message())
    changed = message(sequence=1, starts=at("2190-01-01 10:00"), ends=None)
    await invite(office, caller_of(user), changed, topic="Moved")
    card = (await hand.write(f"/i{letter + 2}")).splitlines()
    assert f"🤝 Meeting · Fri 27 Nov, 15:00 · /i{letter + 1}" in card
    assert "⚠️ The invitation's time cannot be right: nothing was planned by it" in card


async def test_a_series_that_is_over_has_no_impossible_time(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    over = message(rrule="FREQ=DAILY;COUNT=2", starts=at("2026-11-01 10:00"), ends=None)
    letter = await invite(office, caller_of(user), over)
    assert "⚠️" not in await hand.write(f"/i{letter}")
