"""What comes in before it is acknowledged and what goes out after it is committed (architecture.md 3, 4)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import OutboxKind, OutboxState, UpdateState
from core.models.base import Base


class InboundUpdate(Base):
    """An update as it came, stored before Telegram is told that it arrived; worked off in order of `id`."""

    __tablename__ = "inbound_updates"
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index("ix_inbound_updates_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bot_id: Mapped[int]
    update_id: Mapped[int]
    lane: Mapped[int]
    """The account whose updates must keep their order."""
    body: Mapped[dict[str, Any]]
    state: Mapped[UpdateState] = mapped_column(default=UpdateState.NEW)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    received_at: Mapped[datetime]


class Dialog(Base):
    """The state of a user's guided dialog, and the choices that their last screen offered by number."""

    __tablename__ = "dialogs"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    flow: Mapped[str]
    step: Mapped[str]
    data: Mapped[dict[str, Any]]


class OutboxItem(Base):
    """An effect on the world, written with the change that causes it, delivered after the commit.

    `key` makes a second writing of the same effect impossible. `lease_until` is the moment after which a
    claim counts as abandoned by a process that died.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[OutboxKind]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    payload: Mapped[dict[str, Any]]
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.NEW)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


class LetterMinute(Base):
    """Until when what comes for a user is held, because they were told of letters a moment ago."""

    __tablename__ = "letter_minutes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    until: Mapped[datetime]
