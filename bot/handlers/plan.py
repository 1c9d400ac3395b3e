"""What becomes of a plan: carried out, moved, dropped, reminded of; the next step (domain.md I3, S7)."""

from dataclasses import replace
from datetime import timedelta

from bot.capturing import frame_of, outside_people, read_words
from bot.html import esc
from bot.i18n import N_
from bot.replies import replied_card
from bot.routing import REPLIED
from bot.screens.base import numbered
from bot.screens.interaction_care import kind_buttons
from bot.texts.interaction_fields import type_of
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import CallResult, FunctionalOption, InteractionState, InteractionType
from core.queries.interaction_card import InteractionCard
from core.rules.time_words import read_when
from core.values import DialogState, InteractionId

verbs = VerbTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
SAID = "said"
"""The flow that holds what was said of a plan while its kind is asked; also the key of that text."""

OF = "of"
LEAD_TIME = timedelta(minutes=15)
"""So long before its time a plan is answered as if it were due: that is when its reminder comes."""

NEXT_KINDS = {
    "call": InteractionType.CALL,
    "meeting": InteractionType.MEETING,
    "plan": InteractionType.PLANNED,
}


@verbs.verb("done", option=OTHER, usage=N_("/done i5 [TEXT]"))
async def carry_out(turn: Turn, arguments: Arguments) -> Reply | None:
    """A plan was carried out; what came of it may follow, and its kind where that was not known."""
    interaction_id = arguments.interaction()
    kind = type_of(turn, arguments.peek()) if arguments else None
    if kind is not None:
        arguments.word()
    return await _carry_out(turn, interaction_id, kind, arguments.rest or _said_of(turn, interaction_id))


def _said_of(turn: Turn, interaction_id: InteractionId) -> str:
    """What was said of this plan before its kind was asked for."""
    is_asked = turn.flow == SAID and turn.answers.get(OF) == interaction_id
    return str(turn.answers.get(SAID, "")) if is_asked else ""


async def _carry_out(
    turn: Turn, interaction_id: InteractionId, kind: InteractionType | None, text: str
) -> Reply | None:
    if kind is None:
        card = await turn.services.views.interaction_card(turn.caller, interaction_id)
        is_open = card.state is InteractionState.PLANNED and not card.deleted
        if is_open and card.type is InteractionType.PLANNED:
            return _ask_kind(turn, interaction_id, text)
    result = CallResult.REACHED if await _is_call(turn, interaction_id, kind) else None
    if turn.flow == SAID:
        turn.set_dialog(None)
    await turn.services.plans.carry_out(turn.caller, interaction_id, type=kind, text=text, result=result)
    return None


async def _is_call(turn: Turn, interaction_id: InteractionId, kind: InteractionType | None) -> bool:
    if kind is not None:
        return kind is InteractionType.CALL
    card = await turn.services.views.interaction_card(turn.caller, interaction_id)
    return card.type is InteractionType.CALL


def _ask_kind(turn: Turn, interaction_id: InteractionId, text: str) -> Reply:
    if not text and turn.tap is not None:
        return Show(f"done:{interaction_id}")
    turn.set_dialog(DialogState(SAID, "", {OF: interaction_id, SAID: text}))
    keyboard, choices = numbered(kind_buttons(turn, "done", f"i{interaction_id}"))
    return Say(esc(turn._("What was it? What was said is kept.")), keyboard, choices)


@verbs.verb("noshow", option=OTHER, usage=N_("/noshow i5"))
async def note_no_show(turn: Turn, arguments: Arguments) -> None:
    """Nobody was there: a call was made and not answered; a meeting did not take place, and a comment says why."""
    interaction_id = arguments.interaction()
    if await _is_call(turn, interaction_id, None):
        await turn.services.plans.carry_out(turn.caller, interaction_id, result=CallResult.NOT_REACHED)
    else:
        await turn.services.plans.drop(turn.caller, interaction_id, reason=turn._("No-show"))


