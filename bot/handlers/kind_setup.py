"""Setting the kinds of deals, their stages, tasks and conditions; administrators only (domain.md D2, D3)."""

from bot.errors import UsageWrong
from bot.i18n import N_
from bot.screens.organisation import ADMINISTRATORS
from bot.texts.interaction_fields import type_of
from bot.texts.sales import kind_type_of
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import DealKindType, FunctionalOption, InteractionType, StageRuleType
from core.errors import Invalid
from core.services.kind_parts import StageRuleDraft

verbs = VerbTable()

DEALS = FunctionalOption.DEALS
STAGES = FunctionalOption.DEAL_MANAGEMENT
TASK_PARTS = 3

verbs.question(
    "kind_new",
    N_(
        "Name; stages; the event that wins. For example: Project; Proposal, Contract; advance received. A plain one has no stages: Sale; contract signed"
    ),
)
verbs.question("kind_name", N_("What is it called from now on?"))
verbs.question("kind_event", N_("Which event wins such a deal? For example: contract signed"))
verbs.question("kind_stage_add", N_("What is the stage called?"))
verbs.question("stage_set", N_("Which number? A dash for none."))
verbs.question(
    "stage_task", N_("What is to be done? Its kind and the days may be said: Call; Call the client; 2")
)


@verbs.verb("kinds", option=DEALS, roles=ADMINISTRATORS, usage=N_("/kinds"))
async def show_kinds(_turn: Turn, _arguments: Arguments) -> Reply:
    """The kinds of deals."""
    return Show("deal_kinds")


@verbs.verb(
    "kind_new",
    option=DEALS,
    roles=ADMINISTRATORS,
    usage=N_("/kind_new process Project; Proposal, Contract; advance received"),
)
async def add_kind(turn: Turn, arguments: Arguments) -> None:
    """Add a kind: its sort, name, stages and the event that wins; a plain one has no stages."""
    word = arguments.word()
    type_ = kind_type_of(word)
    if type_ is None:
        raise Invalid("type", word)
    if type_ is not DealKindType.PLAIN and turn.lacks(STAGES):
        raise UsageWrong
    name, *rest = (part.strip() for part in arguments.text().split(";"))
    stages = rest.pop(0).split(",") if type_ is not DealKindType.PLAIN and rest else []
    if len(rest) != 1:
        raise UsageWrong
    turn.then_show("deal_kinds")
    names = [one.strip() for one in stages if one.strip()]
    await turn.services.deal_kinds.add(turn.caller, name, type_, rest[0], names)


@verbs.verb("kind_name", option=DEALS, roles=ADMINISTRATORS)
async def rename_kind(turn: Turn, arguments: Arguments) -> None:
    """Call a kind otherwise."""
    kind_id = arguments.integer()
    turn.then_show(f"deal_kind:{kind_id}")
    await turn.services.deal_kinds.edit(turn.caller, kind_id, name=arguments.text())


@verbs.verb("kind_event", option=DEALS, roles=ADMINISTRATORS)
async def rename_event(turn: Turn, arguments: Arguments) -> None:
    """Say otherwise which event wins."""
    kind_id = arguments.integer()
    turn.then_show(f"deal_kind:{kind_id}")
    await turn.services.deal_kinds.edit(turn.caller, kind_id, commitment=arguments.text())


@verbs.verb("kind_default", option=DEALS, roles=ADMINISTRATORS)
async def make_default(turn: Turn, arguments: Arguments) -> None:
    """Make new deals of this kind unless told otherwise."""
    kind_id = arguments.integer()
    turn.then_show(f"deal_kind:{kind_id}")
    await turn.services.deal_kinds.make_default(turn.caller, kind_id)


@verbs.verb("kind_remove", option=DEALS, roles=ADMINISTRATORS)
async def remove_kind(turn: Turn, arguments: Arguments) -> None:
    """Remove a kind, or archive it where deals have it."""
    turn.then_show("deal_kinds")
    await turn.services.deal_kinds.remove(turn.caller, arguments.integer())


@verbs.verb("kind_restore", option=DEALS, roles=ADMINISTRATORS)
async def restore_kind(turn: Turn, arguments: Arguments) -> None:
    """Bring an archived kind back."""
    turn.then_show("deal_kinds")
    await turn.services.deal_kinds.restore(turn.caller, arguments.integer())


@verbs.verb("kind_stage_add", option=STAGES, roles=ADMINISTRATORS)
async def add_stage(turn: Turn, arguments: Arguments) -> None:
    """Add a stage at the end of a kind."""
    kind_id = arguments.integer()
    turn.then_show(f"deal_kind:{kind_id}")
    await turn.services.deal_kinds.add_stage(turn.caller, kind_id, arguments.text())


