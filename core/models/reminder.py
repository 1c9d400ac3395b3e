"""What people are reminded of, when, and what they want to be reminded of without saying so (domain.md I3, I5)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import InteractionType, ReminderKind, ReminderState
from core.models.base import Base


class Reminder(Base):
    """A reminder of an interaction for one user; sent once, cancelled when a plan is carried out or dropped.

    The index holds those that wait, nearest first, and nothing else: a look for what is due does not grow with
    what is still to come or has been.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        Index(
            "ix_reminders_waiting",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_reminders_user_id_state", "user_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[ReminderKind] = mapped_column(default=ReminderKind.AT)
    minutes: Mapped[int] = mapped_column(default=0)
    """How long before the plan, or after its end; whole days count by the calendar."""
    wall_time: Mapped[str | None]
    """What the user's clock shows at a moment that was named, as ISO local time: it goes along with their zone."""
    wanted_at: Mapped[datetime]
    """When it was wished for."""
    due_at: Mapped[datetime]
    """When it comes: not in the user's quiet hours or on their days off, if the wish can wait."""
    state: Mapped[ReminderState] = mapped_column(default=ReminderState.WAITING)
    removed: Mapped[bool] = mapped_column(default=False)
    """Whether the user took it off: then it does not come back when the plan is moved."""
    sent_at: Mapped[datetime | None]


class DefaultReminder(Base):
    """How long ahead a user wants to be reminded of plans of a type; without a row the default of all holds."""

    __tablename__ = "default_reminders"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    type: Mapped[InteractionType] = mapped_column(primary_key=True)
    minutes: Mapped[list[Any]]
    """Minutes before, the longest first; empty: no reminder unless one is asked for."""
