"""From the bytes of a letter with an invitation to the meeting it makes (RFC 6047; domain.md I3, I8)."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import FolderRole, InteractionState
from core.models import Participant
from core.services.erasure import Erasure
from core.services.mail_folders import FolderCursor
from core.values import InteractionId
from mail.parser import parse_letter
from tests.conftest import NOON, FixedClock
from tests.factories.invitations import Desk
from tests.factories.mail import FolderBlobs, Post, SightedLetter
from tests.factories.organisation import make_organisation

CALENDARS = Path(__file__).parent / "calendars"


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    return Desk(Post(await make_organisation(database, clock)))


@pytest.fixture
async def inbox(desk: Desk) -> FolderCursor:
    return await desk.post.inbox_of(desk.post.organisation.anna, "anna@zveno.example")


def calendar(name: str) -> bytes:
    return (CALENDARS / f"{name}.ics").read_bytes().replace(b"\n", b"\r\n")


def mail(content: bytes, method: str, *, name: str = "a", attached: bool = True) -> bytes:
    """A letter as Google and Exchange write it: the calendar beside the text, and once more as a file."""
    letter = EmailMessage()
    letter["From"] = "John Smith <john@acme.example>"
    letter["To"] = "anna@zveno.example"
    letter["Subject"] = "Invitation"
    letter["Message-ID"] = f"<{name}@acme.example>"
    letter["Date"] = "Tue, 24 Nov 2026 12:00:00 +0000"
    letter.set_content("You are invited.")
    letter.add_alternative("<p>You are invited.</p>", subtype="html")
    letter.add_alternative(
        content, "text", "calendar", params={"method": method, "charset": "UTF-8"}, cte="base64"
    )
    if attached:
        letter.add_attachment(content, "application", "ics", filename="invite.ics")
    return letter.as_bytes()


async def receive(desk: Desk, inbox: FolderCursor, raw: bytes) -> InteractionId:
    """Capture a letter."""
    return await desk.post.deliver(inbox, parse_letter(raw).letter)


async def test_an_invitation_that_stands_twice_in_a_letter_is_one_meeting(
    desk: Desk, inbox: FolderCursor
) -> None:
    arrived = await receive(desk, inbox, mail(calendar("google"), "REQUEST"))
    meeting = await desk.meeting()
    assert (meeting.topic, meeting.parent_id) == ("Prices, samples", arrived)
    assert meeting.happened_at == datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    assert (await desk.post.interaction(arrived)).text.startswith("You are invited.")


async def test_windows_zones_and_russian_names_come_through(desk: Desk, inbox: FolderCursor) -> None:
    await receive(desk, inbox, mail(calendar("exchange"), "REQUEST"))
    meeting = await desk.meeting()
    assert (meeting.wall_time, meeting.timezone) == ("2026-11-27T15:00", "Europe/Moscow")
    assert (meeting.topic, meeting.place) == ("Договор с Ромашкой", "Переговорная 5")
    assert set(await desk.people(meeting.id)) == {"Иван Петров", "Anna", "Сидорова, Мария"}


async def test_a_later_letter_cancels(desk: Desk, inbox: FolderCursor) -> None:
    cancelled = calendar("yandex")
    asked = cancelled.replace(b"METHOD:CANCEL", b"METHOD:REQUEST").replace(b"SEQUENCE:3", b"SEQUENCE:2")
    asked = asked.replace(b"STATUS:CANCELLED", b"STATUS:CONFIRMED")
    await receive(desk, inbox, mail(asked, "REQUEST"))
    assert (await desk.meeting()).state is InteractionState.PLANNED
    await receive(desk, inbox, mail(cancelled, "CANCEL", name="b", attached=False))
    assert (await desk.meeting()).state is InteractionState.CANCELLED


async def test_a_broken_calendar_leaves_its_letter_whole(desk: Desk, inbox: FolderCursor) -> None:
    arrived = await receive(desk, inbox, mail(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID", "REQUEST"))
    assert await desk.meetings() == []
    assert (await desk.post.interaction(arrived)).topic == "Invitation"


async def test_i8_what_was_erased_leaves_no_content_and_does_not_come_back(
    desk: Desk, inbox: FolderCursor, tmp_path: Path
) -> None:
    await receive(desk, inbox, mail(calendar("google"), "REQUEST"))
    meeting = await desk.meeting()
    administrator = desk.post.organisation.administrator
    await Erasure(desk.post.works, FolderBlobs(tmp_path)).erase(administrator, InteractionId(meeting.id))
    moved = calendar("google").replace(b"SEQUENCE:0", b"SEQUENCE:1").replace(b"T120000Z", b"T130000Z")
    await receive(desk, inbox, mail(moved, "REQUEST", name="b"))
    meeting = await desk.meeting()
    assert (meeting.topic, meeting.text, meeting.place) == ("", "", "")
    assert meeting.deleted_at is not None
    async with desk.post.works.database.reading() as session:
        people = await session.scalars(select(Participant).where(Participant.interaction_id == meeting.id))
        assert people.all() == []


async def test_m1_the_same_letter_in_another_mailbox_shares_the_meeting(
    desk: Desk, inbox: FolderCursor
) -> None:
    org = desk.post.organisation
    of_boris = await desk.post.inbox_of(org.boris, "boris@zveno.example")
    raw = mail(calendar("google"), "REQUEST")
    await receive(desk, inbox, raw)
    await receive(desk, of_boris, raw)
    meeting = await desk.meeting()
    assert await desk.post.owners(InteractionId(meeting.id)) == {
        org.anna.user_id: False,
        org.boris.user_id: False,
    }


async def test_r2_ones_own_invitation_seen_in_sent_is_reviewed(desk: Desk) -> None:
    anna = desk.post.organisation.anna
    mailbox = await desk.post.add(anna, "anna@zveno.example")
    sent = await desk.post.open(mailbox, "Sent", FolderRole.SENT)
    await receive(desk, sent, mail(calendar("google"), "REQUEST"))
    meeting = await desk.meeting()
    assert await desk.post.owners(InteractionId(meeting.id)) == {anna.user_id: True}
    assert len(await desk.reminders(meeting.id)) == 1


async def test_r2_old_mail_about_what_is_over_makes_no_meeting(desk: Desk, inbox: FolderCursor) -> None:
    over = calendar("google").replace(b"20261127T", b"20261120T")
    await desk.post.deliver(inbox, parse_letter(mail(over, "REQUEST")).letter, at=NOON - timedelta(days=5))
    assert await desk.meetings() == []


async def test_an_invitation_and_its_end_in_one_batch(desk: Desk, inbox: FolderCursor) -> None:
    """A mailbox is connected, and all its letters come at once."""
    cancelled = calendar("yandex")
    asked = cancelled.replace(b"METHOD:CANCEL", b"METHOD:REQUEST").replace(b"SEQUENCE:3", b"SEQUENCE:2")
    asked = asked.replace(b"STATUS:CANCELLED", b"STATUS:CONFIRMED")
    letters = (mail(cancelled, "CANCEL", name="b"), mail(asked, "REQUEST"))
    await desk.post.capture(
        inbox,
        [SightedLetter(uid, NOON, parse_letter(raw).letter) for uid, raw in enumerate(letters, start=1)],
    )
    assert (await desk.meeting()).state is InteractionState.CANCELLED
