"""What people wait for: an answer, or the end of a meeting."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import AddressKind, WaitPurpose, WaitState
from core.models.base import Base


class Wait(Base):
    """A user waits for something to happen after an interaction.

    A follow-up waits for an answer and tells its user if none came until it is due. A snooze waits for an answer, or
    for the end of another interaction, and brings its interaction back then, or at the latest when it is due.
    """

    __tablename__ = "waits"
    __table_args__ = (
        Index("ix_waits_state_look_at", "state", "look_at"),
        Index("ix_waits_user_id_state_due_at", "user_id", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[WaitPurpose]
    until_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"), index=True)
    """The interaction whose end is waited for; None: an answer is."""
    since: Mapped[datetime]
    """What happened before does not count as an answer."""
    due_at: Mapped[datetime]
    look_at: Mapped[datetime]
    """When to look next whether it has happened: shortly after the beginning, and when it is due."""
    working_days: Mapped[int] = mapped_column(default=0)
    """How long a follow-up waits, so that it does so again after the next try."""
    state: Mapped[WaitState] = mapped_column(default=WaitState.WAITING)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))
    """What ended it."""


class WaitKey(Base):
    """Somebody from whom an answer is waited for: a contact, or a coordinate (domain.md P1).

    Found by what is captured, so that nothing else is looked at; no foreign key, since they only point the way.
    """

    __tablename__ = "wait_keys"
    __table_args__ = (Index("ix_wait_keys_kind_value", "kind", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wait_id: Mapped[int] = mapped_column(index=True)
    contact_id: Mapped[int | None] = mapped_column(index=True)
    kind: Mapped[AddressKind | None]
    value: Mapped[str | None]
