"""What screens show of contacts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind
from core.models import Contact, ContactAddress, PersonPartner, User
from core.values import Address, ContactId, UserId

MAX_PERSONS = 20


@dataclass(frozen=True, slots=True)
class PartnershipView:
    """The other side of a partnership: the partner of a person, or the person of a partner."""

    id: ContactId
    name: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact's card.

    Attributes:
        partners: For a person: the partners, the latest first.
        persons: For a partner: the first of its persons, by name.
    """

    id: ContactId
    kind: ContactKind
    name: str
    tax_number: str | None
    addresses: tuple[Address, ...]
    partners: tuple[PartnershipView, ...]
    persons: tuple[PartnershipView, ...]
    responsible_id: UserId | None
    responsible: str | None
    user_id: UserId | None
    unreviewed: int
    last_interaction_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact in a list, with the partner a person works for."""

    id: ContactId
    kind: ContactKind
    name: str
    partner: str | None
    unreviewed: int
    last_interaction_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A page of contacts and how many there are in all."""

    rows: tuple[ContactRow, ...]
    total: int


async def find_contact(session: AsyncSession, contact_id: ContactId | int) -> ContactView | None:
    """A contact's card, or that of the contact it was merged into."""
    contact = await session.get(Contact, contact_id)
    while contact is not None and contact.merged_into_id is not None:
        contact = await session.get(Contact, contact.merged_into_id)
    if contact is None:
        return None
    addresses = await session.scalars(
        select(ContactAddress).where(ContactAddress.contact_id == contact.id).order_by(ContactAddress.id)
    )
    responsible = None if contact.responsible_id is None else await session.get(User, contact.responsible_id)
    return ContactView(
        id=ContactId(contact.id),
        kind=contact.kind,
        name=contact.name,
        tax_number=contact.tax_number,
        addresses=tuple(Address(one.kind, one.value, one.original) for one in addresses),
        partners=await _list_partners(session, contact.id),
        persons=await _list_persons(session, contact.id),
        responsible_id=None if contact.responsible_id is None else UserId(contact.responsible_id),
        responsible=None if responsible is None else responsible.name,
        user_id=None if contact.user_id is None else UserId(contact.user_id),
        unreviewed=contact.unreviewed,
        last_interaction_at=contact.last_interaction_at,
    )


async def _list_partners(session: AsyncSession, person_id: int) -> tuple[PartnershipView, ...]:
    rows = await session.execute(
        select(Contact.id, Contact.name, PersonPartner.since, PersonPartner.until)
        .join(PersonPartner, PersonPartner.partner_id == Contact.id)
        .where(PersonPartner.person_id == person_id)
        .order_by(PersonPartner.until.is_not(None), PersonPartner.until.desc(), PersonPartner.id.desc())
    )
    return tuple(PartnershipView(ContactId(one), name, since, until) for one, name, since, until in rows)


async def _list_persons(session: AsyncSession, partner_id: int) -> tuple[PartnershipView, ...]:
    rows = await session.execute(
        select(Contact.id, Contact.name, PersonPartner.since, PersonPartner.until)
        .join(PersonPartner, PersonPartner.person_id == Contact.id)
        .where(PersonPartner.partner_id == partner_id, Contact.merged_into_id.is_(None))
        .order_by(PersonPartner.until.is_not(None), Contact.name_key, Contact.id)
        .limit(MAX_PERSONS)
    )
    return tuple(PartnershipView(ContactId(one), name, since, until) for one, name, since, until in rows)


async def list_contacts(
    session: AsyncSession, kind: ContactKind | None, *, limit: int, offset: int
) -> ContactPage:
    """Contacts by name, merged ones apart; without a kind all but users."""
    wanted = Contact.kind != ContactKind.USER if kind is None else Contact.kind == kind
    conditions = (wanted, Contact.merged_into_id.is_(None))
    total = await session.scalar(select(func.count()).select_from(Contact).where(*conditions))
    rows = (
        await session.scalars(
            select(Contact)
            .where(*conditions)
            .order_by(Contact.name_key, Contact.id)
            .limit(limit)
            .offset(offset)
        )
    ).all()
    return ContactPage(await build_rows(session, rows), total or 0)


async def build_rows(session: AsyncSession, contacts: Sequence[Contact]) -> tuple[ContactRow, ...]:
    """Contacts as rows of a list, their partners loaded together."""
    partners = await load_partner_names(session, [one.id for one in contacts])
    return tuple(
        ContactRow(
            ContactId(one.id),
            one.kind,
            one.name,
            partners.get(one.id),
            one.unreviewed,
            one.last_interaction_at,
        )
        for one in contacts
    )


async def load_partner_names(session: AsyncSession, person_ids: Iterable[int]) -> Mapping[int, str]:
    """For each person the partner they work for now, the latest if several."""
    rows = await session.execute(
        select(PersonPartner.person_id, Contact.name)
        .join(Contact, Contact.id == PersonPartner.partner_id)
        .where(PersonPartner.person_id.in_(list(person_ids)), PersonPartner.until.is_(None))
        .order_by(PersonPartner.id)
    )
    return {row[0]: row[1] for row in rows}