@verbs.verb("drop", option=OTHER, usage=N_("/drop i5"))
async def drop(turn: Turn, arguments: Arguments) -> None:
    """Cancel a plan."""
    await turn.services.plans.drop(turn.caller, arguments.interaction())


@verbs.verb("move", option=OTHER, usage=N_("/move i5 TIME"))
async def move(turn: Turn, arguments: Arguments) -> Reply | None:
    """Give a plan another time."""
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"move:{interaction_id}")
    when = read_when(arguments.text(), frame_of(turn))
    await turn.services.plans.move(turn.caller, interaction_id, when)
    return None


@verbs.verb("remind", usage=N_("/remind i5 TIME"))
async def remind(turn: Turn, arguments: Arguments) -> Reply | None:
    """Be reminded of an interaction."""
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"remind:{interaction_id}")
    when = read_when(arguments.text(), frame_of(turn))
    await turn.services.plans.remind(turn.caller, interaction_id, when.at)
    return None


@verbs.verb("next", option=OTHER, usage=N_("/next i5 [TIME] [WHO: TEXT]"))
async def plan_next_step(turn: Turn, arguments: Arguments) -> Reply | None:
    """Plan what follows an interaction: with the same people unless others are named, on the same subject."""
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"next:{interaction_id}")
    kind = NEXT_KINDS.get(arguments.peek().casefold())
    if kind is not None:
        arguments.word()
    card = await turn.services.views.interaction_card(turn.caller, interaction_id)
    return await _record_next(turn, card, kind or InteractionType.PLANNED, arguments.rest)


async def _record_next(turn: Turn, card: InteractionCard, kind: InteractionType, text: str) -> Reply | None:
    draft = read_words(turn, InteractionType.PLANNED, text)
    draft = replace(
        draft,
        type=kind,
        state=InteractionState.PLANNED,
        participants=draft.participants or outside_people(card),
    )
    if turn.tap is not None and draft.when is not None:
        views = turn.services.views
        planned = await views.find_continuation(turn.caller, InteractionId(card.id), kind, draft.when.at)
        if planned is not None:
            return Show(f"i{planned}")
    await turn.services.capture.record(turn.caller, draft, continues=InteractionId(card.id))
    return None


@verbs.flow(SAID)
async def take_kind(turn: Turn) -> Reply | None:
    """The kind that was asked for; anything else is more of what was said."""
    interaction_id = turn.answers.get(OF)
    if not isinstance(interaction_id, int):
        turn.set_dialog(None)
        return Say(esc(turn._("Nothing was in progress.")))
    plan_id, said = InteractionId(interaction_id), _said_of(turn, InteractionId(interaction_id))
    kind = type_of(turn, turn.said.strip())
    if kind is None:
        return _ask_kind(turn, plan_id, "\n".join(part for part in (said, turn.said) if part))
    return await _carry_out(turn, plan_id, kind, said)


@verbs.content(REPLIED)
async def take_reply(turn: Turn) -> Reply | None:
    """A text that replies to a card: what came of a plan that is due, a comment on anything else."""
    interaction_id = replied_card(turn.message) if turn.message is not None else None
    if interaction_id is None:
        return None
    card = await turn.services.views.interaction_card(turn.caller, interaction_id)
    if _is_due(turn, card) and not turn.lacks(OTHER):
        return await _carry_out(turn, interaction_id, None, turn.said)
    await turn.services.care.comment(turn.caller, interaction_id, turn.said)
    return None


def _is_due(turn: Turn, card: InteractionCard) -> bool:
    if card.state is not InteractionState.PLANNED or card.deleted:
        return False
    if card.due_on is not None:
        return card.due_on <= turn.today
    return card.happened_at - LEAD_TIME <= turn.now


verbs.question("move", N_("To when? For example: tomorrow 15:00, Friday, in 2 hours."))
verbs.question("remind", N_("When? For example: tomorrow 9:00, in 2 hours."))
verbs.question("next", N_("When, and what? For example: Friday 15:00 show the samples."))
verbs.question("done", N_("What came of it?"))
