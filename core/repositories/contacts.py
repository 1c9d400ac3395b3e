"""Contacts with their addresses and partners: loading, and who owns a coordinate."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import AddressKind, ContactKind
from core.errors import NotFound
from core.models import (
    Contact,
    ContactAddress,
    Deal,
    ParticipantAddress,
    PersonPartner,
    SubjectParticipantAddress,
)
from core.models.base import table_of
from core.rules.matching import CoordinateOwner
from core.values import Address, ContactId, Ref, RefKind

Coordinate = tuple[AddressKind, str]
"""Kind and normalised value: what is compared."""

MATCHED_KINDS = frozenset({AddressKind.PHONE, AddressKind.EMAIL})
"""The coordinates that name a contact (domain.md P2)."""

_BATCH = 2_000


async def get_contact(session: AsyncSession, contact_id: ContactId | int) -> Contact:
    """The contact, or the one it was merged into; locked for change.

    Raises:
        NotFound: There is no such contact.
    """
    contact = await session.get(Contact, contact_id, with_for_update=True)
    while contact is not None and contact.merged_into_id is not None:
        contact = await session.get(Contact, contact.merged_into_id, with_for_update=True)
    if contact is None:
        raise NotFound(Ref(RefKind.CONTACT, contact_id))
    return contact


async def find_contact_by_tax_number(session: AsyncSession, tax_number: str) -> Contact | None:
    """The partner with this tax number."""
    return (await session.scalars(select(Contact).where(Contact.tax_number == tax_number))).first()


async def list_addresses(
    session: AsyncSession, contact_ids: Iterable[ContactId | int]
) -> Sequence[ContactAddress]:
    """The addresses of contacts in the order they were added."""
    return (
        await session.scalars(
            select(ContactAddress)
            .where(ContactAddress.contact_id.in_(list(contact_ids)))
            .order_by(ContactAddress.id)
        )
    ).all()


async def find_address(
    session: AsyncSession, contact_id: ContactId | int, address: Address
) -> ContactAddress | None:
    """This coordinate of this contact."""
    return (
        await session.scalars(
            select(ContactAddress).where(
                ContactAddress.contact_id == contact_id,
                ContactAddress.kind == address.kind,
                ContactAddress.value == address.value,
            )
        )
    ).first()


async def list_partnerships(session: AsyncSession, contact_id: ContactId | int) -> Sequence[PersonPartner]:
    """Partnerships in which a contact is the person or the partner."""
    return (
        await session.scalars(
            select(PersonPartner)
            .where(or_(PersonPartner.person_id == contact_id, PersonPartner.partner_id == contact_id))
            .order_by(PersonPartner.id)
        )
    ).all()


async def find_partnership(
    session: AsyncSession, person_id: ContactId | int, partner_id: ContactId | int
) -> PersonPartner | None:
    """The partnership between a person and a partner."""
    return (
        await session.scalars(
            select(PersonPartner).where(
                PersonPartner.person_id == person_id, PersonPartner.partner_id == partner_id
            )
        )
    ).first()


async def list_deals_of_partner(session: AsyncSession, partner_id: ContactId | int) -> Sequence[Deal]:
    """The deals with a partner, by id."""
    return (await session.scalars(select(Deal).where(Deal.partner_id == partner_id).order_by(Deal.id))).all()


async def find_coordinate_owners(
    session: AsyncSession, coordinates: Iterable[Coordinate]
) -> Mapping[Coordinate, list[CoordinateOwner]]:
    """Who has these coordinates, all of `MATCHED_KINDS`, in one query for a batch; those nobody has are absent."""
    wanted = sorted(set(coordinates))
    owners: dict[Coordinate, list[CoordinateOwner]] = {}
    for start in range(0, len(wanted), _BATCH):
        owners.update(await _find_coordinate_owners(session, wanted[start : start + _BATCH]))
    return owners


_addresses, _contacts, _partnerships = (table_of(one) for one in (ContactAddress, Contact, PersonPartner))
_OWNERS = (
    select(
        _addresses.c.kind.label("address_kind"),
        _addresses.c.value,
        _contacts.c.id,
        _contacts.c.kind,
        _partnerships.c.partner_id,
    )
    .join(_contacts, _contacts.c.id == _addresses.c.contact_id)
    .outerjoin(_partnerships, _partnerships.c.person_id == _contacts.c.id)
    .where(
        _contacts.c.merged_into_id.is_(None),
        or_(
            *(
                and_(_addresses.c.kind == kind, _addresses.c.value.in_(bindparam(kind, expanding=True)))
                for kind in MATCHED_KINDS
            )
        ),
    )
)


async def _find_coordinate_owners(
    session: AsyncSession, wanted: Sequence[Coordinate]
) -> Mapping[Coordinate, list[CoordinateOwner]]:
    values = {str(kind): [value for one, value in wanted if one is kind] for kind in MATCHED_KINDS}
    rows = await session.execute(_OWNERS, values)
    kinds: dict[int, ContactKind] = {}
    partners: dict[int, set[ContactId]] = defaultdict(set)
    holders: dict[Coordinate, set[int]] = defaultdict(set)
    for address_kind, value, contact_id, contact_kind, partner_id in rows:
        holders[address_kind, value].add(contact_id)
        kinds[contact_id] = contact_kind
        if partner_id is not None:
            partners[contact_id].add(ContactId(partner_id))
    return {
        coordinate: [
            CoordinateOwner(ContactId(one), kinds[one], frozenset(partners[one])) for one in sorted(contacts)
        ]
        for coordinate, contacts in holders.items()
    }


Holder = type[ContactAddress] | type[ParticipantAddress] | type[SubjectParticipantAddress]
"""A table of coordinates."""


def has_coordinate(model: Holder, coordinates: Iterable[Coordinate]) -> ColumnElement[bool]:
    """The condition that a row is one of the coordinates."""
    values: dict[AddressKind, list[str]] = defaultdict(list)
    for kind, value in coordinates:
        values[kind].append(value)
    return or_(false(), *(and_(model.kind == kind, model.value.in_(some)) for kind, some in values.items()))
