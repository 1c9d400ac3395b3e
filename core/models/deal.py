"""Deals, the way they went through their stages, and what was asked for (domain.md D)."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import DealStatus
from core.models.base import Base, Exact


class Deal(Base):
    """The whole work with a client from first approach to its end; title, team and participants are its subject's."""

    __tablename__ = "deals"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), unique=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("deal_kinds.id"))
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stages.id"), index=True)
    """Where it stands, or stood when it ended; None: its kind has no stages, or it entered none yet."""
    status: Mapped[DealStatus] = mapped_column(default=DealStatus.IN_PROGRESS)
    responsible_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    amount: Mapped[Decimal | None] = mapped_column(Exact(18, 2))
    currency: Mapped[str]
    probability: Mapped[int | None]
    probability_by_hand: Mapped[bool] = mapped_column(default=False)
    """Somebody said it: it follows the stage no more (domain.md D3)."""
    agreed: Mapped[Decimal | None] = mapped_column(Exact(18, 2))
    cost: Mapped[Decimal | None] = mapped_column(Exact(18, 2))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("deal_sources.id"))
    competitor_id: Mapped[int | None] = mapped_column(ForeignKey("competitors.id"))
    loss_reason_id: Mapped[int | None] = mapped_column(ForeignKey("loss_reasons.id"))
    loss_shown_by_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))
    """The interaction that shows why it was lost; None with a loss reason: the client did not say (domain.md D4)."""
    opened_at: Mapped[datetime]
    expected_close_on: Mapped[date | None]
    committed_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id"))
    """The deal that it became part of: it is shown no more."""


class DealEvidence(Base):
    """The interaction that a fact of a deal was taken from, for as long as nobody says otherwise (pains.md 9)."""

    __tablename__ = "deal_evidence"

    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    """The deal's field by its public name: ``amount``, ``title``, ``partner``, ``source``."""
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)


class DealStage(Base):
    """A stay of a deal in a stage (domain.md D3): who moved it there, when, from where, and when it left."""

    __tablename__ = "deal_stages"
    __table_args__ = (Index("ix_deal_stages_deal_id", "deal_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), index=True)
    from_stage_id: Mapped[int | None] = mapped_column(ForeignKey("stages.id"))
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    left_at: Mapped[datetime | None]
    override_reason: Mapped[str | None]
    """Why a manager let it go on although something was missing (domain.md D2)."""


class DealTask(Base):
    """A task of a stage, planned as an interaction when the deal entered it."""

    __tablename__ = "deal_tasks"

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("deal_stages.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("stage_tasks.id"))


class DemandRow(Base):
    """What a client asked for, as it was first asked; later changes are versions (domain.md, Primary demand)."""

    __tablename__ = "demand_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    quantity: Mapped[Decimal | None] = mapped_column(Exact(18, 3))
    amount: Mapped[Decimal | None] = mapped_column(Exact(18, 2))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    asked_in_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))
    met_percent: Mapped[int | None]
    unmet_reason_id: Mapped[int | None] = mapped_column(ForeignKey("unmet_reasons.id"))
    created_at: Mapped[datetime]


class DemandVersion(Base):
    """What a row of demand became: the second and later versions; the first is the row itself."""

    __tablename__ = "demand_versions"
    __table_args__ = (UniqueConstraint("row_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    row_id: Mapped[int] = mapped_column(ForeignKey("demand_rows.id"))
    version: Mapped[int]
    text: Mapped[str]
    quantity: Mapped[Decimal | None] = mapped_column(Exact(18, 3))
    amount: Mapped[Decimal | None] = mapped_column(Exact(18, 2))
    asked_in_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
