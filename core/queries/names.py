"""The names of rows by their numbers, for views that hold numbers only."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Contact, DealRole, UnmetReason, User


async def load_names(
    session: AsyncSession,
    model: type[UnmetReason | Contact | User | DealRole],
    ids: Collection[int | None],
) -> dict[int | None, str]:
    """The names of rows of a table, archived ones too; what has no number has no name."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = await session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}
