"""Writing and reading the audit trail."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Text, cast, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import AuditChange, AuditStep, Base, Interaction
from core.repositories.inserting import RowInsert
from core.values import Ref, RefKind, UserId

CHAIN_MOVE = "chain_move"
"""The entity of a move of many interactions at once, recorded of the subject that takes them."""

_REF_OF_TABLE = {
    "interactions": RefKind.INTERACTION,
    "subjects": RefKind.SUBJECT,
    "deals": RefKind.DEAL,
    "contacts": RefKind.CONTACT,
    "users": RefKind.USER,
    "mailboxes": RefKind.MAILBOX,
}


@dataclass(slots=True)
class PendingChange:
    """A change on its way into the trail: of a loaded row, whose key is known once it is flushed, or by name."""

    row: Base | None
    of: Ref | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    entity: str = ""
    key: str = ""


def column_values(row: Base) -> dict[str, Any]:
    """All column values of a row by attribute name."""
    return {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}


def key_of(row: Base) -> str:
    """The primary key as text, parts joined by a colon."""
    return ":".join(str(part) for part in inspect(type(row)).primary_key_from_instance(row))


def to_json(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Values as plain JSON: times and dates as ISO text, enums and sums as text."""
    return None if values is None else {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    return str(value) if isinstance(value, Decimal) else value


def _reference_of(change: PendingChange) -> str:
    if change.of is not None:
        return str(change.of)
    if change.row is None:
        return ""
    kind = _REF_OF_TABLE.get(change.row.__tablename__)
    return f"{kind}{key_of(change.row)}" if kind else f"{change.row.__tablename__}:{key_of(change.row)}"


_insert_steps = RowInsert(AuditStep)
_insert_changes = RowInsert(AuditChange)


async def find_last_change(session: AsyncSession, of: Ref) -> datetime | None:
    """When an object was last changed by anybody; None: never since it was recorded."""
    return await session.scalar(
        select(func.max(AuditStep.at))
        .join(AuditChange, AuditChange.step_id == AuditStep.id)
        .where(AuditChange.object == str(of))
    )


async def write_step(session: AsyncSession, step: AuditStep, changes: Sequence[PendingChange]) -> None:
    """Write a step with its changes; a step that changed nothing leaves no trace."""
    if not changes:
        return
    (step_id,) = await _insert_steps.with_keys(
        session,
        [
            {
                "at": step.at,
                "user_id": step.user_id,
                "action": step.action,
                "undoes_id": step.undoes_id,
                "undone": False,
            }
        ],
    )
    rows = [
        {
            "step_id": step_id,
            "object": _reference_of(change),
            "entity": change.entity or (change.row.__tablename__ if change.row is not None else ""),
            "key": key_of(change.row) if change.row is not None else change.key,
            "before": to_json(change.before),
            "after": to_json(change.after),
        }
        for change in changes
    ]
    await _insert_changes(session, rows)


async def find_last_step(session: AsyncSession, user_id: UserId) -> AuditStep | None:
    """The user's latest step that is neither undone nor itself an undoing."""
    return (
        await session.scalars(
            select(AuditStep)
            .where(AuditStep.user_id == user_id, AuditStep.undone.is_(False), AuditStep.undoes_id.is_(None))
            .order_by(AuditStep.id.desc())
            .limit(1)
            .with_for_update()
        )
    ).first()


async def list_changes(session: AsyncSession, step_id: int) -> Sequence[AuditChange]:
    """The changes of a step in the order they were made."""
    return (
        await session.scalars(
            select(AuditChange).where(AuditChange.step_id == step_id).order_by(AuditChange.id)
        )
    ).all()


async def list_later_changes(
    session: AsyncSession, objects: Sequence[str], after_step: int
) -> Sequence[tuple[AuditStep, AuditChange]]:
    """Changes of these objects in later steps that still stand, oldest first."""
    rows = await session.execute(
        select(AuditStep, AuditChange)
        .join(AuditChange, AuditChange.step_id == AuditStep.id)
        .where(
            AuditChange.object.in_(objects),
            AuditStep.id > after_step,
            AuditStep.undone.is_(False),
            AuditStep.undoes_id.is_(None),
        )
        .order_by(AuditChange.id)
    )
    return [(step, change) for step, change in rows]


async def list_captured_since(session: AsyncSession, subject_id: int, step_id: int) -> set[int]:
    """Interactions that this step (the tasks of a stage) or later ones recorded straight into a subject."""
    rows = await session.execute(
        select(AuditChange.object, AuditChange.after)
        .join(Interaction, AuditChange.key == cast(Interaction.id, Text))
        .where(
            Interaction.subject_id == subject_id,
            AuditChange.entity == Interaction.__tablename__,
            AuditChange.before.is_(None),
            AuditChange.step_id >= step_id,
        )
    )
    return {
        int(reference[1:])
        for reference, after in rows
        if after is not None and after.get("subject_id") == subject_id
    }
