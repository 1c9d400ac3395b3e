"""Where a contact's clock stands: said by hand, of the person or the company, or told by a phone number (U5)."""

import pytest

from core.database import Database
from core.errors import NotFound, TimeInvalid
from core.queries.their_zones import TheirZone
from core.services.contacts import Contacts
from core.services.merging import Merging
from core.services.undo import Undo
from core.services.work import Works
from core.values import Caller, ContactId
from tests.conftest import NOON, FixedClock
from tests.factories.deals import make_company, make_person
from tests.factories.people import caller_of, make_user

VLADIVOSTOK = "+74232000000"


@pytest.fixture
def works(database: Database, clock: FixedClock) -> Works:
    return Works(database, clock)


@pytest.fixture
def contacts(works: Works) -> Contacts:
    return Contacts(works)


@pytest.fixture
async def anna(database: Database) -> Caller:
    async with database.transaction() as session:
        return caller_of(await make_user(session))


async def test_what_was_said_of_the_company_counts_for_its_people(
    works: Works, contacts: Contacts, anna: Caller
) -> None:
    acme = await make_company(works, "Acme")
    john = await make_person(works, "John", VLADIVOSTOK, partner_id=acme)
    assert await contacts.find_zone([john], [], NOON) == TheirZone("Asia/Vladivostok", was_said=False)
    await contacts.set_timezone(anna, acme, "Europe/Berlin")
    assert await contacts.find_zone([john], [], NOON) == TheirZone("Europe/Berlin", was_said=True)
    await contacts.set_timezone(anna, john, "Asia/Tokyo")
    assert await contacts.find_zone([john], [], NOON) == TheirZone("Asia/Tokyo", was_said=True)
    await Undo(works).undo_last(anna)
    assert await contacts.find_zone([john], [], NOON) == TheirZone("Europe/Berlin", was_said=True)


async def test_the_first_of_whom_it_is_known(works: Works, contacts: Contacts) -> None:
    nobody = await make_person(works, "Mary", "+79161234567")
    john = await make_person(works, "John", VLADIVOSTOK)
    assert await contacts.find_zone([nobody, john], [], NOON) == TheirZone("Asia/Vladivostok", was_said=False)
    assert await contacts.find_zone([nobody], ["+12125550100"], NOON) == TheirZone(
        "America/New_York", was_said=False
    )
    assert await contacts.find_zone([nobody], [], NOON) is None


async def test_a_merged_contact_gives_its_zone_to_one_that_has_none(
    works: Works, contacts: Contacts, anna: Caller
) -> None:
    keep, away = await make_person(works, "John"), await make_person(works, "John Smith")
    await contacts.set_timezone(anna, away, "Asia/Tokyo")
    await Merging(works).merge(anna, keep, away)
    assert await contacts.find_zone([keep], [], NOON) == TheirZone("Asia/Tokyo", was_said=True)
    await Undo(works).undo_last(anna)
    assert await contacts.find_zone([keep], [], NOON) is None


async def test_a_zone_that_is_none_is_refused(works: Works, contacts: Contacts, anna: Caller) -> None:
    john = await make_person(works, "John")
    with pytest.raises(TimeInvalid):
        await contacts.set_timezone(anna, john, "Mars/Olympus")
    with pytest.raises(NotFound):
        await contacts.set_timezone(anna, ContactId(999), "Asia/Tokyo")
