"""Chains and deals that contacts take part in: what something new may be linked to (domain.md S8)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, FunctionalOption, SubjectKind, SubjectState
from core.models import Contact, Interaction, Participant, Subject, SubjectParticipant
from core.repositories.access import Viewer, sees_subject
from core.repositories.options import load_off
from core.rules.links import LINKED_KINDS, LinkCandidate


async def list_external(session: AsyncSession, contact_ids: Collection[int]) -> frozenset[int]:
    """Those of the contacts that are no users of ours."""
    if not contact_ids:
        return frozenset()
    rows = await session.scalars(
        select(Contact.id).where(Contact.id.in_(contact_ids), Contact.kind != ContactKind.USER)
    )
    return frozenset(rows)


async def list_candidates(
    session: AsyncSession, contact_ids: Collection[int], viewer: Viewer
) -> list[LinkCandidate]:
    """Open chains and deals that the viewer sees, with one of the contacts in an interaction or among their people."""
    met = (
        select(Interaction.subject_id.label("subject_id"), Participant.contact_id.label("contact_id"))
        .join(Participant, Participant.interaction_id == Interaction.id)
        .where(Participant.contact_id.in_(contact_ids), Interaction.deleted_at.is_(None))
    )
    kinds = set(LINKED_KINDS)
    if FunctionalOption.DEALS in await load_off(session):
        kinds.discard(SubjectKind.DEAL)
    return await _load(session, union(met, _taking_part(contact_ids)), kinds, viewer)


async def list_deals(
    session: AsyncSession, contact_ids: Collection[int], viewer: Viewer
) -> list[LinkCandidate]:
    """Open deals that the viewer sees, with one of the contacts among their people."""
    if FunctionalOption.DEALS in await load_off(session):
        return []
    return await _load(session, _taking_part(contact_ids), {SubjectKind.DEAL}, viewer)


def _taking_part(contact_ids: Collection[int]) -> Select[int, int | None]:
    return select(
        SubjectParticipant.subject_id.label("subject_id"), SubjectParticipant.contact_id.label("contact_id")
    ).where(SubjectParticipant.contact_id.in_(contact_ids))


async def _load(
    session: AsyncSession, pairs: Any, kinds: Collection[SubjectKind], viewer: Viewer
) -> list[LinkCandidate]:
    of = pairs.subquery()
    rows = await session.execute(
        select(
            of.c.contact_id,
            Subject.id,
            Subject.kind,
            Subject.state,
            Subject.last_interaction_at,
            Subject.created_at,
        )
        .join(of, of.c.subject_id == Subject.id)
        .where(Subject.kind.in_(kinds), Subject.state == SubjectState.OPEN, sees_subject(viewer))
        .order_by(Subject.id)
    )
    return _candidates(rows.all())


def _candidates(rows: Sequence[Row[Any]]) -> list[LinkCandidate]:
    contacts: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        contacts[row.id].add(row.contact_id)
    return [
        LinkCandidate(
            row.id, row.kind, row.state, frozenset(contacts[row.id]), row.last_interaction_at, row.created_at
        )
        for row in {row.id: row for row in rows}.values()
    ]
