"""Making the kinds of deals be as a file says."""

from collections.abc import Sequence

from core.enums import InteractionType, SalesList, StageRuleType
from core.models import DealKind, KindStage, ListItem, StageRule
from core.repositories import sales, sales_use
from core.rules.setup_file import KindPart, Place, StagePart, unknown_roles
from core.services.kind_parts import (
    StageRuleDraft,
    add_kind,
    put_rule,
    put_stage,
    put_task,
    remove_kind,
    remove_kind_stage,
    remove_task,
)
from core.services.setup_lists import find_present, make_way
from core.services.setup_report import SetupReport
from core.services.work import Work

_ORDER = (StageRuleType.FIELD, StageRuleType.ROLE, StageRuleType.CONTACT, StageRuleType.INTERACTION)
"""In which the file has the conditions of a stage."""
_NUMBERS = ("probability", "expected_days", "rest_days")


async def apply_kinds(work: Work, wanted: Sequence[KindPart] | None, report: SetupReport) -> None:
    """Add, rename, change, order and archive kinds; those that the file has not any more go, or are archived."""
    if wanted is None:
        return
    kinds = list(await sales.list_kinds(work.session, archived=True))
    pairs = [(one, find_present(kinds, one)) for one in wanted]
    await make_way(work, [(row, one.name) for one, row in pairs if row is not None], kinds)
    kept = set()
    for position, (one, row) in enumerate(pairs):
        place: Place = ("kinds", position)
        kind = await _apply_kind(work, one, row, place, report)
        if kind is None:
            continue
        kept.add(kind.id)
        work.change(kind, of=None, position=position)
        await _apply_stages(work, kind, one, place, report)
    if report.problems:
        return
    for row in await sales.list_kinds(work.session):
        if row.id not in kept:
            name = row.name
            archived = await remove_kind(work, row)
            report.changed("kinds", name, "archived" if archived else "removed")
    await work.session.flush()


async def _apply_kind(
    work: Work, wanted: KindPart, row: DealKind | None, place: Place, report: SetupReport
) -> DealKind | None:
    if row is None:
        row = await add_kind(work, wanted.name, wanted.type, wanted.commitment)
        work.change(row, of=None, archived=wanted.archived)
        report.changed("kinds", wanted.name, "added")
        return row
    if row.type is not wanted.type and await sales_use.is_kind_used(work.session, row.id):
        report.problem((*place, "type"), f"there are deals of this kind: it stays {row.type.value}")
        return None
    if work.change(row, of=None, name=wanted.name):
        report.changed("kinds", wanted.name, "renamed")
    if work.change(row, of=None, type=wanted.type, commitment=wanted.commitment):
        report.changed("kinds", wanted.name, "changed")
    if work.change(row, of=None, archived=wanted.archived):
        report.changed("kinds", wanted.name, "archived" if wanted.archived else "restored")
    return row


async def _apply_stages(
    work: Work, kind: DealKind, wanted: KindPart, place: Place, report: SetupReport
) -> None:
    await work.session.flush()
    items = await sales.list_items(work.session, SalesList.STAGES)
    roles = await _load_roles(work)
    names = [one.name for one in roles]
    present = {
        stage.name.casefold(): one for one, stage in await sales.list_kind_stages(work.session, [kind.id])
    }
    for position, one in enumerate(wanted.stages):
        here: Place = (*place, "stages", position)
        missing = list(unknown_roles(here, one, [name.casefold() for name in names]))
        report.problems.extend(missing)
        if sales.named(items, one.name) is None:
            report.problem((*here, "name"), f"{one.name!r} is not in the list of stages")
            continue
        row = present.pop(one.name.casefold(), None)
        if row is None:
            row = await put_stage(work, kind, one.name, position)
            report.changed("kinds", kind.name, "changed")
        if missing:
            continue
        changed = work.change(
            row, of=None, position=position, **{name: getattr(one, name) for name in _NUMBERS}
        )
        changed |= await _apply_tasks(work, row, one)
        changed |= await _apply_rules(work, row, one, roles)
        if changed:
            report.changed("kinds", kind.name, "changed")
    for row in present.values():
        await remove_kind_stage(work, row)
        report.changed("kinds", kind.name, "changed")
    await work.session.flush()


