"""One search on both databases (architecture.md 12): names, phones, addresses, words."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from core.database import Database
from core.enums import ContactKind, InteractionType, Role, SubjectKind
from core.models import Contact, Deal, DealKind, Interaction, SearchDocument, Subject, SubjectTeam
from core.queries.search import WINDOWS, FoundPage
from core.repositories import search as index
from core.services.contacts import ContactDraft, Contacts, Partnership
from core.services.merging import Merging
from core.services.search import Search
from core.services.work import Works
from core.values import Caller, InteractionId, RefKind
from tests.conftest import NOON, FixedClock
from tests.factories.calls import address, person, record_call
from tests.factories.people import caller_of, make_department, make_user

INDIVIDUAL = ContactKind.INDIVIDUAL


@pytest.fixture
def works(database: Database, clock: FixedClock) -> Works:
    return Works(database, clock)


@pytest.fixture
def search(works: Works) -> Search:
    return Search(works)


@pytest.fixture
def contacts(works: Works) -> Contacts:
    return Contacts(works)


@pytest.fixture
async def anna(database: Database) -> Caller:
    async with database.transaction() as session:
        return caller_of(await make_user(session, "Anna"))


def refs(page: FoundPage) -> list[str]:
    return [str(one.ref) for one in page.rows]


class TestWords:
    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("Прислать каталоги и цены", "каталог"),
            ("Прислать каталоги и цены", "ЦЕНА каталогов"),
            ("Ёлки для офиса", "елка"),
            ("Agreed on prices, running late", "run price"),
            ("Agreed on prices, running late", "agreed pri"),
            ("договор № 17/2026-А", "17/2026"),
            ("ключ\u00adевой клиент", "ключевой"),
            ("ｆｕｌｌ width", "full"),
            ("snake_case_word", "snake case"),
        ],
    )
    async def test_words_match_in_any_form(
        self, works: Works, search: Search, anna: Caller, text: str, query: str
    ) -> None:
        call = await record_call(works, anna, text=text, topic="")
        await record_call(works, anna, text="something else", topic="")
        assert refs(await search.find(anna, query)) == [f"i{call}"]

    @pytest.mark.parametrize(
        "query", ["price catalogue", "prices for nothing", "ce", "", "  ", "!?", "\u200b"]
    )
    async def test_all_words_must_match_from_their_start(
        self, works: Works, search: Search, anna: Caller, query: str
    ) -> None:
        await record_call(works, anna, text="the price", topic="")
        assert (await search.find(anna, query)).total == 0

    async def test_newest_first_in_pages(
        self, works: Works, search: Search, anna: Caller, clock: FixedClock
    ) -> None:
        calls = []
        for _ in range(5):
            calls.append(await record_call(works, anna, topic="Price"))
            clock.move(timedelta(minutes=1))
        wanted = [f"i{one}" for one in reversed(calls)]
        first = await search.find(anna, "price", limit=2)
        assert (refs(first), first.total, first.complete) == (wanted[:2], 5, True)
        assert refs(await search.find(anna, "price", limit=2, offset=4)) == wanted[4:]
        assert refs(await search.find(anna, "price", limit=2, offset=9)) == []

    async def test_contacts_then_interactions_across_a_page(
        self, works: Works, contacts: Contacts, search: Search, anna: Caller
    ) -> None:
        one = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Ivan Petrov"))
        two = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Ivan Ivanov"))
        call = await record_call(works, anna, [person("Ivan Sidorov")], topic="Hello")
        page = await search.find(anna, "ivan", limit=2)
        assert refs(page) == [f"c{two}", f"c{one}"]
        assert page.totals == {RefKind.CONTACT: 2, RefKind.SUBJECT: 0, RefKind.INTERACTION: 1}
        (found,) = (await search.find(anna, "ivan", limit=2, offset=2)).rows
        assert (str(found.ref), found.title, found.who, found.at) == (
            f"i{call}",
            "Hello",
            "Ivan Sidorov",
            NOON,
        )
        assert found.kind is InteractionType.CALL

    async def test_indexing_again_replaces(
        self, database: Database, works: Works, search: Search, anna: Caller
    ) -> None:
        call = await record_call(works, anna, topic="Price")
        async with database.transaction() as session:
            await index.index_interaction(session, call, ["Catalogue"])
        assert refs(await search.find(anna, "catalogue")) == [f"i{call}"]
        assert refs(await search.find(anna, "price")) == []


class TestCoordinates:
    @pytest.mark.parametrize("query", ["+7 916 123-45-67", "8 (916) 123-45-67", "45-67", "4567", "123 45 67"])
    async def test_phones_are_found_whole_and_by_their_end(
        self, works: Works, contacts: Contacts, search: Search, anna: Caller, query: str
    ) -> None:
        ivan = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Ivan", [address("89161234567")]))
        await contacts.create(anna, ContactDraft(INDIVIDUAL, "Olga", [address("89161234568")]))
        linked = await record_call(works, anna, [person("I", "+79161234567")], topic="")
        await record_call(works, anna, [person("O", "+79161234568")], topic="")
        assert refs(await search.find(anna, query)) == [f"c{ivan}", f"i{linked}"]

    async def test_unlinked_participants_are_found_by_mail_and_messenger(
        self, works: Works, search: Search, anna: Caller
    ) -> None:
        call = await record_call(works, anna, [person("J", "john@acme.com", "@johnny")], topic="")
        assert refs(await search.find(anna, "JOHN@acme.com")) == [f"i{call}"]
        assert refs(await search.find(anna, "@Johnny")) == [f"i{call}"]
        assert refs(await search.find(anna, "jane@acme.com")) == []

    async def test_contacts_are_found_by_words_of_an_address_and_tax_number(
        self, contacts: Contacts, search: Search, anna: Caller
    ) -> None:
        draft = ContactDraft(ContactKind.PARTNER, "Acme", [address("info@acme.com")], tax_number="7701234567")
        acme = await contacts.create(anna, draft)
        john = await contacts.create(
            anna, ContactDraft(ContactKind.PERSON, "John", [address("j@acme.com")], acme)
        )
        await contacts.set_partner(anna, Partnership(john, acme))
        assert set(refs(await search.find(anna, "acme.com"))) == {f"c{acme}", f"c{john}"}
        assert refs(await search.find(anna, "7701234567")) == [f"c{acme}"]
        (found,) = (await search.find(anna, "john")).rows
        assert found.who == "Acme"

    async def test_a_merged_contact_is_found_as_the_one_kept(
        self, works: Works, contacts: Contacts, search: Search, anna: Caller
    ) -> None:
        keep = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Ivan"))
        away = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Vanya"))
        await Merging(works).merge(anna, keep, away)
        assert refs(await search.find(anna, "vanya")) == [f"c{keep}"]


class TestEyes:
    async def test_u2_interactions_are_found_by_those_who_see_them(
        self, database: Database, works: Works, contacts: Contacts, search: Search, anna: Caller
    ) -> None:
        async with database.transaction() as session:
            sales = await make_department(session)
            boss = caller_of(await make_user(session, "Boss", role=Role.MANAGER, department_id=sales.id))
            rep = caller_of(await make_user(session, "Rep", department_id=sales.id))
        ivan = await contacts.create(rep, ContactDraft(INDIVIDUAL, "Price Ivan", [address("ivan@home.ru")]))
        call = await record_call(works, rep, [person("x", "ivan@home.ru")], topic="Price")
        letter = await record_call(works, rep, [person("x", "ivan@home.ru")], topic="Price", private=True)
        for query in ("price", "ivan@home.ru"):
            assert refs(await search.find(rep, query)) == [f"c{ivan}", f"i{letter}", f"i{call}"]
            assert refs(await search.find(boss, query)) == [f"c{ivan}", f"i{call}"]
            assert refs(await search.find(anna, query)) == [f"c{ivan}"]

    async def test_u2_deals_are_found_by_their_team_as_deals(
        self, database: Database, search: Search, anna: Caller
    ) -> None:
        async with database.transaction() as session:
            boris = caller_of(await make_user(session, "Boris"))
            subject = Subject(kind=SubjectKind.DEAL, title="20 pallets", created_at=NOON)
            kind = (await session.scalars(select(DealKind))).first()
            if kind is None:
                kind = DealKind(name="Sale", type="plain", commitment="contract")
                session.add(kind)
            session.add(subject)
            await session.flush()
            deal = Deal(
                subject_id=subject.id,
                kind_id=kind.id,
                responsible_id=anna.user_id,
                currency="RUB",
                opened_at=NOON,
            )
            session.add_all([deal, SubjectTeam(subject_id=subject.id, user_id=anna.user_id)])
            await session.flush()
            await index.index_subject(session, subject.id, ["20 pallets"])
        (found,) = (await search.find(anna, "pallet")).rows
        assert (str(found.ref), found.title, found.kind) == (f"d{deal.id}", "20 pallets", SubjectKind.DEAL)
        assert (await search.find(boris, "pallet")).total == 0

    async def test_i8_what_was_deleted_is_not_found(
        self, database: Database, works: Works, search: Search, anna: Caller
    ) -> None:
        call: InteractionId = await record_call(works, anna, [person("?", "+79161234567")], topic="Price")
        async with database.transaction() as session:
            (await session.get_one(Interaction, call)).deleted_at = NOON
        assert (await search.find(anna, "price")).total == 0
        assert (await search.find(anna, "4567")).total == 0


class TestManyHits:
    async def test_an_old_hit_behind_thousands_of_others_is_found(
        self, database: Database, works: Works, search: Search, anna: Caller
    ) -> None:
        call = await record_call(works, anna, topic="Price")
        async with database.transaction() as session:
            first = 1_000_000
            rows = [{"kind": "i", "object_id": first + number} for number in range(WINDOWS[0])]
            await session.execute(insert(SearchDocument), rows)
            ids = await session.scalars(select(SearchDocument.id).where(SearchDocument.object_id >= first))
            words = "(rowid, words) VALUES (:id, 'price')"
            if not database.is_sqlite:
                words = "(document_id, words) VALUES (:id, array_to_tsvector(ARRAY['price']))"
            await session.execute(text(f"INSERT INTO search_words {words}"), [{"id": one} for one in ids])
        page = await search.find(anna, "price")
        assert (refs(page), page.total, page.complete) == ([f"i{call}"], 1, True)
        page = await search.find(anna, "price", kinds=[RefKind.CONTACT])
        assert (page.total, page.complete) == (0, True)


class TestHostile:
    @given(
        query=st.one_of(
            st.text(max_size=80),
            st.text(alphabet=st.sampled_from("\"'*():^-+&|!<>\\ \0\u200b²①ßİaя1@.#%_"), max_size=40),
        )
    )
    @example(query='" OR "a')
    @example(query="NEAR(a b) AND NOT")
    @example(query="a" * 10_000)
    @example(query="' & !")
    @example(query="\ud800 a")
    @example(query="x " * 5_000)
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    async def test_any_text_is_a_query(self, search: Search, anna: Caller, query: str) -> None:
        page = await search.find(anna, query)
        assert page.total >= len(page.rows)

    @given(text=st.text(max_size=200))
    @example(text="\0 \ud800 a")
    @example(text="word " * 20_000)
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
    async def test_any_text_can_be_indexed_and_found(
        self, database: Database, search: Search, anna: Caller, text: str
    ) -> None:
        async with database.transaction() as session:
            own = (await session.scalars(select(Contact.id).where(Contact.user_id == anna.user_id))).one()
            await index.index_contact(session, own, ["anchor", text])
        assert refs(await search.find(anna, "anchor")) == [f"c{own}"]

    async def test_what_was_forgotten_is_not_found(
        self, database: Database, contacts: Contacts, search: Search, anna: Caller
    ) -> None:
        ivan = await contacts.create(anna, ContactDraft(INDIVIDUAL, "Ivan"))
        async with database.transaction() as session:
            await index.forget(session, (await search.find(anna, "ivan")).rows[0].ref)
        assert (await search.find(anna, "ivan")).total == 0
        await contacts.rename(anna, ivan, "Ivan again")
        assert refs(await search.find(anna, "ivan")) == [f"c{ivan}"]
