"""Loading how the organisation sells: its lists, kinds of deals and their stages, currencies."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, RoleSide, SalesList
from core.errors import Invalid, Missing
from core.models import (
    Competitor,
    Currency,
    CurrencyRate,
    DealKind,
    DealRole,
    DealSource,
    KindStage,
    ListItem,
    LossReason,
    Stage,
    StageRule,
    StageTask,
    UnmetReason,
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a list is kept, and what its rows have in common beside their table."""

    model: type[ListItem]
    side: RoleSide | None = None

    def condition(self) -> ColumnElement[bool]:
        """What the rows of the list have in common."""
        return DealRole.side == self.side if self.side is not None else true()


_PLACES: dict[SalesList, _Place] = {
    SalesList.STAGES: _Place(Stage),
    SalesList.PARTNER_ROLES: _Place(DealRole, RoleSide.PARTNER),
    SalesList.PERSON_ROLES: _Place(DealRole, RoleSide.PERSON),
    SalesList.LOSS_REASONS: _Place(LossReason),
    SalesList.UNMET_REASONS: _Place(UnmetReason),
    SalesList.COMPETITORS: _Place(Competitor),
    SalesList.SOURCES: _Place(DealSource),
}


def field_of(which: SalesList) -> str:
    """What one item of a list is called where a value is refused: ``loss_reason``."""
    return which.value.removesuffix("s")


def new_item(which: SalesList, name: str, position: int) -> ListItem:
    """A new row of a list."""
    place = _PLACES[which]
    if place.side is not None:
        return DealRole(side=place.side, name=name, position=position)
    row = place.model()
    row.name, row.position = name, position
    return row


async def list_items(
    session: AsyncSession, which: SalesList, *, archived: bool = False
) -> Sequence[ListItem]:
    """The items of a list in their order, the archived ones too if told."""
    place = _PLACES[which]
    model = place.model
    statement = select(model).where(place.condition()).order_by(model.position, model.id)
    if not archived:
        statement = statement.where(model.archived.is_(False))
    return (await session.scalars(statement)).all()


async def get_item(session: AsyncSession, which: SalesList, item_id: int) -> ListItem:
    """An item by its id, archived or not.

    Raises:
        Invalid: The list has none.
    """
    place = _PLACES[which]
    found = await session.scalar(select(place.model).where(place.model.id == item_id, place.condition()))
    if found is None:
        raise Invalid(field_of(which), str(item_id))
    return found


Named = TypeVar("Named", bound=ListItem)


def named(items: Collection[Named], name: str) -> Named | None:
    """The item of that name, in any case."""
    wanted = name.strip().casefold()
    return next((one for one in items if one.name.casefold() == wanted), None)


async def find_item(session: AsyncSession, which: SalesList, name: str) -> ListItem:
    """An item to choose, by its name in any case.

    Raises:
        Invalid: The list has none that can be chosen.
    """
    found = named(await list_items(session, which), name)
    if found is None:
        raise Invalid(field_of(which), name)
    return found


def role_list_for(kind: ContactKind) -> SalesList:
    """Which roles a contact of that kind may have."""
    return SalesList.PARTNER_ROLES if kind is ContactKind.PARTNER else SalesList.PERSON_ROLES


async def list_kinds(session: AsyncSession, *, archived: bool = False) -> Sequence[DealKind]:
    """The kinds of deals in their order; the first is the default."""
    statement = select(DealKind).order_by(DealKind.position, DealKind.id)
    if not archived:
        statement = statement.where(DealKind.archived.is_(False))
    return (await session.scalars(statement)).all()


async def get_default_kind(session: AsyncSession) -> DealKind:
    """The kind a deal has if none is chosen: the first of the list.

    Raises:
        Missing: The organisation has no kind of deal.
    """
    kinds = await list_kinds(session)
    if not kinds:
        raise Missing("deal_kind")
    return kinds[0]


async def get_kind(session: AsyncSession, kind_id: int, *, archived: bool = False) -> DealKind:
    """A kind by its id.

    Raises:
        Invalid: There is none, or it is archived and must not be.
    """
    kind = await session.get(DealKind, kind_id)
    if kind is None or (kind.archived and not archived):
        raise Invalid("deal_kind", str(kind_id))
    return kind


async def list_kind_stages(
    session: AsyncSession, kind_ids: Collection[int], *, archived: bool = False
) -> Sequence[tuple[KindStage, Stage]]:
    """The stages of kinds, each kind's in their order."""
    statement = (
        select(KindStage, Stage)
        .join(Stage, Stage.id == KindStage.stage_id)
        .where(KindStage.kind_id.in_(kind_ids))
        .order_by(KindStage.kind_id, KindStage.position, KindStage.id)
    )
    if not archived:
        statement = statement.where(KindStage.archived.is_(False))
    return [(one, stage) for one, stage in await session.execute(statement)]


async def list_kind_stages_of(session: AsyncSession, stage_id: int) -> Sequence[KindStage]:
    """What every kind asks for in a stage."""
    return (
        await session.scalars(select(KindStage).where(KindStage.stage_id == stage_id).order_by(KindStage.id))
    ).all()


async def find_kind_stage(session: AsyncSession, kind_id: int, stage_id: int) -> KindStage | None:
    """What a kind asks for in a stage; archived or not, None if it never had it."""
    return await session.scalar(
        select(KindStage).where(KindStage.kind_id == kind_id, KindStage.stage_id == stage_id)
    )


async def list_tasks(
    session: AsyncSession, kind_stage_ids: Collection[int], *, archived: bool = False
) -> Sequence[StageTask]:
    """The tasks of stages, each stage's in their order."""
    statement = (
        select(StageTask)
        .where(StageTask.kind_stage_id.in_(kind_stage_ids))
        .order_by(StageTask.kind_stage_id, StageTask.position, StageTask.id)
    )
    if not archived:
        statement = statement.where(StageTask.archived.is_(False))
    return (await session.scalars(statement)).all()


async def list_rules(session: AsyncSession, kind_stage_ids: Collection[int]) -> Sequence[StageRule]:
    """The conditions on leaving stages, each stage's in their order."""
    return (
        await session.scalars(
            select(StageRule)
            .where(StageRule.kind_stage_id.in_(kind_stage_ids))
            .order_by(StageRule.kind_stage_id, StageRule.position, StageRule.id)
        )
    ).all()


async def list_currencies(session: AsyncSession, *, archived: bool = False) -> Sequence[Currency]:
    """The currencies that deals may be in, in their order."""
    statement = select(Currency).order_by(Currency.position, Currency.code)
    if not archived:
        statement = statement.where(Currency.archived.is_(False))
    return (await session.scalars(statement)).all()


async def list_rates(session: AsyncSession) -> Sequence[CurrencyRate]:
    """All rates, each currency's from the oldest on."""
    return (await session.scalars(select(CurrencyRate).order_by(CurrencyRate.code, CurrencyRate.since))).all()


async def find_rate(session: AsyncSession, code: str, day: date) -> CurrencyRate | None:
    """The rate that a currency had on a day; None before its first."""
    return await session.scalar(
        select(CurrencyRate)
        .where(CurrencyRate.code == code, CurrencyRate.since <= day)
        .order_by(CurrencyRate.since.desc())
        .limit(1)
    )
