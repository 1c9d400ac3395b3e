"""Participants and contacts in the chat (domain.md P1, P4, P5)."""

from sqlalchemy import select

from core.enums import ContactKind, Language
from core.models import Contact, ContactAddress, Participant, PersonPartner
from core.values import ContactId, InteractionId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.calls import person, record_call
from tests.factories.deals import make_company, make_person
from tests.factories.people import caller_of

ANNA = 1001


async def _participants(office: Office, interaction_id: InteractionId) -> list[Participant]:
    async with office.database.reading() as session:
        rows = await session.scalars(
            select(Participant)
            .where(Participant.interaction_id == interaction_id)
            .order_by(Participant.position)
        )
        return list(rows)


async def _contacts(office: Office) -> list[Contact]:
    async with office.database.reading() as session:
        rows = await session.scalars(
            select(Contact).where(Contact.kind != ContactKind.USER).order_by(Contact.id)
        )
        return list(rows)


async def _addresses(office: Office, contact_id: ContactId) -> list[str]:
    async with office.database.reading() as session:
        rows = await session.scalars(
            select(ContactAddress.value).where(ContactAddress.contact_id == contact_id)
        )
        return sorted(rows)


async def test_participants_are_added_and_taken_off(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    call = await record_call(office.works, caller)
    text = await hand.write(f"/participant i{call} add Mary <Jones>, mary@acme.example")
    assert "Mary <Jones>" in text
    (mary,) = await _participants(office, call)
    assert mary.presentation == "Mary <Jones>"
    await hand.write(f"/participant i{call} remove p{mary.id}")
    assert await _participants(office, call) == []


async def test_add_by_button_asks_who(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    call = await record_call(office.works, caller)
    await hand.write(f"/participant i{call}")
    question = await hand.tap("Add")
    assert "Who else?" in question
    await hand.write("Mary Jones +7 916 123-45-67")
    assert [one.presentation for one in await _participants(office, call)] == ["Mary Jones"]


async def test_p4_linking_by_hand_links_earlier_ones_too(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    mary = await make_person(office.works, "Mary Jones")
    first = await record_call(office.works, caller, [person("M.", "mary@acme.example")])
    second = await record_call(office.works, caller, [person("Mary", "mary@acme.example")])
    (row,) = await _participants(office, second)
    await hand.write(f"/link i{second} p{row.id} c{mary}")
    for call in (first, second):
        assert [one.contact_id for one in await _participants(office, call)] == [mary]
    assert await _addresses(office, mary) == ["mary@acme.example"]
    await hand.write("/undo")
    for call in (first, second):
        assert [one.contact_id for one in await _participants(office, call)] == [None]


async def test_several_owners_of_a_coordinate_are_offered_as_numbers(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    await make_person(office.works, "Olga", "family@home.example")
    ivan = await make_person(office.works, "Ivan", "family@home.example")
    call = await record_call(office.works, caller, [person("Somebody", "family@home.example")])
    await hand.write(f"/participant i{call}")
    await hand.tap("1")
    labels = await hand.labels()
    assert labels[:2] == ["1. 👤 Olga", "2. 👤 Ivan"]
    await hand.write("/2")
    assert [one.contact_id for one in await _participants(office, call)] == [ivan]


async def test_a_new_person_or_company_is_made_of_a_participant(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    drafts = [person("John Smith, Acme", "+7 916 123-45-67"), person("Somebody, Beta")]
    call = await record_call(office.works, caller, drafts)
    await hand.write(f"/participant i{call}")
    await hand.tap("1")
    await hand.tap("👤 John Smith")
    rows = await _participants(office, call)
    await hand.write(f"/link i{call} p{rows[1].id} new company")
    john, beta = await _contacts(office)
    assert (john.name, john.kind) == ("John Smith", ContactKind.PERSON)
    assert (beta.name, beta.kind) == ("Beta", ContactKind.PARTNER)
    assert await _addresses(office, ContactId(john.id)) == ["+79161234567"]
    assert [one.contact_id for one in await _participants(office, call)] == [john.id, beta.id]


async def test_a_new_contact_and_its_links_are_undone_as_one_step(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    earlier = await record_call(office.works, caller, [person("J.", "+7 916 123-45-67")])
    call = await record_call(office.works, caller, [person("John Smith", "8 916 123-45-67")])
    (row,) = await _participants(office, call)
    await hand.write(f"/link i{call} p{row.id} new person")
    (john,) = await _contacts(office)
    for one in (earlier, call):
        assert [row.contact_id for row in await _participants(office, one)] == [john.id]
    await hand.tap("Undo")
    assert await _contacts(office) == []
    for one in (earlier, call):
        assert [row.contact_id for row in await _participants(office, one)] == [None]


async def test_a_double_tap_makes_one_contact(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    call = await record_call(office.works, caller, [person("John Smith")])
    (row,) = await _participants(office, call)
    await hand.write(f"/link i{call} p{row.id}")
    await hand.tap("👤 John Smith")
    await hand.forge(f"introduce:i{call}:p{row.id}:person")
    assert "Nothing was done" in hand.toast
    assert len(await _contacts(office)) == 1


async def test_a_contact_is_found_by_words_and_linked(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    mary = await make_person(office.works, "Mary Jones")
    call = await record_call(office.works, caller, [person("M. J.")])
    await hand.write(f"/participant i{call}")
    await hand.tap("1")
    await hand.tap("Search")
    assert "Nothing was found" in await hand.write("nobody of this name")
    await hand.write("jones")
    await hand.tap("Mary Jones")
    (row,) = await _participants(office, call)
    assert row.contact_id == mary
    await hand.write(f"/unlink i{call} p{row.id}")
    assert [one.contact_id for one in await _participants(office, call)] == [None]


async def test_p5_contact_with_company_phone_and_mail_is_made_in_one_message(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    acme = await make_company(office.works, "Acme")
    text = await hand.write(f"/contact new John Smith, +7 916 123-45-67, john@acme.example company c{acme}")
    john = (await _contacts(office))[-1]
    assert (john.name, john.kind) == ("John Smith", ContactKind.PERSON)
    assert await _addresses(office, ContactId(john.id)) == ["+79161234567", "john@acme.example"]
    assert f"/c{john.id}" in text
    assert f"Acme /c{acme}" in text
    assert "+79161234567" in text
    company = await hand.write("/contact new Beta Ltd company")
    assert "🏢 Company" in company
    named = await hand.write("/contact new Best Company")
    assert "👤 Person · /c" in named
    assert "\nBest Company\n" in named


async def test_p5_fields_of_a_contact_are_changed_typed_and_by_buttons(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    acme = await make_company(office.works, "Acme")
    john = await make_person(office.works, "John")
    await hand.write(f"/edit c{john} name John & Sons <i>")
    assert "John & Sons <i>" in await hand.see()
    await hand.tap("Edit")
    await hand.tap("Phone")
    refused = await hand.write("no phone at all")
    assert "Nothing was changed" in refused
    await hand.write("+7 916 123-45-67")
    assert await _addresses(office, john) == ["+79161234567"]
    await hand.write(f"/edit c{john} company acme")
    await hand.tap("Acme")
    async with office.database.reading() as session:
        row = (await session.scalars(select(PersonPartner))).one()
    assert (row.person_id, row.partner_id) == (john, acme)
    await hand.tap("Edit")
    await hand.tap("+7 916 123-45-67")
    assert await _addresses(office, john) == []


async def test_p5_two_contacts_become_one_and_apart_again(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    one = await make_person(office.works, "John Smith", "john@acme.example")
    two = await make_person(office.works, "John Smith", "+7 916 123-45-67")
    await hand.write("/contacts")
    suggested = await hand.tap("Doubles")
    assert "same name" in suggested
    card = await hand.tap("John Smith ← John Smith")
    assert f"/c{one}" in card
    assert await _addresses(office, one) == ["+79161234567", "john@acme.example"]
    assert f"Merged into /c{one}" in await hand.write(f"/c{two}")
    await hand.write("/undo")
    assert await _addresses(office, one) == ["john@acme.example"]


async def test_the_list_keeps_its_place(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    for number in range(8):
        await make_person(office.works, f"Contact {number}")
    text = await hand.write("/contacts")
    assert text.splitlines()[0] == "👤 Contacts 8"
    await hand.tap("›")
    second = await hand.see()
    card = await hand.tap("2")
    assert "Contact 0" in card
    assert await hand.tap("‹ Back") == second


async def test_forged_people_change_nothing(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    boris = await office.add_user(1002, "Boris")
    hand = Hand(office, ANNA)
    own = await record_call(office.works, caller, [person("Mary")])
    foreign = await record_call(office.works, caller_of(boris), [person("Secret Person")])
    (row,) = await _participants(office, own)
    (hidden,) = await _participants(office, foreign)
    await hand.write(f"/participant i{own}")
    for data in (
        f"link:i{foreign}:p{hidden.id}:c1",
        f"link:i{own}:p{hidden.id}:c1",
        f"link:i{own}:p{row.id}:c999",
        f"unlink:i{own}:p999",
        f"introduce:i{own}:p{hidden.id}:person",
        f"participant:i{foreign}:remove:p{hidden.id}",
        f"show:who:{foreign}:{hidden.id}",
        f"show:participants:{foreign}",
        "contact_drop:c1:5",
        "contact_merge:c1:c1",
        "edit:c1:name",
        "contact_field:c1:nonsense",
        f"show:c:1:{'x' * 40}",
    ):
        text = await hand.forge(data)
        assert "Secret" not in text
    assert [one.contact_id for one in await _participants(office, own)] == [None]
    assert [one.name for one in await _contacts(office)] == []


async def test_people_in_russian(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA, "Анна", language=Language.RU))
    hand = Hand(office, ANNA)
    call = await record_call(office.works, caller, [person("Иван Иванов, Ромашка", "+7 916 123-45-67")])
    assert (await hand.write(f"/participant i{call}")).startswith("👥 Участники 1")
    assert "Кто это — Иван Иванов, Ромашка?" in await hand.tap("1")
    await hand.tap("👤 Иван Иванов")
    (ivan,) = await _contacts(office)
    assert (await hand.write(f"/c{ivan.id}")).startswith(f"👤 Контактное лицо · /c{ivan.id}")
    text = await hand.write("/contact new ООО Ромашка, info@romashka.example компания")
    assert "🏢 Компания" in text
    company = (await _contacts(office))[-1]
    assert (company.name, company.kind) == ("ООО Ромашка", ContactKind.PARTNER)
    await hand.write(f"/edit c{ivan.id} компания ромашка")
    assert "ООО Ромашка" in await hand.tap("ООО Ромашка")
