"""Whether the viewer's last change was made to what they look at: then its card offers undo."""

from collections.abc import Sequence
from datetime import datetime

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
    .join(AuditStep, _steps.id == _changes.step_id)
    .where(
        _changes.step_id == _LAST,
        or_(
            _changes.object.in_(bindparam("objects", expanding=True)),
            and_(
                _changes.entity == CHAIN_MOVE,
                _changes.object == bindparam("moved_into"),
                _steps.at >= bindparam("there_since", type_=_steps.at.type),
            ),
        ),
    )
    .limit(1)
)


async def find_undo_step(session: AsyncSession, viewer_id: int, *refs: Ref) -> int | None:
    """The viewer's last step that is not undone, if it changed one of these objects."""
    return await _find(session, viewer_id, refs, "", None)


async def find_undo_step_of_interaction(
    session: AsyncSession, viewer_id: int, interaction_id: int, subject_id: int, there_since: datetime
) -> int | None:
    """The viewer's last step that is not undone, if it changed an interaction, or moved its chain where it is.

    Args:
        session: The session.
        viewer_id: Whose step.
        interaction_id: The interaction.
        subject_id: What it belongs to: a move of the whole chain there changed the interaction too.
        there_since: When it was recorded: what came into the subject after the move is no part of that.
    """
    moved_into = str(Ref(RefKind.SUBJECT, subject_id))
    return await _find(
        session, viewer_id, [Ref(RefKind.INTERACTION, interaction_id)], moved_into, there_since
    )


async def _find(
    session: AsyncSession, viewer_id: int, refs: Sequence[Ref], moved_into: str, there_since: datetime | None
) -> int | None:
    parameters = {
        "viewer": viewer_id,
        "objects": [str(one) for one in refs],
        "moved_into": moved_into,
        "there_since": there_since,
    }
    return await session.scalar(_CONCERNED, parameters)
