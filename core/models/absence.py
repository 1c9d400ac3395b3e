"""Days on which somebody does not work: their holidays and illness, and who stands in for them (domain.md U5)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Base


class Absence(Base):
    """Days off of one user, first and last day included, by the user's own calendar.

    Public holidays are not kept here: they follow the user's country.
    """

    __tablename__ = "absences"
    __table_args__ = (
        Index("ix_absences_user_id_last_day", "user_id", "last_day"),
        Index(
            "ix_absences_open",
            "first_day",
            "last_day",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who is reminded in their place; None: nobody is, and what comes due waits for the return."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When they were welcomed back; None: it is to come, or runs."""


class StandIn(Base):
    """That somebody was reminded of an interaction in another's place, and so has it on their list for the time."""

    __tablename__ = "stand_ins"
    __table_args__ = (UniqueConstraint("absence_id", "interaction_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    absence_id: Mapped[int] = mapped_column(ForeignKey("absences.id"))
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    placed: Mapped[bool]
    """Whether it came onto their list by this alone, and leaves it when the absence ends."""
    at: Mapped[datetime]
