"""What becomes of a plan: carried out, moved, dropped, reminded of; the next step (domain.md I3, S7)."""

from dataclasses import replace
from datetime import timedelta

from bot.asking import ask
from bot.capturing import doubt_of, frame_of, outside_people, read_ahead
from bot.html import esc
from bot.i18n import N_
from bot.plan_words import OF, SAID, answer_plan, ask_kind, said_of
from bot.reminder_words import snooze_by_words
from bot.replies import replied_to, replies_to_reminder
from bot.routing import REPLIED
from bot.texts.interaction_fields import type_of
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import CallResult, FunctionalOption, InteractionState, InteractionType
from core.queries.interaction_card import InteractionCard
from core.rules.time_doubt import UnsaidTime
from core.rules.time_words import read_when
from core.rules.times import written
from core.values import InteractionDraft, InteractionId

verbs = VerbTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
LEAD_TIME = timedelta(minutes=15)
"""So long before its time a plan is answered as if it were due: that is when its reminder comes."""

AGAIN_QUESTION = N_("When is the next try? For example: tomorrow 15:00, in 2 hours.")

ALL, ONE = "all", "one"
SCOPES = {"all": ALL, "все": ALL, "всё": ALL, "one": ONE, "одну": ONE, "эту": ONE, "этот": ONE}
"""Words that say whether all that follow are meant, or this one."""

NEXT_KINDS = {
    "call": InteractionType.CALL,
    "meeting": InteractionType.MEETING,
    "plan": InteractionType.PLANNED,
}


@verbs.verb("done", option=OTHER, usage=N_("/done i5 [TEXT]"))
async def carry_out(turn: Turn, arguments: Arguments) -> Reply | None:
    """What became of a plan, in words: held as a rule, or moved, not reached, cancelled, and what comes next.

    Its kind may stand in front, and is asked for where nothing tells it.
    """
    interaction_id = arguments.interaction()
    kind = type_of(turn, arguments.peek()) if arguments else None
    if kind is not None:
        arguments.word()
    said = arguments.rest or said_of(turn, interaction_id)
    return await answer_plan(turn, await _card(turn, interaction_id), said, kind)


async def _card(turn: Turn, interaction_id: InteractionId) -> InteractionCard:
    return await turn.services.views.interaction_card(turn.caller, interaction_id)


@verbs.verb("noshow", option=OTHER, usage=N_("/noshow i5"))
async def note_no_show(turn: Turn, arguments: Arguments) -> None:
    """Nobody was there: a call was made and not answered; a meeting did not take place, and a comment says why."""
    interaction_id = arguments.interaction()
    card = await _card(turn, interaction_id)
    if card.type is InteractionType.CALL:
        await turn.services.plans.carry_out(turn.caller, interaction_id, result=CallResult.NOT_REACHED)
    else:
        await turn.services.plans.drop(turn.caller, interaction_id, reason=turn._("No-show"))


@verbs.verb("drop", option=OTHER, usage=N_("/drop i5, or /drop i5 all"))
async def drop(turn: Turn, arguments: Arguments) -> Reply | None:
    """Cancel a plan; of one that repeats: it alone, or all that follow too."""
    interaction_id = arguments.interaction()
    scope = _scope(arguments)
    if scope == ALL:
        await turn.services.repeats.drop_all(turn.caller, interaction_id)
        return None
    if not scope and await _repeats(turn, interaction_id):
        return Show(f"which:{interaction_id}:drop")
    await turn.services.plans.drop(turn.caller, interaction_id)
    return None


@verbs.verb("move", option=OTHER, usage=N_("/move i5 TIME, or /move i5 all TIME"))
async def move(turn: Turn, arguments: Arguments) -> Reply | None:
    """Give a plan another time; of one that repeats: it alone, or all that follow too."""
    interaction_id = arguments.interaction()
    scope = _scope(arguments)
    if not arguments:
        return Show(f"move:{interaction_id}")
    when = read_when(arguments.text(), frame_of(turn))
    if scope == ALL:
        await turn.services.repeats.move_all(turn.caller, interaction_id, when)
        return None
    if not scope and await _repeats(turn, interaction_id):
        return Show(f"which:{interaction_id}:move:{written(when, turn.user.timezone)}")
    await turn.services.plans.move(turn.caller, interaction_id, when)
    return None


def _scope(arguments: Arguments) -> str:
    """Whether a change of a plan that repeats is for it alone or for all that follow; empty where nobody said."""
    scope = SCOPES.get(arguments.peek().casefold(), "")
    if scope:
        arguments.word()
    return scope


