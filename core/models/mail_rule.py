"""What people decide about letters: rules, shares, what is no business, and what waits to be taken (domain.md U2, U3)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Base


class MailRule(Base):
    """A rule of a mailbox, or of the whole organisation; the first whose condition holds decides.

    Condition and actions are the plain JSON that `core.rules.mail_rules` reads.
    """

    __tablename__ = "mail_rules"
    __table_args__ = (Index("ix_mail_rules_mailbox_id_position", "mailbox_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailboxes.id"))
    """None: the rule holds for every mailbox, before their own ones."""
    position: Mapped[int]
    name: Mapped[str]
    condition: Mapped[dict[str, Any]]
    actions: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    told_broken_at: Mapped[datetime | None]
    """When its owner was told that it names something that is gone; it is skipped until it is put right."""


class MailboxShare(Base):
    """A private mailbox that is shared as a whole: what comes is shared too (domain.md U2)."""

    __tablename__ = "mailbox_shares"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """With whom; None: with those who lead its owner."""
    created_at: Mapped[datetime]


class LetterShare(Base):
    """A letter of a private mailbox that others may see: by its thread, by its mailbox or by a rule (domain.md U2)."""

    __tablename__ = "letter_shares"
    __table_args__ = (
        UniqueConstraint("interaction_id", "mailbox_id", "user_id"),
        Index("ix_letter_shares_mailbox_id", "mailbox_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"))
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    """Whose owner shared it: they alone take it back."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """With whom; None: with the team and those who lead its owners."""
    by_thread: Mapped[bool]
    """Whether answers to it are shared like it; else it came with its mailbox or by a rule."""


class LetterDismissal(Base):
    """A letter that is no business of a user: it and what answers it never comes to their worklist again."""

    __tablename__ = "letter_dismissals"

    interaction_id: Mapped[int] = mapped_column(
        ForeignKey("interactions.id"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class PooledLetter(Base):
    """A letter of a shared mailbox that waits for somebody of the department to take it (domain.md U3)."""

    __tablename__ = "pooled_letters"

    interaction_id: Mapped[int] = mapped_column(
        ForeignKey("interactions.id"), primary_key=True, autoincrement=False
    )
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"), index=True)
    since: Mapped[datetime]
