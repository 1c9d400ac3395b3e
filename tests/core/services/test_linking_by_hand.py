"""Linking a participant by hand and what follows from it (domain.md P4), on both databases."""

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import ContactKind, InteractionType
from core.errors import ContentFixed, Invalid, NotFound
from core.models import (
    Contact,
    ContactAddress,
    Interaction,
    Participant,
    SubjectParticipant,
    SubjectParticipantAddress,
)
from core.services.contacts import ContactDraft, Contacts
from core.services.participants import Participants
from core.services.undo import Undo
from core.services.work import Works
from core.values import Caller, ContactId, InteractionId, ParticipantDraft, ParticipantId
from tests.conftest import FixedClock
from tests.factories.calls import address, person, record_call
from tests.factories.people import caller_of, make_user


@pytest.fixture
def works(database: Database, clock: FixedClock) -> Works:
    return Works(database, clock)


@pytest.fixture
async def anna(database: Database) -> Caller:
    async with database.transaction() as session:
        return caller_of(await make_user(session, "Anna"))


@pytest.fixture
async def boris(database: Database) -> Caller:
    async with database.transaction() as session:
        return caller_of(await make_user(session, "Boris"))


async def people_of(database: Database, interaction_id: InteractionId) -> list[Participant]:
    async with database.reading() as session:
        rows = await session.scalars(
            select(Participant)
            .where(Participant.interaction_id == interaction_id)
            .order_by(Participant.position)
        )
        return list(rows)


async def contact_ids(database: Database, *interaction_ids: InteractionId) -> list[int | None]:
    return [row.contact_id for one in interaction_ids for row in await people_of(database, one)]


async def the_only(database: Database, interaction_id: InteractionId) -> ParticipantId:
    (row,) = await people_of(database, interaction_id)
    return ParticipantId(row.id)


async def coordinates_of(database: Database, contact_id: ContactId) -> list[str]:
    async with database.reading() as session:
        rows = await session.scalars(
            select(ContactAddress.value)
            .where(ContactAddress.contact_id == contact_id)
            .order_by(ContactAddress.id)
        )
        return list(rows)


async def counters_of(database: Database, contact_id: ContactId) -> tuple[int, bool]:
    async with database.reading() as session:
        contact = await session.get_one(Contact, contact_id)
        return contact.unreviewed, contact.last_interaction_at is not None


async def test_p4_coordinates_go_to_the_contact_and_every_earlier_one_is_linked(
    database: Database, works: Works, anna: Caller, boris: Caller
) -> None:
    contacts, participants = Contacts(works), Participants(works)
    old = await record_call(works, boris, [person("Unknown caller", "+7 916 123-45-67")], private=True)
    mail = await record_call(works, anna, [person("I. P.", "ivan@home.ru", "+7 495 000-00-01")])
    named_alike = await record_call(works, anna, [person("Ivan Petrov")])
    call = await record_call(works, anna, [person("Ivan Petrov", "8 916 123 45 67", "ivan@home.ru")])
    ivan = await contacts.create(anna, ContactDraft(ContactKind.INDIVIDUAL, "Ivan Petrov"))
    assert await contact_ids(database, old, mail, call) == [None, None, None]

    others = await participants.link(anna, call, await the_only(database, call), ivan)

    assert others == 2
    assert await contact_ids(database, call, old, mail, named_alike) == [ivan, ivan, ivan, None]
    assert await coordinates_of(database, ivan) == ["+79161234567", "ivan@home.ru"]
    assert await counters_of(database, ivan) == (0, True)
    later = await record_call(works, boris, [person("?", "ivan@home.ru")])
    assert await contact_ids(database, later) == [ivan]


async def test_p4_what_is_linked_already_is_not_touched(
    database: Database, works: Works, anna: Caller
) -> None:
    contacts, participants = Contacts(works), Participants(works)
    olga = await contacts.create(
        anna, ContactDraft(ContactKind.INDIVIDUAL, "Olga", [address("family@home.ru")])
    )
    hers = await record_call(works, anna, [person("Olga", "family@home.ru")])
    both = await record_call(works, anna, [person("?", "family@home.ru", "@ivan_petrov")])
    await participants.unlink(anna, both, await the_only(database, both))
    ivan = await contacts.create(anna, ContactDraft(ContactKind.INDIVIDUAL, "Ivan"))
    assert await participants.link(anna, both, await the_only(database, both), ivan) == 0
    assert await contact_ids(database, hers, both) == [olga, ivan]
    new = await record_call(works, anna, [person("family", "family@home.ru")])
    assert await contact_ids(database, new) == [None]


async def test_p4_is_undone_as_one_step(database: Database, works: Works, anna: Caller) -> None:
    contacts, participants = Contacts(works), Participants(works)
    calls = [await record_call(works, anna, [person("?", "ivan@home.ru")]) for _ in range(3)]
    ivan = await contacts.create(anna, ContactDraft(ContactKind.INDIVIDUAL, "Ivan"))
    await participants.link(anna, calls[0], await the_only(database, calls[0]), ivan)
    assert await contact_ids(database, *calls) == [ivan] * 3
    await Undo(works).undo_last(anna)
    assert await contact_ids(database, *calls) == [None] * 3
    assert await coordinates_of(database, ivan) == []
    assert await counters_of(database, ivan) == (0, False)


