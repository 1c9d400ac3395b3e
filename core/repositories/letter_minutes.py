"""Until when letters are held for users; only captures read and write it, one at a time."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import LetterMinute


async def load(session: AsyncSession, user_ids: Collection[int]) -> dict[int, LetterMinute]:
    """The minutes of these users, as far as they ever had one."""
    rows = await session.scalars(select(LetterMinute).where(LetterMinute.user_id.in_(user_ids)))
    return {row.user_id: row for row in rows}
