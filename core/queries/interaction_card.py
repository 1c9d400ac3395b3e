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
from core.models import (
    Attachment,
    Comment,
    Contact,
    Interaction,
    InteractionTag,
    Participant,
    ParticipantAddress,
    Reminder,
    User,
)
from core.queries.interaction_surroundings import load_surroundings
from core.queries.undo_steps import find_undo_step
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
    """A file; without a digest only its name is known."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str | None


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


async def load_interaction_card(
    session: AsyncSession, interaction: Interaction, viewer_id: int
) -> InteractionCard:
    """The card of an interaction that the viewer was found to see."""
    around = await load_surroundings(session, interaction.id, viewer_id)
    comments = await _load_comments(session, interaction.id) if around.has_comments else ()
    return InteractionCard(
        id=interaction.id,
        type=interaction.type,
        direction=interaction.direction,
        channel=interaction.channel,
        state=interaction.state,
        topic=interaction.topic,
        text=interaction.text,
        goal=interaction.goal,
        place=interaction.place,
        happened_at=interaction.happened_at,
        due_on=interaction.due_on,
        ends_at=interaction.ends_at,
        time_known=interaction.time_known,
        result=interaction.result,
        duration_s=interaction.duration_s,
        importance=interaction.importance,
        source=interaction.source,
        responsible_id=interaction.responsible_id,
        responsible=around.responsible,
        author=around.author,
        subject=SubjectView(
            around.subject_id,
            around.subject_kind,
            around.subject_state,
            title_of(
                around.subject_title or around.head_topic or "", around.head_text or around.head_goal or ""
            ),
            around.subject_interactions,
            around.deal_id,
        ),
        is_head=around.head_id == interaction.id,
        link_reason=interaction.link_reason,
        parent_id=interaction.parent_id,
        reviewed=around.reviewed,
        review_after=around.review_after,
        participants=await load_participants(session, interaction.id),
        attachments=await _load_attachments(session, interaction.id) if around.has_attachments else (),
        tags=await _load_tags(session, interaction.id) if around.has_tags else (),
        comments=comments[-COMMENT_LIMIT:],
        comment_count=len(comments),
        reminders=await _load_reminders(session, interaction.id, viewer_id) if around.has_reminders else (),
        mail_class=around.mail_class,
        version=interaction.version,
        deleted=interaction.deleted_at is not None,
        answers=around.answers,
        undo_step=await find_undo_step(
            session, viewer_id, Ref(RefKind.INTERACTION, interaction.id), belongs_to=around.subject_id
        ),
    )


_PARTICIPANTS = (
    select(Participant, Contact, ParticipantAddress)
    .outerjoin(Contact, Contact.id == Participant.contact_id)
    .outerjoin(ParticipantAddress, ParticipantAddress.participant_id == Participant.id)
    .where(Participant.interaction_id == bindparam("id"))
    .order_by(Participant.position, Participant.id, ParticipantAddress.id)
)


async def load_participants(session: AsyncSession, interaction_id: int) -> tuple[ParticipantView, ...]:
    """The participants of an interaction in order, with coordinates."""
    people: dict[int, tuple[Participant, Contact | None]] = {}
    addresses: dict[int, list[Address]] = defaultdict(list)
    for participant, contact, address in await session.execute(_PARTICIPANTS, {"id": interaction_id}):
        people[participant.id] = (participant, contact)
        if address is not None:
            addresses[participant.id].append(Address(address.kind, address.value, address.original))
    return tuple(
        ParticipantView(
            id=one,
            role=participant.role,
            presentation=participant.presentation,
            contact_id=contact.id if contact is not None else None,
            contact_name=contact.name if contact is not None else None,
            contact_kind=contact.kind if contact is not None else None,
            addresses=tuple(addresses[one]),
        )
        for one, (participant, contact) in people.items()
    )


async def _load_attachments(session: AsyncSession, interaction_id: int) -> tuple[AttachmentView, ...]:
    rows = await session.scalars(
        select(Attachment).where(Attachment.interaction_id == interaction_id).order_by(Attachment.position)
    )
    return tuple(AttachmentView(row.id, row.name, row.content_type, row.size, row.sha256) for row in rows)


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
