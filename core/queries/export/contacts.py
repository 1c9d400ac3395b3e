"""Contacts, merged ones too; `since` means created since."""

from collections.abc import Sequence

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Contact, ContactAddress, PersonPartner
from core.queries.export.shapes import Batch, JsonObject, Slice, day, group, instant, load_user_names


async def load_contacts(session: AsyncSession, wanted: Slice) -> Batch:
    """The next contacts by id."""
    rows = (
        await session.scalars(
            select(Contact)
            .where(
                Contact.id > wanted.after,
                Contact.created_at >= wanted.since if wanted.since is not None else true(),
            )
            .order_by(Contact.id)
            .limit(wanted.limit)
        )
    ).all()
    if not rows:
        return Batch([], None)
    ids = [row.id for row in rows]
    addresses = await _load_addresses(session, ids)
    partners = await _load_partners(session, ids)
    names = await load_user_names(session, [row.responsible_id for row in rows])
    return Batch(
        [
            {
                "id": row.id,
                "kind": row.kind,
                "name": row.name,
                "partners": partners.get(row.id, []),
                "tax_number": row.tax_number,
                "timezone": row.timezone,
                "addresses": addresses.get(row.id, []),
                "responsible": names(row.responsible_id),
                "user_id": row.user_id,
                "merged_into": row.merged_into_id,
                "created_at": instant(row.created_at),
                "last_interaction_at": instant(row.last_interaction_at),
                "unreviewed": row.unreviewed,
            }
            for row in rows
        ],
        rows[-1].id,
    )


async def _load_addresses(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[JsonObject]]:
    rows = await session.scalars(
        select(ContactAddress).where(ContactAddress.contact_id.in_(ids)).order_by(ContactAddress.id)
    )
    return group(
        (row.contact_id, {"kind": row.kind, "value": row.value, "original": row.original}) for row in rows
    )


async def _load_partners(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[JsonObject]]:
    rows = await session.execute(
        select(PersonPartner, Contact.name)
        .join(Contact, Contact.id == PersonPartner.partner_id)
        .where(PersonPartner.person_id.in_(ids))
        .order_by(PersonPartner.id)
    )
    return group(
        (
            row.person_id,
            {"id": row.partner_id, "name": name, "from": day(row.since), "to": day(row.until)},
        )
        for row, name in rows
    )
