"""Kinds of deals: how strictly each is led, through which stages, with which tasks and conditions (domain.md D2, D3)."""

from collections.abc import Sequence

from core.enums import DealKindType, InteractionType
from core.errors import Invalid, Missing, NotFound
from core.models import StageRule, StageTask
from core.queries import sales as views
from core.queries.sales import KindView
from core.repositories import sales
from core.services.kind_parts import (
    StageRuleDraft,
    add_kind,
    check_free,
    check_number,
    check_stage_names,
    get_kind_stage,
    put_rule,
    put_stage,
    put_task,
    read_text,
    remove_kind,
    remove_kind_stage,
    remove_task,
)
from core.services.sales_lists import begin_change, read_name, renumber
from core.services.work import Works
from core.values import Caller


class DealKinds:
    """Reads the kinds; administrators change them. All raise NotAllowed for others, Invalid for what does not exist."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def list_kinds(self, *, archived: bool = False) -> tuple[KindView, ...]:
        """The kinds in their order, the archived ones too if told."""
        async with self._works.database.reading() as session:
            return await views.list_kinds(session, archived=archived)

    async def get(self, kind_id: int) -> KindView:
        """One kind, archived or not.

        Raises:
            Invalid: There is none.
        """
        async with self._works.database.reading() as session:
            return await views.load_kind(session, kind_id)

    async def add(
        self,
        caller: Caller | None,
        name: str,
        type: DealKindType,  # noqa: A002 - the domain's word
        commitment: str,
        stages: Sequence[str] = (),
    ) -> int:
        """Add a kind with the stages of these names; new names join the list of stages.

        Raises:
            NameTaken: There is a kind of that name, or a stage comes twice.
            Missing: It is a process or manual kind without stages.
            Invalid: A name is empty or too long, or a plain kind has stages.
        """
        async with begin_change(self._works, caller, "add_kind") as work:
            kind = await add_kind(work, name, type, commitment)
            check_stage_names(type, stages)
            for place, stage in enumerate(stages):
                await put_stage(work, kind, stage, place)
            work.confirm("admin", note="kind_changed")
            return kind.id

    async def edit(
        self, caller: Caller | None, kind_id: int, *, name: str | None = None, commitment: str | None = None
    ) -> None:
        """Give a kind another name or commitment event; its deals show it.

        Raises:
            NameTaken: Another kind has the name.
            Invalid: A text is empty or too long.
        """
        async with begin_change(self._works, caller, "edit_kind") as work:
            kind = await sales.get_kind(work.session, kind_id, archived=True)
            if name is not None:
                plain = read_name(name)
                await check_free(work, plain, but=kind.id)
                work.change(kind, of=None, name=plain)
            if commitment is not None:
                work.change(kind, of=None, commitment=read_text(commitment, "commitment"))
            work.confirm("admin", note="kind_changed")

    async def make_default(self, caller: Caller | None, kind_id: int) -> None:
        """Have new deals be of this kind unless another is chosen: it becomes the first of the list."""
        async with begin_change(self._works, caller, "default_kind") as work:
            kind = await sales.get_kind(work.session, kind_id)
            others = [one for one in await sales.list_kinds(work.session) if one.id != kind.id]
            renumber(work, [kind, *others])
            work.confirm("admin", note="kind_changed")

    async def remove(self, caller: Caller | None, kind_id: int) -> bool:
        """Take a kind away.

        Returns:
            Whether there are deals of it, and so it was archived instead of removed.

        Raises:
            Missing: It is the only kind.
        """
        async with begin_change(self._works, caller, "remove_kind") as work:
            kind = await sales.get_kind(work.session, kind_id)
            archived = await remove_kind(work, kind)
            work.confirm("admin", note="list_archived" if archived else "kind_changed")
            return archived

    async def restore(self, caller: Caller | None, kind_id: int) -> None:
        """Have an archived kind be chosen again."""
        async with begin_change(self._works, caller, "restore_kind") as work:
            kind = await sales.get_kind(work.session, kind_id, archived=True)
            work.change(kind, of=None, archived=False)
            work.confirm("admin", note="kind_changed")

    async def add_stage(
        self, caller: Caller | None, kind_id: int, name: str, *, position: int | None = None
    ) -> int:
        """Add a stage to a kind, at its end unless told; one that it had comes back as it was.

        Raises:
            NameTaken: The kind has it.
            Invalid: The kind is plain.
        """
        async with begin_change(self._works, caller, "add_kind_stage") as work:
            kind = await sales.get_kind(work.session, kind_id)
            if kind.type is DealKindType.PLAIN:
                raise Invalid("stages", name)
            present = [one for one, _ in await sales.list_kind_stages(work.session, [kind.id])]
            place = len(present) if position is None else max(0, min(position, len(present)))
            stage = await put_stage(work, kind, name, place)
            present.insert(place, stage)
            renumber(work, present)
            work.confirm("admin", note="kind_changed")
            return stage.id

    async def edit_stage(
        self, caller: Caller | None, kind_stage_id: int, field: str, value: int | None
    ) -> None:
        """Change probability, expected_days or rest_days of a stage (None clears), or its position (0 is the first).

        Raises:
            Invalid: There is no such field, or the value is out of its range.
        """
        async with begin_change(self._works, caller, "edit_kind_stage") as work:
            stage = await get_kind_stage(work, kind_stage_id)
            if field == "position":
                present = [one for one, _ in await sales.list_kind_stages(work.session, [stage.kind_id])]
                others = [one for one in present if one.id != stage.id]
                others.insert(max(value or 0, 0), stage)
                renumber(work, others)
            else:
                work.change(stage, of=None, **{field: check_number(field, value)})
            work.confirm("admin", note="kind_changed")

    async def remove_stage(self, caller: Caller | None, kind_stage_id: int) -> bool:
        """Take a stage from its kind.

        Returns:
            Whether deals stand or stood in it: it was archived, and those in it may go on.

        Raises:
            Missing: It is the only one.
        """
        async with begin_change(self._works, caller, "remove_kind_stage") as work:
            stage = await get_kind_stage(work, kind_stage_id)
            if len(await sales.list_kind_stages(work.session, [stage.kind_id])) == 1:
                raise Missing("stages")
            archived = await remove_kind_stage(work, stage)
            work.confirm("admin", note="list_archived" if archived else "kind_changed")
            return archived

    async def add_task(
        self,
        caller: Caller | None,
        kind_stage_id: int,
        text: str,
        *,
        type: InteractionType = InteractionType.PLANNED,  # noqa: A002 - the domain's word
        due_in_days: int = 1,
    ) -> int:
        """Add a task to a stage; deals that enter it from now on get it.

        Raises:
            Invalid: The text is empty or too long, or the days are out of reach.
        """
        async with begin_change(self._works, caller, "add_stage_task") as work:
            stage = await get_kind_stage(work, kind_stage_id)
            task = await put_task(work, stage, text, type, due_in_days)
            work.confirm("admin", note="kind_changed")
            return task.id

    async def remove_task(self, caller: Caller | None, task_id: int) -> None:
        """Take a task from its stage; where it was given to somebody, they keep it."""
        async with begin_change(self._works, caller, "remove_stage_task") as work:
            task = await work.session.get(StageTask, task_id)
            if task is None:
                raise NotFound(f"task {task_id}")
            await remove_task(work, task)
            work.confirm("admin", note="kind_changed")

    async def add_rule(self, caller: Caller | None, kind_stage_id: int, draft: StageRuleDraft) -> int:
        """Add a condition on leaving a stage; it counts at once for the deals that stand in it.

        Raises:
            Invalid: What the condition needs is missing or makes no sense.
        """
        async with begin_change(self._works, caller, "add_stage_rule") as work:
            stage = await get_kind_stage(work, kind_stage_id)
            rule = await put_rule(work, stage, draft)
            work.confirm("admin", note="kind_changed")
            return rule.id

    async def remove_rule(self, caller: Caller | None, rule_id: int) -> None:
        """Take a condition from its stage."""
        async with begin_change(self._works, caller, "remove_stage_rule") as work:
            rule = await work.session.get(StageRule, rule_id)
            if rule is None:
                raise NotFound(f"rule {rule_id}")
            await work.remove(rule, of=None)
            work.confirm("admin", note="kind_changed")
