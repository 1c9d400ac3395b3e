"""Kinds of deals as an administrator sets them: stages, what each brings to do, what it asks for (domain.md D2)."""

from bot.html import Html, bold, esc, fill, join, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, numbered, rows
from bot.screens.interaction_care import kind_buttons
from bot.screens.listing import number_row, numbered_lines, title
from bot.screens.organisation import ADMINISTRATORS
from bot.screens.stage_lines import day_count, lack_words
from bot.texts.deal_fields import REQUIRABLE
from bot.texts.kinds import TYPE_SIGNS
from bot.texts.sales import KIND_TYPES, KIND_TYPES_TOLD
from core.enums import DealKindType, FunctionalOption, LackType, SalesList
from core.errors import Invalid
from core.queries.sales import KindStageView, KindView, RuleView, TaskView
from core.rules import deal_stages as rules_of_stages
from core.values import Lack

screens = ScreenTable()

SORTS = {
    "field": N_("A field is filled"),
    "role": N_("Somebody has a role"),
    "contact": N_("There was a contact with a role"),
    "interaction": N_("Something happened in this stage"),
}
"""The sorts of conditions."""

DEALS = FunctionalOption.DEALS
STAGES = FunctionalOption.DEAL_MANAGEMENT
NAME_LIMIT = 60
TASK_LIMIT = 120
REQUIRED = {field: REQUIRABLE[field] for field in rules_of_stages.REQUIRABLE}
DAYS = (7, 14, 21, 30)
"""Chips for how long ago a contact may be."""


@screens.screen("deal_kinds", option=DEALS, roles=ADMINISTRATORS)
async def show_kinds(reader: Reader, _address: Address) -> Screen:
    """All kinds; a number leads to one."""
    kinds = await reader.services.deal_kinds.list_kinds(archived=True)
    row, choices = number_row([go(one.name, f"deal_kind:{one.id}") for one in kinds])
    text = lines(
        title("💼", reader._("Kinds of deals"), sum(not one.archived for one in kinds)),
        *numbered_lines([_kind_line(reader, one) for one in kinds]),
        fill(
            reader._("Typed: {how}"),
            how=esc(reader._("/kind_new process Project; Proposal, Contract; advance received")),
        ),
    )
    fresh = [
        act(f"➕ {reader._(name)}", "ask", "kind_new", type_)
        for type_, name in KIND_TYPES.items()
        if type_ is DealKindType.PLAIN or not reader.lacks(STAGES)
    ]
    return Screen(text, (row, *rows(fresh, width=3), (go(reader._("‹ How we sell"), "sales"),)), choices)


def _kind_line(reader: Reader, kind: KindView) -> Html:
    return join(
        " · ",
        esc(shorten(kind.name, NAME_LIMIT)),
        esc(reader._(KIND_TYPES[kind.type])),
        esc(" → ".join(one.name for one in kind.stages))
        if kind.stages and not reader.lacks(STAGES)
        else None,
        esc(reader._("default")) if kind.is_default else None,
        esc(reader._("archived")) if kind.archived else None,
    )


