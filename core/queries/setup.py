"""How an organisation is set up, in the shape of the file that sets one up (interface.md, setup)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FunctionalOption, SalesList, StageRuleType
from core.models import Department
from core.queries import sales as views
from core.queries.sales import KindStageView, KindView, RuleView
from core.repositories import sales
from core.repositories.options import load_off
from core.rules.currencies import plain_rate
from core.rules.setup_file import (
    ContactPart,
    CurrencyPart,
    DepartmentPart,
    Entry,
    KindPart,
    SetupFile,
    StagePart,
    TaskPart,
)


async def load_setup(session: AsyncSession) -> SetupFile:
    """Everything that the file can say, archived items too."""
    off = await load_off(session)
    lists = {
        which.value: tuple(
            Entry(name=one.name, archived=one.archived)
            for one in await views.list_items(session, which, archived=True)
        )
        for which in SalesList
    }
    kinds = await views.list_kinds(session, archived=True)
    return SetupFile.model_validate(
        {
            "departments": await _load_departments(session),
            **lists,
            "currencies": await _load_currencies(session),
            "kinds": tuple(_kind(one) for one in kinds),
            "options": {one: one not in off for one in FunctionalOption},
        }
    )


async def _load_departments(session: AsyncSession) -> tuple[DepartmentPart, ...]:
    rows = (await session.scalars(select(Department).order_by(Department.id))).all()
    names = {one.id: one.name for one in rows}
    return tuple(
        DepartmentPart(name=one.name, parent=names.get(one.parent_id) if one.parent_id is not None else None)
        for one in rows
    )


async def _load_currencies(session: AsyncSession) -> tuple[CurrencyPart, ...]:
    rates = await sales.list_rates(session)
    return tuple(
        CurrencyPart(
            code=one.code,
            name=one.name,
            digits=one.digits,
            rates={rate.since: plain_rate(rate.rate) for rate in rates if rate.code == one.code},
        )
        for one in await sales.list_currencies(session)
    )


def _kind(kind: KindView) -> KindPart:
    stages = [one for one in kind.stages if not one.archived]
    return KindPart(
        name=kind.name,
        type=kind.type,
        commitment=kind.commitment,
        archived=kind.archived,
        stages=tuple(_stage(one) for one in stages),
    )


def _stage(stage: KindStageView) -> StagePart:
    return StagePart.model_validate(
        {
            "name": stage.name,
            "probability": stage.probability,
            "expected_days": stage.expected_days,
            "rest_days": stage.rest_days,
            "tasks": tuple(
                TaskPart(text=one.text, type=one.type, due_in_days=one.due_in_days) for one in stage.tasks
            ),
            "fields": tuple(one.field for one in _of(stage.rules, StageRuleType.FIELD)),
            "roles": tuple(one.role for one in _of(stage.rules, StageRuleType.ROLE)),
            "contacts": tuple(
                ContactPart(role=one.role or "", within_days=one.within_days)
                for one in _of(stage.rules, StageRuleType.CONTACT)
            ),
            "interactions": tuple(
                one.interaction_type.value
                for one in _of(stage.rules, StageRuleType.INTERACTION)
                if one.interaction_type is not None
            ),
        }
    )


def _of(rules: Sequence[RuleView], type_: StageRuleType) -> list[RuleView]:
    return [one for one in rules if one.type is type_]
