"""How often people and deals are usually in touch, and since when they are quieter than that."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Base


class Rhythm(Base):
    """The usual rhythm of a contact or a deal, as it was when it was last looked at.

    It counts as long as `last_at` still is the last interaction; a job renews the others. Exactly one of `contact_id`
    and `deal_id` is set.
    """

    __tablename__ = "rhythms"
    __table_args__ = (
        UniqueConstraint("contact_id"),
        UniqueConstraint("deal_id"),
        Index("ix_rhythms_user_id_quiet_at", "user_id", "quiet_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    """Whose silence it is: who answers for the contact or deal, else for the last interaction."""
    last_at: Mapped[datetime]
    last_interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"))
    usual_days: Mapped[int]
    """Working days that usually lie between two interactions."""
    is_own: Mapped[bool]
    """Whether that was learned from its own history; else it is the default."""
    quiet_at: Mapped[datetime]
    """From when on it is quieter than usual."""
    hidden_until: Mapped[datetime | None]
    """Until when its user does not want to see it among the silent ones."""
    dismissed: Mapped[bool] = mapped_column(default=False)
    """Its silence is of no interest."""
