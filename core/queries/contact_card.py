"""Contacts: their cards, and the list of them; visible to all users (domain.md U2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import AddressKind, ContactKind
from core.models import (
    Contact,
    ContactAddress,
    Deal,
    Interaction,
    Participant,
    PersonPartner,
    Subject,
    SubjectParticipant,
    User,
)
from core.queries.rows import COUNT_LIMIT, InteractionRow, Page, load_rows
from core.queries.undo_steps import find_undo_step
from core.queries.worklists import PAGE_SIZE, load_page
from core.repositories.access import Viewer, sees_interaction, sees_subject
from core.values import Ref, RefKind

RECENT = 4


@dataclass(frozen=True, slots=True)
class ContactAddressView:
    """A coordinate of a contact; `bounced_at`: when a letter to it was last reported as undeliverable."""

    id: int
    kind: AddressKind
    value: str
    original: str
    bounced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RelatedContact:
    """A partner of a person, or a person of a partner."""

    id: int
    name: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class DealBrief:
    """An open deal of a contact."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A contact with what the viewer sees of its history.

    Attributes:
        undo_step: The viewer's last change, if it was made to this contact: what undo takes back.
    """

    id: int
    kind: ContactKind
    name: str
    tax_number: str | None
    responsible: str | None
    user_id: int | None
    merged_into_id: int | None
    addresses: tuple[ContactAddressView, ...]
    related: tuple[RelatedContact, ...]
    unreviewed: int
    last_interaction_at: datetime | None
    recent: tuple[InteractionRow, ...]
    deals: tuple[DealBrief, ...]
    undo_step: int | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact as one line of a list."""

    id: int
    kind: ContactKind
    name: str
    partner: str | None
    last_interaction_at: datetime | None
    unreviewed: int


async def load_contact_card(session: AsyncSession, contact: Contact, viewer: Viewer) -> ContactCard:
    """The card of a contact."""
    responsible = (
        await session.get(User, contact.responsible_id) if contact.responsible_id is not None else None
    )
    recent = await session.scalars(
        _history(contact.id, viewer)
        .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
        .limit(RECENT)
    )
    return ContactCard(
        id=contact.id,
        kind=contact.kind,
        name=contact.name,
        tax_number=contact.tax_number,
        responsible=responsible.name if responsible is not None else None,
        user_id=contact.user_id,
        merged_into_id=contact.merged_into_id,
        addresses=await _load_addresses(session, contact.id),
        related=await _load_related(session, contact),
        unreviewed=contact.unreviewed,
        last_interaction_at=contact.last_interaction_at,
        recent=await load_rows(session, recent.all(), viewer.user_id),
        deals=await _load_deals(session, contact.id, viewer),
        undo_step=await find_undo_step(session, viewer.user_id, Ref(RefKind.CONTACT, contact.id)),
    )


def _history(contact_id: int, viewer: Viewer) -> Select[int]:
    persons = select(PersonPartner.person_id).where(PersonPartner.partner_id == contact_id)
    with_them = select(Participant.interaction_id).where(
        or_(Participant.contact_id == contact_id, Participant.contact_id.in_(persons))
    )
    return select(Interaction.id).where(
        Interaction.id.in_(with_them), Interaction.deleted_at.is_(None), sees_interaction(viewer)
    )


async def list_contact_history(
    session: AsyncSession, contact_id: int, viewer: Viewer, number: int
) -> Page[InteractionRow]:
    """Interactions with a contact, or with persons of a partner, that the viewer sees, newest first."""
    statement = _history(contact_id, viewer).order_by(Interaction.happened_at.desc(), Interaction.id.desc())
    return await load_page(session, statement, viewer.user_id, number)


async def _load_addresses(session: AsyncSession, contact_id: int) -> tuple[ContactAddressView, ...]:
    rows = await session.scalars(
        select(ContactAddress).where(ContactAddress.contact_id == contact_id).order_by(ContactAddress.id)
    )
    return tuple(
        ContactAddressView(row.id, row.kind, row.value, row.original, row.bounced_at) for row in rows
    )


async def _load_related(session: AsyncSession, contact: Contact) -> tuple[RelatedContact, ...]:
    if contact.kind is ContactKind.PARTNER:
        here, there = PersonPartner.partner_id, PersonPartner.person_id
    else:
        here, there = PersonPartner.person_id, PersonPartner.partner_id
    rows = await session.execute(
        select(Contact.id, Contact.name, PersonPartner.since, PersonPartner.until)
        .join(PersonPartner, there == Contact.id)
        .where(here == contact.id)
        .order_by(Contact.name, Contact.id)
        .limit(COUNT_LIMIT)
    )
    return tuple(RelatedContact(*row) for row in rows)


async def _load_deals(session: AsyncSession, contact_id: int, viewer: Viewer) -> tuple[DealBrief, ...]:
    takes_part = select(SubjectParticipant.subject_id).where(SubjectParticipant.contact_id == contact_id)
    rows = await session.execute(
        select(Deal.id, Subject.title)
        .join(Subject, Subject.id == Deal.subject_id)
        .where(
            Deal.closed_at.is_(None),
            Deal.merged_into_id.is_(None),
            or_(Deal.partner_id == contact_id, Subject.id.in_(takes_part)),
            sees_subject(viewer),
        )
        .order_by(Deal.id.desc())
        .limit(PAGE_SIZE)
    )
    return tuple(DealBrief(*row) for row in rows)


async def list_contacts(session: AsyncSession, number: int) -> Page[ContactRow]:
    """All contacts but users, those last in touch first."""
    ids = (
        await session.scalars(
            select(Contact.id)
            .where(Contact.kind != ContactKind.USER, Contact.merged_into_id.is_(None))
            .order_by(Contact.last_interaction_at.desc().nulls_last(), Contact.id.desc())
            .limit(COUNT_LIMIT)
        )
    ).all()
    pages = max(1, -(-len(ids) // PAGE_SIZE))
    number = min(max(1, number), pages)
    shown = ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Page(await load_contact_rows(session, shown), number, pages, len(ids), len(ids) >= COUNT_LIMIT)


async def load_contact_rows(session: AsyncSession, ids: Sequence[int]) -> tuple[ContactRow, ...]:
    """The rows of these contacts in this order, a person with the partner they work for."""
    rows = await session.scalars(select(Contact).where(Contact.id.in_(ids)))
    found = {row.id: row for row in rows}
    partners = await session.execute(
        select(PersonPartner.person_id, Contact.name)
        .join(Contact, Contact.id == PersonPartner.partner_id)
        .where(PersonPartner.person_id.in_(ids), PersonPartner.until.is_(None))
        .order_by(PersonPartner.id)
    )
    employers: dict[int, str] = {}
    for person_id, name in partners:
        employers.setdefault(person_id, name)
    return tuple(
        ContactRow(
            id=one,
            kind=found[one].kind,
            name=found[one].name,
            partner=employers.get(one),
            last_interaction_at=found[one].last_interaction_at,
            unreviewed=found[one].unreviewed,
        )
        for one in ids
        if one in found
    )
