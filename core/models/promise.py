"""Promises that both sides made."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import PromiseSide, PromiseState
from core.models.base import Base


class Promise(Base):
    """What one side promised the other, by when, and what became of it."""

    __tablename__ = "promises"
    __table_args__ = (
        Index("ix_promises_user_id_state_due_at", "user_id", "state", "due_at"),
        Index("ix_promises_state_look_at", "state", "look_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    """Where it was said."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    """Whose it is: who keeps ours, and looks after theirs."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    """The other side, where it is known."""
    side: Mapped[PromiseSide]
    text: Mapped[str]
    quote: Mapped[str]
    """The words it was taken from; empty where somebody wrote it down in own words."""
    due_at: Mapped[datetime]
    due_on: Mapped[date | None]
    """The day alone, where no time was said."""
    look_at: Mapped[datetime | None]
    """When its user is to be reminded; None: they were."""
    state: Mapped[PromiseState] = mapped_column(default=PromiseState.OPEN)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))
    """The interaction that kept it."""
