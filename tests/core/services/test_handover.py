"""When a user goes, their open work goes to others (domain.md U4), on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import (
    ContactKind,
    Direction,
    InteractionState,
    InteractionType,
    MailboxState,
    MailSecurity,
    OutboxKind,
    PromiseSide,
    Role,
    SubjectKind,
    UserState,
)
from core.errors import Invalid, Missing, NotAllowed, NotFound, StateForbids
from core.models import (
    Contact,
    Deal,
    DealKind,
    Interaction,
    InteractionOwner,
    Mailbox,
    OutboxItem,
    Promise,
    Reminder,
    Subject,
    SubjectTeam,
    User,
    Wait,
)
from core.services.contacts import ContactDraft, Contacts
from core.services.handover import Handover
from core.services.promises import Promises
from core.services.waits import Waits
from core.services.work import Works
from core.values import Caller, InteractionId, UserId, When
from tests.conftest import NOON, FixedClock
from tests.factories.calls import person, record_call
from tests.factories.people import caller_of, make_user


@pytest.fixture
def works(database: Database, clock: FixedClock) -> Works:
    return Works(database, clock)


@pytest.fixture
def handover(works: Works) -> Handover:
    return Handover(works)


async def make_team(database: Database) -> tuple[Caller, Caller, Caller]:
    async with database.transaction() as session:
        return (
            caller_of(await make_user(session, "Leaving")),
            caller_of(await make_user(session, "First")),
            caller_of(await make_user(session, "Second")),
        )


async def unreview(database: Database, interaction_id: InteractionId, caller: Caller) -> None:
    async with database.transaction() as session:
        (await session.get_one(InteractionOwner, (interaction_id, caller.user_id))).reviewed = False
        subject_id = (await session.get_one(Interaction, interaction_id)).subject_id
        (await session.get_one(Subject, subject_id)).unreviewed += 1


async def owners_of(database: Database, interaction_id: InteractionId) -> list[tuple[int, bool]]:
    async with database.reading() as session:
        rows = await session.scalars(
            select(InteractionOwner)
            .where(InteractionOwner.interaction_id == interaction_id)
            .order_by(InteractionOwner.user_id)
        )
        return [(row.user_id, row.reviewed) for row in rows]


async def test_u4_open_work_goes_over_whole_and_in_turn(
    database: Database, works: Works, handover: Handover
) -> None:
    leaving, first, second = await make_team(database)
    ivan = await Contacts(works).create(leaving, ContactDraft(ContactKind.INDIVIDUAL, "Ivan"))
    head = await record_call(works, leaving)
    async with database.reading() as session:
        chain = (await session.get_one(Interaction, head)).subject_id
    follow = await record_call(
        works,
        leaving,
        type=InteractionType.PLANNED,
        direction=None,
        state=InteractionState.PLANNED,
        parent_id=head,
    )
    other = await record_call(works, leaving, [person("Mary")])
    done = await record_call(works, leaving)
    for one in (head, other):
        await unreview(database, one, leaving)
    async with database.transaction() as session:
        session.add(
            Reminder(
                interaction_id=follow,
                user_id=leaving.user_id,
                wanted_at=NOON + timedelta(hours=1),
                due_at=NOON + timedelta(hours=1),
                state="waiting",
            )
        )
    await handover.deactivate(None, leaving.user_id, [first.user_id, second.user_id])
    assert await owners_of(database, head) == [(first.user_id, False)]
    assert await owners_of(database, follow) == [(first.user_id, False)]
    assert await owners_of(database, other) == [(second.user_id, False)]
    assert await owners_of(database, done) == [(leaving.user_id, True)]
    async with database.reading() as session:
        for one, receiver in ((head, first), (follow, first), (other, second), (done, leaving)):
            row = await session.get_one(Interaction, one)
            assert (row.responsible_id, row.author_id) == (receiver.user_id, leaving.user_id)
        assert (await session.scalars(select(Reminder.user_id))).all() == [first.user_id]
        assert (await session.get_one(Contact, ivan)).responsible_id == first.user_id
        assert (await session.get_one(User, leaving.user_id)).state is UserState.DEACTIVATED
        assert (await session.get_one(Subject, chain)).unreviewed == 2
        notices = (
            await session.scalars(
                select(OutboxItem).where(OutboxItem.kind == OutboxKind.NOTICE).order_by(OutboxItem.user_id)
            )
        ).all()
        assert [(one.user_id, one.payload["count"]) for one in notices] == [
            (first.user_id, 2),
            (second.user_id, 1),
        ]


async def test_u4_deals_get_a_new_responsible_and_mailboxes_pause(
    database: Database, handover: Handover
) -> None:
    leaving, first, _ = await make_team(database)
    async with database.transaction() as session:
        kind = DealKind(name="Trade", type="plain", commitment="contract")
        subjects = [Subject(kind=SubjectKind.DEAL, title="Deal", created_at=NOON) for _ in range(2)]
        mailbox = Mailbox(
            owner_id=leaving.user_id,
            address="leaving@acme.example",
            imap_host="127.0.0.1",
            imap_port=993,
            imap_security=MailSecurity.TLS,
            login="leaving",
            sealed_password="sealed",
            created_at=NOON,
        )
        preparing = Mailbox(
            owner_id=mailbox.owner_id,
            address="second@zveno.example",
            imap_host="imap.zveno.example",
            imap_port=993,
            imap_security=MailSecurity.TLS,
            login="second",
            sealed_password="sealed",
            state=MailboxState.PREPARING,
            created_at=NOON,
        )
        session.add_all([kind, *subjects, mailbox, preparing])
        await session.flush()
        deals = [
            Deal(
                subject_id=subject.id,
                kind_id=kind.id,
                responsible_id=leaving.user_id,
                currency="RUB",
                opened_at=NOON,
                closed_at=closed_at,
            )
            for subject, closed_at in zip(subjects, (None, NOON), strict=True)
        ]
        session.add_all(deals)
    await handover.deactivate(None, leaving.user_id, [first.user_id])
    async with database.reading() as session:
        assert [(await session.get_one(Deal, one.id)).responsible_id for one in deals] == [
            first.user_id,
            leaving.user_id,
        ]
        team = (await session.scalars(select(SubjectTeam))).all()
        assert [(one.subject_id, one.user_id) for one in team] == [(subjects[0].id, first.user_id)]
        given_up = await session.get_one(Mailbox, preparing.id)
        assert (given_up.state, given_up.sealed_password) == (MailboxState.REMOVED, "")
        state = await session.get_one(Mailbox, mailbox.id)
        assert (state.state, state.state_reason, state.owner_id) == (
            MailboxState.PAUSED,
            "owner_left",
            leaving.user_id,
        )


async def test_u4_who_has_it_already_has_it_to_review(
    database: Database, works: Works, handover: Handover
) -> None:
    leaving, first, _ = await make_team(database)
    call = await record_call(works, leaving)
    await unreview(database, call, leaving)
    async with database.transaction() as session:
        session.add(
            InteractionOwner(
                interaction_id=call, user_id=first.user_id, reviewed=True, review_after=None, happened_at=NOON
            )
        )
    await handover.deactivate(None, leaving.user_id, [first.user_id])
    assert await owners_of(database, call) == [(first.user_id, False)]


async def test_u4_what_is_wrong_is_refused_and_changes_nothing(
    database: Database, works: Works, handover: Handover
) -> None:
    leaving, first, second = await make_team(database)
    call = await record_call(works, leaving)
    await unreview(database, call, leaving)
    async with database.transaction() as session:
        gone = await make_user(session, "Gone", state=UserState.DEACTIVATED)
        head = await make_user(session, "Head", role=Role.ADMINISTRATOR)
    with pytest.raises(Missing):
        await handover.deactivate(None, leaving.user_id)
    with pytest.raises(Invalid):
        await handover.deactivate(None, leaving.user_id, [leaving.user_id])
    for receiver in (UserId(gone.id), UserId(404)):
        with pytest.raises(NotFound):
            await handover.deactivate(None, leaving.user_id, [receiver])
    with pytest.raises(NotFound):
        await handover.deactivate(None, UserId(404), [first.user_id])
    with pytest.raises(NotAllowed):
        await handover.deactivate(first, leaving.user_id, [second.user_id])
    with pytest.raises(StateForbids):
        await handover.deactivate(None, UserId(head.id), [first.user_id])
    assert await owners_of(database, call) == [(leaving.user_id, False)]
    await handover.deactivate(caller_of(head), second.user_id)
    async with database.reading() as session:
        assert (await session.get_one(User, second.user_id)).state is UserState.DEACTIVATED


async def test_u4_promises_and_answers_waited_for_go_along_with_where_they_were_said(
    works: Works, handover: Handover
) -> None:
    leaving, first, _ = await make_team(works.database)
    async with works.database.transaction() as session:
        admin = caller_of(await make_user(session, "Ada", role=Role.ADMINISTRATOR))
    called = await record_call(works, leaving, [person("John", "+79161234567")], direction=Direction.OUT)
    await Promises(works).note(leaving, called, PromiseSide.US, "send", When(NOON + timedelta(days=1)))
    await Waits(works).follow_up(leaving, called)
    await handover.deactivate(admin, leaving.user_id, [first.user_id])
    async with works.database.reading() as session:
        assert await session.scalar(select(Promise.user_id)) == first.user_id
        assert await session.scalar(select(Wait.user_id)) == first.user_id
        assert await session.get(InteractionOwner, (called, first.user_id)) is not None
