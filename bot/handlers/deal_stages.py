"""Moving deals through the stages of their kind, and the tasks of stages (domain.md D2, O3)."""

from bot.asking import ask
from bot.errors import UsageWrong
from bot.i18n import N_
from bot.screens.deal_stages import back_of
from bot.texts.interaction_fields import type_of
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import CallResult, FunctionalOption, InteractionState, InteractionType
from core.errors import StageBlocked
from core.values import DealId, RefKind

verbs = VerbTable()

STAGES = FunctionalOption.DEAL_MANAGEMENT
NEXT_WORDS = frozenset({"next", "дальше", "далее", "следующий"})
NEXT = "next"


@verbs.verb("stage", option=STAGES, usage=N_("/stage d3 Proposal · /stage d3 next"))
async def move(turn: Turn, arguments: Arguments) -> Reply | None:
    """Move a deal to a stage by its name, or to the next one; without a name the stages are shown."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    if not arguments:
        return Show(f"deal_stages:{deal_id}")
    name = arguments.text()
    return await _move(turn, deal_id, NEXT if name.casefold() in NEXT_WORDS else name, seen=None)


@verbs.verb("stage_to", option=STAGES)
async def move_from_seen(turn: Turn, arguments: Arguments) -> Reply | None:
    """Move a deal to a stage by its number, from the one that was shown."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    target, seen = arguments.integer(), arguments.integer()
    return await _move(turn, deal_id, str(target), seen=seen)


async def _move(turn: Turn, deal_id: DealId, stage: str, *, seen: int | None) -> Reply | None:
    """Move; while the stage asks for more, show what, each with a button to do it."""
    try:
        await turn.services.deal_stages.move(turn.caller, deal_id, stage, seen=seen)
    except StageBlocked as held:
        return Show(f"deal_stop:{deal_id}:{held.target}")
    return None


@verbs.verb("override", option=STAGES, usage=N_("/override d3 Proposal: the director agreed"))
async def override(turn: Turn, arguments: Arguments) -> Reply | None:
    """Let a deal go on although its stage asks for more; managers only, and the reason is kept (domain.md D2)."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    stage, _, reason = arguments.text().partition(":")
    if not stage.strip():
        raise UsageWrong
    if not reason.strip():
        lead = f"d{deal_id} {stage.strip()}:"
        return ask(turn, "override", lead, turn._("Why does it go on all the same? The reason is kept."))
    await turn.services.deal_stages.move(turn.caller, deal_id, stage.strip(), override=reason)
    return None


@verbs.verb("task_done", option=STAGES)
async def do_task(turn: Turn, arguments: Arguments) -> Reply | None:
    """A task of a stage is done; its kind is asked where it was not planned. Then: what else is missing."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    interaction_id, target = arguments.interaction(), arguments.integer()
    kind = type_of(turn, arguments.word()) if arguments else None
    card = await turn.services.views.interaction_card(turn.caller, interaction_id)
    is_open = card.state is InteractionState.PLANNED and not card.deleted
    if kind is None and is_open and card.type is InteractionType.PLANNED:
        return Show(f"task_kind:{deal_id}:{interaction_id}:{target}")
    turn.then_show(back_of(deal_id, target))
    result = CallResult.REACHED if (kind or card.type) is InteractionType.CALL else None
    await turn.services.plans.carry_out(turn.caller, interaction_id, type=kind, result=result)
    return None


@verbs.verb("task_renew", option=STAGES)
async def renew_task(turn: Turn, arguments: Arguments) -> None:
    """Plan a task of the stage again that was dropped."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    interaction_id, target = arguments.interaction(), arguments.integer()
    turn.then_show(back_of(deal_id, target))
    await turn.services.deal_stages.renew_task(turn.caller, deal_id, interaction_id)
