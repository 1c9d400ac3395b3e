"""How many things of a user must not be forgotten: the lines of digests and summaries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FunctionalOption, WaitPurpose, WaitState
from core.models import Wait
from core.queries.promises import count_due
from core.queries.silence import count_silent, count_without_next_step
from core.repositories.access import Viewer
from core.repositories.options import load_off
from core.rules.user_day import day_bounds, user_day


@dataclass(frozen=True, slots=True)
class AttentionCounts:
    """What waits for attention; all 0 while other interactions are off (domain.md O2).

    Attributes:
        ours_due: Promises of ours that are due by the end of the day, late ones too.
        theirs_due: The same of theirs.
        unanswered: What was not answered in time, and was neither asked again nor let go.
        deals_without_step: Open deals in which nothing is planned; 100 stands for more.
        chains_without_step: Active chains in which nothing is planned; 100 stands for more.
        silent: Contacts and deals that are quieter than usual.
    """

    ours_due: int = 0
    theirs_due: int = 0
    unanswered: int = 0
    deals_without_step: int = 0
    chains_without_step: int = 0
    silent: int = 0


async def count_attention(
    session: AsyncSession, viewer: Viewer, now: datetime, timezone: str
) -> AttentionCounts:
    """Count for a user, their day ending by their own wall clock."""
    off = await load_off(session)
    if FunctionalOption.OTHER_INTERACTIONS in off:
        return AttentionCounts()
    until = day_bounds(user_day(now, timezone), timezone).end
    ours, theirs = await count_due(session, viewer.user_id, until)
    has_deals = FunctionalOption.DEALS not in off
    unanswered = select(func.count()).where(
        Wait.user_id == viewer.user_id,
        Wait.state == WaitState.DUE,
        Wait.purpose == WaitPurpose.FOLLOW_UP,
    )
    return AttentionCounts(
        ours_due=ours,
        theirs_due=theirs,
        unanswered=await session.scalar(unanswered) or 0,
        deals_without_step=await count_without_next_step(session, viewer, now, deals=True)
        if has_deals
        else 0,
        chains_without_step=await count_without_next_step(session, viewer, now, deals=False),
        silent=await count_silent(session, viewer, now, deals=has_deals),
    )
