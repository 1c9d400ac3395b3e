"""What stands around an interaction on its card, in one statement that is built once.

A card is drawn after every tap, so its cost is the chat's: here is everything that is one row beside it, and
which of the many-row parts there are at all, so that only those are asked for.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.enums import Direction, InteractionType, MailClass, ReminderState, SubjectKind, SubjectState
from core.models import (
    Attachment,
    Comment,
    Deal,
    Interaction,
    InteractionOwner,
    InteractionTag,
    MailMessage,
    Reminder,
    Subject,
    User,
)


class Surroundings(NamedTuple):
    """One row beside an interaction, for one viewer."""

    subject_id: int
    subject_kind: SubjectKind
    subject_state: SubjectState
    subject_title: str
    subject_interactions: int
    head_id: int | None
    head_topic: str | None
    head_text: str | None
    head_goal: str | None
    deal_id: int | None
    reviewed: bool | None
    review_after: datetime | None
    responsible: str
    author: str | None
    mail_class: MailClass | None
    answers: InteractionType | None
    has_attachments: bool
    has_tags: bool
    has_comments: bool
    has_reminders: bool


_head, _parent = aliased(Interaction), aliased(Interaction)
_responsible, _author = aliased(User), aliased(User)
_viewer: BindParameter[int] = bindparam("viewer")

_AROUND = (
    select(
        Subject.id,
        Subject.kind,
        Subject.state,
        Subject.title,
        Subject.interactions,
        Subject.head_id,
        _head.topic,
        _head.text,
        _head.goal,
        Deal.id,
        InteractionOwner.reviewed,
        InteractionOwner.review_after,
        _responsible.name,
        _author.name,
        MailMessage.mail_class,
        _parent.type,
        exists().where(Attachment.interaction_id == Interaction.id),
        exists().where(InteractionTag.interaction_id == Interaction.id),
        exists().where(Comment.interaction_id == Interaction.id),
        exists().where(
            Reminder.interaction_id == Interaction.id,
            Reminder.user_id == _viewer,
            Reminder.state == ReminderState.WAITING,
        ),
    )
    .select_from(Interaction)
    .join(Subject, Subject.id == Interaction.subject_id)
    .join(_responsible, _responsible.id == Interaction.responsible_id)
    .outerjoin(_author, _author.id == Interaction.author_id)
    .outerjoin(_head, _head.id == Subject.head_id)
    .outerjoin(Deal, Deal.subject_id == Subject.id)
    .outerjoin(
        InteractionOwner,
        (InteractionOwner.interaction_id == Interaction.id) & (InteractionOwner.user_id == _viewer),
    )
    .outerjoin(MailMessage, MailMessage.interaction_id == Interaction.id)
    .outerjoin(
        _parent,
        (_parent.id == Interaction.parent_id)
        & (_parent.responsible_id == _viewer)
        & (_parent.direction == Direction.OUT)
        & (_parent.type == Interaction.type)
        & (Interaction.direction == Direction.IN),
    )
    .where(Interaction.id == bindparam("id"))
)


async def load_surroundings(session: AsyncSession, interaction_id: int, viewer_id: int) -> Surroundings:
    """The row beside an interaction that exists."""
    row = (await session.execute(_AROUND, {"id": interaction_id, "viewer": viewer_id})).one()
    return Surroundings._make(row)