def _read_stage(turn: Turn, arguments: Arguments) -> int:
    """The kind and the number of a stage in it; the confirmation shows that stage."""
    kind_id, stage_id = arguments.integer(), arguments.integer()
    turn.then_show(f"kind_stage:{kind_id}:{stage_id}")
    return stage_id


@verbs.verb("stage_set", option=STAGES, roles=ADMINISTRATORS, usage=N_("/stage_set 2 5 probability 40"))
async def set_number(turn: Turn, arguments: Arguments) -> None:
    """Change a number of a stage: probability, expected_days, rest_days, position; a dash for none."""
    stage_id, field = _read_stage(turn, arguments), arguments.word()
    word = arguments.word().removesuffix("%")
    if word not in {"-", "—"} and not (word.isascii() and word.isdecimal()):
        raise Invalid(field, word)
    value = int(word) if word.isdecimal() else None
    await turn.services.deal_kinds.edit_stage(turn.caller, stage_id, field, value)


@verbs.verb("stage_drop", option=STAGES, roles=ADMINISTRATORS)
async def remove_stage(turn: Turn, arguments: Arguments) -> None:
    """Take a stage out of a kind; deals that stand in it may go on."""
    kind_id, stage_id = arguments.integer(), arguments.integer()
    turn.then_show(f"deal_kind:{kind_id}")
    await turn.services.deal_kinds.remove_stage(turn.caller, stage_id)


@verbs.verb(
    "stage_task", option=STAGES, roles=ADMINISTRATORS, usage=N_("/stage_task 2 5 Call; Call the client; 2")
)
async def add_task(turn: Turn, arguments: Arguments) -> None:
    """Add a task to a stage; its kind may stand before it, the working days it has behind it."""
    stage_id = _read_stage(turn, arguments)
    parts = [part.strip() for part in arguments.text().split(";")]
    if len(parts) > TASK_PARTS:
        raise UsageWrong
    type_ = type_of(turn, parts[0]) if len(parts) > 1 else None
    if type_ is not None:
        parts.pop(0)
    days = (
        int(parts.pop())
        if len(parts) > 1 and parts[-1].isdecimal() and len(parts[-1]) < TASK_PARTS + 1
        else 1
    )
    if len(parts) != 1:
        raise UsageWrong
    await turn.services.deal_kinds.add_task(
        turn.caller, stage_id, parts[0], type=type_ or InteractionType.PLANNED, due_in_days=days
    )


@verbs.verb("task_drop", option=STAGES, roles=ADMINISTRATORS)
async def remove_task(turn: Turn, arguments: Arguments) -> None:
    """Take a task out of a stage."""
    _read_stage(turn, arguments)
    await turn.services.deal_kinds.remove_task(turn.caller, arguments.integer())


@verbs.verb("stage_rule", option=STAGES, roles=ADMINISTRATORS, usage=N_("/stage_rule 2 5 field amount"))
async def add_rule(turn: Turn, arguments: Arguments) -> None:
    """Add a condition: a field, a role by its number, a contact with a role in so many days, an interaction."""
    stage_id, word = _read_stage(turn, arguments), arguments.word()
    if word not in set(StageRuleType):
        raise Invalid("type", word)
    await turn.services.deal_kinds.add_rule(turn.caller, stage_id, _read_rule(StageRuleType(word), arguments))


def _read_rule(type_: StageRuleType, arguments: Arguments) -> StageRuleDraft:
    match type_:
        case StageRuleType.FIELD:
            return StageRuleDraft(type_, field=arguments.word())
        case StageRuleType.ROLE:
            return StageRuleDraft(type_, role_id=arguments.integer())
        case StageRuleType.CONTACT:
            role_id = arguments.integer()
            within = arguments.integer() if arguments else None
            return StageRuleDraft(type_, role_id=role_id, within_days=within)
        case StageRuleType.INTERACTION:
            word = arguments.word()
            if word not in set(InteractionType):
                raise Invalid("type", word)
            return StageRuleDraft(type_, interaction_type=InteractionType(word))


@verbs.verb("rule_drop", option=STAGES, roles=ADMINISTRATORS)
async def remove_rule(turn: Turn, arguments: Arguments) -> None:
    """Take a condition out of a stage."""
    _read_stage(turn, arguments)
    await turn.services.deal_kinds.remove_rule(turn.caller, arguments.integer())
