"""iTIP messages, and letters with them applied as the capture of a letter does."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from core.enums import Direction
from core.itip import Attendance, Attendee, CalendarTime, ItipMessage, ItipMethod
from core.models import Interaction, MailInvitation, Participant, Reminder
from core.repositories import mail_invitations
from core.rules.invitations import event_of
from core.services.letter_meetings import apply_invitations
from core.services.mail_folders import FolderCursor
from core.services.seen_in import SeenIn
from core.values import Caller, InteractionId
from tests.conftest import NOON
from tests.factories.mail import Post, letter

LONDON = "Europe/London"
MOSCOW = "Europe/Moscow"


def at(text: str, zone: str | None = LONDON, **fields: Any) -> CalendarTime:
    """What a clock shows: "2026-11-27 15:00"; only a day where no time is said."""
    wall = datetime.fromisoformat(text)
    return CalendarTime(wall, None if len(text) == 10 else zone, is_day=len(text) == 10, **fields)


def attendee(address: str, attendance: Attendance | None = None) -> Attendee:
    return Attendee(address.partition("@")[0].title(), address, address, attendance)


JOHN = attendee("john@acme.example")


def message(method: ItipMethod = ItipMethod.REQUEST, sequence: int = 0, **fields: Any) -> ItipMessage:
    """A meeting on Friday 27 November 2026, 15:00-16:00 in London, unless told otherwise."""
    values: dict[str, Any] = {
        "uid": "one@acme.example",
        "recurrence_id": None,
        "dtstamp": NOON + timedelta(minutes=sequence),
        "summary": "Samples",
        "description": "Please bring the samples.",
        "location": "Room 5",
        "starts": at("2026-11-27 15:00"),
        "ends": at("2026-11-27 16:00"),
        "zone": LONDON,
        "organiser": JOHN,
        "attendees": (attendee("anna@zveno.example"),),
    }
    return ItipMessage(method=method, sequence=sequence, **{**values, **fields})


def cancel(sequence: int = 1, **fields: Any) -> ItipMessage:
    return message(ItipMethod.CANCEL, sequence, **fields)


@dataclass
class Desk:
    """Letters with invitations on their way to plans."""

    post: Post
    _names: "count[int]" = field(default_factory=lambda: count(1))

    async def take(
        self,
        folder: FolderCursor,
        keeper: Caller,
        *messages: ItipMessage,
        direction: Direction = Direction.IN,
        predates: bool = False,
        private: bool = True,
        **fields: Any,
    ) -> InteractionId:
        """Capture a letter with these messages; its interaction."""
        arrived = await self.post.deliver(
            folder, letter(fields.pop("name", f"l{next(self._names)}"), **fields)
        )
        await self.apply(arrived, keeper, *messages, direction=direction, predates=predates, private=private)
        return arrived

    async def apply(
        self,
        letter_id: InteractionId,
        keeper: Caller,
        *messages: ItipMessage,
        direction: Direction = Direction.IN,
        predates: bool = False,
        private: bool = True,
    ) -> None:
        """Apply messages of a letter that was captured before."""
        async with self.post.works.begin(None, "capture_letters") as work:
            seen = SeenIn(keeper.user_id, direction, private, predates)
            await apply_invitations(work, letter_id, messages, seen)

    async def meetings(self) -> list[Interaction]:
        """All meetings, oldest first."""
        async with self.post.works.database.reading() as session:
            rows = await session.scalars(
                select(Interaction).where(Interaction.type == "meeting").order_by(Interaction.id)
            )
            return list(rows)

    async def meeting(self) -> Interaction:
        """The only meeting."""
        (found,) = await self.meetings()
        return found

    async def said(self, about: ItipMessage) -> list[MailInvitation]:
        async with self.post.works.database.reading() as session:
            return list(await mail_invitations.list_of_event(session, event_of(about)))

    async def reminders(self, meeting_id: int) -> list[Reminder]:
        async with self.post.works.database.reading() as session:
            rows = await session.scalars(
                select(Reminder).where(Reminder.interaction_id == meeting_id).order_by(Reminder.id)
            )
            return list(rows)

    async def people(self, meeting_id: int) -> dict[str, Participant]:
        """Participants by what they are called."""
        async with self.post.works.database.reading() as session:
            rows = await session.scalars(
                select(Participant)
                .where(Participant.interaction_id == meeting_id)
                .order_by(Participant.position)
            )
            return {row.presentation: row for row in rows}
