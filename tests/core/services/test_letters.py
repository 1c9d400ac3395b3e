"""Capturing letters: identity, direction, owners, review (domain.md M1, M2, M4, I6, I8, S1, R2, U2)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core.database import Database
from core.enums import (
    Direction,
    FolderRole,
    FunctionalOption,
    InteractionType,
    MailClass,
    MailFate,
    ParticipantRole,
    Source,
    SubjectKind,
)
from core.errors import NotFound, OptionOff, StateForbids
from core.models import Contact, ContactAddress, Department, Interaction, Participant
from core.services.care import Care
from core.services.letter_batch import Checkpoint
from core.services.options import Options
from core.services.review import Review
from core.services.sightings import Sightings
from core.values import Address, InteractionId
from tests.conftest import NOON, FixedClock
from tests.factories.mail import UIDVALIDITY, Post, SightedLetter, letter, mail_address, reply
from tests.factories.organisation import make_organisation

ANNA = "anna@zveno.example"
BORIS = "boris@zveno.example"
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


async def count_interactions(post: Post) -> int:
    async with post.works.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Interaction)) or 0


class TestIdentity:
    async def test_m1_same_uid_twice_is_once(self, post: Post) -> None:
        inbox = await post.inbox_of(post.organisation.anna, ANNA)
        batch = [SightedLetter(5, LATER, letter("a"))]
        assert len(await post.capture(inbox, batch)) == 1
        assert await post.capture(inbox, batch) == []
        assert await post.fates() == [(5, MailFate.STORED, None)]

    async def test_m1_same_letter_in_two_mailboxes_is_one_interaction_with_two_owners(
        self, post: Post
    ) -> None:
        org = post.organisation
        of_anna, of_boris = await post.inbox_of(org.anna, ANNA), await post.inbox_of(org.boris, BORIS)
        first = await post.deliver(of_anna, letter("a", to=(ANNA, BORIS)))
        second = await post.deliver(of_boris, letter("a", to=(ANNA, BORIS)))
        assert first == second
        assert await post.owners(first) == {org.anna.user_id: False, org.boris.user_id: False}
        assert [fate for _, fate, _ in await post.fates()] == [MailFate.STORED, MailFate.KNOWN]
        assert (await post.subject_of(first)).unreviewed == 1
        assert [item.user_id for item in await post.notices("letter")] == [
            org.anna.user_id,
            org.boris.user_id,
        ]

    async def test_m1_same_message_id_with_other_content_never_hides_the_first(self, post: Post) -> None:
        inbox = await post.inbox_of(post.organisation.anna, ANNA)
        real = await post.deliver(inbox, letter("a"))
        forged = await post.deliver(inbox, letter("a", content="another"))
        again = await post.deliver(inbox, letter("a"))
        assert forged != real == again
        assert (await post.message(forged)).duplicate_of_id == real
        assert (await post.message(real)).duplicate_of_id is None

    async def test_m1_an_answer_stays_with_the_first_letter_of_a_forged_id(self, post: Post) -> None:
        inbox = await post.inbox_of(post.organisation.anna, ANNA)
        answer = await post.deliver(inbox, reply("b", "a"))
        real = await post.deliver(inbox, letter("a"))
        await post.deliver(inbox, letter("a", content="another"))
        late = await post.deliver(inbox, reply("c", "a"))
        assert (await post.interaction(answer)).parent_id == real
        assert (await post.interaction(late)).parent_id == real

    async def test_m1_without_message_id_the_content_stands_in(self, post: Post) -> None:
        inbox = await post.inbox_of(post.organisation.anna, ANNA)
        first = await post.deliver(inbox, letter("a", message_id=""))
        same = await post.deliver(inbox, letter("a", message_id=""))
        other = await post.deliver(inbox, letter("b", message_id=""))
        assert first == same != other
        assert (await post.message(other)).duplicate_of_id is None

    async def test_m1_uidvalidity_changed_under_way_is_refused(self, post: Post) -> None:
        inbox = await post.inbox_of(post.organisation.anna, ANNA)
        with pytest.raises(StateForbids):
            await post.take(inbox.id, Checkpoint(UIDVALIDITY + 1, 5), [SightedLetter(5, LATER, letter("a"))])
        assert await count_interactions(post) == 0


class TestDirection:
    async def test_m2_sent_folder_is_out_and_reviewed(self, post: Post) -> None:
        anna = post.organisation.anna
        sent = await post.open(await post.add(anna, ANNA), "Sent", FolderRole.SENT)
        one = await post.deliver(sent, letter("a", sender="alias@zveno.example"))
        assert (await post.interaction(one)).direction is Direction.OUT
        assert await post.owners(one) == {anna.user_id: True}
        assert await post.notices("letter") == []

    async def test_m2_from_the_mailbox_itself_is_out_wherever_it_lies(self, post: Post) -> None:
        inbox = await post.inbox_of(post.organisation.anna, ANNA)
        one = await post.deliver(inbox, letter("a", sender=ANNA))
        assert (await post.interaction(one)).direction is Direction.OUT

    async def test_m2_from_somebody_else_is_in_and_unreviewed(self, post: Post) -> None:
        anna = post.organisation.anna
        inbox = await post.inbox_of(anna, ANNA)
        one = await post.interaction(await post.deliver(inbox, letter("a")))
        assert (one.direction, one.type, one.source) == (Direction.IN, InteractionType.EMAIL, Source.MAILBOX)
        assert (one.responsible_id, one.author_id) == (anna.user_id, None)
        assert await post.owners(InteractionId(one.id)) == {anna.user_id: False}

    @pytest.mark.parametrize("sent_first", [True, False])
    async def test_m2_r2_between_two_reps_it_is_out_once_and_new_for_the_reader(
        self, post: Post, *, sent_first: bool
    ) -> None:
        org = post.organisation
        sent = await post.open(await post.add(org.anna, ANNA), "Sent", FolderRole.SENT)
        inbox = await post.inbox_of(org.boris, BORIS)
        internal = letter("a", sender=ANNA, to=(BORIS,))
        folders = [sent, inbox] if sent_first else [inbox, sent]
        ids = {await post.deliver(folder, internal) for folder in folders}
        assert len(ids) == 1
        one = await post.interaction(ids.pop())
        assert (one.direction, one.responsible_id) == (Direction.OUT, org.anna.user_id)
        assert await post.owners(InteractionId(one.id)) == {org.anna.user_id: True, org.boris.user_id: False}
        assert [item.user_id for item in await post.notices("letter")] == [org.boris.user_id]


class TestReview:
    async def test_r2_older_than_the_mailbox_starts_reviewed_without_a_card(self, post: Post) -> None:
        anna = post.organisation.anna
        inbox = await post.inbox_of(anna, ANNA)
        one = await post.deliver(inbox, letter("a"), NOON - timedelta(seconds=1))
        assert await post.owners(one) == {anna.user_id: True}
        assert await post.notices("letter") == []

    async def test_r2_in_the_second_of_adding_is_new(self, post: Post, clock: FixedClock) -> None:
        anna = post.organisation.anna
        clock.move(timedelta(milliseconds=900))
        inbox = await post.inbox_of(anna, ANNA)
        assert await post.owners(await post.deliver(inbox, letter("a"), NOON)) == {anna.user_id: False}

    @pytest.mark.parametrize("mail_class", [one for one in MailClass if one is not MailClass.NORMAL], ids=str)
    async def test_s1_automatic_mail_that_answers_nothing_is_hidden_and_silent(
        self, post: Post, mail_class: MailClass
    ) -> None:
        anna = post.organisation.anna
        inbox = await post.inbox_of(anna, ANNA)
        one = await post.deliver(inbox, letter("a", mail_class=mail_class))
        assert (await post.subject_of(one)).kind is SubjectKind.NONE
        assert await post.owners(one) == {anna.user_id: True}
        assert await post.notices("letter") == []

    async def test_s1_automatic_mail_that_answers_something_joins_it(self, post: Post) -> None:
        anna = post.organisation.anna
        mailbox = await post.add(anna, ANNA)
        sent = await post.open(mailbox, "Sent", FolderRole.SENT)
        question = await post.deliver(sent, letter("a", sender=ANNA))
        bounce = await post.deliver(await post.open(mailbox), reply("b", "a", mail_class=MailClass.BOUNCE))
        assert (await post.subject_of(bounce)).head_id == question
        assert await post.owners(bounce) == {anna.user_id: False}
        assert len(await post.notices("bounced")) == 1

    async def test_an_answer_to_a_letter_on_control_is_told_as_one(self, post: Post) -> None:
        org = post.organisation
        mailbox = await post.add(org.anna, ANNA)
        sent, inbox = await post.open(mailbox, "Sent", FolderRole.SENT), await post.open(mailbox)
        question = await post.deliver(sent, letter("a", sender=ANNA))
        plain = await post.deliver(inbox, reply("b", "a"))
        await Review(org.works).mark_unreviewed(org.anna, question)
        awaited = await post.deliver(inbox, reply("c", "a"))
        assert [item.payload["show"] for item in await post.notices("letter")] == [f"i{plain}"]
        assert [item.payload["show"] for item in await post.notices("answer")] == [f"i{awaited}"]

    async def test_s1_an_answer_to_automatic_mail_makes_it_a_chain(self, post: Post) -> None:
        mailbox = await post.add(post.organisation.anna, ANNA)
        inbox = await post.open(mailbox)
        sent = await post.open(mailbox, "Sent", FolderRole.SENT)
        news = await post.deliver(inbox, letter("a", mail_class=MailClass.NEWSLETTER))
        answer = await post.deliver(sent, reply("b", "a", sender=ANNA))
        subject = await post.subject_of(answer)
        assert (subject.kind, subject.head_id) == (SubjectKind.CHAIN, news)

    async def test_u2_private_until_seen_in_a_department_mailbox(self, post: Post) -> None:
        org = post.organisation
        async with org.database.reading() as session:
            department_id = await session.scalar(select(Department.id).where(Department.name == "Sales"))
        inbox = await post.inbox_of(org.anna, ANNA)
        one = await post.deliver(inbox, letter("a"))
        assert (await post.interaction(one)).private
        shared = await post.open(
            await post.add(org.anna, "sales@zveno.example", owner_id=None, department_id=department_id)
        )
        assert await post.deliver(shared, letter("a")) == one
        assert not (await post.interaction(one)).private
        assert await post.owners(one) == {org.anna.user_id: False, org.manager.user_id: False}


class TestFates:
    async def test_m4_every_uid_has_a_fate_and_the_cursor_moves_with_them(self, post: Post) -> None:
        mailbox = await post.add(post.organisation.anna, ANNA)
        inbox = await post.open(mailbox)
        await post.capture(
            inbox,
            [
                SightedLetter(1, LATER, letter("a")),
                SightedLetter(2, LATER, excluded_by="since"),
                SightedLetter(3, LATER, quarantined="unparsable", raw_sha256="ff"),
                SightedLetter(4, LATER, letter("a")),
            ],
        )
        assert (await post.folders.list_cursors(mailbox))[0].last_uid == 4
        report = (await post.mailboxes.report(None, mailbox))[0].folders[0]
        assert (report.stored, report.known, report.excluded, report.quarantined) == (1, 1, {"since": 1}, 1)
        presence = await Sightings(post.works).load_presence(inbox.id, UIDVALIDITY)
        assert presence.present | presence.gone == {1, 2, 3, 4}

    async def test_m4_a_failing_batch_captures_nothing_and_its_letters_wait(self, post: Post) -> None:
        mailbox = await post.add(post.organisation.anna, ANNA)
        inbox = await post.open(mailbox)
        broken = letter("b", text=None)
        with pytest.raises(IntegrityError):
            await post.capture(inbox, [SightedLetter(1, LATER, letter("a")), SightedLetter(2, LATER, broken)])
        assert await post.fates() == [(1, MailFate.RECEIVED, None), (2, MailFate.RECEIVED, None)]
        assert (await post.folders.list_cursors(mailbox))[0].last_uid == 2
        async with post.works.database.reading() as session:
            assert (await session.scalars(select(Interaction))).all() == []

    async def test_o2_switched_off_mail_is_refused_and_watches_nothing(self, post: Post) -> None:
        org = post.organisation
        inbox = await post.inbox_of(org.anna, ANNA)
        assert len(await post.mailboxes.list_watched()) == 1
        await Options(org.works).set(org.administrator, FunctionalOption.MAIL_CLIENT, is_on=False)
        with pytest.raises(OptionOff):
            await post.deliver(inbox, letter("a"))
        assert await post.mailboxes.list_watched() == {}

    async def test_i8_deleted_does_not_come_back_with_another_sighting(self, post: Post) -> None:
        org = post.organisation
        inbox = await post.inbox_of(org.anna, ANNA)
        one = await post.deliver(inbox, letter("a"))
        await Care(org.works).delete(org.anna, one)
        assert await post.deliver(inbox, letter("a")) == one
        of_boris = await post.inbox_of(org.boris, BORIS)
        assert await post.deliver(of_boris, letter("a")) == one
        assert (await post.interaction(one)).deleted_at is not None
        assert [item.user_id for item in await post.notices("letter")] == [org.anna.user_id]

    async def test_removed_mailbox_captures_nothing_and_keeps_what_it_had(self, post: Post) -> None:
        mailbox = await post.add(post.organisation.anna, ANNA)
        inbox = await post.open(mailbox)
        one = await post.deliver(inbox, letter("a"))
        await post.mailboxes.remove(None, mailbox)
        with pytest.raises(NotFound):
            await post.deliver(inbox, letter("b"))
        assert (await post.interaction(one)).deleted_at is None


class TestContent:
    async def test_i6_internaldate_unless_date_lies_within_48_hours_before(self, post: Post) -> None:
        inbox = await post.inbox_of(post.organisation.anna, ANNA)
        for name, lag, believed in (
            ("a", timedelta(hours=48), True),
            ("b", timedelta(hours=49), False),
            ("c", timedelta(seconds=-1), False),
        ):
            one = await post.deliver(inbox, letter(name, sent_on=LATER - lag))
            happened_at = (await post.interaction(one)).happened_at
            assert happened_at == (LATER - lag if believed else LATER)
            assert (await post.message(one)).sent_on == LATER - lag

    async def test_p2_participants_are_matched_and_own_users_take_part(self, post: Post) -> None:
        org = post.organisation
        inbox = await post.inbox_of(org.anna, ANNA)
        one = await post.deliver(
            inbox, letter("a", cc=(mail_address("new@other.example"), mail_address(ANNA)))
        )
        async with org.database.reading() as session:
            rows = (
                await session.scalars(
                    select(Participant)
                    .where(Participant.interaction_id == one)
                    .order_by(Participant.position)
                )
            ).all()
            own = await session.scalar(select(Contact.id).where(Contact.user_id == org.anna.user_id))
        assert [(row.role, row.contact_id) for row in rows] == [
            (ParticipantRole.FROM, org.john),
            (ParticipantRole.TO, own),
            (ParticipantRole.CC, None),
        ]

    async def test_adding_a_mailbox_gives_its_address_to_the_owner(self, post: Post) -> None:
        org = post.organisation
        await post.add(org.anna, "Anna@ZVENO.example")
        async with org.database.reading() as session:
            found = await session.scalar(
                select(ContactAddress).join(Contact).where(Contact.user_id == org.anna.user_id)
            )
        assert found is not None
        assert Address(found.kind, found.value, found.original).value == ANNA
