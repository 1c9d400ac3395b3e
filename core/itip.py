"""What a letter says about a meeting: iTIP messages as values (RFC 5546), read by the mail door.

Times stay as the organiser wrote them, since a floating time and a day alone become instants only in the zone of
the user whose mailbox they came to.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ItipMethod(StrEnum):
    """What a message is for (RFC 5546, 1.4); a calendar without a method is published."""

    PUBLISH = "publish"
    REQUEST = "request"
    REPLY = "reply"
    ADD = "add"
    CANCEL = "cancel"
    REFRESH = "refresh"
    COUNTER = "counter"
    DECLINECOUNTER = "declinecounter"


class Attendance(StrEnum):
    """What an attendee has answered (RFC 5545, 3.2.12, PARTSTAT); no answer yet is None."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class CalendarTime:
    """A moment as an iCalendar tells it (RFC 5545, 3.3.4 and 3.3.5).

    Attributes:
        wall: What the clock on the wall shows; midnight for a day alone.
        zone: Its IANA zone; None for a floating time and for a day alone.
        offset: East of UTC, where the sender's zone is none of IANA's and only its rules are known.
        is_day: Whether only a day was said.
    """

    wall: datetime
    zone: str | None = None
    offset: timedelta | None = None
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who organises a meeting or is asked to it; address normalised, empty when it is no e-mail."""

    name: str
    address: str
    original: str
    attendance: Attendance | None = None


@dataclass(frozen=True, slots=True)
class ItipMessage:
    """One event of one message.

    Attributes:
        uid: The event's identity, the same in all messages about it.
        recurrence_id: The start, as it was first planned, of the one occurrence that is meant; None: all.
        sequence: The organiser's count of changes that matter.
        dtstamp: When this message was made, aware UTC; settles what the sequence leaves open.
        organiser: Who may change it; None where nobody is named.
        attendees: Everybody asked, rooms and resources apart.
        starts: None where it is missing or unreadable.
        ends: The end, or None: the domain's default length applies.
        zone: The organiser's IANA zone, as far as the message tells, also where its times are in UTC.
        rrule: The recurrence rule as sent; empty for a single event.
        without: Occurrences of the rule that do not take place.
    """

    method: ItipMethod
    uid: str
    recurrence_id: CalendarTime | None
    sequence: int
    dtstamp: datetime
    summary: str
    description: str
    location: str
    starts: CalendarTime | None
    ends: CalendarTime | None
    zone: str | None
    organiser: Attendee | None
    attendees: tuple[Attendee, ...]
    rrule: str = ""
    without: tuple[CalendarTime, ...] = ()
