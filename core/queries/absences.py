"""What screens show of absences: who is away when, and what became of their work meanwhile (domain.md U5)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.enums import InteractionState
from core.models import Absence, AuditChange, AuditStep, Interaction, StandIn, User
from core.queries.rows import InteractionRow, load_rows
from core.rules.user_day import day_bounds
from core.values import Ref, RefKind

OPEN_LIMIT = 8
"""Plans that a welcome lists; the rest is on the agenda."""


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """One absence of a user, and who stands in for them."""

    id: int
    user_id: int
    user: str
    first_day: date
    last_day: date
    substitute_id: int | None
    substitute: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Welcome:
    """What became of a user's work while they were away.

    Attributes:
        done: How many were carried out, by whom; the user themselves among them if they did it after all.
        dropped: How many were cancelled.
        open: What is still planned although its time has come, the oldest first; `more`: there is more of it.
    """

    absence: AbsenceView
    done: tuple[tuple[str, int], ...]
    dropped: int
    open: tuple[InteractionRow, ...]
    more: bool


_substitute = aliased(User)
_ABSENCES = (
    select(Absence, User.name, _substitute.name)
    .join(User, User.id == Absence.user_id)
    .outerjoin(_substitute, _substitute.id == Absence.substitute_id)
)


async def find_absence(session: AsyncSession, absence_id: int) -> AbsenceView | None:
    """One absence, over or not."""
    row = (await session.execute(_ABSENCES.where(Absence.id == absence_id))).one_or_none()
    return None if row is None else _view(*row)


async def list_absences(session: AsyncSession, user_id: int) -> tuple[AbsenceView, ...]:
    """A user's absences that run or are to come, in order."""
    rows = await session.execute(
        _ABSENCES.where(Absence.user_id == user_id, Absence.ended_at.is_(None)).order_by(
            Absence.first_day, Absence.id
        )
    )
    return tuple(_view(*row) for row in rows)


def _view(absence: Absence, user: str, substitute: str | None) -> AbsenceView:
    return AbsenceView(
        absence.id,
        absence.user_id,
        user,
        absence.first_day,
        absence.last_day,
        absence.substitute_id,
        substitute,
        absence.ended_at,
    )


async def load_welcome(session: AsyncSession, view: AbsenceView, now: datetime) -> Welcome:
    """What became of the work of somebody who was away, as it stands now."""
    user = await session.get_one(User, view.user_id)
    rows = (
        await session.execute(
            select(Interaction.id, Interaction.state)
            .where(
                Interaction.id.in_(select(StandIn.interaction_id).where(StandIn.absence_id == view.id)),
                Interaction.deleted_at.is_(None),
            )
            .order_by(Interaction.id)
        )
    ).all()
    done = [one for one, state in rows if state is InteractionState.DONE]
    start = day_bounds(view.first_day, user.timezone).start
    still = (
        await session.scalars(
            select(Interaction.id)
            .where(
                Interaction.responsible_id == user.id,
                Interaction.state == InteractionState.PLANNED,
                Interaction.deleted_at.is_(None),
                or_(
                    Interaction.happened_at.between(start, now),
                    Interaction.id.in_([one for one, state in rows if state is InteractionState.PLANNED]),
                ),
            )
            .order_by(Interaction.happened_at, Interaction.id)
            .limit(OPEN_LIMIT + 1)
        )
    ).all()
    return Welcome(
        absence=view,
        done=await _count_by_whom(session, done),
        dropped=sum(state is InteractionState.CANCELLED for _, state in rows),
        open=await load_rows(session, still[:OPEN_LIMIT], user.id),
        more=len(still) > OPEN_LIMIT,
    )


async def _count_by_whom(session: AsyncSession, ids: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """Who carried interactions out, as the audit trail knows it."""
    if not ids:
        return ()
    changes = await session.execute(
        select(AuditChange.object, AuditChange.after, User.name)
        .join(AuditStep, AuditStep.id == AuditChange.step_id)
        .join(User, User.id == AuditStep.user_id)
        .where(
            AuditChange.object.in_([str(Ref(RefKind.INTERACTION, one)) for one in ids]),
            AuditChange.entity == Interaction.__tablename__,
            AuditChange.before.is_not(None),
        )
        .order_by(AuditChange.id)
    )
    by_whom = {
        ref: name for ref, after, name in changes if (after or {}).get("state") == InteractionState.DONE
    }
    return tuple(sorted(Counter(by_whom.values()).items(), key=lambda one: (-one[1], one[0])))
