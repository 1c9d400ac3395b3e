"""Days on which somebody does not work: their holidays and illness, and who stands in for them (domain.md U5)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Base


class Absence(Base):
    """Days off of one user, first and last day included, by the user's own calendar.

    Public holidays are not kept here: they follow the user's country.
    """

    __tablename__ = "absences"
    __table_args__ = (Index("ix_absences_user_id_last_day", "user_id", "last_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who is reminded in their place; None: nobody is."""
    created_at: Mapped[datetime]
