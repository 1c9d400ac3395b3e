"""Digests: what a user is told of their day and week at an hour of their own, and the days it was done for."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import DigestKind
from core.models.base import Base


class Digest(Base):
    """Whether and when a user is told one kind of digest; without a row it is told nothing."""

    __tablename__ = "digests"
    __table_args__ = (Index("ix_digests_look_at", "look_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    kind: Mapped[DigestKind] = mapped_column(primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=True)
    hour: Mapped[int | None]
    """Whole local hour; None: it follows the working hours."""
    weekday: Mapped[int | None]
    """0 is Monday; None: each day."""
    look_at: Mapped[datetime]
    """When it is to be looked at next; what is due then follows from the settings alone (core.rules.digests)."""


class DigestDay(Base):
    """A day of a user for which a digest was written, or found out of place: never again for that day."""

    __tablename__ = "digest_days"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    kind: Mapped[DigestKind] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
