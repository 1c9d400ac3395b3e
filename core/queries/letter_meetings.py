"""The meetings that a letter is about, for its card."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState
from core.models import Interaction, MailInvitation
from core.repositories.access import VISIBLE_TO_ME, Viewer, sight

MOST = 3
"""Meetings of one letter that are shown; an invitation has one."""


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting as a line; times as those of a row (`core.queries.rows`)."""

    id: int
    state: InteractionState
    happened_at: datetime
    due_on: date | None
    time_known: bool


_meetings, _said = Interaction.__table__.c, MailInvitation.__table__.c
_OF_LETTER = (
    select(_meetings.id, _meetings.state, _meetings.happened_at, _meetings.due_on, _meetings.time_known)
    .where(
        exists().where(_said.meeting_id == _meetings.id, _said.letter_id == bindparam("letter")),
        _meetings.deleted_at.is_(None),
        VISIBLE_TO_ME,
    )
    .order_by(_meetings.happened_at, _meetings.id)
    .limit(MOST)
)


async def list_meetings(session: AsyncSession, letter_id: int, viewer: Viewer) -> tuple[MeetingView, ...]:
    """The meetings that a letter asked for, moved or cancelled, as far as the viewer sees them, the next first."""
    rows = await session.execute(_OF_LETTER, {"letter": letter_id, **sight(viewer)})
    return tuple(MeetingView(*row) for row in rows)
