"""Titles of subjects: their own, or for a chain what its head is about."""

from collections.abc import Collection

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Interaction, MailMessage, Subject
from core.models.base import table_of
from core.rules.titles import title_of


async def load_subject_title(session: AsyncSession, subject: Subject) -> str:
    """The title of a loaded subject."""
    if subject.title or subject.head_id is None:
        return title_of(subject.title, "")
    head = await session.get(Interaction, subject.head_id)
    return title_of(head.topic, head.text or head.goal) if head is not None else title_of("", "")


_subjects, _heads, _mails = table_of(Subject), table_of(Interaction), table_of(MailMessage)
_TITLES = (
    select(
        _subjects.c.id,
        _subjects.c.title,
        _heads.c.topic,
        func.coalesce(_mails.c.new_text, _heads.c.text),
        _heads.c.goal,
    )
    .outerjoin(_heads, _heads.c.id == _subjects.c.head_id)
    .outerjoin(_mails, _mails.c.interaction_id == _heads.c.id)
    .where(_subjects.c.id.in_(bindparam("ids", expanding=True)))
)


async def load_subject_titles(session: AsyncSession, subject_ids: Collection[int]) -> dict[int, str]:
    """The titles of several subjects in one statement, built once."""
    return {
        subject_id: title_of(title or topic or "", text or goal or "")
        for subject_id, title, topic, text, goal in await session.execute(_TITLES, {"ids": list(subject_ids)})
    }
