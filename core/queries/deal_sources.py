"""Marketing events that deals come from: those that may be chosen, and the one that is proposed (domain.md D1)."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import SubjectKind, SubjectState
from core.models import DealSource, Subject, SubjectParticipant
from core.repositories import deals
from core.repositories.access import Viewer, sees_subject
from core.rules.deal_sources import EventFacts, choose_event

LIMIT = 20
"""Events that are looked at, the latest first."""


class EventChoice(NamedTuple):
    """A marketing event that a deal may come from."""

    subject_id: int
    title: str


def _events(viewer: Viewer) -> Select[Subject]:
    return (
        select(Subject)
        .where(Subject.kind == SubjectKind.EVENT, sees_subject(viewer))
        .order_by(Subject.created_at.desc(), Subject.id.desc())
        .limit(LIMIT)
    )


async def list_open_events(session: AsyncSession, viewer: Viewer) -> tuple[EventChoice, ...]:
    """The open events that the viewer sees and that are no source of the list yet, the latest first."""
    tied = select(DealSource.event_id).where(DealSource.event_id.is_not(None), DealSource.archived.is_(False))
    found = await session.scalars(
        _events(viewer).where(Subject.state == SubjectState.OPEN, Subject.id.not_in(tied))
    )
    return tuple(EventChoice(one.id, one.title) for one in found)


async def propose_event(
    session: AsyncSession,
    subject: Subject,
    contact_ids: Collection[int],
    viewer: Viewer,
    first_contact_at: datetime,
) -> EventChoice | None:
    """The event that an interaction belongs to, else the one in which somebody of its chain took part before."""
    if subject.kind is SubjectKind.EVENT:
        return EventChoice(subject.id, subject.title)
    if not contact_ids:
        return None
    took_part = select(SubjectParticipant.subject_id).where(SubjectParticipant.contact_id.in_(contact_ids))
    facts = []
    for one in (await session.scalars(_events(viewer).where(Subject.id.in_(took_part)))).all():
        first = await deals.find_first_contact(session, one.id)
        began_at = min(one.created_at, first.happened_at) if first is not None else one.created_at
        facts.append(EventFacts(one.id, one.title, began_at, one.last_interaction_at or one.created_at))
    chosen = choose_event(facts, first_contact_at)
    return EventChoice(chosen.subject_id, chosen.title) if chosen is not None else None


async def find_source_event(session: AsyncSession, source_id: int | None, viewer: Viewer) -> int | None:
    """The event that a source is, if the viewer sees it."""
    if source_id is None:
        return None
    return await session.scalar(
        select(Subject.id)
        .join(DealSource, DealSource.event_id == Subject.id)
        .where(DealSource.id == source_id, sees_subject(viewer))
    )
