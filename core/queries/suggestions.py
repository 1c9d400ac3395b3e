"""Who might take something over, the likeliest first and with the reason (pains.md: every proposal says why)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import UserState
from core.models import Contact, Deal, Interaction, Participant, SubjectTeam, User
from core.repositories.absences import load_roster
from core.repositories.access import Viewer, sees_interaction
from core.values import Ref, RefKind


class SuggestionReason(StrEnum):
    """Why somebody is proposed."""

    STANDS_IN = "stands_in"
    CONTACT = "contact"
    SUBJECT = "subject"
    DEPARTMENT = "department"
    COLLEAGUE = "colleague"
    AWAY = "away"


_RANKS = {reason: rank for rank, reason in enumerate(SuggestionReason)}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An active colleague who might take something over."""

    user_id: int
    name: str
    reason: SuggestionReason


@dataclass(frozen=True, slots=True)
class _Known:
    """Who has to do with what is to be handed over."""

    responsible_id: int | None
    contact: frozenset[int] = frozenset()
    subject: frozenset[int] = frozenset()


async def suggest_receivers(
    session: AsyncSession, viewer: Viewer, ref: Ref, now: datetime
) -> tuple[Suggestion, ...]:
    """Every active user but the one who answers for it now; those who are away come last."""
    known = await _know(session, viewer, ref)
    roster = await load_roster(session, now)
    stands_in = roster.route(known.responsible_id) if known.responsible_id is not None else None
    users = (
        await session.execute(
            select(User.id, User.name, User.department_id)
            .where(User.state == UserState.ACTIVE)
            .order_by(User.id)
        )
    ).all()
    department = next((one.department_id for one in users if one.id == known.responsible_id), None)
    found: list[Suggestion] = []
    for user_id, name, department_id in users:
        if user_id == known.responsible_id:
            continue
        reason = SuggestionReason.COLLEAGUE
        if user_id in roster.away:
            reason = SuggestionReason.AWAY
        elif user_id == stands_in:
            reason = SuggestionReason.STANDS_IN
        elif user_id in known.contact:
            reason = SuggestionReason.CONTACT
        elif user_id in known.subject:
            reason = SuggestionReason.SUBJECT
        elif department is not None and department_id == department:
            reason = SuggestionReason.DEPARTMENT
        found.append(Suggestion(user_id, name, reason))
    return tuple(sorted(found, key=lambda one: (_RANKS[one.reason], one.user_id)))


async def _know(session: AsyncSession, viewer: Viewer, ref: Ref) -> _Known:
    if ref.kind is RefKind.USER:
        return _Known(ref.id)
    if ref.kind is RefKind.CONTACT:
        return _Known(await session.scalar(select(Contact.responsible_id).where(Contact.id == ref.id)))
    if ref.kind is RefKind.DEAL:
        deal = await session.get(Deal, ref.id)
        return (
            _Known(None)
            if deal is None
            else _Known(deal.responsible_id, subject=await _of_subject(session, viewer, deal.subject_id))
        )
    if ref.kind is RefKind.SUBJECT:
        return _Known(None, subject=await _of_subject(session, viewer, ref.id))
    row = (
        await session.execute(
            select(Interaction.responsible_id, Interaction.subject_id).where(
                Interaction.id == ref.id, sees_interaction(viewer)
            )
        )
    ).one_or_none()
    if row is None:
        return _Known(None)
    contacts = await session.scalars(
        select(Contact.responsible_id)
        .join(Participant, Participant.contact_id == Contact.id)
        .where(
            Participant.interaction_id == ref.id,
            Contact.user_id.is_(None),
            Contact.responsible_id.is_not(None),
        )
    )
    return _Known(
        row.responsible_id,
        frozenset(one for one in contacts if one is not None),
        await _of_subject(session, viewer, row.subject_id),
    )


async def _of_subject(session: AsyncSession, viewer: Viewer, subject_id: int) -> frozenset[int]:
    """The team of a subject, and who answered for the latest of its interactions that the viewer sees."""
    latest: Sequence[int] = (
        await session.scalars(
            select(Interaction.responsible_id)
            .where(
                Interaction.subject_id == subject_id,
                Interaction.deleted_at.is_(None),
                sees_interaction(viewer),
            )
            .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
            .limit(20)
        )
    ).all()
    team = await session.scalars(select(SubjectTeam.user_id).where(SubjectTeam.subject_id == subject_id))
    return frozenset({*latest, *team})