@screens.screen("deal_kind", option=DEALS, roles=ADMINISTRATORS)
async def show_kind(reader: Reader, address: Address) -> Screen:
    """``deal_kind:2``: a kind with its stages; a number leads to a stage."""
    kind = await reader.services.deal_kinds.get(address.number())
    managed = not reader.lacks(STAGES) and kind.type is not DealKindType.PLAIN
    stages = kind.stages if managed else ()
    row, choices = number_row([go(one.name, f"kind_stage:{kind.id}:{one.id}") for one in stages])
    text = lines(
        bold(esc(f"💼 {shorten(kind.name, NAME_LIMIT)}")),
        join(": ", esc(reader._(KIND_TYPES[kind.type])), esc(reader._(KIND_TYPES_TOLD[kind.type]))),
        fill(reader._("Won means: {event}"), event=esc(kind.commitment)),
        *numbered_lines([_stage_line(reader, one) for one in stages]),
        esc(reader._("New deals are of this kind unless told otherwise.")) if kind.is_default else None,
    )
    buttons = [
        act(reader._("➕ Stage"), "ask", "kind_stage_add", kind.id) if managed else None,
        act(reader._("✏️ Rename"), "ask", "kind_name", kind.id),
        act(reader._("🏆 Event that wins"), "ask", "kind_event", kind.id),
        None
        if kind.is_default or kind.archived
        else act(reader._("⭐ Make the default"), "kind_default", kind.id),
        act(reader._("↩️ Bring back"), "kind_restore", kind.id)
        if kind.archived
        else act(reader._("🗑 Remove"), "kind_remove", kind.id),
    ]
    return Screen(text, (row, *rows(buttons), (go(reader._("‹ Kinds of deals"), "deal_kinds"),)), choices)


def _stage_line(reader: Reader, stage: KindStageView) -> Html:
    asks = len(stage.tasks) + len(stage.rules)
    return join(
        " · ",
        esc(shorten(stage.name, NAME_LIMIT)),
        esc(f"{stage.probability} %") if stage.probability is not None else None,
        esc(day_count(reader, stage.expected_days)) if stage.expected_days is not None else None,
        esc(reader.ngettext("asks for {n} thing", "asks for {n} things", asks).format(n=asks))
        if asks
        else None,
    )


def find_stage(kind: KindView, stage_id: int) -> KindStageView:
    """A stage of a kind by its number in the kind.

    Raises:
        Invalid: There is none.
    """
    found = next((one for one in kind.stages if one.id == stage_id), None)
    if found is None:
        raise Invalid("stage", str(stage_id))
    return found


async def _load(reader: Reader, address: Address) -> tuple[KindView, KindStageView]:
    kind = await reader.services.deal_kinds.get(address.number())
    return kind, find_stage(kind, address.number(1))


@screens.screen("kind_stage", option=STAGES, roles=ADMINISTRATORS)
async def show_stage(reader: Reader, address: Address) -> Screen:
    """``kind_stage:2:5``: what a stage brings to do and asks for; a number takes one of these away."""
    kind, stage = await _load(reader, address)
    here = (kind.id, stage.id)
    place = [one.id for one in kind.stages].index(stage.id)
    removing = [
        *(act(f"🗑 {one.text}", "task_drop", *here, one.id) for one in stage.tasks),
        *(act(f"🗑 {rule_words(reader, one)}", "rule_drop", *here, one.id) for one in stage.rules),
    ]
    keyboard, choices = numbered(removing)
    buttons = [
        act(reader._("➕ Task"), "ask", "stage_task", *here),
        go(reader._("➕ Condition"), f"stage_conditions:{kind.id}:{stage.id}"),
        act(reader._("🎲 Probability"), "ask", "stage_set", *here, "probability"),
        act(reader._("⏱ Norm, days"), "ask", "stage_set", *here, "expected_days"),
        act(reader._("⏳ At rest after, days"), "ask", "stage_set", *here, "rest_days"),
        act("↑", "stage_set", *here, "position", place - 1) if place else None,
        act("↓", "stage_set", *here, "position", place + 1) if place + 1 < len(kind.stages) else None,
        act(reader._("🗑 Remove the stage"), "stage_drop", *here),
    ]
    text = lines(
        bold(esc(f"📶 {shorten(stage.name, NAME_LIMIT)} · {shorten(kind.name, NAME_LIMIT)}")),
        _numbers(reader, stage) or None,
        *(fill("☐ {task}", task=_task_words(reader, one)) for one in stage.tasks),
        *(fill("❗ {rule}", rule=esc(rule_words(reader, one))) for one in stage.rules),
        None if stage.tasks or stage.rules else esc(reader._("It brings no tasks and asks for nothing.")),
        fill(
            reader._("Typed: {how}"),
            how=esc(
                reader._("/stage_task 2 5 Call; Call the client; 2").replace(
                    "2 5", f"{kind.id} {stage.id}", 1
                )
            ),
        ),
    )
    back = (go(reader._("‹ Back"), f"deal_kind:{kind.id}"),)
    return Screen(text, (*rows(buttons), *keyboard, back), choices)


