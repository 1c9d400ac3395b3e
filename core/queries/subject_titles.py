"""Titles of subjects: their own, or for a chain what its head is about."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Interaction, Subject
from core.rules.titles import title_of


async def load_subject_title(session: AsyncSession, subject: Subject) -> str:
    """The title of a loaded subject."""
    if subject.title or subject.head_id is None:
        return title_of(subject.title, "")
    head = await session.get(Interaction, subject.head_id)
    return title_of(head.topic, head.text or head.goal) if head is not None else title_of("", "")


async def load_subject_titles(session: AsyncSession, subject_ids: Collection[int]) -> dict[int, str]:
    """The titles of several subjects in one statement."""
    rows = await session.execute(
        select(Subject.id, Subject.title, Interaction.topic, Interaction.text, Interaction.goal)
        .outerjoin(Interaction, Interaction.id == Subject.head_id)
        .where(Subject.id.in_(subject_ids))
    )
    return {
        subject_id: title_of(title or topic or "", text or goal or "")
        for subject_id, title, topic, text, goal in rows
    }
