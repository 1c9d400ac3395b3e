"""Contacts: partners, their persons, individuals; their names, coordinates and partners (domain.md P5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.enums import ContactKind
from core.errors import Invalid, NotFound, TaxNumberTaken
from core.models import Contact, PersonPartner
from core.queries import contacts as views
from core.queries.contacts import ContactPage, ContactView
from core.queries.their_zones import TheirZone, find_their_zone
from core.repositories import contacts, users
from core.rules.coordinates import name_key, plain_text
from core.rules.user_day import load_zone
from core.services.linking import link_unclaimed, reindex_contact, write_coordinates
from core.services.work import Work, Works
from core.values import Address, Caller, ContactId, Ref, RefKind, UserId

MAX_NAME = 300
MAX_TAX_NUMBER = 32


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A contact about to be made.

    Attributes:
        partner_id: For a person: the partner they work for.
        tax_number: For a partner; unique.
        responsible_id: Who answers for the contact; the caller if nobody is named.
    """

    kind: ContactKind
    name: str
    addresses: Sequence[Address] = ()
    partner_id: ContactId | None = None
    tax_number: str | None = None
    responsible_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class Partnership:
    """That a person works, or worked, for a partner, and when; None: not known, or still."""

    person_id: ContactId
    partner_id: ContactId
    since: date | None = None
    until: date | None = None


class Contacts:
    """Contacts; visible to all users and changed by all of them (domain.md U2)."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def get(self, contact_id: ContactId) -> ContactView:
        """A contact, or the one it was merged into.

        Raises:
            NotFound: There is no such contact.
        """
        async with self._works.database.reading() as session:
            view = await views.find_contact(session, contact_id)
        if view is None:
            raise NotFound(Ref(RefKind.CONTACT, contact_id))
        return view

    async def list_contacts(
        self, kind: ContactKind | None = None, *, limit: int = 8, offset: int = 0
    ) -> ContactPage:
        """Contacts by name, own users apart unless they are asked for."""
        async with self._works.database.reading() as session:
            return await views.list_contacts(session, kind, limit=limit, offset=offset)

    async def create(self, caller: Caller | None, draft: ContactDraft) -> ContactId:
        """Make a contact; earlier participants that its coordinates alone name are linked to it.

        Raises:
            Invalid: The name is empty or long, a user is to be made by hand, a tax number or partner does not
                go with the kind.
            NotFound: There is no such partner.
            TaxNumberTaken: The tax number belongs to another partner.
        """
        async with self._works.begin(caller, "create_contact") as work:
            contact, linked = await create_in(work, draft)
            work.confirm(Ref(RefKind.CONTACT, contact.id), note="contact_created", linked=linked)
            return ContactId(contact.id)

    async def rename(self, caller: Caller | None, contact_id: ContactId, name: str) -> None:
        """Give a contact another name; a user's contact is named by the user.

        Raises:
            NotFound: There is no such contact.
            Invalid: The name is empty or long, or the contact is a user.
        """
        plain = _read_name(name)
        async with self._works.begin(caller, "rename_contact") as work:
            contact = await contacts.get_contact(work.session, contact_id)
            if contact.kind is ContactKind.USER:
                raise Invalid("kind", contact.kind)
            of = Ref(RefKind.CONTACT, contact.id)
            work.change(contact, of=of, name=plain, name_key=name_key(plain))
            await reindex_contact(work, contact)
            work.confirm(of, note="contact_changed")

    async def set_tax_number(
        self, caller: Caller | None, contact_id: ContactId, tax_number: str | None
    ) -> None:
        """Set or clear a partner's tax number.

        Raises:
            NotFound: There is no such contact.
            Invalid: It is no partner, or the number is empty or long.
            TaxNumberTaken: It belongs to another partner.
        """
        async with self._works.begin(caller, "set_tax_number") as work:
            contact = await contacts.get_contact(work.session, contact_id)
            value = None if tax_number is None else await _free_tax_number(work, contact, tax_number)
            of = Ref(RefKind.CONTACT, contact.id)
            work.change(contact, of=of, tax_number=value)
            await reindex_contact(work, contact)
            work.confirm(of, note="contact_changed")

    async def set_timezone(self, caller: Caller | None, contact_id: ContactId, timezone: str | None) -> None:
        """Say in which zone a contact's clock stands; None: their phone number may tell it.

        Raises:
            NotFound: There is no such contact.
            TimeInvalid: There is no such zone.
        """
        if timezone is not None:
            load_zone(timezone)
        async with self._works.begin(caller, "set_contact_timezone") as work:
            contact = await contacts.get_contact(work.session, contact_id)
            of = Ref(RefKind.CONTACT, contact.id)
            work.change(contact, of=of, timezone=timezone)
            work.confirm(of, note="contact_changed")

    async def find_zone(
        self, contact_ids: Sequence[int], phones: Collection[str], at: datetime
    ) -> TheirZone | None:
        """In which zone the other side's clock stands at a moment; None: nobody said, and no phone number tells."""
        async with self._works.database.reading() as session:
            return await find_their_zone(session, contact_ids, phones, at)

    async def set_responsible(self, caller: Caller | None, contact_id: ContactId, user_id: UserId) -> None:
        """Say who answers for a contact.

        Raises:
            NotFound: There is no such contact or active user.
        """
        async with self._works.begin(caller, "assign_contact") as work:
            contact = await contacts.get_contact(work.session, contact_id)
            if not await users.list_active_users(work.session, [user_id]):
                raise NotFound(Ref(RefKind.USER, user_id))
            of = Ref(RefKind.CONTACT, contact.id)
            work.change(contact, of=of, responsible_id=user_id)
            work.confirm(of, note="contact_changed")

    async def add_address(self, caller: Caller | None, contact_id: ContactId, address: Address) -> int:
        """Give a contact a coordinate; earlier participants that it alone names are linked.

        Returns:
            How many participants were linked.

        Raises:
            NotFound: There is no such contact.
        """
        async with self._works.begin(caller, "add_address") as work:
            contact = await contacts.get_contact(work.session, contact_id)
            linked = await link_unclaimed(work, contact, await write_coordinates(work, contact, [address]))
            await reindex_contact(work, contact)
            work.confirm(Ref(RefKind.CONTACT, contact.id), note="contact_changed", linked=linked)
            return linked

    async def remove_address(self, caller: Caller | None, contact_id: ContactId, address: Address) -> None:
        """Take a coordinate from a contact; who is linked stays linked.

        Raises:
            NotFound: There is no such contact, or it has no such coordinate.
        """
        async with self._works.begin(caller, "remove_address") as work:
            contact = await contacts.get_contact(work.session, contact_id)
            of = Ref(RefKind.CONTACT, contact.id)
            row = await contacts.find_address(work.session, contact.id, address)
            if row is None:
                raise NotFound(of)
            await work.remove(row, of=of)
            await reindex_contact(work, contact)
            work.confirm(of, note="contact_changed")

    async def set_partner(self, caller: Caller | None, partnership: Partnership) -> None:
        """Say that a person works, or worked, for a partner; several over time (domain.md P5).

        An individual becomes a person by it.

        Raises:
            NotFound: There is no such contact.
            Invalid: They are no person and partner, or the time ends before it starts.
        """
        async with self._works.begin(caller, "set_partner") as work:
            person = await _set_partner(work, partnership)
            work.confirm(Ref(RefKind.CONTACT, person.id), note="contact_changed")

    async def remove_partner(
        self, caller: Caller | None, person_id: ContactId, partner_id: ContactId
    ) -> None:
        """Take back that a person ever worked for a partner.

        Raises:
            NotFound: There is no such contact, or they have nothing to do with each other.
        """
        async with self._works.begin(caller, "remove_partner") as work:
            person = await contacts.get_contact(work.session, person_id)
            partner = await contacts.get_contact(work.session, partner_id)
            of = Ref(RefKind.CONTACT, person.id)
            row = await contacts.find_partnership(work.session, person.id, partner.id)
            if row is None:
                raise NotFound(Ref(RefKind.CONTACT, partner.id))
            await work.remove(row, of=of)
            work.confirm(of, note="contact_changed")