async def _repeats(turn: Turn, interaction_id: InteractionId) -> bool:
    card = await _card(turn, interaction_id)
    return card.series is not None and card.state is InteractionState.PLANNED


@verbs.verb("next", option=OTHER, usage=N_("/next i5 [TIME] [WHO: TEXT]"))
async def plan_next_step(turn: Turn, arguments: Arguments) -> Reply | None:
    """Plan what follows an interaction: with the same people unless others are named, on the same subject."""
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"next:{interaction_id}")
    kind = NEXT_KINDS.get(arguments.peek().casefold())
    if kind is not None:
        arguments.word()
    card = await _card(turn, interaction_id)
    return await _record_next(turn, card, kind or InteractionType.PLANNED, arguments.rest)


async def _record_next(turn: Turn, card: InteractionCard, kind: InteractionType, text: str) -> Reply | None:
    draft, unsaid = doubt_of(turn, InteractionType.PLANNED, text)
    draft = replace(
        draft,
        type=kind,
        state=InteractionState.PLANNED,
        participants=draft.participants or outside_people(card),
    )
    return await _record_continuation(turn, card, draft, unsaid)


async def _record_continuation(
    turn: Turn, card: InteractionCard, draft: InteractionDraft, unsaid: UnsaidTime | None = None
) -> Reply | None:
    """Record what continues an interaction; a button that is tapped twice shows what it planned before."""
    if turn.tap is not None and draft.when is not None:
        views = turn.services.views
        planned = await views.find_continuation(
            turn.caller, InteractionId(card.id), draft.type, draft.when.at
        )
        if planned is not None:
            return Show(f"i{planned}")
    await turn.services.capture.record(turn.caller, draft, continues=InteractionId(card.id), unsaid=unsaid)
    return None


@verbs.verb("again", option=OTHER, usage=N_("/again i5 TIME"))
async def try_again(turn: Turn, arguments: Arguments) -> Reply | None:
    """Plan the next try of what did not come off: the same kind, people and subject at another time (domain.md S7)."""
    interaction_id = arguments.interaction()
    if not arguments:
        return ask(turn, "again", f"i{interaction_id}", turn._(AGAIN_QUESTION))
    when = read_ahead(turn, arguments.text())
    card = await _card(turn, interaction_id)
    draft = InteractionDraft(
        type=card.type,
        state=InteractionState.PLANNED,
        topic=card.topic,
        text=card.text,
        goal=card.goal,
        place=card.place,
        importance=card.importance,
        when=when,
        participants=outside_people(card),
    )
    return await _record_continuation(turn, card, draft)


@verbs.flow(SAID)
async def take_kind(turn: Turn) -> Reply | None:
    """The kind that was asked for; anything else is more of what was said."""
    interaction_id = turn.answers.get(OF)
    if not isinstance(interaction_id, int):
        turn.set_dialog(None)
        return Say(esc(turn._("Nothing was in progress.")))
    plan_id, said = InteractionId(interaction_id), said_of(turn, InteractionId(interaction_id))
    kind = type_of(turn, turn.said.strip())
    if kind is None:
        return ask_kind(turn, plan_id, "\n".join(part for part in (said, turn.said) if part))
    return await answer_plan(turn, await _card(turn, plan_id), said, kind)


@verbs.content(REPLIED)
async def take_reply(turn: Turn) -> Reply | None:
    """A text that replies to a card, or to a row of a list: what came of a plan that is due, else a comment.

    A time and nothing else, in reply to a reminder, has it come again then.
    """
    replied = replied_to(turn.message) if turn.message is not None else None
    if replied is None:
        return None
    interaction_id, said = replied
    reminded = turn.message is not None and replies_to_reminder(turn.message)
    if reminded and await snooze_by_words(turn, interaction_id, said):
        return None
    card = await _card(turn, interaction_id)
    if _is_due(turn, card, reminded=reminded) and not turn.lacks(OTHER):
        return await answer_plan(turn, card, said)
    await turn.services.care.comment(turn.caller, interaction_id, said)
    return None


def _is_due(turn: Turn, card: InteractionCard, *, reminded: bool) -> bool:
    """Whether what is said of a plan is what came of it: it is time, or a reminder of it is answered."""
    if card.state is not InteractionState.PLANNED or card.deleted:
        return False
    if reminded:
        return True
    if card.due_on is not None:
        return card.due_on <= turn.today
    return card.happened_at - LEAD_TIME <= turn.now


verbs.question("move", N_("To when? For example: tomorrow 15:00, Friday, in 2 hours."))
verbs.question("again", AGAIN_QUESTION)
verbs.question("next", N_("When, and what? For example: Friday 15:00 show the samples."))
verbs.question("done", N_("What came of it?"))
