"""Everything the card of an interaction shows."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import (
    CallResult,
    Channel,
    ContactKind,
    Direction,
    Importance,
    InteractionState,
    InteractionType,
    LinkReason,
    MailClass,
    ParticipantRole,
    ReminderState,
    Source,
    SubjectKind,
    SubjectState,
)
from core.itip import Attendance
from core.models import (
    Attachment,
    Comment,
    Contact,
    InteractionTag,
    Participant,
    ParticipantAddress,
    Reminder,
    User,
)
from core.queries.interaction_surroundings import find_with_surroundings
from core.queries.letter_meetings import MeetingView, list_meetings
from core.queries.undo_steps import find_undo_step
from core.repositories.access import Viewer
from core.rules.titles import title_of
from core.values import Address, Ref, RefKind

COMMENT_LIMIT = 5


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """A participant; without a contact it is not linked (yet)."""

    id: int
    role: ParticipantRole
    presentation: str
    contact_id: int | None
    contact_name: str | None
    contact_kind: ContactKind | None
    addresses: tuple[Address, ...]
    attendance: Attendance | None = None

    @property
    def name(self) -> str:
        """What to call them: the contact's name, else the presentation."""
        return self.contact_name or self.presentation


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
        undo_step: The viewer's last change, if it was made to this interaction: what undo takes back.
        meetings: Those that a letter asked for, moved or cancelled.
        repeats: Whether a meeting is one time of a series.
        timezone: The zone whose wall clock it keeps: the planner's, or the organiser's of an invitation.
        new_text: What is new in a letter, without quotations and signature; None where nothing was cut.
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
    timezone: str | None = None
    new_text: str | None = None

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
        subject=SubjectView(
            one.subject_id,
            one.subject_kind,
            one.subject_state,
            title_of(one.subject_title or one.head_topic or "", one.head_text or one.head_goal or ""),
            one.subject_interactions,
            one.deal_id,
        ),
        is_head=one.head_id == one.id,
        link_reason=one.link_reason,
        parent_id=one.parent_id,
        reviewed=one.reviewed,
        review_after=one.review_after,
        participants=await load_participants(session, one.id),
        attachments=await _load_attachments(session, one.id) if one.has_attachments else (),
        tags=await _load_tags(session, one.id) if one.has_tags else (),
        comments=comments[-COMMENT_LIMIT:],
        comment_count=len(comments),
        reminders=await _load_reminders(session, one.id, viewer.user_id) if one.has_reminders else (),
        mail_class=one.mail_class,
        version=one.version,
        deleted=one.deleted_at is not None,
        answers=one.answers,
        undo_step=await find_undo_step(
            session, viewer.user_id, Ref(RefKind.INTERACTION, one.id), belongs_to=one.subject_id
        ),
        meetings=await list_meetings(session, one.id, viewer) if one.has_meetings else (),
        repeats=one.repeats,
        timezone=one.timezone,
        new_text=one.new_text,
    )


_people, _contacts, _addresses = Participant.__table__, Contact.__table__, ParticipantAddress.__table__
_PARTICIPANTS = (
    select(
        _people.c.id,
        _people.c.role,
        _people.c.presentation,
        _people.c.contact_id,
        _people.c.attendance,
        _contacts.c.name.label("contact_name"),
        _contacts.c.kind.label("contact_kind"),
        _addresses.c.kind,
        _addresses.c.value,
        _addresses.c.original,
    )
    .select_from(
        _people.outerjoin(_contacts, _contacts.c.id == _people.c.contact_id).outerjoin(
            _addresses, _addresses.c.participant_id == _people.c.id
        )
    )
    .where(_people.c.interaction_id == bindparam("id"))
    .order_by(_people.c.position, _people.c.id, _addresses.c.id)
)


async def load_participants(session: AsyncSession, interaction_id: int) -> tuple[ParticipantView, ...]:
    """The participants of an interaction in order, with coordinates."""
    rows = (await session.execute(_PARTICIPANTS, {"id": interaction_id})).all()
    addresses: dict[int, list[Address]] = defaultdict(list)
    for row in rows:
        if row.value is not None:
            addresses[row.id].append(Address(row.kind, row.value, row.original))
    return tuple(
        ParticipantView(
            id=one,
            role=row.role,
            presentation=row.presentation,
            contact_id=row.contact_id,
            contact_name=row.contact_name,
            contact_kind=row.contact_kind,
            addresses=tuple(addresses[one]),
            attendance=row.attendance,
        )
        for one, row in {row.id: row for row in rows}.items()
    )


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
