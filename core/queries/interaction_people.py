"""The people of an interaction as its card shows them."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, ParticipantRole
from core.itip import Attendance
from core.models import Contact, ContactAddress, Participant, ParticipantAddress, PersonPartner
from core.models.base import table_of
from core.values import Address


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """A participant; without a contact it is not linked (yet).

    Attributes:
        company: The partner that the contact works for now.
        is_claimed: Contacts own one of its coordinates, and none of them was chosen: somebody must (domain.md P2).
    """

    id: int
    role: ParticipantRole
    presentation: str
    contact_id: int | None
    contact_name: str | None
    contact_kind: ContactKind | None
    addresses: tuple[Address, ...]
    attendance: Attendance | None = None
    company: str | None = None
    is_claimed: bool = False

    @property
    def name(self) -> str:
        """What to call them: the contact's name, else the presentation."""
        return self.contact_name or self.presentation


_people, _contacts, _addresses = table_of(Participant), table_of(Contact), table_of(ParticipantAddress)
_partners, _employments = table_of(Contact).alias("partners"), table_of(PersonPartner)
_owned = table_of(ContactAddress)
_COMPANY = (
    select(_partners.c.name)
    .join(_employments, _employments.c.partner_id == _partners.c.id)
    .where(_employments.c.person_id == _contacts.c.id, _employments.c.until.is_(None))
    .order_by(_employments.c.id)
    .limit(1)
    .scalar_subquery()
)
_CLAIMED = exists().where(_owned.c.kind == _addresses.c.kind, _owned.c.value == _addresses.c.value)
_PARTICIPANTS = (
    select(
        _people.c.id,
        _people.c.role,
        _people.c.presentation,
        _people.c.contact_id,
        _people.c.attendance,
        _contacts.c.name.label("contact_name"),
        _contacts.c.kind.label("contact_kind"),
        _COMPANY.label("company"),
        and_(_people.c.contact_id.is_(None), _CLAIMED).label("is_claimed"),
        _addresses.c.kind,
        _addresses.c.value,
        _addresses.c.original,
    )
    .select_from(
        _people.outerjoin(_contacts, _contacts.c.id == _people.c.contact_id).outerjoin(
            _addresses, _addresses.c.participant_id == _people.c.id
        )
    )
    .where(_people.c.interaction_id == bindparam("id"))
    .order_by(_people.c.position, _people.c.id, _addresses.c.id)
)


async def load_participants(session: AsyncSession, interaction_id: int) -> tuple[ParticipantView, ...]:
    """The participants of an interaction in order, with coordinates."""
    rows = (await session.execute(_PARTICIPANTS, {"id": interaction_id})).all()
    addresses: dict[int, list[Address]] = defaultdict(list)
    for row in rows:
        if row.value is not None:
            addresses[row.id].append(Address(row.kind, row.value, row.original))
    claimed = {row.id for row in rows if row.is_claimed}
    return tuple(
        ParticipantView(
            id=one,
            role=row.role,
            presentation=row.presentation,
            contact_id=row.contact_id,
            contact_name=row.contact_name,
            contact_kind=row.contact_kind,
            addresses=tuple(addresses[one]),
            attendance=row.attendance,
            company=row.company,
            is_claimed=one in claimed,
        )
        for one, row in {row.id: row for row in rows}.items()
    )