async def create_in(work: Work, draft: ContactDraft) -> tuple[Contact, int]:
    """Make a contact within a work.

    Returns:
        The contact, and how many earlier participants its coordinates alone name: they are linked to it.

    Raises as `Contacts.create`.
    """
    if draft.kind is ContactKind.USER:
        raise Invalid("kind", draft.kind)
    name = _read_name(draft.name)
    contact = Contact(
        kind=draft.kind,
        name=name,
        name_key=name_key(name),
        responsible_id=draft.responsible_id or work.user_id,
        created_at=work.now,
    )
    if draft.tax_number is not None:
        contact.tax_number = await _free_tax_number(work, contact, draft.tax_number)
    await work.add(contact, of=None, note={"kind": draft.kind})
    await work.session.flush()
    if draft.partner_id is not None:
        await _set_partner(work, Partnership(ContactId(contact.id), draft.partner_id))
    new = await write_coordinates(work, contact, draft.addresses)
    linked = await link_unclaimed(work, contact, new)
    await reindex_contact(work, contact)
    return contact, linked


async def _set_partner(work: Work, wanted: Partnership) -> Contact:
    person = await contacts.get_contact(work.session, wanted.person_id)
    partner = await contacts.get_contact(work.session, wanted.partner_id)
    if person.kind not in {ContactKind.PERSON, ContactKind.INDIVIDUAL}:
        raise Invalid("kind", person.kind)
    if partner.kind is not ContactKind.PARTNER:
        raise Invalid("partner", partner.kind)
    if wanted.since is not None and wanted.until is not None and wanted.until < wanted.since:
        raise Invalid("until", wanted.until.isoformat())
    of = Ref(RefKind.CONTACT, person.id)
    work.change(person, of=of, kind=ContactKind.PERSON)
    row = await contacts.find_partnership(work.session, person.id, partner.id)
    if row is not None:
        work.change(row, of=of, since=wanted.since, until=wanted.until)
        return person
    row = PersonPartner(person_id=person.id, partner_id=partner.id, since=wanted.since, until=wanted.until)
    await work.add(row, of=of)
    return person


async def _free_tax_number(work: Work, contact: Contact, tax_number: str) -> str:
    """The number in its normal form, if this contact may have it."""
    if contact.kind is not ContactKind.PARTNER:
        raise Invalid("tax_number", contact.kind)
    value = plain_text(tax_number).replace(" ", "").upper()
    if not 0 < len(value) <= MAX_TAX_NUMBER:
        raise Invalid("tax_number", tax_number[:MAX_TAX_NUMBER])
    owner = await contacts.find_contact_by_tax_number(work.session, value)
    if owner is not None and owner.id != contact.id:
        raise TaxNumberTaken(ContactId(owner.id))
    return value


def _read_name(name: str) -> str:
    plain = plain_text(name)
    if not 0 < len(plain) <= MAX_NAME:
        raise Invalid("name", name[:MAX_NAME])
    return plain
