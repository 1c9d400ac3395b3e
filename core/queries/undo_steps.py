"""Whether the viewer's last change was made to what they look at: then its card offers undo."""

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import AuditChange, AuditStep
from core.repositories.audit import CHAIN_MOVE
from core.values import Ref, RefKind

_steps, _changes = AuditStep.__table__.c, AuditChange.__table__.c
_LAST = (
    select(_steps.id)
    .where(_steps.user_id == bindparam("viewer"), _steps.undone.is_(False), _steps.undoes_id.is_(None))
    .order_by(_steps.id.desc())
    .limit(1)
    .scalar_subquery()
)
_CONCERNED = (
    select(_changes.step_id)
    .where(
        _changes.step_id == _LAST,
        or_(
            _changes.object.in_(bindparam("objects", expanding=True)),
            and_(_changes.entity == CHAIN_MOVE, _changes.object == bindparam("moved_into")),
        ),
    )
    .limit(1)
)


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
    moved_into = "" if belongs_to is None else str(Ref(RefKind.SUBJECT, belongs_to))
    parameters = {"viewer": viewer_id, "objects": [str(one) for one in refs], "moved_into": moved_into}
    return await session.scalar(_CONCERNED, parameters)
