"""Interactions and what hangs on them (domain.md I, P, R)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import (
    AddressKind,
    CallResult,
    Channel,
    Direction,
    Importance,
    InteractionState,
    InteractionType,
    LinkReason,
    ParticipantRole,
    Source,
)
from core.itip import Attendance
from core.models.base import Base


class Interaction(Base):
    """One contact with the outside.

    `happened_at` is when it happened or is due; a plan also keeps its wall time and zone, so that a change of
    the user's zone can move what is bound to the wall clock (architecture.md rule 8).
    """

    __tablename__ = "interactions"
    __table_args__ = (
        Index("ix_interactions_subject_id_happened_at", "subject_id", "happened_at", "id"),
        Index("ix_interactions_responsible_id_happened_at", "responsible_id", "happened_at", "id"),
        Index("ix_interactions_chat_id_message_id", "chat_id", "message_id"),
        Index(
            "ix_interactions_planned",
            "subject_id",
            "happened_at",
            "id",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        Index(
            "ix_interactions_agenda",
            "responsible_id",
            "happened_at",
            "id",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[InteractionType]
    direction: Mapped[Direction | None]
    channel: Mapped[Channel | None]
    state: Mapped[InteractionState]
    topic: Mapped[str]
    text: Mapped[str]
    goal: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    happened_at: Mapped[datetime]
    due_on: Mapped[date | None]
    ends_at: Mapped[datetime | None]
    time_known: Mapped[bool] = mapped_column(default=True)
    wall_time: Mapped[str | None]
    """ISO local date and time without offset, as planned."""
    timezone: Mapped[str | None]
    recorded_at: Mapped[datetime]
    result: Mapped[CallResult | None]
    duration_s: Mapped[int | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    importance: Mapped[Importance] = mapped_column(default=Importance.NORMAL)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"), index=True)
    link_reason: Mapped[LinkReason] = mapped_column(default=LinkReason.OWN)
    source: Mapped[Source]
    source_key: Mapped[str | None] = mapped_column(unique=True)
    """Identity given by the door (a file, a gateway), so that the same thing twice is once."""
    version: Mapped[int] = mapped_column(default=1)
    private: Mapped[bool] = mapped_column(default=False)
    """A letter of a private mailbox: its owners' only, until it is shared or part of a deal (domain.md U2)."""
    deleted_at: Mapped[datetime | None]
    chat_id: Mapped[int | None]
    """Chat and message that it was captured from, to follow edits (domain.md I7)."""
    message_id: Mapped[int | None]


class InteractionOwner(Base):
    """A user whose worklist the interaction is on, with their own reviewed and review-after (domain.md R1)."""

    __tablename__ = "interaction_owners"
    __table_args__ = (
        Index("ix_interaction_owners_worklist", "user_id", "reviewed", "happened_at", "interaction_id"),
        Index("ix_interaction_owners_history", "user_id", "happened_at", "interaction_id"),
    )

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    reviewed: Mapped[bool]
    review_after: Mapped[datetime | None]
    happened_at: Mapped[datetime]
    """Copied from the interaction, so that a worklist of any length is read in order from one index."""


class Participant(Base):
    """A person in an interaction, linked to a contact or not (domain.md P1)."""

    __tablename__ = "participants"

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    position: Mapped[int]
    role: Mapped[ParticipantRole]
    presentation: Mapped[str]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    attendance: Mapped[Attendance | None]
    """What they answered to the invitation; None: nothing yet, or nobody asked."""
    answered_at: Mapped[datetime | None]
    """When that was said, by the stamp of the message: an older word does not undo it."""


class ParticipantAddress(Base):
    """A coordinate of a participant; `tail` as in `ContactAddress`."""

    __tablename__ = "participant_addresses"
    __table_args__ = (
        Index("ix_participant_addresses_kind_value", "kind", "value"),
        Index("ix_participant_addresses_tail", "tail", postgresql_ops={"tail": "text_pattern_ops"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    kind: Mapped[AddressKind]
    value: Mapped[str]
    original: Mapped[str]
    tail: Mapped[str | None]


class Attachment(Base):
    """A file of an interaction; the bytes lie in the blob store, or nowhere when only the name is known."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str | None]
    inline: Mapped[bool] = mapped_column(default=False)
    """A picture of a letter's own text, a signature: nobody would miss it in a list (RFC 2183, 2.1)."""


class InteractionTag(Base):
    """A word that people put on an interaction."""

    __tablename__ = "interaction_tags"
    __table_args__ = (UniqueConstraint("interaction_id", "tag"), Index("ix_interaction_tags_tag", "tag"))

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"))
    tag: Mapped[str]


class Comment(Base):
    """A bare note on an interaction (domain.md I1)."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    text: Mapped[str]


class InteractionVersion(Base):
    """The content an interaction had before an edit from outside (domain.md I7)."""

    __tablename__ = "interaction_versions"
    __table_args__ = (UniqueConstraint("interaction_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"))
    version: Mapped[int]
    replaced_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
