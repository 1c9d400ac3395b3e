"""What a user's last change of time zone moved, as the audit trail knows it, and what it left where it was (U5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState
from core.models import AuditChange, AuditStep, Interaction, InteractionOwner, Reminder, User, Wait
from core.queries.rows import InteractionRow, load_rows
from core.repositories.access import Viewer, sees_interaction
from core.values import Ref, RefKind

LOOKED_BACK = 50
"""So many changes of a user are looked through for the one of their zone."""

APPOINTMENTS_AHEAD = timedelta(days=7)
APPOINTMENTS_SHOWN = 6

_MOVED_TABLES = tuple(one.__tablename__ for one in (Interaction, InteractionOwner, Wait, Reminder))
"""Whose changes moved a time, the most telling first."""


@dataclass(frozen=True, slots=True)
class MovedRow:
    """An interaction of which a time moved.

    Attributes:
        at: What came of that time: when a snooze, a wait or a reminder comes now; None for a plan of a day.
    """

    row: InteractionRow
    table: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ZoneMove:
    """A change of zone.

    Attributes:
        undo_step: The step to undo, while it is the reader's last one.
        moved: What kept its wall time.
        kept: Appointments of the next days, which kept their instant and so stand at another hour of the wall clock.
    """

    before: str
    after: str
    undo_step: int | None
    moved: tuple[MovedRow, ...]
    kept: tuple[InteractionRow, ...]


async def find_last_zone_move(session: AsyncSession, viewer: Viewer, now: datetime) -> ZoneMove | None:
    """The reader's last change of zone that was not undone; None: there was none of late."""
    found = await _find_change(session, viewer.user_id)
    if found is None:
        return None
    step, before, after = found
    last = await session.scalar(
        select(AuditStep.id)
        .where(
            AuditStep.user_id == viewer.user_id, AuditStep.undone.is_(False), AuditStep.undoes_id.is_(None)
        )
        .order_by(AuditStep.id.desc())
        .limit(1)
    )
    return ZoneMove(
        before=before,
        after=after,
        undo_step=step if step == last else None,
        moved=await _list_moved(session, step, viewer),
        kept=await _list_appointments(session, viewer.user_id, now),
    )


async def _find_change(session: AsyncSession, user_id: int) -> tuple[int, str, str] | None:
    changes = await session.execute(
        select(AuditChange.step_id, AuditChange.before, AuditChange.after)
        .join(AuditStep, AuditStep.id == AuditChange.step_id)
        .where(
            AuditChange.object == str(Ref(RefKind.USER, user_id)),
            AuditChange.entity == User.__tablename__,
            AuditStep.undone.is_(False),
            AuditStep.undoes_id.is_(None),
        )
        .order_by(AuditChange.step_id.desc(), AuditChange.id.desc())
        .limit(LOOKED_BACK)
    )
    for step_id, before, after in changes:
        if before and after and "timezone" in before and "timezone" in after:
            return step_id, str(before["timezone"]), str(after["timezone"])
    return None


async def _list_moved(session: AsyncSession, step_id: int, viewer: Viewer) -> tuple[MovedRow, ...]:
    changes = await session.execute(
        select(AuditChange.object, AuditChange.entity, AuditChange.after)
        .where(AuditChange.step_id == step_id, AuditChange.entity.in_(_MOVED_TABLES))
        .order_by(AuditChange.id)
    )
    told: dict[int, tuple[str, Mapping[str, Any]]] = {}
    for reference, table, after in changes:
        ref = Ref.parse(reference)
        if ref is None or ref.kind is not RefKind.INTERACTION:
            continue
        former = told.get(ref.id)
        if former is None or _MOVED_TABLES.index(table) < _MOVED_TABLES.index(former[0]):
            told[ref.id] = (table, after or {})
    visible = await session.scalars(
        select(Interaction.id)
        .where(Interaction.id.in_(told), Interaction.deleted_at.is_(None), sees_interaction(viewer))
        .order_by(Interaction.happened_at, Interaction.id)
    )
    rows = await load_rows(session, visible.all(), viewer.user_id)
    return tuple(MovedRow(row, told[row.id][0], _time_of(*told[row.id])) for row in rows)


def _time_of(table: str, after: Mapping[str, Any]) -> datetime | None:
    if table == Interaction.__tablename__:
        return None
    text = after.get("review_after") or after.get("due_at")
    return datetime.fromisoformat(text) if isinstance(text, str) else None


async def _list_appointments(
    session: AsyncSession, user_id: int, now: datetime
) -> tuple[InteractionRow, ...]:
    ids: Sequence[int] = (
        await session.scalars(
            select(Interaction.id)
            .where(
                Interaction.responsible_id == user_id,
                Interaction.state == InteractionState.PLANNED,
                Interaction.due_on.is_(None),
                Interaction.deleted_at.is_(None),
                Interaction.happened_at.between(now, now + APPOINTMENTS_AHEAD),
            )
            .order_by(Interaction.happened_at, Interaction.id)
            .limit(APPOINTMENTS_SHOWN)
        )
    ).all()
    return await load_rows(session, ids, user_id)
