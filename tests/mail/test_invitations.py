"""What calendars in letters say about meetings, as calendars in use write it (RFC 5545, 5546, 6047)."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.itip import Attendance, CalendarTime, ItipMessage, ItipMethod
from core.rules.invitations import instant_of
from mail.calendar_lines import read_components
from mail.calendar_parts import CalendarPart
from mail.calendar_zones import CalendarZones, iana_name
from mail.invitations import MAX_ATTENDEES, MAX_EVENTS, MAX_TEXT, read_invitations

CALENDARS = Path(__file__).parent / "calendars"
MOSCOW, NEW_YORK, BERLIN = "Europe/Moscow", "America/New_York", "Europe/Berlin"


def read(name: str) -> ItipMessage:
    """The first message of a calendar of ours."""
    return read_all((CALENDARS / f"{name}.ics").read_bytes())[0]


def read_all(content: bytes, method: str = "") -> tuple[ItipMessage, ...]:
    return read_invitations([CalendarPart(content, method)])


def event(*lines: str, method: str = "REQUEST", outside: tuple[str, ...] = ()) -> ItipMessage:
    """A message of an event with these lines besides its UID."""
    (found,) = read_all(calendar(*lines, method=method, outside=outside))
    return found


def calendar(*lines: str, method: str = "REQUEST", outside: tuple[str, ...] = ()) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", *outside)
    whole = (*head, "BEGIN:VEVENT", "UID:u", *lines, "END:VEVENT", "END:VCALENDAR", "")
    return "\r\n".join(whole).encode()


TABLE: Mapping[str, dict[str, Any]] = {
    "google": {
        "method": ItipMethod.REQUEST,
        "uid": "4k2v8h1q7n@google.com",
        "summary": "Prices, samples",
        "location": "https://meet.google.com/abc-defg-hij",
        "instant": "2026-11-27T12:00",
        "zone": None,
        "organiser": "john@acme.example",
        "attendees": {"john@acme.example": Attendance.ACCEPTED, "anna@zveno.example": None},
    },
    "exchange": {
        "method": ItipMethod.REQUEST,
        "sequence": 2,
        "summary": "Договор с Ромашкой",
        "description": "Обсуждаем договор.",
        "location": "Переговорная 5",
        "instant": "2026-11-27T12:00",
        "zone": MOSCOW,
        "organiser": "ivan.petrov@romashka.example",
        "attendees": {"anna@zveno.example": None, "maria@romashka.example": Attendance.TENTATIVE},
        "rrule": "FREQ=WEEKLY;UNTIL=20261225T120000Z;INTERVAL=1;BYDAY=FR;WKST=MO",
    },
    "outlook_customized": {
        "summary": "Review",
        "location": "Boston",
        "instant": "2026-07-10T14:00",
        "zone": NEW_YORK,
        "organiser": "kate@harbour.example",
    },
    "outlook_displayed": {"instant": "2026-11-27T12:00", "zone": None},
    "yandex": {
        "method": ItipMethod.CANCEL,
        "uid": "xyz123yandex.ru",
        "sequence": 3,
        "summary": "Созвон по «Лютику»",
        "instant": "2026-11-27T12:00",
        "zone": MOSCOW,
        "organiser": "petr@lyutik.example",
        "attendees": {"anna@zveno.example": Attendance.DECLINED},
    },
    "apple": {
        "sequence": 1,
        "summary": "Frühstück",
        "recurrence_id": CalendarTime(datetime(2026, 11, 27, 10, 0), BERLIN),  # noqa: DTZ001
        "instant": "2026-11-28T09:00",
        "zone": BERLIN,
        "organiser": "lena@vogel.example",
    },
    "zoom": {
        "method": ItipMethod.PUBLISH,
        "location": "https://us02web.zoom.us/j/81234567890",
        "instant": "2026-11-27T14:00",
        "zone": NEW_YORK,
        "organiser": None,
    },
    "reply": {
        "method": ItipMethod.REPLY,
        "organiser": "anna@zveno.example",
        "attendees": {"john@acme.example": Attendance.DECLINED},
    },
}


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("breaks", [b"\n", b"\r\n", b"\r"])
def test_calendars_in_use(name: str, breaks: bytes) -> None:
    raw = (CALENDARS / f"{name}.ics").read_bytes().replace(b"\n", breaks)
    found, expected = read_all(raw)[0], dict(TABLE[name])
    organiser = found.organiser.address if found.organiser is not None else None
    assert organiser == expected.pop("organiser", organiser)
    attendees = {one.address: one.attendance for one in found.attendees}
    assert attendees == expected.pop("attendees", attendees)
    if "instant" in expected:
        assert found.starts is not None
        wanted = datetime.fromisoformat(expected.pop("instant")).replace(tzinfo=UTC)
        assert instant_of(found.starts, "Asia/Tokyo") == wanted
    assert {key: getattr(found, key) for key in expected} == expected


def test_every_calendar_of_ours_is_in_the_table() -> None:
    assert {path.stem for path in CALENDARS.glob("*.ics")} == {*TABLE, "all_day"}


def test_what_stands_inside_an_event_and_is_not_its_own_is_passed_over() -> None:
    assert read("exchange").description == "Обсуждаем договор."
    assert read("google").description.splitlines()[:2] == ["Prices for 2027", "and samples"]


def test_days_and_floating_times_have_no_zone() -> None:
    day, floating = read_all((CALENDARS / "all_day.ics").read_bytes())
    assert (day.starts, day.zone) == (CalendarTime(datetime(2026, 11, 27), is_day=True), None)  # noqa: DTZ001
    assert (floating.starts, floating.zone) == (CalendarTime(datetime(2026, 11, 27, 15)), None)  # noqa: DTZ001


def test_the_length_is_told_instead_of_the_end() -> None:
    zoom = read("zoom")
    assert zoom.starts is not None
    assert zoom.ends is not None
    assert zoom.ends.wall - zoom.starts.wall == timedelta(minutes=90)


def test_exceptions_of_a_series() -> None:
    assert [one.wall.day for one in read("exchange").without] == [4, 11]


def test_the_zone_of_times_in_utc_is_what_else_the_calendar_tells() -> None:
    found = event("DTSTART:20261127T120000Z", outside=("X-WR-TIMEZONE:Asia/Omsk",))
    assert (found.starts, found.zone) == (CalendarTime(datetime(2026, 11, 27, 12), "UTC"), "Asia/Omsk")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("tzid", "expected"),
    [
        ("Europe/Moscow", MOSCOW),
        ("/mozilla.org/20050126_1/Europe/Moscow", MOSCOW),
        ("/freeassociation.sourceforge.net/America/Argentina/Salta", "America/Argentina/Salta"),
        ('"Russian Standard Time"', MOSCOW),
        ("W. Europe Standard Time", BERLIN),
        ("tzone://Microsoft/Utc", "UTC"),
        ("Etc/GMT-3", "Etc/GMT-3"),
        ("Customized Time Zone", None),
        ("localtime", None),
        ("../../etc/passwd", None),
        ("/etc/localtime", None),
        ("", None),
        ("Europe", None),
        ("Europe/Atlantis", None),
    ],
)
def test_names_of_zones(tzid: str, expected: str | None) -> None:
    assert iana_name(tzid) == expected


RULES_OF_NO_PLACE = """BEGIN:VCALENDAR
BEGIN:VTIMEZONE
TZID:Island
BEGIN:STANDARD
DTSTART:19700101T020000
RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1SU
TZOFFSETFROM:+0615
TZOFFSETTO:+0515
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700101T020000
RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20300101T000000Z
TZOFFSETFROM:+0515
TZOFFSETTO:+0615
END:DAYLIGHT
END:VTIMEZONE
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("wall", "hours"),
    [
        ("2026-01-15T12:00", 5.25),
        ("2026-04-05T01:59", 5.25),
        ("2026-04-05T02:00", 6.25),
        ("2026-09-06T01:59", 6.25),
        ("2026-09-06T02:00", 5.25),
        ("2035-07-01T12:00", 5.25),
    ],
)
def test_zones_told_by_their_rules_alone(wall: str, hours: float) -> None:
    (found,) = read_components(RULES_OF_NO_PLACE.encode()).named("VCALENDAR")
    zones = CalendarZones.of(found)
    assert zones.find("Island", datetime.fromisoformat(wall)) == (None, timedelta(hours=hours))


