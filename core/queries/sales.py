"""How the organisation sells, as screens and files show it: lists, kinds with their stages, currencies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import DealKindType, InteractionType, SalesList, StageRuleType
from core.models import DealKind, DealRole, KindStage, Stage, StageRule, StageTask
from core.queries.names import load_names
from core.repositories import sales


class ListItemView(NamedTuple):
    """An item of one of the organisation's lists."""

    id: int
    name: str
    archived: bool


class TaskView(NamedTuple):
    """A task of a stage."""

    id: int
    text: str
    type: InteractionType
    due_in_days: int


class RuleView(NamedTuple):
    """A condition on leaving a stage; `role` is the name of the role meant."""

    id: int
    type: StageRuleType
    field: str | None
    role_id: int | None
    role: str | None
    interaction_type: InteractionType | None
    within_days: int | None


@dataclass(frozen=True, slots=True)
class KindStageView:
    """A stage of a kind with what it asks for; `id` is the kind's, `stage_id` that of the list."""

    id: int
    stage_id: int
    name: str
    probability: int | None
    expected_days: int | None
    rest_days: int | None
    archived: bool
    tasks: tuple[TaskView, ...]
    rules: tuple[RuleView, ...]


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of deals."""

    id: int
    name: str
    type: DealKindType
    commitment: str
    archived: bool
    is_default: bool
    stages: tuple[KindStageView, ...]


class CurrencyView(NamedTuple):
    """A currency with the rate it has on a day; None: it has none then."""

    code: str
    name: str
    digits: int
    rate: Decimal | None
    since: date | None


async def list_items(
    session: AsyncSession, which: SalesList, *, archived: bool = False
) -> tuple[ListItemView, ...]:
    """The items of a list in their order."""
    found = await sales.list_items(session, which, archived=archived)
    return tuple(ListItemView(one.id, one.name, one.archived) for one in found)


async def list_kinds(session: AsyncSession, *, archived: bool = False) -> tuple[KindView, ...]:
    """The kinds of deals in their order with their stages; the first that is not archived is the default."""
    kinds = await sales.list_kinds(session, archived=archived)
    return await _kind_views(session, kinds, archived=archived)


async def load_kind(session: AsyncSession, kind_id: int) -> KindView:
    """One kind, archived or not, with the stages that are in use.

    Raises:
        Invalid: There is none.
    """
    kind = await sales.get_kind(session, kind_id, archived=True)
    (view,) = await _kind_views(session, [kind], archived=False)
    return view


async def _kind_views(
    session: AsyncSession, kinds: Iterable[DealKind], *, archived: bool
) -> tuple[KindView, ...]:
    found = list(kinds)
    pairs = await sales.list_kind_stages(session, [one.id for one in found], archived=archived)
    stages = await _stage_views(session, pairs)
    first = await session.scalar(
        select(DealKind.id)
        .where(DealKind.archived.is_(False))
        .order_by(DealKind.position, DealKind.id)
        .limit(1)
    )
    return tuple(
        KindView(
            id=one.id,
            name=one.name,
            type=one.type,
            commitment=one.commitment,
            archived=one.archived,
            is_default=one.id == first,
            stages=tuple(stages[one.id]),
        )
        for one in found
    )


async def _stage_views(
    session: AsyncSession, pairs: Iterable[tuple[KindStage, Stage]]
) -> dict[int, list[KindStageView]]:
    found = list(pairs)
    ids = [one.id for one, _ in found]
    tasks: dict[int, list[StageTask]] = defaultdict(list)
    for task in await sales.list_tasks(session, ids):
        tasks[task.kind_stage_id].append(task)
    rules: dict[int, list[StageRule]] = defaultdict(list)
    for rule in await sales.list_rules(session, ids):
        rules[rule.kind_stage_id].append(rule)
    named = {rule.role_id for of_stage in rules.values() for rule in of_stage}
    names = await load_names(session, DealRole, named)
    views: dict[int, list[KindStageView]] = defaultdict(list)
    for one, stage in found:
        views[one.kind_id].append(
            KindStageView(
                id=one.id,
                stage_id=stage.id,
                name=stage.name,
                probability=one.probability,
                expected_days=one.expected_days,
                rest_days=one.rest_days,
                archived=one.archived,
                tasks=tuple(
                    TaskView(task.id, task.text, task.type, task.due_in_days) for task in tasks[one.id]
                ),
                rules=tuple(rule_view(rule, names) for rule in rules[one.id]),
            )
        )
    return views


def rule_view(rule: StageRule, names: Mapping[int | None, str]) -> RuleView:
    """A condition with the name of its role."""
    return RuleView(
        id=rule.id,
        type=rule.type,
        field=rule.field,
        role_id=rule.role_id,
        role=names.get(rule.role_id),
        interaction_type=rule.interaction_type,
        within_days=rule.within_days,
    )


async def list_currencies(session: AsyncSession, day: date) -> tuple[CurrencyView, ...]:
    """The currencies that deals may be in, with their rates of a day."""
    views = []
    for one in await sales.list_currencies(session):
        rate = await sales.find_rate(session, one.code, day)
        views.append(
            CurrencyView(
                one.code, one.name, one.digits, rate.rate if rate else None, rate.since if rate else None
            )
        )
    return tuple(views)
