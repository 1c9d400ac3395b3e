"""A small organisation: a department with a manager and two reps, an administrator, lists, two companies."""

from dataclasses import dataclass

from core.database import Database
from core.enums import AddressKind, ContactKind, Role
from core.models import Contact, ContactAddress, Department, PersonPartner
from core.rules.coordinates import name_key
from core.services.work import Works
from core.values import Caller, ContactId
from tests.conftest import NOON, FixedClock
from tests.factories.deals import make_lists
from tests.factories.people import caller_of, make_department, make_user

ACME_PHONE = "+442079460958"
JOHN_MAIL = "john@acme.example"
MARY_PHONE = "+74955550102"


@dataclass(frozen=True)
class Organisation:
    """Callers and contacts that tests start from."""

    works: Works
    clock: FixedClock
    anna: Caller
    boris: Caller
    manager: Caller
    outsider: Caller
    administrator: Caller
    acme: ContactId
    john: ContactId
    mary: ContactId

    @property
    def database(self) -> Database:
        return self.works.database


async def make_organisation(database: Database, clock: FixedClock) -> Organisation:
    """Build it, committed."""
    works = Works(database, clock)
    await make_lists(works)
    async with database.transaction() as session:
        sales: Department = await make_department(session, "Sales")
        north = await make_department(session, "North", parent_id=sales.id)
        south = await make_department(session, "South")
        anna = await make_user(session, "Anna", department_id=north.id)
        boris = await make_user(session, "Boris", department_id=sales.id)
        manager = await make_user(session, "Maria", role=Role.MANAGER, department_id=sales.id)
        outsider = await make_user(session, "Oleg", role=Role.MANAGER, department_id=south.id)
        administrator = await make_user(session, "Ada", role=Role.ADMINISTRATOR)
        acme, john, mary = _contacts()
        session.add_all([acme, john, mary])
        await session.flush()
        session.add(PersonPartner(person_id=john.id, partner_id=acme.id))
        for contact, kind, value in (
            (acme, AddressKind.PHONE, ACME_PHONE),
            (john, AddressKind.EMAIL, JOHN_MAIL),
            (mary, AddressKind.PHONE, MARY_PHONE),
        ):
            session.add(ContactAddress(contact_id=contact.id, kind=kind, value=value, original=value))
    return Organisation(
        works=works,
        clock=clock,
        anna=caller_of(anna),
        boris=caller_of(boris),
        manager=caller_of(manager),
        outsider=caller_of(outsider),
        administrator=caller_of(administrator),
        acme=ContactId(acme.id),
        john=ContactId(john.id),
        mary=ContactId(mary.id),
    )


def _contacts() -> tuple[Contact, Contact, Contact]:
    return (
        Contact(kind=ContactKind.PARTNER, name="Acme", name_key=name_key("Acme"), created_at=NOON),
        Contact(kind=ContactKind.PERSON, name="John Smith", name_key=name_key("John Smith"), created_at=NOON),
        Contact(
            kind=ContactKind.INDIVIDUAL, name="Mary Jones", name_key=name_key("Mary Jones"), created_at=NOON
        ),
    )
