"""What routing the letters of a shared mailbox needs to know (domain.md U3)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import AddressKind, ContactKind, Role, UserState
from core.models import (
    Contact,
    ContactAddress,
    Interaction,
    InteractionOwner,
    MailFolder,
    MailUid,
    PooledLetter,
    User,
)


class Colleague(NamedTuple):
    """Somebody who works in a department."""

    id: int
    role: Role


async def list_staff(session: AsyncSession, department_id: int) -> list[Colleague]:
    """Who works in a department, by id."""
    rows = await session.execute(
        select(User.id, User.role)
        .where(User.department_id == department_id, User.state == UserState.ACTIVE)
        .order_by(User.id)
    )
    return [Colleague(*row) for row in rows]


async def load_responsible(
    session: AsyncSession, mailbox_id: int, staff: Collection[int], interaction_ids: Collection[int]
) -> Mapping[int, int]:
    """Who answers for letters: those of the department, and anybody for what came to this mailbox; by letter."""
    if not interaction_ids:
        return {}
    came_here = exists().where(
        MailUid.interaction_id == Interaction.id,
        MailUid.folder_id == MailFolder.id,
        MailFolder.mailbox_id == mailbox_id,
    )
    rows = await session.execute(
        select(Interaction.id, Interaction.responsible_id)
        .join(User, User.id == Interaction.responsible_id)
        .where(
            Interaction.id.in_(interaction_ids),
            User.state == UserState.ACTIVE,
            or_(User.id.in_(staff), came_here),
        )
    )
    return {row[0]: row[1] for row in rows}


async def list_pooled(session: AsyncSession, interaction_ids: Collection[int]) -> frozenset[int]:
    """Which letters wait to be taken."""
    if not interaction_ids:
        return frozenset()
    return frozenset(
        await session.scalars(
            select(PooledLetter.interaction_id).where(PooledLetter.interaction_id.in_(interaction_ids))
        )
    )


async def load_contact_responsible(session: AsyncSession, addresses: Collection[str]) -> Mapping[str, int]:
    """Who answers for the contacts that have these addresses; several say nothing."""
    if not addresses:
        return {}
    rows = await session.execute(
        select(ContactAddress.value, Contact.responsible_id)
        .join(Contact, Contact.id == ContactAddress.contact_id)
        .join(User, User.id == Contact.responsible_id)
        .where(
            ContactAddress.kind == AddressKind.EMAIL,
            ContactAddress.value.in_(addresses),
            Contact.kind != ContactKind.USER,
            Contact.merged_into_id.is_(None),
            User.state == UserState.ACTIVE,
        )
        .distinct()
    )
    found: dict[str, set[int]] = {}
    for address, user_id in rows:
        if user_id is None:
            continue
        found.setdefault(address, set()).add(user_id)
    return {address: next(iter(users)) for address, users in found.items() if len(users) == 1}


async def list_owners(session: AsyncSession, interaction_id: int) -> list[int]:
    """On whose worklists a letter is."""
    return list(
        await session.scalars(
            select(InteractionOwner.user_id)
            .where(InteractionOwner.interaction_id == interaction_id)
            .order_by(InteractionOwner.user_id)
        )
    )


async def pool(
    session: AsyncSession, mailbox_id: int, interaction_ids: Collection[int], now: datetime
) -> None:
    """Have letters wait to be taken."""
    if interaction_ids:
        await session.execute(
            insert(PooledLetter),
            [{"interaction_id": one, "mailbox_id": mailbox_id, "since": now} for one in interaction_ids],
        )