async def _load_roles(work: Work) -> list[ListItem]:
    """All roles in the order in which a name means one: those that can be chosen first, then those of persons."""
    found: list[ListItem] = []
    for which in (SalesList.PERSON_ROLES, SalesList.PARTNER_ROLES):
        found += await sales.list_items(work.session, which, archived=True)
    return sorted(found, key=lambda one: one.archived)


async def _apply_tasks(work: Work, row: KindStage, wanted: StagePart) -> bool:
    """Tasks are known by their text; of those with the same one the first is the first of the file."""
    present = list(await sales.list_tasks(work.session, [row.id]))
    changed = False
    for position, one in enumerate(wanted.tasks):
        task = next((known for known in present if known.text == one.text), None)
        if task is not None:
            present.remove(task)
        else:
            task = await put_task(work, row, one.text, one.type, one.due_in_days)
            changed = True
        changed |= work.change(task, of=None, position=position, type=one.type, due_in_days=one.due_in_days)
    for task in present:
        await remove_task(work, task)
        changed = True
    return changed


async def _apply_rules(work: Work, row: KindStage, wanted: StagePart, roles: Sequence[ListItem]) -> bool:
    """Conditions have nothing that hangs on them: they are written anew where they differ."""
    present = await sales.list_rules(work.session, [row.id])
    drafts = _drafts(wanted, roles, present)
    if sorted(map(_as_draft, present), key=lambda one: _ORDER.index(one.type)) == drafts:
        return False
    for one in present:
        await work.remove(one, of=None)
    await work.session.flush()
    for draft in drafts:
        await put_rule(work, row, draft, archived=True)
    return True


def _drafts(
    wanted: StagePart, roles: Sequence[ListItem], present: Sequence[StageRule]
) -> list[StageRuleDraft]:
    asked = _choose_roles(StageRuleType.ROLE, wanted.roles, roles, present)
    spoken_with = _choose_roles(StageRuleType.CONTACT, [one.role for one in wanted.contacts], roles, present)
    return [
        *(StageRuleDraft(StageRuleType.FIELD, field=one) for one in wanted.fields),
        *(StageRuleDraft(StageRuleType.ROLE, role_id=one) for one in asked),
        *(
            StageRuleDraft(StageRuleType.CONTACT, role_id=role_id, within_days=one.within_days)
            for role_id, one in zip(spoken_with, wanted.contacts, strict=True)
        ),
        *(
            StageRuleDraft(StageRuleType.INTERACTION, interaction_type=InteractionType(one))
            for one in wanted.interactions
        ),
    ]


def _choose_roles(
    rule: StageRuleType, names: Sequence[str], roles: Sequence[ListItem], present: Sequence[StageRule]
) -> list[int | None]:
    """What role each name means.

    One that is on both lists means the role that the stage asked for before, in such a condition or else in any; said
    again, it means the other one, so that a stage may ask for both.
    """
    by_id = {role.id: role for role in roles}
    known = sorted(present, key=lambda one: one.type is not rule)
    left = [by_id[one.role_id] for one in known if one.role_id in by_id]
    left += [role for role in roles if role not in left]
    chosen: list[int | None] = []
    for name in names:
        role = sales.named(left, name) or sales.named(roles, name)
        if role in left:
            left.remove(role)
        chosen.append(role.id if role is not None else None)
    return chosen


def _as_draft(rule: StageRule) -> StageRuleDraft:
    return StageRuleDraft(rule.type, rule.field, rule.role_id, rule.interaction_type, rule.within_days)
