"""In which zone the other side's clock stands: as somebody said, else as their phone numbers tell (domain.md U5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import AddressKind
from core.models import Contact, ContactAddress, PersonPartner
from core.rules.their_clock import zone_of_phones


@dataclass(frozen=True, slots=True)
class TheirZone:
    """A zone, and whether it was said rather than guessed from a phone number."""

    name: str
    was_said: bool


async def find_their_zone(
    session: AsyncSession, contact_ids: Sequence[int], phones: Collection[str], at: datetime
) -> TheirZone | None:
    """The zone of the first of some contacts of whom it is known; what was said goes before what was guessed.

    Args:
        session: The session.
        contact_ids: The other side, in order; of a person what was said of their company counts too.
        phones: Further numbers, of participants who are no contacts.
        at: The moment it is asked for.
    """
    said = await _load_said(session, contact_ids)
    if said is not None:
        return TheirZone(said, was_said=True)
    numbers = await session.execute(
        select(ContactAddress.contact_id, ContactAddress.value)
        .where(ContactAddress.contact_id.in_(contact_ids), ContactAddress.kind == AddressKind.PHONE)
        .order_by(ContactAddress.id)
    )
    of_contact: dict[int, list[str]] = {}
    for contact_id, value in numbers:
        of_contact.setdefault(contact_id, []).append(value)
    for group in (*(of_contact.get(one, []) for one in contact_ids), list(phones)):
        zone = zone_of_phones(group, at)
        if zone is not None:
            return TheirZone(zone, was_said=False)
    return None


async def _load_said(session: AsyncSession, contact_ids: Sequence[int]) -> str | None:
    rows = await session.execute(
        select(Contact.id, Contact.timezone).where(Contact.id.in_(contact_ids), Contact.timezone.is_not(None))
    )
    own = {row[0]: row[1] for row in rows}
    companies = await session.execute(
        select(PersonPartner.person_id, Contact.timezone)
        .join(Contact, Contact.id == PersonPartner.partner_id)
        .where(
            PersonPartner.person_id.in_(contact_ids),
            PersonPartner.until.is_(None),
            Contact.timezone.is_not(None),
        )
        .order_by(PersonPartner.id)
    )
    of_company = {row[0]: row[1] for row in companies}
    return next((zone for one in contact_ids if (zone := own.get(one) or of_company.get(one))), None)
