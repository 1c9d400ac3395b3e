"""Contacts and their coordinates, partners and merging (domain.md P5), on both databases."""

from datetime import date

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import AddressKind, ContactKind
from core.errors import Invalid, NotFound, StateForbids, TaxNumberTaken
from core.models import Contact, ContactAddress, Participant, PersonPartner
from core.queries.merges import MergeReason
from core.services.contacts import ContactDraft, Contacts, Partnership
from core.services.merging import Merging
from core.services.undo import Undo
from core.services.work import Works
from core.values import Caller, ContactId, InteractionId, UserId
from tests.conftest import NOON, FixedClock
from tests.factories.calls import address, person, record_call
from tests.factories.people import caller_of, make_user

PARTNER, PERSON, INDIVIDUAL = ContactKind.PARTNER, ContactKind.PERSON, ContactKind.INDIVIDUAL


@pytest.fixture
def works(database: Database, clock: FixedClock) -> Works:
    return Works(database, clock)


@pytest.fixture
def contacts(works: Works) -> Contacts:
    return Contacts(works)


@pytest.fixture
def merging(works: Works) -> Merging:
    return Merging(works)


@pytest.fixture
async def anna(database: Database) -> Caller:
    async with database.transaction() as session:
        return caller_of(await make_user(session, "Anna"))


async def linked_to(database: Database, interaction_id: InteractionId) -> list[int | None]:
    async with database.reading() as session:
        rows = await session.scalars(
            select(Participant.contact_id)
            .where(Participant.interaction_id == interaction_id)
            .order_by(Participant.position)
        )
        return list(rows)


class TestCreate:
    async def test_p5_a_person_of_a_partner_with_several_addresses(
        self, contacts: Contacts, anna: Caller
    ) -> None:
        acme = await contacts.create(
            anna, ContactDraft(PARTNER, "  Acme\u200b Ltd ", [address("info@acme.com")], tax_number="77 01")
        )
        john = await contacts.create(
            anna,
            ContactDraft(PERSON, "John Smith", [address("John@acme.com"), address("@johnny")], acme),
        )
        view, company = await contacts.get(john), await contacts.get(acme)
        assert (view.kind, view.name, view.responsible) == (PERSON, "John Smith", "Anna")
        assert [one.value for one in view.addresses] == ["john@acme.com", "@johnny"]
        assert [one.name for one in view.partners] == ["Acme Ltd"]
        assert [one.name for one in company.persons] == ["John Smith"]
        assert company.tax_number == "7701"

    async def test_earlier_participants_that_it_alone_names_are_linked(
        self, database: Database, works: Works, contacts: Contacts, anna: Caller
    ) -> None:
        clear = await record_call(works, anna, [person("?", "ivan@home.ru")])
        claimed = await record_call(works, anna, [person("?", "ivan@home.ru", "family@home.ru")])
        handle = await record_call(works, anna, [person("?", "@ivan_petrov")])
        await contacts.create(anna, ContactDraft(INDIVIDUAL, "Olga", [address("family@home.ru")]))
        assert await linked_to(database, claimed) != [None]
        await Undo(works).undo_last(anna)
        for name in ("Olga", "Pavel"):
            await contacts.create(anna, ContactDraft(INDIVIDUAL, name, [address("family@home.ru")]))
        before = await linked_to(database, claimed)
        ivan = await contacts.create(
            anna, ContactDraft(INDIVIDUAL, "Ivan", [address("ivan@home.ru"), address("@ivan_petrov")])
        )
        assert await linked_to(database, clear) == [ivan]
        assert await linked_to(database, claimed) == before
        assert await linked_to(database, handle) == [None]
        assert (await contacts.get(ivan)).last_interaction_at == NOON

    async def test_is_undone_with_its_links(
        self, database: Database, works: Works, contacts: Contacts, anna: Caller
    ) -> None:
        call = await record_call(works, anna, [person("?", "ivan@home.ru")])
        ivan = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Ivan", [address("ivan@home.ru")]))
        await Undo(works).undo_last(anna)
        assert await linked_to(database, call) == [None]
        with pytest.raises(NotFound):
            await contacts.get(ivan)

    @pytest.mark.parametrize(
        "draft",
        [
            ContactDraft(INDIVIDUAL, " \u200b "),
            ContactDraft(INDIVIDUAL, "x" * 301),
            ContactDraft(ContactKind.USER, "Anna"),
            ContactDraft(INDIVIDUAL, "Ivan", tax_number="77"),
            ContactDraft(PARTNER, "Acme", tax_number=" "),
            ContactDraft(PARTNER, "Acme", tax_number="7" * 33),
        ],
    )
    async def test_what_makes_no_sense_is_refused(
        self, contacts: Contacts, anna: Caller, draft: ContactDraft
    ) -> None:
        with pytest.raises(Invalid):
            await contacts.create(anna, draft)

    async def test_p5_a_tax_number_is_unique_among_partners(self, contacts: Contacts, anna: Caller) -> None:
        acme = await contacts.create(anna, ContactDraft(PARTNER, "Acme", tax_number="7701234567"))
        with pytest.raises(TaxNumberTaken) as refusal:
            await contacts.create(anna, ContactDraft(PARTNER, "Acme again", tax_number="770 123 4567"))
        assert refusal.value.contact_id == acme
        beta = await contacts.create(anna, ContactDraft(PARTNER, "Beta"))
        with pytest.raises(TaxNumberTaken):
            await contacts.set_tax_number(anna, beta, "7701234567")
        await contacts.set_tax_number(anna, acme, "7701234567")
        await contacts.set_tax_number(anna, acme, None)
        await contacts.set_tax_number(anna, beta, "7701234567")
        assert (await contacts.get(beta)).tax_number == "7701234567"