def _numbers(reader: Reader, stage: KindStageView) -> Html:
    def word(template: str, days: int | None) -> Html | None:
        return fill(template, days=esc(day_count(reader, days))) if days is not None else None

    return join(
        " · ",
        esc(f"{stage.probability} %") if stage.probability is not None else None,
        word(reader._("norm {days}"), stage.expected_days),
        word(reader._("at rest after {days}"), stage.rest_days),
    )


def _task_words(reader: Reader, task: TaskView) -> Html:
    return join(
        " · ",
        esc(f"{TYPE_SIGNS[task.type]} {shorten(task.text, TASK_LIMIT)}"),
        fill(reader._("due after {days}"), days=esc(day_count(reader, task.due_in_days))),
    )


def rule_words(reader: Reader, rule: RuleView) -> str:
    """A condition in the words of what is missing while it does not hold."""
    return lack_words(
        reader,
        Lack(
            LackType(rule.type.value),
            field=rule.field,
            role_id=rule.role_id,
            role=rule.role,
            interaction_type=rule.interaction_type,
            within_days=rule.within_days,
        ),
    )


@screens.screen("stage_conditions", option=STAGES, roles=ADMINISTRATORS)
async def show_conditions(reader: Reader, address: Address) -> Screen:
    """``stage_conditions:2:5[:field|role|contact|interaction[:7]]``: a condition is built chip by chip."""
    kind, stage = await _load(reader, address)
    here = f"{kind.id}:{stage.id}"
    sort = next(iter(address.words[2:]), "")
    build = _BUILDERS.get(sort)
    if build is None:
        buttons = [go(reader._(name), f"stage_conditions:{here}:{key}") for key, name in SORTS.items()]
    else:
        buttons = await build(reader, here, address.number(3, default=0))
    keyboard, choices = numbered(buttons)
    text = fill(reader._("What must hold before a deal leaves “{stage}”?"), stage=esc(stage.name))
    back = f"stage_conditions:{here}" if build is not None else f"kind_stage:{here}"
    return Screen(text, (*keyboard, (go(reader._("‹ Back"), back),)), choices)


async def _field_rules(reader: Reader, here: str, _role: int) -> list[Button]:
    return [act(reader._(label), "stage_rule", here, "field", field) for field, label in REQUIRED.items()]


async def _role_rules(reader: Reader, here: str, _role: int) -> list[Button]:
    return [act(name, "stage_rule", here, "role", key) for key, name in await _roles(reader)]


async def _contact_rules(reader: Reader, here: str, role: int) -> list[Button]:
    """First the role, then how long ago the contact may be."""
    if not role:
        return [go(name, f"stage_conditions:{here}:contact:{key}") for key, name in await _roles(reader)]
    rule = ("stage_rule", here, "contact", role)
    return [
        act(reader._("Ever"), *rule),
        *(act(day_count(reader, days), *rule, days) for days in DAYS),
    ]


async def _interaction_rules(reader: Reader, here: str, _role: int) -> list[Button]:
    return kind_buttons(reader, "stage_rule", here, "interaction")


_BUILDERS = {
    "field": _field_rules,
    "role": _role_rules,
    "contact": _contact_rules,
    "interaction": _interaction_rules,
}


async def _roles(reader: Reader) -> list[tuple[int, str]]:
    lists = (SalesList.PERSON_ROLES, SalesList.PARTNER_ROLES)
    return [
        (one.id, one.name) for which in lists for one in await reader.services.sales_lists.list_items(which)
    ]
