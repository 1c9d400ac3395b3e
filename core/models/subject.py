"""What interactions are about: chains, deals, claims and marketing events share one row shape (domain.md S)."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import AddressKind, SubjectKind, SubjectState
from core.models.base import Base


class Subject(Base):
    """One subject. A chain has a head, and as title its head's topic; the others have a title of their own.

    The counters are kept right by `core.services.counters` at every operation (domain.md S9).
    """

    __tablename__ = "subjects"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SubjectKind]
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[SubjectState] = mapped_column(default=SubjectState.OPEN)
    head_id: Mapped[int | None] = mapped_column(index=True)
    """The interaction that a chain starts with; no foreign key, since interactions refer to subjects already."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    interactions: Mapped[int] = mapped_column(default=0)
    unreviewed: Mapped[int] = mapped_column(default=0)
    planned: Mapped[int] = mapped_column(default=0)
    last_interaction_at: Mapped[datetime | None]


class SubjectParticipant(Base):
    """Somebody who takes part in a deal, claim or event, copied from its interactions (domain.md S6)."""

    __tablename__ = "subject_participants"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    presentation: Mapped[str]
    role_id: Mapped[int | None] = mapped_column(ForeignKey("deal_roles.id"))
    """Their part in a deal, from the organisation's list."""
    role: Mapped[str] = mapped_column(default="")
    """Their part in own words, where the list has none that fits."""


class SubjectParticipantAddress(Base):
    """A coordinate of an unlinked participant of a subject: what tells two of them apart."""

    __tablename__ = "subject_participant_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("subject_participants.id"), index=True)
    kind: Mapped[AddressKind]
    value: Mapped[str] = mapped_column(index=True)
    original: Mapped[str]


class SubjectTeam(Base):
    """A user in the team of a deal, claim or event: sees all its interactions (domain.md U2)."""

    __tablename__ = "subject_team"

    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