async def test_p4_thousands_are_linked_at_once(database: Database, works: Works, anna: Caller) -> None:
    call = await record_call(works, anna, [person("?", "ivan@home.ru")])
    many = [person("?", "ivan@home.ru") for _ in range(2500)]
    crowd = await record_call(works, anna, many)
    ivan = await Contacts(works).create(anna, ContactDraft(ContactKind.INDIVIDUAL, "Ivan"))
    assert await Participants(works).link(anna, call, await the_only(database, call), ivan) == 2500
    assert set(await contact_ids(database, crowd)) == {ivan}


async def test_p4_participants_of_subjects_follow_once_each(
    database: Database, works: Works, anna: Caller
) -> None:
    call = await record_call(works, anna, [person("?", "ivan@home.ru")])
    ivan = await Contacts(works).create(anna, ContactDraft(ContactKind.INDIVIDUAL, "Ivan"))
    async with database.transaction() as session:
        subject = (await session.get_one(Interaction, call)).subject_id
        linked = SubjectParticipant(subject_id=subject, contact_id=ivan, presentation="Ivan")
        unlinked = SubjectParticipant(subject_id=subject, presentation="?")
        session.add_all([linked, unlinked])
        await session.flush()
        one = address("ivan@home.ru")
        session.add(
            SubjectParticipantAddress(
                participant_id=unlinked.id, kind=one.kind, value=one.value, original=one.original
            )
        )
    await Participants(works).link(anna, call, await the_only(database, call), ivan)
    async with database.reading() as session:
        rows = (await session.scalars(select(SubjectParticipant))).all()
        assert [(row.id, row.contact_id) for row in rows] == [(linked.id, ivan)]
    await Undo(works).undo_last(anna)
    async with database.reading() as session:
        rows = (await session.scalars(select(SubjectParticipant).order_by(SubjectParticipant.id))).all()
        assert [(row.id, row.contact_id) for row in rows] == [(linked.id, ivan), (unlinked.id, None)]
        assert len((await session.scalars(select(SubjectParticipantAddress))).all()) == 1


async def test_p4_a_user_as_participant_does_not_count(
    database: Database, works: Works, anna: Caller
) -> None:
    async with database.reading() as session:
        own = await session.scalar(select(Contact.id).where(Contact.user_id == anna.user_id))
    assert own is not None
    call = await record_call(works, anna, [person("me", "+7 916 123-45-67")])
    await Participants(works).link(anna, call, await the_only(database, call), ContactId(own))
    assert await contact_ids(database, call) == [own]
    assert await counters_of(database, ContactId(own)) == (0, False)


async def test_linking_to_a_merged_contact_links_to_the_one_kept(
    database: Database, works: Works, anna: Caller
) -> None:
    contacts = Contacts(works)
    kept = await contacts.create(anna, ContactDraft(ContactKind.INDIVIDUAL, "Ivan"))
    away = await contacts.create(anna, ContactDraft(ContactKind.INDIVIDUAL, "Ivan P."))
    async with database.transaction() as session:
        (await session.get_one(Contact, away)).merged_into_id = kept
    call = await record_call(works, anna, [person("?", "ivan@home.ru")])
    await Participants(works).link(anna, call, await the_only(database, call), away)
    assert await contact_ids(database, call) == [kept]


async def test_u2_only_who_sees_the_interaction_links_its_participants(
    database: Database, works: Works, anna: Caller, boris: Caller
) -> None:
    participants = Participants(works)
    call = await record_call(works, anna, [person("?", "ivan@home.ru")])
    other = await record_call(works, anna, [person("!", "olga@home.ru")])
    ivan = await Contacts(works).create(anna, ContactDraft(ContactKind.INDIVIDUAL, "Ivan"))
    row = await the_only(database, call)
    with pytest.raises(NotFound):
        await participants.link(boris, call, row, ivan)
    with pytest.raises(NotFound):
        await participants.link(anna, other, row, ivan)
    with pytest.raises(NotFound):
        await participants.link(anna, call, row, ContactId(404))
    with pytest.raises(NotFound):
        await participants.link(anna, call, ParticipantId(404), ivan)
    assert await contact_ids(database, call, other) == [None, None]


async def test_participants_are_added_matched_and_removed(
    database: Database, works: Works, anna: Caller
) -> None:
    participants = Participants(works)
    ivan = await Contacts(works).create(
        anna, ContactDraft(ContactKind.INDIVIDUAL, "Ivan", [address("ivan@home.ru")])
    )
    call = await record_call(works, anna, [person("Mary")])
    added = await participants.add(anna, call, person("Ivan", "ivan@home.ru"))
    assert await contact_ids(database, call) == [None, ivan]
    assert (await counters_of(database, ivan))[1]
    await participants.remove(anna, call, added)
    assert await contact_ids(database, call) == [None]
    assert not (await counters_of(database, ivan))[1]
    await Undo(works).undo_last(anna)
    assert await contact_ids(database, call) == [None, ivan]
    with pytest.raises(Invalid):
        await participants.add(anna, call, ParticipantDraft(" "))


async def test_i7_people_of_a_message_are_content_their_links_are_not(
    database: Database, works: Works, anna: Caller
) -> None:
    participants = Participants(works)
    sms = await record_call(works, anna, [person("?", "+7 916 123-45-67")], type=InteractionType.SMS)
    row = await the_only(database, sms)
    with pytest.raises(ContentFixed):
        await participants.add(anna, sms, person("Mary"))
    with pytest.raises(ContentFixed):
        await participants.remove(anna, sms, row)
    ivan = await Contacts(works).create(anna, ContactDraft(ContactKind.INDIVIDUAL, "Ivan"))
    await participants.link(anna, sms, row, ivan)
    assert await contact_ids(database, sms) == [ivan]
    await participants.unlink(anna, sms, row)
    assert await contact_ids(database, sms) == [None]
