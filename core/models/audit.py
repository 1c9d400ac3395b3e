"""The audit trail: who changed what, when, from what; and what undo takes back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Base


class AuditStep(Base):
    """One action of one person (or of the system: no user), done in one transaction and undone as one."""

    __tablename__ = "audit_steps"
    __table_args__ = (Index("ix_audit_steps_user_id_id", "user_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("audit_steps.id"))
    undone: Mapped[bool] = mapped_column(default=False)


class AuditChange(Base):
    """One row changed in a step.

    Attributes:
        object: The reference people know, for example ``i12``; the row belongs to it.
        entity: The table of the row.
        key: The row's primary key, parts joined by a colon.
        before: Changed fields as they were; None: the row did not exist.
        after: Changed fields as they are; None: the row is gone.
    """

    __tablename__ = "audit_changes"
    __table_args__ = (
        Index("ix_audit_changes_step_id", "step_id"),
        Index("ix_audit_changes_object", "object", "step_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("audit_steps.id"))
    object: Mapped[str]
    entity: Mapped[str]
    key: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