def test_one_name_for_two_zones_does_not_mix_them_up() -> None:
    """Exchange calls any zone that somebody changed "Customized Time Zone"."""
    raw = (CALENDARS / "outlook_customized.ics").read_bytes()
    other = raw.replace(b"-0400", b"+0200").replace(b"-0500", b"+0100")
    other = other.replace(b"BYDAY=1SU;BYMONTH=11", b"BYDAY=-1SU;BYMONTH=10").replace(
        b"BYDAY=2SU;BYMONTH=3", b"BYDAY=-1SU;BYMONTH=3"
    )
    zones = [one.zone for raw in (raw, other, raw) for one in read_all(raw)]
    assert zones == [NEW_YORK, BERLIN, NEW_YORK]


class TestMethods:
    @pytest.mark.parametrize(
        ("inside", "declared", "expected"),
        [
            ("REQUEST", "", ItipMethod.REQUEST),
            ("", "REQUEST", ItipMethod.REQUEST),
            ("cancel", "REQUEST", ItipMethod.CANCEL),
            ("", "", ItipMethod.PUBLISH),
        ],
    )
    def test_the_calendars_own_method_counts(self, inside: str, declared: str, expected: ItipMethod) -> None:
        (found,) = read_all(calendar(method=inside), declared)
        assert found.method is expected

    def test_an_unknown_method_is_no_message(self) -> None:
        assert read_all(calendar(method="X-DANCE")) == ()

    def test_a_request_of_a_cancelled_event_cancels(self) -> None:
        assert event("STATUS:CANCELLED").method is ItipMethod.CANCEL

    def test_the_same_invitation_twice_is_once(self) -> None:
        part = CalendarPart((CALENDARS / "google.ics").read_bytes(), "REQUEST")
        assert len(read_invitations([part, part])) == 1