class TestChange:
    async def test_addresses_come_and_go(
        self, database: Database, works: Works, contacts: Contacts, anna: Caller
    ) -> None:
        call = await record_call(works, anna, [person("?", "+7 916 123-45-67")])
        ivan = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Ivan"))
        phone = address("8 916 123-45-67")
        assert await contacts.add_address(anna, ivan, phone) == 1
        assert await contacts.add_address(anna, ivan, phone) == 0
        assert await linked_to(database, call) == [ivan]
        async with database.reading() as session:
            row = (await session.scalars(select(ContactAddress))).one()
        assert (row.kind, row.value, row.tail) == (AddressKind.PHONE, "+79161234567", "76543216197")
        await contacts.remove_address(anna, ivan, phone)
        with pytest.raises(NotFound):
            await contacts.remove_address(anna, ivan, phone)
        assert await linked_to(database, call) == [ivan]

    async def test_name_and_responsible(self, contacts: Contacts, anna: Caller, database: Database) -> None:
        async with database.transaction() as session:
            boris = await make_user(session, "Boris")
        ivan = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Ivan"))
        await contacts.rename(anna, ivan, "Артём Семёнов")
        await contacts.set_responsible(anna, ivan, UserId(boris.id))
        view = await contacts.get(ivan)
        assert (view.name, view.responsible) == ("Артём Семёнов", "Boris")
        with pytest.raises(NotFound):
            await contacts.set_responsible(anna, ivan, UserId(404))
        async with database.reading() as session:
            own = (await session.scalars(select(Contact.id).where(Contact.user_id == boris.id))).one()
            assert (await session.get_one(Contact, ivan)).name_key == "артем семенов"
        with pytest.raises(Invalid):
            await contacts.rename(anna, ContactId(own), "Eve")

    async def test_p5_several_partners_over_time(self, contacts: Contacts, anna: Caller) -> None:
        acme = await contacts.create(anna, ContactDraft(PARTNER, "Acme"))
        beta = await contacts.create(anna, ContactDraft(PARTNER, "Beta"))
        john = await contacts.create(anna, ContactDraft(PERSON, "John", partner_id=acme))
        await contacts.set_partner(anna, Partnership(john, acme, date(2020, 1, 1), until=date(2026, 6, 30)))
        await contacts.set_partner(anna, Partnership(john, beta, date(2026, 7, 1)))
        view = await contacts.get(john)
        assert [(one.name, one.since, one.until) for one in view.partners] == [
            ("Beta", date(2026, 7, 1), None),
            ("Acme", date(2020, 1, 1), date(2026, 6, 30)),
        ]
        page = await contacts.list_contacts(PERSON)
        assert [(one.name, one.partner) for one in page.rows] == [("John", "Beta")]
        with pytest.raises(Invalid):
            await contacts.set_partner(
                anna, Partnership(john, acme, date(2020, 1, 2), until=date(2020, 1, 1))
            )
        with pytest.raises(Invalid):
            await contacts.set_partner(anna, Partnership(acme, beta))
        with pytest.raises(Invalid):
            await contacts.set_partner(anna, Partnership(john, john))
        await contacts.remove_partner(anna, john, acme)
        assert [one.name for one in (await contacts.get(john)).partners] == ["Beta"]
        with pytest.raises(NotFound):
            await contacts.remove_partner(anna, john, acme)

    async def test_lists_are_ordered_by_name_without_users(self, contacts: Contacts, anna: Caller) -> None:
        for name in ("ёлка", "Ель", "abba", "Борис"):
            await contacts.create(anna, ContactDraft(INDIVIDUAL, name))
        page = await contacts.list_contacts(limit=3)
        assert ([one.name for one in page.rows], page.total) == (["abba", "Борис", "ёлка"], 4)
        page = await contacts.list_contacts(limit=3, offset=3)
        assert [one.name for one in page.rows] == ["Ель"]
        users = await contacts.list_contacts(ContactKind.USER)
        assert [one.name for one in users.rows] == ["Anna"]


