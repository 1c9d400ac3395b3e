"""What is said of a plan, done: its result, and the next step along with it (domain.md I3, S7)."""

from dataclasses import replace

from bot.capturing import frame_of, outside_people
from bot.html import esc
from bot.i18n import N_
from bot.screens.base import numbered
from bot.screens.interaction_care import kind_buttons
from bot.turn import Reply, Say, Show, Turn
from core.enums import CallResult, FunctionalOption, InteractionState, InteractionType
from core.queries.interaction_card import InteractionCard
from core.rules.plan_answer import FollowUp, Outcome, PlanAnswer, read_answer
from core.values import DialogState, InteractionDraft, InteractionId

SAID = "said"
"""The flow that holds what was said of a plan while its kind is asked; also the key of that text."""

OF = "of"
FAILURES = {
    Outcome.NO_SHOW: N_("No-show"),
    Outcome.NOT_REACHED: N_("Not reached"),
    Outcome.CANCELLED: N_("Cancelled"),
}
"""What did not come off, and the word for it where nothing else was said."""


async def answer_plan(
    turn: Turn, card: InteractionCard, said: str, kind: InteractionType | None = None
) -> Reply | None:
    """Do what an answer to a plan says; the kind is asked where neither plan nor words tell it.

    What was said is never what the message itself is captured as: editing it later changes nothing.
    """
    names = [one.name for one in card.participants] + [one.presentation for one in card.participants]
    answer = read_answer(said, frame_of(turn), names)
    if turn.flow == SAID and kind is not None:
        turn.set_dialog(None)
    turn.caller.origin.message = None
    if answer.outcome is Outcome.MOVED:
        return await _move(turn, InteractionId(card.id), answer)
    if answer.outcome is Outcome.HELD:
        return await _hold(turn, card, answer, kind)
    await _fail(turn, card, answer)
    return None


async def _move(turn: Turn, interaction_id: InteractionId, answer: PlanAnswer) -> Reply | None:
    """To the time that was said; where none was, it is asked for, and the words are kept as a note."""
    if answer.moved_to is not None:
        await turn.services.plans.move(turn.caller, interaction_id, answer.moved_to, reason=answer.text)
        return None
    if len(answer.text.split()) == 1:
        return Show(f"move:{interaction_id}")
    turn.then_show(f"move:{interaction_id}")
    await turn.services.care.comment(turn.caller, interaction_id, answer.text)
    return None


async def _hold(
    turn: Turn, card: InteractionCard, answer: PlanAnswer, kind: InteractionType | None
) -> Reply | None:
    interaction_id = InteractionId(card.id)
    real = kind or (answer.type if card.type is InteractionType.PLANNED else card.type)
    is_open = card.state is InteractionState.PLANNED and not card.deleted
    if real is None and is_open:
        return ask_kind(turn, interaction_id, answer.text)
    await turn.services.plans.carry_out(
        turn.caller,
        interaction_id,
        type=real,
        text=answer.text,
        result=CallResult.REACHED if real is InteractionType.CALL else None,
        then=next_draft(turn, card, answer.follow_up),
    )
    return None


async def _fail(turn: Turn, card: InteractionCard, answer: PlanAnswer) -> None:
    """A call that nobody took was made; whatever else did not come off did not take place."""
    then = next_draft(turn, card, answer.follow_up)
    if then is not None and not then.text:
        then = replace(then, text=card.text, goal=card.goal)
    was_call = card.type is InteractionType.CALL or (
        card.type is InteractionType.PLANNED and answer.outcome is Outcome.NOT_REACHED
    )
    if was_call and answer.outcome is not Outcome.CANCELLED:
        await turn.services.plans.carry_out(
            turn.caller,
            InteractionId(card.id),
            type=InteractionType.CALL,
            text=answer.text,
            result=CallResult.NOT_REACHED,
            then=then,
        )
        return
    is_plain = answer.outcome is Outcome.CANCELLED and not answer.text
    reason = "" if is_plain else answer.text or turn._(FAILURES[answer.outcome])
    await turn.services.plans.drop(turn.caller, InteractionId(card.id), reason=reason, then=then)


def next_draft(turn: Turn, card: InteractionCard, step: FollowUp | None) -> InteractionDraft | None:
    """The plan that a next step in words becomes: with the same people; of no kind where its kind is switched off."""
    if step is None:
        return None
    kind = step.type
    if kind is InteractionType.EMAIL and turn.lacks(FunctionalOption.MAIL_CLIENT):
        kind = InteractionType.PLANNED
    return InteractionDraft(
        type=kind,
        state=InteractionState.PLANNED,
        text=step.text,
        when=step.when,
        participants=outside_people(card),
    )


def ask_kind(turn: Turn, interaction_id: InteractionId, text: str) -> Reply:
    """What a plan of unknown kind turned out to be; what was said of it waits in the dialog."""
    if not text and turn.tap is not None:
        return Show(f"done:{interaction_id}")
    turn.set_dialog(DialogState(SAID, "", {OF: interaction_id, SAID: text}))
    keyboard, choices = numbered(kind_buttons(turn, "done", f"i{interaction_id}"))
    return Say(esc(turn._("What was it? What was said is kept.")), keyboard, choices)


def said_of(turn: Turn, interaction_id: InteractionId) -> str:
    """What was said of this plan before its kind was asked for."""
    is_asked = turn.flow == SAID and turn.answers.get(OF) == interaction_id
    return str(turn.answers.get(SAID, "")) if is_asked else ""
