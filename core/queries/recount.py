"""Counters recounted from the interactions themselves, to prove the kept ones right (domain.md S9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, InteractionState
from core.models import Contact, Interaction, InteractionOwner, Participant, Subject
from core.values import Ref, RefKind


@dataclass(frozen=True, slots=True)
class Counts:
    """What is kept for a subject; a contact keeps `unreviewed` and `last_interaction_at`."""

    interactions: int
    unreviewed: int
    planned: int
    last_interaction_at: datetime | None


@dataclass(frozen=True, slots=True)
class WrongCounter:
    """A subject or contact whose kept counters differ from the recount."""

    ref: Ref
    kept: Counts
    recounted: Counts


NOTHING = Counts(0, 0, 0, None)

_unreviewed = exists().where(
    InteractionOwner.interaction_id == Interaction.id, InteractionOwner.reviewed.is_(False)
)
_done_at = case((Interaction.state == InteractionState.DONE, Interaction.happened_at))


async def find_wrong_counters(session: AsyncSession) -> list[WrongCounter]:
    """Every subject and contact whose kept counters are wrong; none is the promise. Reads the whole history."""
    return [*await _check_subjects(session), *await _check_contacts(session)]


def _one_row_each() -> Select[int, int, datetime | None, int, int]:
    return select(
        Interaction.id.label("id"),
        Interaction.subject_id.label("subject_id"),
        _done_at.label("done_at"),
        case((_unreviewed, 1), else_=0).label("unreviewed"),
        case((Interaction.state == InteractionState.PLANNED, 1), else_=0).label("planned"),
    ).where(Interaction.deleted_at.is_(None))


async def _check_subjects(session: AsyncSession) -> list[WrongCounter]:
    rows = _one_row_each().subquery()
    counted = await session.execute(
        select(
            rows.c.subject_id,
            func.count(),
            func.sum(rows.c.unreviewed),
            func.sum(rows.c.planned),
            func.max(rows.c.done_at),
        ).group_by(rows.c.subject_id)
    )
    truth = {
        one: Counts(number, unreviewed, planned, last) for one, number, unreviewed, planned, last in counted
    }
    kept = await session.execute(
        select(
            Subject.id, Subject.interactions, Subject.unreviewed, Subject.planned, Subject.last_interaction_at
        )
    )
    counts = {
        one: Counts(number, unreviewed, planned, last) for one, number, unreviewed, planned, last in kept
    }
    return _compare(RefKind.SUBJECT, counts, truth)


async def _check_contacts(session: AsyncSession) -> list[WrongCounter]:
    rows = _one_row_each().subquery()
    pairs = (
        select(Participant.interaction_id.label("id"), Participant.contact_id.label("contact_id"))
        .where(Participant.contact_id.is_not(None))
        .distinct()
        .subquery()
    )
    counted = await session.execute(
        select(pairs.c.contact_id, func.sum(rows.c.unreviewed), func.max(rows.c.done_at))
        .join(rows, rows.c.id == pairs.c.id)
        .group_by(pairs.c.contact_id)
    )
    truth = {one: Counts(0, unreviewed, 0, last) for one, unreviewed, last in counted}
    kept = await session.execute(
        select(Contact.id, Contact.unreviewed, Contact.last_interaction_at).where(
            Contact.kind != ContactKind.USER
        )
    )
    counts = {one: Counts(0, unreviewed, 0, last) for one, unreviewed, last in kept}
    return _compare(RefKind.CONTACT, counts, truth)


def _compare(kind: RefKind, kept: Mapping[int, Counts], truth: Mapping[int, Counts]) -> list[WrongCounter]:
    return [
        WrongCounter(Ref(kind, one), counts, truth.get(one, NOTHING))
        for one, counts in kept.items()
        if counts != truth.get(one, NOTHING)
    ]
