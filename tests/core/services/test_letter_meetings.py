"""Invitations in letters become meetings, and later ones bring them up to date (RFC 5546; domain.md I3-I5, I7)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import (
    Direction,
    FolderRole,
    FunctionalOption,
    InteractionState,
    LinkReason,
    MailClass,
    ParticipantRole,
    ReminderState,
    Source,
)
from core.itip import Attendance, ItipMethod
from core.models import InteractionVersion
from core.services.care import Care
from core.services.mail_folders import FolderCursor
from core.services.options import Options
from core.services.plans import Plans
from core.values import InteractionId, When
from tests.conftest import NOON, FixedClock
from tests.factories.invitations import JOHN, LONDON, MOSCOW, Desk, at, attendee, cancel, message
from tests.factories.mail import Post
from tests.factories.organisation import make_organisation

ANNA = "anna@zveno.example"
BORIS = "boris@zveno.example"
START = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    return Desk(Post(await make_organisation(database, clock)))


@pytest.fixture
async def inbox(desk: Desk) -> FolderCursor:
    return await desk.post.inbox_of(desk.post.organisation.anna, ANNA)


class TestRequest:
    async def test_i3_an_invitation_is_a_planned_meeting_of_the_letter(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        org = desk.post.organisation
        letter = await desk.take(
            inbox, org.anna, message(attendees=(attendee(ANNA), attendee("x@y.example")))
        )
        meeting = await desk.meeting()
        mail = await desk.post.interaction(letter)
        assert meeting.state is InteractionState.PLANNED
        assert (meeting.topic, meeting.text, meeting.place) == (
            "Samples",
            "Please bring the samples.",
            "Room 5",
        )
        assert (meeting.happened_at, meeting.ends_at) == (START, START + timedelta(hours=1))
        assert (meeting.wall_time, meeting.timezone) == ("2026-11-27T15:00", LONDON)
        assert (meeting.subject_id, meeting.parent_id) == (mail.subject_id, letter)
        assert (meeting.link_reason, meeting.source) == (LinkReason.THREAD, Source.MAILBOX)
        assert (meeting.author_id, meeting.responsible_id, meeting.private) == (None, org.anna.user_id, True)
        people = await desk.people(meeting.id)
        assert [(name, one.role) for name, one in people.items()] == [
            ("John", ParticipantRole.ORGANISER),
            ("Anna", ParticipantRole.PARTY),
            ("X", ParticipantRole.PARTY),
        ]
        assert people["John"].contact_id == org.john
        subject = await desk.post.subject_of(letter)
        assert (subject.interactions, subject.planned, subject.unreviewed) == (2, 1, 2)

    async def test_r3_its_keeper_reviews_it_when_it_is_over_and_is_reminded_before(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        await desk.take(inbox, desk.post.organisation.anna, message())
        meeting = await desk.meeting()
        assert await desk.post.owners(InteractionId(meeting.id)) == {
            desk.post.organisation.anna.user_id: False
        }
        (reminder,) = await desk.reminders(meeting.id)
        assert (reminder.state, reminder.due_at) == (ReminderState.WAITING, START - timedelta(minutes=15))

    async def test_a_letter_that_wants_attention_speaks_for_its_meeting(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        await desk.take(inbox, desk.post.organisation.anna, message())
        assert len(await desk.post.notices("letter")) == 1
        assert await desk.post.notices("meeting_invited") == []

    async def test_s1_the_meeting_of_an_automatic_letter_shows_itself(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        await desk.take(inbox, desk.post.organisation.anna, message(), mail_class=MailClass.AUTO_REPLY)
        assert await desk.post.notices("letter") == []
        (notice,) = await desk.post.notices("meeting_invited")
        assert notice.payload["show"] == f"i{(await desk.meeting()).id}"

    async def test_i4_a_meeting_without_an_end_is_half_an_hour_long(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        await desk.take(inbox, desk.post.organisation.anna, message(ends=None))
        assert (await desk.meeting()).ends_at == START + timedelta(minutes=30)

    @pytest.mark.parametrize("ends", ["2026-11-27 14:00", "2029-11-27 15:00"])
    async def test_i4_an_end_that_cannot_be_is_not_taken(
        self, desk: Desk, inbox: FolderCursor, ends: str
    ) -> None:
        await desk.take(inbox, desk.post.organisation.anna, message(ends=at(ends)))
        assert (await desk.meeting()).ends_at == START + timedelta(minutes=30)

    async def test_i5_an_all_day_event_is_a_plan_of_that_day(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message(starts=at("2026-11-27"), ends=at("2026-11-28")))
        meeting = await desk.meeting()
        assert (meeting.due_on, meeting.time_known) == (date(2026, 11, 27), False)
        assert meeting.timezone == anna.timezone
        assert meeting.wall_time == "2026-11-27"

    async def test_i5_a_floating_time_is_the_keepers(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message(starts=at("2026-11-27 15:00", None), ends=None, zone=None))
        meeting = await desk.meeting()
        assert (meeting.wall_time, meeting.timezone) == ("2026-11-27T15:00", anna.timezone)

    @pytest.mark.parametrize(
        ("wall", "instant"),
        [("2027-03-28 01:30", "2027-03-28T01:30"), ("2027-10-31 01:30", "2027-10-31T00:30")],
    )
    async def test_i5_in_a_gap_the_time_moves_on_in_an_overlap_the_first_counts(
        self, desk: Desk, inbox: FolderCursor, wall: str, instant: str
    ) -> None:
        await desk.take(inbox, desk.post.organisation.anna, message(starts=at(wall), ends=None))
        assert (await desk.meeting()).happened_at == datetime.fromisoformat(instant).replace(tzinfo=UTC)

    async def test_the_organisers_zone_is_kept_where_the_time_is_in_utc(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        await desk.take(
            inbox,
            desk.post.organisation.anna,
            message(starts=at("2026-11-27 12:00", "UTC"), ends=None, zone=MOSCOW),
        )
        meeting = await desk.meeting()
        assert (meeting.wall_time, meeting.timezone) == ("2026-11-27T15:00", MOSCOW)

    async def test_a_time_out_of_reach_makes_no_meeting(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message(starts=at("2190-01-01 10:00"), ends=None))
        await desk.take(inbox, anna, message(uid="two", starts=None, ends=None))
        assert await desk.meetings() == []

    async def test_o2_without_the_option_there_is_no_meeting(self, desk: Desk, inbox: FolderCursor) -> None:
        org = desk.post.organisation
        await Options(org.works).set(org.administrator, FunctionalOption.OTHER_INTERACTIONS, is_on=False)
        await desk.take(inbox, org.anna, message())
        assert await desk.meetings() == []

    async def test_r2_what_was_over_before_the_mailbox_came_makes_no_meeting(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        over: dict[str, Any] = {"starts": at("2026-11-20 15:00"), "ends": at("2026-11-20 16:00")}
        await desk.take(inbox, anna, message(**over), predates=True)
        assert await desk.meetings() == []
        await desk.take(inbox, anna, message(uid="two", **over))
        assert (await desk.meeting()).happened_at == datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

    async def test_r2_an_old_letter_about_what_is_to_come_plans_it_silently(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        await desk.take(
            inbox, desk.post.organisation.anna, message(), predates=True, mail_class=MailClass.AUTO_REPLY
        )
        assert (await desk.meeting()).state is InteractionState.PLANNED
        assert await desk.post.notices("meeting_invited") == []

    async def test_what_a_newsletter_announces_is_no_meeting(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message(ItipMethod.PUBLISH), mail_class=MailClass.NEWSLETTER)
        assert await desk.meetings() == []
        await desk.take(inbox, anna, message(ItipMethod.PUBLISH, uid="two"))
        assert (await desk.meeting()).state is InteractionState.PLANNED


class TestSeveralMailboxes:
    async def test_m1_one_letter_in_two_mailboxes_is_one_meeting_of_both(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        org = desk.post.organisation
        letter = await desk.take(inbox, org.anna, message())
        await desk.apply(letter, org.boris, message())
        await desk.apply(letter, org.boris, message())
        meeting = await desk.meeting()
        assert await desk.post.owners(InteractionId(meeting.id)) == {
            org.anna.user_id: False,
            org.boris.user_id: False,
        }
        assert {one.user_id for one in await desk.reminders(meeting.id)} == {
            org.anna.user_id,
            org.boris.user_id,
        }
        assert len(await desk.said(message())) == 1

    async def test_everybody_asked_in_their_own_letter_shares_one_meeting(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        org = desk.post.organisation
        of_boris = await desk.post.inbox_of(org.boris, BORIS)
        of_manager = await desk.post.inbox_of(org.manager, "maria@zveno.example")
        await desk.take(inbox, org.anna, message())
        await desk.take(of_boris, org.boris, message())
        await desk.take(of_manager, org.manager, message())
        meeting = await desk.meeting()
        assert set(await desk.post.owners(InteractionId(meeting.id))) == {
            org.anna.user_id,
            org.boris.user_id,
            org.manager.user_id,
        }
        assert len(await desk.reminders(meeting.id)) == 3

    async def test_ones_own_invitation_is_reviewed_and_makes_the_organiser_responsible(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        org = desk.post.organisation
        sent = await desk.post.open(await desk.post.add(org.boris, BORIS), "Sent", FolderRole.SENT)
        own = message(organiser=attendee(BORIS))
        await desk.take(inbox, org.anna, own, sender=BORIS)
        await desk.take(sent, org.boris, own, direction=Direction.OUT, sender=BORIS)
        meeting = await desk.meeting()
        assert meeting.responsible_id == org.boris.user_id
        assert await desk.post.owners(InteractionId(meeting.id)) == {
            org.anna.user_id: False,
            org.boris.user_id: True,
        }

    async def test_u2_a_shared_mailbox_makes_it_visible(self, desk: Desk, inbox: FolderCursor) -> None:
        org = desk.post.organisation
        letter = await desk.take(inbox, org.anna, message())
        await desk.apply(letter, org.boris, message(), private=False)
        assert (await desk.meeting()).private is False


class TestUpdate:
    async def test_i7_a_new_time_moves_the_meeting_as_a_version_and_tells(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        await desk.take(
            inbox,
            anna,
            message(
                sequence=1, starts=at("2026-11-28 10:00"), ends=at("2026-11-28 11:30"), location="Room 6"
            ),
        )
        meeting = await desk.meeting()
        start = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
        assert (meeting.happened_at, meeting.ends_at) == (start, start + timedelta(minutes=90))
        assert (meeting.place, meeting.wall_time, meeting.version) == ("Room 6", "2026-11-28T10:00", 2)
        (notice,) = await desk.post.notices("meeting_moved")
        assert notice.user_id == anna.user_id
        assert notice.payload["before"] == {"at": START.isoformat()}
        assert notice.payload["after"] == {"at": start.isoformat()}
        (reminder,) = await desk.reminders(meeting.id)
        assert reminder.due_at == start - timedelta(minutes=15)
        async with desk.post.works.database.reading() as session:
            (former,) = (await session.scalars(select(InteractionVersion))).all()
        assert (former.version, former.content["place"]) == (1, "Room 5")
        assert former.content["happened_at"] == START.isoformat()

    async def test_a_reminder_that_came_already_comes_again_for_the_new_time(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        meeting = await desk.meeting()
        async with desk.post.works.begin(None, "remind") as work:
            (row,) = await desk.reminders(meeting.id)
            row.state = ReminderState.SENT
            await work.session.merge(row)
        await desk.take(inbox, anna, message(sequence=1, starts=at("2026-11-30 10:00"), ends=None))
        assert [one.state for one in await desk.reminders(meeting.id)] == [
            ReminderState.SENT,
            ReminderState.WAITING,
        ]

    async def test_the_same_message_and_older_ones_change_nothing(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message(sequence=3))
        await desk.take(inbox, anna, message(sequence=3))
        await desk.take(inbox, anna, message(sequence=2, summary="Older", starts=at("2026-11-30 10:00")))
        await desk.take(inbox, anna, message(sequence=3, dtstamp=NOON, summary="Older"))
        meeting = await desk.meeting()
        assert (meeting.topic, meeting.happened_at, meeting.version) == ("Samples", START, 1)
        assert [one.meeting_id for one in await desk.said(message())] == [meeting.id] * 4

    async def test_with_the_same_sequence_the_later_stamp_counts(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        later: dict[str, Any] = {"dtstamp": NOON + timedelta(hours=1), "summary": "Samples and prices"}
        await desk.take(inbox, anna, message(**later, attendees=(attendee(ANNA), attendee(BORIS))))
        meeting = await desk.meeting()
        assert meeting.topic == "Samples and prices"
        assert list(await desk.people(meeting.id)) == ["John", "Anna", "Boris"]
        assert len(await desk.post.notices("meeting_changed")) == 1
        assert await desk.post.notices("meeting_moved") == []

    async def test_a_start_set_here_stays_until_the_organiser_changes_theirs(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        meeting = await desk.meeting()
        mine = START + timedelta(minutes=30)
        await Plans(desk.post.works).move(anna, InteractionId(meeting.id), When(mine))
        await desk.take(inbox, anna, message(sequence=1, summary="Samples, please"))
        assert (await desk.meeting()).happened_at == mine
        await desk.take(inbox, anna, message(sequence=2, starts=at("2026-11-28 10:00"), ends=None))
        assert (await desk.meeting()).happened_at == datetime(2026, 11, 28, 10, 0, tzinfo=UTC)

    async def test_another_organisers_message_with_the_same_uid_is_another_meeting(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        forger = attendee("forger@evil.example")
        await desk.take(inbox, anna, cancel(9, organiser=forger))
        await desk.take(inbox, anna, message(sequence=10, organiser=forger, summary="Forged"))
        assert [(one.topic, one.state) for one in await desk.meetings()] == [
            ("Samples", InteractionState.PLANNED),
            ("Forged", InteractionState.PLANNED),
        ]

    async def test_i8_a_deleted_meeting_stays_deleted(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        meeting = await desk.meeting()
        await Care(desk.post.works).delete(anna, InteractionId(meeting.id))
        await desk.take(inbox, anna, message(sequence=4, summary="Again"))
        await desk.take(inbox, anna, cancel(5))
        meeting = await desk.meeting()
        assert (meeting.deleted_at, meeting.topic) == (NOON, "Samples")

    async def test_what_took_place_is_not_planned_again_by_the_same_sequence(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        done = await desk.meeting()
        await Plans(desk.post.works).carry_out(anna, InteractionId(done.id))
        await desk.take(inbox, anna, message(dtstamp=NOON + timedelta(hours=1), summary="Minutes"))
        assert [one.state for one in await desk.meetings()] == [InteractionState.DONE]
        await desk.take(inbox, anna, message(sequence=1, starts=at("2026-12-04 15:00"), ends=None))
        first, second = await desk.meetings()
        assert (first.state, first.topic) == (InteractionState.DONE, "Samples")
        assert (second.state, second.subject_id) == (
            InteractionState.PLANNED,
            (await desk.post.interaction(InteractionId(second.parent_id or 0))).subject_id,
        )


class TestCancel:
    async def test_i3_a_cancelled_meeting_is_reviewed_not_reminded_of_and_told(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        await desk.take(inbox, anna, cancel())
        meeting = await desk.meeting()
        assert meeting.state is InteractionState.CANCELLED
        assert await desk.post.owners(InteractionId(meeting.id)) == {anna.user_id: True}
        assert [one.state for one in await desk.reminders(meeting.id)] == [ReminderState.CANCELLED]
        (notice,) = await desk.post.notices("meeting_cancelled")
        assert (notice.user_id, notice.payload["show"]) == (anna.user_id, f"i{meeting.id}")

    async def test_an_older_cancellation_is_no_news(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message(sequence=3))
        await desk.take(inbox, anna, cancel(2))
        assert (await desk.meeting()).state is InteractionState.PLANNED

    async def test_a_cancellation_that_came_first_leaves_nothing_to_attend(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, cancel())
        assert await desk.meetings() == []
        await desk.take(inbox, anna, message(), mail_class=MailClass.AUTO_REPLY)
        meeting = await desk.meeting()
        assert meeting.state is InteractionState.CANCELLED
        assert await desk.reminders(meeting.id) == []
        assert await desk.post.notices("meeting_invited") == []

    async def test_the_organiser_may_ask_again(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        await desk.take(inbox, anna, cancel())
        await desk.take(inbox, anna, message(sequence=2, starts=at("2026-11-30 10:00"), ends=None))
        meeting = await desk.meeting()
        assert meeting.state is InteractionState.PLANNED
        assert await desk.post.owners(InteractionId(meeting.id)) == {anna.user_id: False}
        assert [one.state for one in await desk.reminders(meeting.id)] == [
            ReminderState.CANCELLED,
            ReminderState.WAITING,
        ]
        assert len(await desk.post.notices("meeting_revived")) == 1

    async def test_what_was_dropped_here_comes_back_only_by_a_change_that_matters(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        meeting = await desk.meeting()
        await Plans(desk.post.works).drop(anna, InteractionId(meeting.id))
        await desk.take(inbox, anna, message(dtstamp=NOON + timedelta(hours=1), summary="Again"))
        meeting = await desk.meeting()
        assert (meeting.state, meeting.topic) == (InteractionState.CANCELLED, "Samples")
        await desk.take(inbox, anna, message(sequence=1, starts=at("2026-11-30 10:00"), ends=None))
        assert (await desk.meeting()).state is InteractionState.PLANNED

    async def test_what_took_place_is_not_cancelled(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        await Plans(desk.post.works).carry_out(anna, InteractionId((await desk.meeting()).id))
        await desk.take(inbox, anna, cancel())
        assert (await desk.meeting()).state is InteractionState.DONE

    async def test_the_others_are_told_not_who_wrote_it(self, desk: Desk, inbox: FolderCursor) -> None:
        org = desk.post.organisation
        sent = await desk.post.open(await desk.post.add(org.boris, BORIS), "Sent", FolderRole.SENT)
        boris = attendee(BORIS)
        await desk.take(inbox, org.anna, message(organiser=boris))
        await desk.take(sent, org.boris, message(organiser=boris), direction=Direction.OUT)
        await desk.take(sent, org.boris, cancel(organiser=boris), direction=Direction.OUT)
        assert [one.user_id for one in await desk.post.notices("meeting_cancelled")] == [org.anna.user_id]


class TestReplies:
    async def test_an_answer_is_noted_with_whom_it_is_of(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        asked = message(organiser=attendee(ANNA), attendees=(JOHN, attendee("x@y.example")))
        await desk.take(inbox, anna, asked, direction=Direction.OUT)
        answered = attendee("john@acme.example", Attendance.ACCEPTED)
        letter = await desk.take(
            inbox, anna, message(ItipMethod.REPLY, organiser=attendee(ANNA), attendees=(answered,))
        )
        meeting = await desk.meeting()
        people = await desk.people(meeting.id)
        assert {name: one.attendance for name, one in people.items()} == {
            "Anna": None,
            "John": Attendance.ACCEPTED,
            "X": None,
        }
        said = await desk.said(asked)
        assert [(one.letter_id, one.meeting_id) for one in said][-1] == (letter, meeting.id)

    async def test_an_older_answer_does_not_undo_a_later_one(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message(attendees=(JOHN,)))
        for minutes, answer in ((9, Attendance.DECLINED), (5, Attendance.ACCEPTED)):
            said = message(
                ItipMethod.REPLY,
                dtstamp=NOON + timedelta(minutes=minutes),
                attendees=(attendee("john@acme.example", answer),),
            )
            await desk.take(inbox, anna, said)
        people = await desk.people((await desk.meeting()).id)
        assert people["John"].attendance is Attendance.DECLINED

    async def test_an_answer_that_came_first_is_found_again(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        own: dict[str, Any] = {"organiser": attendee(ANNA)}
        answered = attendee("john@acme.example", Attendance.TENTATIVE)
        await desk.take(inbox, anna, message(ItipMethod.REPLY, attendees=(answered,), **own))
        await desk.take(inbox, anna, message(attendees=(JOHN,), **own), direction=Direction.OUT)
        people = await desk.people((await desk.meeting()).id)
        assert people["John"].attendance is Attendance.TENTATIVE

    async def test_who_declines_is_reminded_no_more(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        for minutes, answer, states in (
            (1, Attendance.DECLINED, [ReminderState.CANCELLED]),
            (2, Attendance.ACCEPTED, [ReminderState.CANCELLED, ReminderState.WAITING]),
        ):
            said = message(
                ItipMethod.REPLY,
                dtstamp=NOON + timedelta(minutes=minutes),
                attendees=(attendee(ANNA, answer),),
            )
            await desk.take(inbox, anna, said, direction=Direction.OUT, sender=ANNA)
            assert [one.state for one in await desk.reminders((await desk.meeting()).id)] == states

    async def test_a_proposal_changes_nothing_and_names_the_meeting(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message())
        await desk.take(inbox, anna, message(ItipMethod.COUNTER, 5, starts=at("2026-12-01 10:00")))
        meeting = await desk.meeting()
        assert (meeting.happened_at, meeting.version) == (START, 1)
        assert (await desk.said(message()))[-1].meeting_id == meeting.id


class TestSeries:
    weekly = "FREQ=WEEKLY;BYDAY=FR"

    async def test_the_next_time_of_a_series_is_planned(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(
            inbox,
            anna,
            message(starts=at("2026-01-09 15:00"), ends=at("2026-01-09 16:00"), rrule=self.weekly),
        )
        meeting = await desk.meeting()
        assert (meeting.happened_at, meeting.ends_at) == (START, START + timedelta(hours=1))
        assert [one.repeats for one in await desk.said(message())] == [True]

    async def test_a_series_that_has_ended_makes_no_meeting(self, desk: Desk, inbox: FolderCursor) -> None:
        old = at("2026-01-09 15:00")
        await desk.take(
            inbox, desk.post.organisation.anna, message(starts=old, ends=None, rrule=self.weekly + ";COUNT=3")
        )
        assert await desk.meetings() == []

    async def test_times_that_do_not_take_place_are_passed_over(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        await desk.take(
            inbox,
            desk.post.organisation.anna,
            message(rrule=self.weekly, without=(at("2026-11-27 15:00"), at("2026-12-04 15:00"))),
        )
        assert (await desk.meeting()).happened_at == START + timedelta(days=14)

    async def test_an_exception_moves_the_time_it_is_about(self, desk: Desk, inbox: FolderCursor) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message(rrule=self.weekly))
        moved = message(
            sequence=1, recurrence_id=at("2026-11-27 18:00", MOSCOW), starts=at("2026-11-27 17:00"), ends=None
        )
        await desk.take(inbox, anna, moved)
        assert (await desk.meeting()).happened_at == START + timedelta(hours=2)

    async def test_an_exception_to_another_time_is_a_meeting_of_its_own(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        later = message(
            sequence=1, recurrence_id=at("2026-12-04 15:00"), starts=at("2026-12-05 15:00"), ends=None
        )
        await desk.take(inbox, anna, message(rrule=self.weekly), later)
        assert [one.happened_at for one in await desk.meetings()] == [START, START + timedelta(days=8)]
        await desk.take(inbox, anna, cancel(2, recurrence_id=at("2026-12-04 15:00")))
        assert [one.state for one in await desk.meetings()] == [
            InteractionState.PLANNED,
            InteractionState.CANCELLED,
        ]
        await desk.take(inbox, anna, cancel(3))
        assert [one.state for one in await desk.meetings()] == [InteractionState.CANCELLED] * 2

    async def test_one_time_is_cancelled_and_the_series_goes_on(
        self, desk: Desk, inbox: FolderCursor
    ) -> None:
        anna = desk.post.organisation.anna
        await desk.take(inbox, anna, message(rrule=self.weekly))
        await desk.take(inbox, anna, cancel(1, recurrence_id=at("2026-11-27 15:00")))
        assert (await desk.meeting()).state is InteractionState.CANCELLED
        await desk.take(inbox, anna, message(sequence=2, rrule=self.weekly))
        meeting = await desk.meeting()
        assert (meeting.state, meeting.happened_at) == (
            InteractionState.PLANNED,
            START + timedelta(days=7),
        )
