"""Participants are inserted matched, on both databases (domain.md P1, P2)."""

from datetime import date

from sqlalchemy import event, select

from core.database import Database
from core.enums import ContactKind
from core.models import Contact, ContactAddress, Participant, ParticipantAddress, PersonPartner
from core.repositories.participants import match_participants
from core.rules.coordinates import address_tail, name_key
from core.rules.matching import Ambiguous, Linked, Unknown
from core.services.work import Works
from core.values import ContactId
from tests.conftest import NOON, FixedClock
from tests.factories.calls import address, person, record_call
from tests.factories.people import caller_of, make_user


async def make_contact(
    database: Database, name: str, kind: ContactKind, *coordinates: str, partner: int | None = None
) -> ContactId:
    async with database.transaction() as session:
        contact = Contact(kind=kind, name=name, name_key=name_key(name), created_at=NOON)
        session.add(contact)
        await session.flush()
        for one in map(address, coordinates):
            session.add(
                ContactAddress(
                    contact_id=contact.id,
                    kind=one.kind,
                    value=one.value,
                    original=one.original,
                    tail=address_tail(one),
                )
            )
        if partner is not None:
            session.add(PersonPartner(person_id=contact.id, partner_id=partner, since=date(2026, 1, 1)))
    return ContactId(contact.id)


async def test_p2_a_batch_is_matched_in_one_query(database: Database) -> None:
    acme = await make_contact(database, "Acme", ContactKind.PARTNER, "info@acme.com", "+44 20 7946 0958")
    john = await make_contact(
        database, "John", ContactKind.PERSON, "info@acme.com", "john@acme.com", partner=acme
    )
    ivan = await make_contact(database, "Ivan", ContactKind.INDIVIDUAL, "8 916 123-45-67", "family@home.ru")
    olga = await make_contact(database, "Olga", ContactKind.INDIVIDUAL, "family@home.ru")
    drafts = [
        person("Acme", "info@acme.com"),
        person("J.", "John@Acme.com"),
        person("Ivan", "+7 (916) 123-45-67", "unknown@home.ru"),
        person("?", "family@home.ru"),
        person("nobody", "nobody@nowhere.example"),
        person("Ivan", "@ivan_petrov"),
        person("told", "info@acme.com", contact_id=olga),
    ]
    statements: list[str] = []
    async with database.reading() as session:
        connection = await session.connection()
        event.listen(
            connection.sync_connection,
            "before_cursor_execute",
            lambda _c, _k, statement, *_: statements.append(statement),
        )
        matches = await match_participants(session, drafts)
    assert matches == [
        Linked(acme),
        Linked(john),
        Linked(ivan),
        Ambiguous((ivan, olga)),
        Unknown(),
        Unknown(),
        Linked(olga),
    ]
    assert len([one for one in statements if one.lstrip().upper().startswith("SELECT")]) == 1


async def test_p2_a_merged_contact_owns_nothing(database: Database) -> None:
    kept = await make_contact(database, "Ivan", ContactKind.INDIVIDUAL, "ivan@home.ru")
    away = await make_contact(database, "Ivan P.", ContactKind.INDIVIDUAL, "ivan@home.ru")
    async with database.transaction() as session:
        (await session.get_one(Contact, away)).merged_into_id = kept
    async with database.reading() as session:
        assert await match_participants(session, [person("Ivan", "ivan@home.ru")]) == [Linked(kept)]


async def test_p1_equal_text_alone_links_nobody(database: Database, clock: FixedClock) -> None:
    await make_contact(database, "John Smith", ContactKind.INDIVIDUAL, "john@acme.com")
    async with database.transaction() as session:
        user = await make_user(session)
    interaction_id = await record_call(Works(database, clock), caller_of(user), [person("John Smith")])
    async with database.reading() as session:
        rows = (
            await session.scalars(select(Participant).where(Participant.interaction_id == interaction_id))
        ).all()
    assert [(row.presentation, row.contact_id) for row in rows] == [("John Smith", None)]


async def test_participants_keep_order_coordinates_and_move_the_contacts_counter(
    database: Database, clock: FixedClock
) -> None:
    ivan = await make_contact(database, "Ivan", ContactKind.INDIVIDUAL, "8 916 123-45-67")
    async with database.transaction() as session:
        user = await make_user(session)
    drafts = [
        person("Ivan", "+79161234567", "8 916 123 45 67"),
        person("Mary", "mary@acme.com", "+44 20 7946 0958"),
    ]
    interaction_id = await record_call(Works(database, clock), caller_of(user), drafts)
    async with database.reading() as session:
        rows = (
            await session.scalars(
                select(Participant)
                .where(Participant.interaction_id == interaction_id)
                .order_by(Participant.position)
            )
        ).all()
        addresses = (await session.scalars(select(ParticipantAddress).order_by(ParticipantAddress.id))).all()
        contact = await session.get_one(Contact, ivan)
    assert [(row.position, row.presentation, row.contact_id) for row in rows] == [
        (0, "Ivan", ivan),
        (1, "Mary", None),
    ]
    assert [(one.value, one.tail) for one in addresses] == [
        ("+79161234567", "76543216197"),
        ("mary@acme.com", None),
        ("+442079460958", "859064970244"),
    ]
    assert contact.last_interaction_at == NOON