class TestBadInput:
    @pytest.mark.parametrize(
        "line",
        [
            "DTSTART:20269999T999999Z",
            "DTSTART:tomorrow",
            "DTSTART:00010101T000000Z",
            "DTSTART:99991231T235959",
            "DTSTART;TZID=:20261127T",
            "DTSTART",
            "DURATION:P99999D",
            "SEQUENCE:" + "9" * 5000,
            "SEQUENCE:-1",
            "SEQUENCE:١٢",
            "DTSTAMP:never",
            'ORGANIZER;CN="x:mailto:a@b.example',
            "ATTENDEE;CN=a;b;=;:::mailto:",
            "RRULE:FREQ=SECONDLY",
            "SUMMARY:" + "\\" * 999,
            "SUMMARY:\x00\x01\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
        ],
    )
    def test_a_broken_line_costs_itself_alone(self, line: str) -> None:
        found = event(line, "LOCATION:Room 5")
        assert (found.uid, found.location) == ("u", "Room 5")
        assert 0 <= found.sequence < 2**31
        assert "\x00" not in found.summary

    def test_what_has_no_uid_is_no_message(self) -> None:
        assert read_all(calendar().replace(b"UID:u\r\n", b"")) == ()

    def test_many_are_cut(self) -> None:
        people = [f"ATTENDEE:mailto:p{number}@acme.example" for number in range(1000)]
        found = event(*people, "DESCRIPTION:" + "x" * 100_000)
        assert (len(found.attendees), len(found.description)) == (MAX_ATTENDEES, MAX_TEXT)
        events = "\r\n".join(f"BEGIN:VEVENT\r\nUID:{number}\r\nEND:VEVENT" for number in range(500))
        whole = f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n{events}\r\nEND:VCALENDAR".encode()
        assert len(read_all(whole)) == MAX_EVENTS

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\x00" * 1000,
            b"BEGIN:VCALENDAR\r\n" * 20_000,
            b"BEGIN:VEVENT\r\n" * 20_000,
            b"\r\n" * 120_000,
            b" folded\r\n" * 30_000,
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:" + b"x" * 250_000,
            b'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTENDEE;CN="' + b';"' * 120_000,
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTENDEE;" + b"A=B;" * 60_000 + b":x",
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\nDESCRIPTION:" + b"<p>" * 80_000,
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\n" + b"EXDATE:" + b"20261127T150000," * 16_000,
            b"END:VEVENT\r\n" * 20_000,
        ],
    )
    def test_calendars_made_up_to_be_slow_end(self, raw: bytes) -> None:
        assert len(read_all(raw)) <= 1

    def test_many_zones_that_repeat_for_ever_end(self) -> None:
        zone = (
            "BEGIN:VTIMEZONE\r\nTZID:Z{n}\r\n"
            + "BEGIN:STANDARD\r\nDTSTART:00010101T000000\r\nRRULE:FREQ=DAILY;COUNT=99999;BYMONTHDAY=31\r\n"
            "TZOFFSETTO:+0317\r\nEND:STANDARD\r\n" * 5 + "END:VTIMEZONE"
        )
        zones = tuple(zone.format(n=number) for number in range(20))
        found = event("DTSTART;TZID=Z7:20261127T150000", outside=zones)
        assert found.starts is not None


WHOLE = [path.read_bytes() for path in sorted(CALENDARS.glob("*.ics"))]


@given(
    raw=st.sampled_from(WHOLE),
    cuts=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=12)), max_size=8),
)
def test_any_damage_leaves_values_that_can_be_stored(raw: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    for start, length, put in cuts:
        raw = raw[:start] + put + raw[start + length :]
    for found in read_all(raw):
        for text in (found.uid, found.summary, found.description, found.location):
            assert "\x00" not in text
            json.dumps(text).encode()
        for moment in (found.starts, found.ends, found.recurrence_id, *found.without):
            if moment is not None:
                assert instant_of(moment, "UTC").tzinfo is UTC
