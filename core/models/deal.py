"""Deals in their plain form, the lists they choose from (domain.md D)."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import DealKindType, DealStatus
from core.models.base import Base


class DealKind(Base):
    """A kind of deal from the organisation's list; `commitment` names the event that winning requires."""

    __tablename__ = "deal_kinds"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    type: Mapped[DealKindType]
    commitment: Mapped[str]
    archived: Mapped[bool] = mapped_column(default=False)


class LossReason(Base):
    """A reason why deals are lost, from the organisation's list."""

    __tablename__ = "loss_reasons"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    archived: Mapped[bool] = mapped_column(default=False)


class Deal(Base):
    """The whole work with a client from first approach to its end; title, team and participants are its subject's."""

    __tablename__ = "deals"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), unique=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("deal_kinds.id"))
    status: Mapped[DealStatus] = mapped_column(default=DealStatus.IN_PROGRESS)
    responsible_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str]
    probability: Mapped[int | None]
    agreed: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    cost: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    loss_reason_id: Mapped[int | None] = mapped_column(ForeignKey("loss_reasons.id"))
    loss_shown_by_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))
    """The interaction that shows why it was lost; None with a loss reason: the client did not say (domain.md D4)."""
    competitor: Mapped[str | None]
    opened_at: Mapped[datetime]
    expected_close_on: Mapped[date | None]
    committed_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
