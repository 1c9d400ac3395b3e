"""The audit trail, one object a changed row; `since` means done since."""

from typing import Any

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import AuditChange, AuditStep, User
from core.queries.export.shapes import Batch, JsonObject, Slice, instant, named

SECRET = ("password", "token", "secret")
"""Parts of names of fields whose values are not for export."""


async def load_audit(session: AsyncSession, wanted: Slice) -> Batch:
    """The next changes by id."""
    rows = await session.execute(
        select(AuditChange, AuditStep, User.name)
        .join(AuditStep, AuditStep.id == AuditChange.step_id)
        .outerjoin(User, User.id == AuditStep.user_id)
        .where(
            AuditChange.id > wanted.after,
            AuditStep.at >= wanted.since if wanted.since is not None else true(),
        )
        .order_by(AuditChange.id)
        .limit(wanted.limit)
    )
    found = list(rows)
    if not found:
        return Batch([], None)
    return Batch([_shape(*row) for row in found], found[-1][0].id)


def _shape(change: AuditChange, step: AuditStep, name: str | None) -> JsonObject:
    return {
        "id": change.id,
        "step": step.id,
        "at": instant(step.at),
        "by": named(step.user_id, name),
        "action": step.action,
        "object": change.object,
        "entity": change.entity,
        "key": change.key,
        "before": _without_secrets(change.before),
        "after": _without_secrets(change.after),
        "undone": step.undone,
        "undoes": step.undoes_id,
    }


def _without_secrets(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: value for name, value in values.items() if not any(word in name for word in SECRET)}