class TestMerge:
    async def test_p5_everything_goes_to_the_one_kept_and_comes_back_as_one_step(
        self, database: Database, works: Works, contacts: Contacts, merging: Merging, anna: Caller
    ) -> None:
        acme = await contacts.create(anna, ContactDraft(PARTNER, "Acme"))
        keep = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Ivan", [address("ivan@home.ru")]))
        away = await contacts.create(
            anna, ContactDraft(PERSON, "Ivan P.", [address("ivan@work.ru"), address("i@acme.com")], acme)
        )
        first = await record_call(works, anna, [person("I", "ivan@home.ru")])
        second = await record_call(works, anna, [person("I", "ivan@work.ru"), person("I", "ivan@home.ru")])
        await merging.merge(anna, keep, away)
        assert await linked_to(database, first) == [keep]
        assert await linked_to(database, second) == [keep, keep]
        merged = await contacts.get(away)
        assert (merged.id, merged.kind) == (keep, PERSON)
        assert {one.value for one in merged.addresses} == {"ivan@home.ru", "ivan@work.ru", "i@acme.com"}
        assert [one.name for one in merged.partners] == ["Acme"]
        later = await record_call(works, anna, [person("I", "i@acme.com")])
        assert await linked_to(database, later) == [keep]
        await Undo(works).undo_last(anna)
        await Undo(works).undo_last(anna)
        assert await linked_to(database, second) == [away, keep]
        view = await contacts.get(away)
        assert (view.id, view.last_interaction_at) == (away, NOON)
        assert {one.value for one in view.addresses} == {"ivan@work.ru", "i@acme.com"}
        assert (await contacts.get(keep)).kind is INDIVIDUAL

    async def test_p5_shared_addresses_and_partners_are_kept_once(
        self, database: Database, contacts: Contacts, merging: Merging, anna: Caller
    ) -> None:
        acme = await contacts.create(anna, ContactDraft(PARTNER, "Acme", tax_number="77"))
        copy = await contacts.create(anna, ContactDraft(PARTNER, "ACME", [address("info@acme.com")]))
        john = await contacts.create(anna, ContactDraft(PERSON, "John", [address("j@acme.com")], acme))
        await contacts.set_partner(anna, Partnership(john, copy))
        await merging.merge(anna, copy, acme)
        assert (await contacts.get(acme)).tax_number == "77"
        assert [one.name for one in (await contacts.get(john)).partners] == ["ACME"]
        async with database.reading() as session:
            assert len((await session.scalars(select(PersonPartner))).all()) == 1

    async def test_p5_what_cannot_be_one_is_refused(
        self, database: Database, contacts: Contacts, merging: Merging, anna: Caller
    ) -> None:
        acme = await contacts.create(anna, ContactDraft(PARTNER, "Acme", tax_number="77"))
        beta = await contacts.create(anna, ContactDraft(PARTNER, "Beta", tax_number="78"))
        ivan = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Ivan"))
        async with database.reading() as session:
            own = ContactId(
                (await session.scalars(select(Contact.id).where(Contact.user_id == anna.user_id))).one()
            )
        with pytest.raises(StateForbids):
            await merging.merge(anna, acme, beta)
        for keep, away in ((ivan, ivan), (acme, ivan), (ivan, acme), (ivan, own)):
            with pytest.raises(Invalid):
                await merging.merge(anna, keep, away)
        with pytest.raises(NotFound):
            await merging.merge(anna, ivan, ContactId(404))
        await merging.merge(anna, own, ivan)
        assert (await contacts.get(ivan)).id == own

    async def test_p5_merging_is_suggested_never_done(
        self, contacts: Contacts, merging: Merging, anna: Caller
    ) -> None:
        acme = await contacts.create(anna, ContactDraft(PARTNER, "Acme", [address("info@acme.com")]))
        await contacts.create(anna, ContactDraft(PERSON, "John", [address("info@acme.com")], acme))
        one = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Пётр", [address("p@home.ru")]))
        two = await contacts.create(anna, ContactDraft(INDIVIDUAL, "петр  ", [address("p@work.ru")]))
        three = await contacts.create(anna, ContactDraft(PERSON, "P. S.", [address("P@home.ru")]))
        found = await merging.suggest_merges()
        assert [(item.keep_id, item.away_id, item.reason) for item in found] == [
            (one, three, MergeReason.COORDINATE),
            (one, two, MergeReason.NAME),
        ]
        assert (await contacts.get(three)).id == three
        assert len(await merging.suggest_merges(1)) == 1
