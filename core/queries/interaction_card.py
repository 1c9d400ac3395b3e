"""Everything the card of an interaction shows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import (
    CallResult,
    Channel,
    Direction,
    Importance,
    InteractionState,
    InteractionType,
    LinkReason,
    MailClass,
    ReminderState,
    Source,
    SubjectKind,
    SubjectState,
    WaitPurpose,
    WaitState,
)
from core.models import (
    Attachment,
    Comment,
    InteractionTag,
    Reminder,
    User,
)
from core.queries.conflicts import list_conflicts
from core.queries.forwarded import find_original
from core.queries.interaction_people import ParticipantView, load_participants
from core.queries.interaction_surroundings import find_with_surroundings
from core.queries.letter_meetings import MeetingView, list_meetings
from core.queries.link_evidence import LinkEvidence, find_link_evidence
from core.queries.next_steps import NextStepView, find_next_step
from core.queries.promises import PromiseView
from core.queries.rows import InteractionRow
from core.queries.series import SeriesView, find_series_view
from core.queries.undelivered import BounceView, list_bounces
from core.queries.undo_steps import find_undo_step_of_interaction
from core.queries.waiting import Visit, WaitView, load_waits
from core.repositories.access import Viewer
from core.rules.free_slots import busy_span
from core.rules.times import APPOINTMENTS
from core.rules.titles import title_of
from core.values import Original

COMMENT_LIMIT = 5


@dataclass(frozen=True, slots=True)
class SubjectView:
    """What the interaction belongs to."""

    id: int
    kind: SubjectKind
    state: SubjectState
    title: str
    interactions: int
    deal_id: int | None


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file; without a digest only its name is known; inline ones belong to the looks of a letter."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str | None
    inline: bool = False


@dataclass(frozen=True, slots=True)
class CommentView:
    """A note with its author."""

    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class InteractionCard:
    """An interaction as its viewer sees it.

    Attributes:
        reviewed: None for who does not have it on their worklist.
        answers: The type of the viewer's own outgoing message that this one answers; None for anything else.
        pooled: Whether it waits for somebody of a department to take it (domain.md U3).
        undo_step: The viewer's last change, if it was made to this interaction: what undo takes back.
        meetings: Those that a letter asked for, moved or cancelled.
        bounces: Letters that say that this one was not delivered.
        original: Who wrote what a colleague forwards, as the letter names them, until somebody has said.
        evidence: What an automatic link rests on.
        repeats: Whether a meeting is one time of a series.
        is_untimed: Whether a letter invites to what has no time that can be.
        timezone: The zone whose wall clock it keeps: the planner's, or the organiser's of an invitation.
        new_text: What is new in a letter, without quotations and signature; None where nothing was cut.
        waits: What the viewer waits for after it: an answer, or what ends a snooze.
        has_promises: Whether something was promised there, `promises` once they are loaded.
        has_closable: Whether it may have kept a promise, `closable` once they are loaded.
        visit: What is good to know before it, of a plan.
        next_step: The nearest plan that continues it.
        series: How a plan repeats; None where it does not, or no more.
        conflicts: Calls and meetings of the viewer that are planned for the same time.
    """

    id: int
    type: InteractionType
    direction: Direction | None
    channel: Channel | None
    state: InteractionState
    topic: str
    text: str
    goal: str
    place: str
    happened_at: datetime
    due_on: date | None
    ends_at: datetime | None
    time_known: bool
    result: CallResult | None
    duration_s: int | None
    importance: Importance
    source: Source
    responsible_id: int
    responsible: str
    author: str | None
    subject: SubjectView
    is_head: bool
    link_reason: LinkReason
    parent_id: int | None
    reviewed: bool | None
    review_after: datetime | None
    participants: tuple[ParticipantView, ...]
    attachments: tuple[AttachmentView, ...]
    tags: tuple[str, ...]
    comments: tuple[CommentView, ...]
    comment_count: int
    reminders: tuple[datetime, ...]
    mail_class: MailClass | None
    version: int
    deleted: bool
    answers: InteractionType | None = None
    undo_step: int | None = None
    meetings: tuple[MeetingView, ...] = ()
    repeats: bool = False
    is_untimed: bool = False
    timezone: str | None = None
    new_text: str | None = None
    evidence: LinkEvidence | None = None
    bounces: tuple[BounceView, ...] = ()
    original: Original | None = None
    pooled: bool = False
    waits: tuple[WaitView, ...] = ()
    has_promises: bool = False
    has_closable: bool = False
    promises: tuple[PromiseView, ...] = ()
    closable: tuple[PromiseView, ...] = ()
    visit: Visit | None = None
    next_step: NextStepView | None = None
    series: SeriesView | None = None
    conflicts: tuple[InteractionRow, ...] = ()

    @property
    def is_followed_up(self) -> bool:
        """Whether the viewer waits for an answer to it."""
        return any(
            one.purpose is WaitPurpose.FOLLOW_UP and one.state is not WaitState.ANSWERED for one in self.waits
        )

    @property
    def shown_text(self) -> str:
        """What a person wants to read of it."""
        return self.text if self.new_text is None else self.new_text


async def find_interaction_card(
    session: AsyncSession, interaction_id: int, viewer: Viewer
) -> InteractionCard | None:
    """The card of an interaction, deleted or not; None when the viewer sees none."""
    one = await find_with_surroundings(session, interaction_id, viewer)
    if one is None:
        return None
    participants = await load_participants(session, one.id)
    comments = await _load_comments(session, one.id) if one.has_comments else ()
    return InteractionCard(
        id=one.id,
        type=one.type,
        direction=one.direction,
        channel=one.channel,
        state=one.state,
        topic=one.topic,
        text=one.text,
        goal=one.goal,
        place=one.place,
        happened_at=one.happened_at,
        due_on=one.due_on,
        ends_at=one.ends_at,
        time_known=one.time_known,
        result=one.result,
        duration_s=one.duration_s,
        importance=one.importance,
        source=one.source,
        responsible_id=one.responsible_id,
        responsible=one.responsible,
        author=one.author,
        subject=_subject_of(one),
        is_head=one.head_id == one.id,
        link_reason=one.link_reason,
        parent_id=one.parent_id,
        reviewed=one.reviewed,
        review_after=one.review_after,
        participants=participants,
        comments=comments[-COMMENT_LIMIT:],
        comment_count=len(comments),
        mail_class=one.mail_class,
        version=one.version,
        deleted=one.deleted_at is not None,
        answers=one.answers,
        undo_step=await find_undo_step_of_interaction(
            session, viewer.user_id, one.id, one.subject_id, one.recorded_at
        ),
        repeats=one.repeats,
        is_untimed=one.is_untimed,
        timezone=one.timezone,
        new_text=one.new_text,
        original=await find_original(session, one, participants) if one.original_settled is False else None,
        pooled=one.pooled,
        has_promises=one.has_promises,
        has_closable=one.has_closable,
        **await _load_parts(session, one, viewer),
    )


async def _load_parts(session: AsyncSession, one: Row[*tuple[Any, ...]], viewer: Viewer) -> dict[str, Any]:
    """What hangs on it in rows of its own; only what is there is read."""
    return {
        "attachments": await _load_attachments(session, one.id) if one.has_attachments else (),
        "tags": await _load_tags(session, one.id) if one.has_tags else (),
        "reminders": await _load_reminders(session, one.id, viewer.user_id) if one.has_reminders else (),
        "meetings": await list_meetings(session, one.id, viewer) if one.has_meetings else (),
        "bounces": await list_bounces(session, one.id, viewer) if one.has_bounces else (),
        "evidence": await _load_evidence(session, one, viewer),
        "waits": await load_waits(session, one.id, viewer.user_id) if one.has_waits else (),
        "next_step": await find_next_step(session, one.id, viewer) if one.has_next_step else None,
        "series": await find_series_view(session, one.id) if one.has_series else None,
        "conflicts": await _load_conflicts(session, one, viewer),
    }


async def _load_conflicts(
    session: AsyncSession, one: Row[*tuple[Any, ...]], viewer: Viewer
) -> tuple[InteractionRow, ...]:
    """What else the viewer has at the time of an appointment of theirs."""
    is_own = one.state is InteractionState.PLANNED and one.responsible_id == viewer.user_id
    if not is_own or one.type not in APPOINTMENTS or one.due_on is not None or one.deleted_at is not None:
        return ()
    span = busy_span(one.happened_at, one.ends_at)
    return await list_conflicts(session, viewer.user_id, span, one.id)


def _subject_of(one: Row[*tuple[Any, ...]]) -> SubjectView:
    return SubjectView(
        one.subject_id,
        one.subject_kind,
        one.subject_state,
        title_of(one.subject_title or one.head_topic or "", one.head_text or one.head_goal or ""),
        one.subject_interactions,
        one.deal_id,
    )


async def _load_evidence(
    session: AsyncSession, one: Row[*tuple[Any, ...]], viewer: Viewer
) -> LinkEvidence | None:
    if one.link_reason is not LinkReason.SAME_CONTACT:
        return None
    return await find_link_evidence(session, one.id, one.subject_id, one.happened_at, viewer)


async def _load_attachments(session: AsyncSession, interaction_id: int) -> tuple[AttachmentView, ...]:
    rows = await session.scalars(
        select(Attachment).where(Attachment.interaction_id == interaction_id).order_by(Attachment.position)
    )
    return tuple(
        AttachmentView(row.id, row.name, row.content_type, row.size, row.sha256, row.inline) for row in rows
    )


async def _load_tags(session: AsyncSession, interaction_id: int) -> tuple[str, ...]:
    rows = await session.scalars(
        select(InteractionTag.tag)
        .where(InteractionTag.interaction_id == interaction_id)
        .order_by(InteractionTag.id)
    )
    return tuple(rows)


async def _load_comments(session: AsyncSession, interaction_id: int) -> tuple[CommentView, ...]:
    rows = await session.execute(
        select(User.name, Comment.at, Comment.text)
        .join(User, User.id == Comment.author_id)
        .where(Comment.interaction_id == interaction_id)
        .order_by(Comment.id)
    )
    return tuple(CommentView(*row) for row in rows)


async def _load_reminders(session: AsyncSession, interaction_id: int, viewer_id: int) -> tuple[datetime, ...]:
    rows = await session.scalars(
        select(Reminder.due_at)
        .where(
            Reminder.interaction_id == interaction_id,
            Reminder.user_id == viewer_id,
            Reminder.state == ReminderState.WAITING,
        )
        .order_by(Reminder.due_at)
    )
    return tuple(rows)
