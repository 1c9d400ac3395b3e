"""Whether the viewer's last change was made to what they look at: then its card offers undo."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import AuditChange, AuditStep
from core.repositories.audit import CHAIN_MOVE
from core.values import Ref, RefKind


async def find_undo_step(
    session: AsyncSession, viewer_id: int, *refs: Ref, belongs_to: int | None = None
) -> int | None:
    """The viewer's last step that is not undone, if it changed one of these objects.

    Args:
        session: The session.
        viewer_id: Whose step.
        refs: The objects.
        belongs_to: For an interaction its subject: a move of a whole chain there changed the interaction too.
    """
    last = (
        select(AuditStep.id)
        .where(AuditStep.user_id == viewer_id, AuditStep.undone.is_(False), AuditStep.undoes_id.is_(None))
        .order_by(AuditStep.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    concerns: ColumnElement[bool] = AuditChange.object.in_([str(one) for one in refs])
    if belongs_to is not None:
        moved = and_(
            AuditChange.entity == CHAIN_MOVE, AuditChange.object == str(Ref(RefKind.SUBJECT, belongs_to))
        )
        concerns = or_(concerns, moved)
    return await session.scalar(
        select(AuditChange.step_id).where(AuditChange.step_id == last, concerns).limit(1)
    )
