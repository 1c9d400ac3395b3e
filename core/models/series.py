"""Plans that repeat: the rule, and what each time of it is like."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import Importance, InteractionType, OffDayShift, RepeatBasis, SeriesState
from core.models.base import Base


class Series(Base):
    """A plan that repeats. Only its next time is an interaction; the following one is born when that is over.

    `anchor` is the wall time at which the latest one was to be by the rule, wherever it was moved to since.
    """

    __tablename__ = "series"
    __table_args__ = (Index("ix_series_state_look_at", "state", "look_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[SeriesState] = mapped_column(default=SeriesState.OPEN)
    rule: Mapped[str]
    """RRULE (RFC 5545, 3.3.10) without its end."""
    basis: Mapped[RepeatBasis] = mapped_column(default=RepeatBasis.CALENDAR)
    off_days: Mapped[OffDayShift] = mapped_column(default=OffDayShift.KEEP)
    until: Mapped[date | None]
    count: Mapped[int | None]
    """How many there are in all, the first one included; None: without end, or until a day."""
    timezone: Mapped[str]
    clock: Mapped[str | None]
    """Wall time of day, HH:MM; None for plans of a day alone."""
    length_s: Mapped[int | None]
    type: Mapped[InteractionType]
    topic: Mapped[str]
    text: Mapped[str]
    goal: Mapped[str]
    place: Mapped[str]
    importance: Mapped[Importance]
    number: Mapped[int] = mapped_column(default=1)
    """Which one the latest is by the rule; those that nobody could have kept are counted too."""
    latest_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    anchor: Mapped[str]
    look_at: Mapped[datetime | None]
    """When the latest is over, whether anybody said so or not; None once the series has ended."""
    created_at: Mapped[datetime]


class SeriesTime(Base):
    """One time of a repeated plan: that a number is there once keeps it from being born twice."""

    __tablename__ = "series_times"
    __table_args__ = (UniqueConstraint("series_id", "number"),)

    interaction_id: Mapped[int] = mapped_column(
        ForeignKey("interactions.id"), primary_key=True, autoincrement=False
    )
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    number: Mapped[int]
