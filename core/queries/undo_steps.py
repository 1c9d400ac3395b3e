"""Whether the viewer's last change was made to what they look at: then its card offers undo."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import AuditChange, AuditStep
from core.values import Ref


async def find_undo_step(session: AsyncSession, viewer_id: int, *refs: Ref) -> int | None:
    """The viewer's last step that is not undone, if it changed one of these objects."""
    last = (
        select(AuditStep.id)
        .where(AuditStep.user_id == viewer_id, AuditStep.undone.is_(False), AuditStep.undoes_id.is_(None))
        .order_by(AuditStep.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return await session.scalar(
        select(AuditChange.step_id)
        .where(AuditChange.step_id == last, AuditChange.object.in_([str(one) for one in refs]))
        .limit(1)
    )
