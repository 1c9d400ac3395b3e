"""The parts of kinds of deals, changed inside a transaction that does more: by chat one by one, by a file all at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.enums import DealKindType, InteractionType, SalesList, StageRuleType
from core.errors import Invalid, Missing, NameTaken
from core.models import DealKind, DealRole, KindStage, StageRule, StageTask
from core.repositories import sales, sales_use
from core.rules.deal_stages import PERCENT, REQUIRABLE
from core.rules.positions import next_position
from core.services.sales_lists import find_or_add, read_name
from core.services.work import Work

MAX_DAYS = 3650
MAX_TEXT = 200
"""Letters of a task or a commitment event."""

_NUMBERS = {
    "probability": PERCENT,
    "expected_days": range(1, MAX_DAYS + 1),
    "rest_days": range(1, MAX_DAYS + 1),
}


@dataclass(frozen=True, slots=True)
class StageRuleDraft:
    """A condition on leaving a stage.

    Attributes:
        type: What sort of condition; the others are set as it needs them.
        field: FIELD: one of `REQUIRABLE`.
        role_id: ROLE, CONTACT: a role of either list.
        interaction_type: INTERACTION: any but a plan.
        within_days: CONTACT: how long ago the last contact may be; None: ever.
    """

    type: StageRuleType
    field: str | None = None
    role_id: int | None = None
    interaction_type: InteractionType | None = None
    within_days: int | None = None


async def get_kind_stage(work: Work, kind_stage_id: int) -> KindStage:
    """A stage of a kind that is in use, locked for change.

    Raises:
        Invalid: There is none.
    """
    stage = await work.session.get(KindStage, kind_stage_id, with_for_update=True)
    if stage is None or stage.archived:
        raise Invalid("stage", str(kind_stage_id))
    return stage


async def check_free(work: Work, name: str, *, but: int | None = None) -> None:
    """Refuse a name that another kind has, archived or not.

    Raises:
        NameTaken: As said.
    """
    known = sales.named(await sales.list_kinds(work.session, archived=True), name)
    if known is not None and known.id != but:
        raise NameTaken("deal_kind", name)


def read_text(text: str, field: str) -> str:
    """A text of a line.

    Raises:
        Invalid: It is empty or too long.
    """
    plain = " ".join(text.split())
    if not plain or len(plain) > MAX_TEXT:
        raise Invalid(field, text)
    return plain


def check_number(field: str, value: int | None) -> int | None:
    """A number of a stage, if it can be one; None: it has none.

    Raises:
        Invalid: There is no such field, or the value is out of its range.
    """
    if field not in _NUMBERS:
        raise Invalid("field", field)
    if value is not None and value not in _NUMBERS[field]:
        raise Invalid(field, str(value))
    return value


def check_stage_names(type_: DealKindType, names: Sequence[str]) -> None:
    """Refuse a process or manual kind without stages, a plain one with some, a stage that comes twice.

    Raises:
        Missing, Invalid, NameTaken: As said.
    """
    if type_ is DealKindType.PLAIN:
        if names:
            raise Invalid("stages", names[0])
        return
    if not names:
        raise Missing("stages")
    folded = [one.strip().casefold() for one in names]
    for name in names:
        if folded.count(name.strip().casefold()) > 1:
            raise NameTaken("stage", name)


async def add_kind(work: Work, name: str, type_: DealKindType, commitment: str) -> DealKind:
    """Add a kind at the end of the list, still without stages.

    Raises:
        NameTaken: There is one of that name.
        Invalid: A text is empty or too long.
    """
    plain = read_name(name)
    await check_free(work, plain)
    position = next_position(await sales.list_kinds(work.session, archived=True))
    kind = DealKind(name=plain, type=type_, commitment=read_text(commitment, "commitment"), position=position)
    await work.add(kind, of=None, note={"name": plain})
    await work.session.flush()
    return kind


async def put_stage(work: Work, kind: DealKind, name: str, position: int) -> KindStage:
    """Give a kind a stage, or give it back one that it had.

    Raises:
        NameTaken: It has it.
        Invalid: The name is empty or too long.
    """
    item = await find_or_add(work, SalesList.STAGES, read_name(name, "stage"))
    known = await sales.find_kind_stage(work.session, kind.id, item.id)
    if known is not None:
        if not known.archived:
            raise NameTaken("stage", name)
        work.change(known, of=None, archived=False, position=position)
        return known
    stage = KindStage(kind_id=kind.id, stage_id=item.id, position=position)
    await work.add(stage, of=None, note={"stage": item.name})
    await work.session.flush()
    return stage


async def remove_kind(work: Work, kind: DealKind) -> bool:
    """Remove a kind, or archive it when there are deals of it. Returns and raises as `DealKinds.remove`."""
    if [one.id for one in await sales.list_kinds(work.session)] == [kind.id]:
        raise Missing("deal_kind")
    if await sales_use.is_kind_used(work.session, kind.id):
        work.change(kind, of=None, archived=True)
        return True
    for stage, _ in await sales.list_kind_stages(work.session, [kind.id], archived=True):
        await remove_kind_stage(work, stage)
    await work.session.flush()
    await work.remove(kind, of=None)
    return False


async def remove_kind_stage(work: Work, stage: KindStage) -> bool:
    """Remove a stage of a kind with all it asks for, or archive it when deals stand or stood in it."""
    if await sales_use.is_kind_stage_used(work.session, stage):
        work.change(stage, of=None, archived=True)
        return True
    for row in (
        *await sales.list_tasks(work.session, [stage.id], archived=True),
        *await sales.list_rules(work.session, [stage.id]),
    ):
        await work.remove(row, of=None)
    await work.session.flush()
    await work.remove(stage, of=None)
    return False


async def put_task(
    work: Work, stage: KindStage, text: str, type_: InteractionType, due_in_days: int
) -> StageTask:
    """Add a task at the end of a stage. Raises as `DealKinds.add_task`."""
    if due_in_days not in range(MAX_DAYS + 1):
        raise Invalid("due_in_days", str(due_in_days))
    present = await sales.list_tasks(work.session, [stage.id])
    task = StageTask(
        kind_stage_id=stage.id,
        position=next_position(present),
        text=read_text(text, "task"),
        type=type_,
        due_in_days=due_in_days,
    )
    await work.add(task, of=None, note={"text": task.text})
    await work.session.flush()
    return task


async def remove_task(work: Work, task: StageTask) -> None:
    """Remove a task, or archive it when it was given to somebody."""
    if await sales_use.is_task_used(work.session, task.id):
        work.change(task, of=None, archived=True)
    else:
        await work.remove(task, of=None)


async def put_rule(
    work: Work, stage: KindStage, draft: StageRuleDraft, *, archived: bool = False
) -> StageRule:
    """Add a condition at the end of a stage, on an archived role only if told. Raises as `DealKinds.add_rule`."""
    await _check_rule(work, draft, archived=archived)
    present = await sales.list_rules(work.session, [stage.id])
    rule = StageRule(
        kind_stage_id=stage.id,
        position=next_position(present),
        type=draft.type,
        field=draft.field,
        role_id=draft.role_id,
        interaction_type=draft.interaction_type,
        within_days=draft.within_days,
    )
    await work.add(rule, of=None, note={"type": draft.type.value})
    await work.session.flush()
    return rule


async def _check_rule(work: Work, draft: StageRuleDraft, *, archived: bool) -> None:
    if draft.type is StageRuleType.FIELD and draft.field not in REQUIRABLE:
        raise Invalid("field", draft.field or "")
    if draft.type in {StageRuleType.ROLE, StageRuleType.CONTACT}:
        role = await work.session.get(DealRole, draft.role_id or 0)
        if role is None or (role.archived and not archived):
            raise Invalid("role", str(draft.role_id))
    if draft.type is StageRuleType.INTERACTION and draft.interaction_type in {None, InteractionType.PLANNED}:
        raise Invalid("type", str(draft.interaction_type))
    if draft.within_days is not None and draft.within_days not in range(1, MAX_DAYS + 1):
        raise Invalid("within_days", str(draft.within_days))
