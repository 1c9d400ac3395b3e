"""An interaction with what is one row beside it, for its card: one statement, built once.

A card is drawn after every tap, so its cost is the chat's. The statement is written over the tables, because
entities would cost twice as much, and tells which of the many-row parts there are, so that only those are read.
"""

from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Direction, InteractionState, MailClass, PromiseState, ReminderState
from core.itip import ItipMethod
from core.models import (
    Attachment,
    Comment,
    Deal,
    Interaction,
    InteractionOwner,
    InteractionTag,
    MailInvitation,
    MailMessage,
    Participant,
    PooledLetter,
    Promise,
    Reminder,
    SeriesTime,
    Subject,
    User,
    Wait,
)
from core.repositories.access import VISIBLE_TO_ME, Viewer, sight

_interactions, _subjects, _deals = Interaction.__table__, Subject.__table__, Deal.__table__
_owners, _mails = InteractionOwner.__table__, MailMessage.__table__
_head, _parent = _interactions.alias("head"), _interactions.alias("parent")
_head_mail = _mails.alias("head_mail")
_responsible, _author = User.__table__.alias("responsible"), User.__table__.alias("author")
_attachments, _tags = Attachment.__table__.c, InteractionTag.__table__.c
_comments, _reminders = Comment.__table__.c, Reminder.__table__.c
_answers, _bounces = _interactions.alias("answers"), MailMessage.__table__.alias("bounces")
_steps = _interactions.alias("steps")
_said = MailInvitation.__table__.c
_times = SeriesTime.__table__.c
_pooled, _waits = PooledLetter.__table__.c, Wait.__table__.c
_promised, _people = Promise.__table__.c, Participant.__table__.c
_ASKS = (ItipMethod.REQUEST, ItipMethod.PUBLISH)
_one = _interactions.c
_viewer: BindParameter[int] = bindparam("viewer")

_AROUND = (
    select(
        *_one,
        _subjects.c.kind.label("subject_kind"),
        _subjects.c.state.label("subject_state"),
        _subjects.c.title.label("subject_title"),
        _subjects.c.interactions.label("subject_interactions"),
        _subjects.c.head_id,
        _head.c.topic.label("head_topic"),
        func.coalesce(_head_mail.c.new_text, _head.c.text).label("head_text"),
        _head.c.goal.label("head_goal"),
        _deals.c.id.label("deal_id"),
        _owners.c.reviewed,
        _owners.c.review_after,
        _responsible.c.name.label("responsible"),
        _author.c.name.label("author"),
        _mails.c.mail_class,
        _mails.c.original_settled,
        _mails.c.original.label("attached_original"),
        _mails.c.new_text,
        _parent.c.type.label("answers"),
        exists().where(_attachments.interaction_id == _one.id).label("has_attachments"),
        exists().where(_tags.interaction_id == _one.id).label("has_tags"),
        exists().where(_comments.interaction_id == _one.id).label("has_comments"),
        exists()
        .where(
            _reminders.interaction_id == _one.id,
            _reminders.user_id == _viewer,
            _reminders.state == ReminderState.WAITING,
        )
        .label("has_reminders"),
        exists()
        .where(_answers.c.parent_id == _one.id, _bounces.c.mail_class == MailClass.BOUNCE)
        .where(_bounces.c.interaction_id == _answers.c.id)
        .label("has_bounces"),
        exists().where(_pooled.interaction_id == _one.id).label("pooled"),
        exists()
        .where(_steps.c.parent_id == _one.id, _steps.c.state == InteractionState.PLANNED)
        .where(_steps.c.deleted_at.is_(None))
        .label("has_next_step"),
        exists().where(_waits.interaction_id == _one.id, _waits.user_id == _viewer).label("has_waits"),
        exists().where(_times.interaction_id == _one.id).label("has_series"),
        exists().where(_promised.interaction_id == _one.id).label("has_promises"),
        exists()
        .where(_people.interaction_id == _one.id, _promised.contact_id == _people.contact_id)
        .where(_promised.state == PromiseState.OPEN, _promised.interaction_id != _one.id)
        .label("has_closable"),
        exists().where(_said.letter_id == _one.id, _said.meeting_id.is_not(None)).label("has_meetings"),
        exists().where(_said.meeting_id == _one.id, _said.repeats).label("repeats"),
        exists()
        .where(_said.letter_id == _one.id, _said.method.in_(_ASKS), _said.occurrence == "")
        .where(_said.repeats.is_(False))
        .label("is_untimed"),
    )
    .select_from(
        _interactions.join(_subjects, _subjects.c.id == _one.subject_id)
        .join(_responsible, _responsible.c.id == _one.responsible_id)
        .outerjoin(_author, _author.c.id == _one.author_id)
        .outerjoin(_head, _head.c.id == _subjects.c.head_id)
        .outerjoin(_head_mail, _head_mail.c.interaction_id == _subjects.c.head_id)
        .outerjoin(_deals, _deals.c.subject_id == _subjects.c.id)
        .outerjoin(_owners, (_owners.c.interaction_id == _one.id) & (_owners.c.user_id == _viewer))
        .outerjoin(_mails, _mails.c.interaction_id == _one.id)
        .outerjoin(
            _parent,
            (_parent.c.id == _one.parent_id)
            & (_parent.c.responsible_id == _viewer)
            & (_parent.c.direction == Direction.OUT)
            & (_parent.c.type == _one.type)
            & (_one.direction == Direction.IN),
        )
    )
    .where(_one.id == bindparam("id"), VISIBLE_TO_ME)
)


async def find_with_surroundings(
    session: AsyncSession, interaction_id: int, viewer: Viewer
) -> Row[*tuple[Any, ...]] | None:
    """The columns of an interaction, deleted or not, with what is around it; None when the viewer sees none."""
    parameters = {"id": interaction_id, "viewer": viewer.user_id, **sight(viewer)}
    return (await session.execute(_AROUND, parameters)).one_or_none()
