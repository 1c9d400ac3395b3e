"""What letters said about meetings, and which meeting each came to (RFC 5546)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.itip import Attendance, ItipMethod
from core.models.base import Base


class MailInvitation(Base):
    """One event of one letter. Several letters about one event bring the same meeting up to date.

    The rows of an event say what its meeting is to be, in whatever order they came: the highest (sequence,
    dtstamp) counts. Nothing of their content is kept here, so that erasing an interaction leaves none behind.
    """

    __tablename__ = "mail_invitations"
    __table_args__ = (
        UniqueConstraint("letter_id", "event", "recurrence_id", "method"),
        Index("ix_mail_invitations_event_recurrence_id", "event", "recurrence_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"))
    event: Mapped[str]
    """Digest of UID and organiser: another's message with the same UID is about another meeting."""
    recurrence_id: Mapped[str]
    """ISO instant or day of the one occurrence that is meant; empty: the whole event."""
    method: Mapped[ItipMethod]
    sequence: Mapped[int]
    dtstamp: Mapped[datetime]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"), index=True)
    """The planned meeting; None where none was made, for example because it was over."""
    occurrence: Mapped[str] = mapped_column(default="")
    """The start that this message gives the meeting, spelt as a recurrence_id: what an exception to it names."""
    answer: Mapped[Attendance | None]
    """What a REPLY answers; kept, since it may come before what it answers."""
    repeats: Mapped[bool] = mapped_column(default=False)
    """Whether the event comes again; only its next time is planned."""
