"""How the organisation sells: the lists that deals choose from, kinds with their stages, currencies (domain.md D).

Names are unique within their list whatever stands in the archive: what is added again comes back with its history.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import DealKindType, InteractionType, RoleSide, StageRuleType
from core.models.base import Base, Exact


class ListItem(Base):
    """What an item of any of the organisation's lists has; the archived can be chosen no more, and keep their history."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    archived: Mapped[bool] = mapped_column(default=False)


class Stage(ListItem):
    """A step of the sales process, by name; a kind of deal says what it asks for there."""

    __tablename__ = "stages"
    __table_args__ = (UniqueConstraint("name"),)


class DealRole(ListItem):
    """A role in deals: of a partner (client, competitor) or of a contact person (decides, influences)."""

    __tablename__ = "deal_roles"
    __table_args__ = (UniqueConstraint("side", "name"),)

    side: Mapped[RoleSide]


class LossReason(ListItem):
    """A reason why deals are lost."""

    __tablename__ = "loss_reasons"
    __table_args__ = (UniqueConstraint("name"),)


class UnmetReason(ListItem):
    """A reason why a row of primary demand was not met."""

    __tablename__ = "unmet_reasons"
    __table_args__ = (UniqueConstraint("name"),)


class Competitor(ListItem):
    """Somebody to whom deals are lost."""

    __tablename__ = "competitors"
    __table_args__ = (UniqueConstraint("name"),)


class DealSource(ListItem):
    """Where deals come from: a marketing event, a campaign, a recommendation."""

    __tablename__ = "deal_sources"
    __table_args__ = (UniqueConstraint("name"),)

    event_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"), unique=True)
    """The marketing event that it is; None: anything else, or nobody has told which."""


class DealKind(ListItem):
    """A kind of deal; `commitment` names in own words the event that winning requires (domain.md D2).

    The first kind of the list that is not archived is the default.
    """

    __tablename__ = "deal_kinds"
    __table_args__ = (UniqueConstraint("name"),)

    type: Mapped[DealKindType]
    commitment: Mapped[str]


class KindStage(Base):
    """A stage of a kind (domain.md D3); one that is archived takes no more deals, those in it may go on."""

    __tablename__ = "kind_stages"
    __table_args__ = (UniqueConstraint("kind_id", "stage_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("deal_kinds.id"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), index=True)
    position: Mapped[int]
    probability: Mapped[int | None]
    """What a deal in this stage comes to, in per cent, as long as nobody says otherwise."""
    expected_days: Mapped[int | None]
    """How long deals should stay here, in working days of their responsible."""
    rest_days: Mapped[int | None]
    """After how many working days without a contact a deal counts as being at rest."""
    archived: Mapped[bool] = mapped_column(default=False)


class StageTask(Base):
    """What is to be done in a stage: entering it plans an interaction for the responsible."""

    __tablename__ = "stage_tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_stage_id: Mapped[int] = mapped_column(ForeignKey("kind_stages.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    type: Mapped[InteractionType] = mapped_column(default=InteractionType.PLANNED)
    due_in_days: Mapped[int] = mapped_column(default=1)
    """Working days of the responsible after the entry; 0: the same day."""
    archived: Mapped[bool] = mapped_column(default=False)


class StageRule(Base):
    """A condition on leaving a stage (domain.md D2); which of its columns count depends on the type."""

    __tablename__ = "stage_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_stage_id: Mapped[int] = mapped_column(ForeignKey("kind_stages.id"), index=True)
    position: Mapped[int]
    type: Mapped[StageRuleType]
    field: Mapped[str | None]
    """FIELD: a field of the deal that must be filled."""
    role_id: Mapped[int | None] = mapped_column(ForeignKey("deal_roles.id"))
    """ROLE: somebody must have it; CONTACT: and there was an interaction with them."""
    interaction_type: Mapped[InteractionType | None]
    """INTERACTION: one of this type must have happened since the stage was entered."""
    within_days: Mapped[int | None]
    """CONTACT: not longer ago than so many days."""


class Currency(Base):
    """A currency that deals may be in."""

    __tablename__ = "currencies"

    code: Mapped[str] = mapped_column(primary_key=True)
    """ISO 4217."""
    name: Mapped[str] = mapped_column(default="")
    digits: Mapped[int] = mapped_column(default=2)
    """Decimals of its smallest coin, two at most."""
    position: Mapped[int] = mapped_column(default=0)
    archived: Mapped[bool] = mapped_column(default=False)


class CurrencyRate(Base):
    """What one unit of a currency was worth in the organisation's own, from a day on until the next rate."""

    __tablename__ = "currency_rates"

    code: Mapped[str] = mapped_column(ForeignKey("currencies.code"), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    rate: Mapped[Decimal] = mapped_column(Exact(18, 10))
