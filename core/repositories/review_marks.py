"""An owner's mark on an interaction: read and written past the entities, since it is the tap made most."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotAllowed, NotFound
from core.models import Interaction, InteractionOwner
from core.models.base import table_of
from core.repositories import access
from core.values import Caller, Ref, RefKind

_owners = table_of(InteractionOwner)
_FIND = (
    select(Interaction.subject_id, InteractionOwner.reviewed, InteractionOwner.review_after)
    .outerjoin(
        InteractionOwner,
        and_(
            InteractionOwner.interaction_id == Interaction.id,
            InteractionOwner.user_id == bindparam("user_id"),
        ),
    )
    .where(
        Interaction.id == bindparam("interaction_id"),
        Interaction.deleted_at.is_(None),
        access.VISIBLE_TO_ME,
    )
    .with_for_update(of=Interaction)
)
_SET = (
    update(_owners)
    .where(
        _owners.c.interaction_id == bindparam("of_interaction"),
        _owners.c.user_id == bindparam("of_user"),
    )
    .values(reviewed=bindparam("reviewed"), review_after=bindparam("review_after"))
)


class ReviewMark(NamedTuple):
    """How an owner has marked an interaction, and the subject it counts for."""

    subject_id: int
    reviewed: bool
    review_after: datetime | None


async def get_mark(session: AsyncSession, caller: Caller, interaction_id: int) -> ReviewMark:
    """The caller's mark, the interaction locked for change.

    Raises:
        NotFound: No such interaction for the caller.
        NotAllowed: It is not on the caller's worklist.
    """
    viewer = await access.viewer_of(session, caller)
    parameters = {"interaction_id": interaction_id, "user_id": caller.user_id, **access.sight(viewer)}
    row = (await session.execute(_FIND, parameters)).one_or_none()
    if row is None:
        raise NotFound(Ref(RefKind.INTERACTION, interaction_id))
    if row.reviewed is None:
        raise NotAllowed("review")
    return ReviewMark(row.subject_id, row.reviewed, row.review_after)


async def set_mark(
    session: AsyncSession, interaction_id: int, user_id: int, *, reviewed: bool, review_after: datetime | None
) -> None:
    """Write the mark of an owner."""
    await session.execute(
        _SET,
        {
            "of_interaction": interaction_id,
            "of_user": user_id,
            "reviewed": reviewed,
            "review_after": review_after,
        },
    )
