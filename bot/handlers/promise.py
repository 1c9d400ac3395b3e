"""Promises of both sides: noted, kept, broken, withdrawn, put off (pains.md 5)."""

from bot.asking import ask
from bot.capturing import frame_of
from bot.errors import UsageWrong
from bot.i18n import N_
from bot.promising import propose
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, PromiseSide, PromiseState
from core.rules.promises import split_promise
from core.rules.time_words import read_when
from core.values import InteractionId

verbs = VerbTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
TAKE = "take"
"""The word by which a button notes a proposed promise; its mark follows."""

SIDES = {
    "us": PromiseSide.US,
    "we": PromiseSide.US,
    "мы": PromiseSide.US,
    "я": PromiseSide.US,
    "them": PromiseSide.THEM,
    "they": PromiseSide.THEM,
    "они": PromiseSide.THEM,
    "клиент": PromiseSide.THEM,
}
QUESTION = N_("What was promised, and by when? For example: send the catalogue by Wednesday.")


@verbs.verb("promise", option=OTHER, usage=N_("/promise i5 us / them TEXT by TIME"))
async def note_promise(turn: Turn, arguments: Arguments) -> Reply | None:
    """Note what one side promised; without words the sides are offered."""
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"promising:{interaction_id}")
    word = arguments.word().casefold()
    if word == TAKE:
        return await _take(turn, interaction_id, arguments.text())
    side = SIDES.get(word)
    if side is None:
        raise UsageWrong
    if not arguments:
        return ask(turn, "promise", f"i{interaction_id} {side}", turn._(QUESTION))
    text, when = split_promise(arguments.text(), frame_of(turn))
    await turn.services.promises.note(turn.caller, interaction_id, side, text, when)
    return None


async def _take(turn: Turn, interaction_id: InteractionId, mark: str) -> Reply | None:
    """Note what the card proposed; what is noted already, or says something else by now, is shown as it is."""
    card = await turn.services.views.interaction_card(turn.caller, interaction_id)
    found = next((one for one in propose(turn, card) if one.mark == mark), None)
    if found is None:
        return Show(f"i{interaction_id}")
    await turn.services.promises.note(
        turn.caller, interaction_id, found.side, found.text, found.when, quote=found.quote
    )
    return None


@verbs.verb("promises", option=OTHER, usage=N_("/promises"))
async def show_promises(_turn: Turn, _arguments: Arguments) -> Reply:
    """What is promised and open."""
    return Show("promises:ours:1")


@verbs.verb("kept", option=OTHER, usage=N_("/kept 3 [i9]"))
async def keep_promise(turn: Turn, arguments: Arguments) -> None:
    """A promise was kept, by an interaction if it is named."""
    promise_id = arguments.integer()
    by = arguments.interaction() if arguments else None
    await turn.services.promises.settle(turn.caller, promise_id, PromiseState.KEPT, by=by)


@verbs.verb("broken", option=OTHER, usage=N_("/broken 3"))
async def break_promise(turn: Turn, arguments: Arguments) -> None:
    """A promise was not kept."""
    await turn.services.promises.settle(turn.caller, arguments.integer(), PromiseState.BROKEN)


@verbs.verb("withdraw", option=OTHER, usage=N_("/withdraw 3"))
async def withdraw_promise(turn: Turn, arguments: Arguments) -> None:
    """A promise counts no more: it was none, or both sides let go of it."""
    await turn.services.promises.settle(turn.caller, arguments.integer(), PromiseState.WITHDRAWN)


@verbs.verb("postpone", option=OTHER, usage=N_("/postpone 3 TIME"))
async def put_off_promise(turn: Turn, arguments: Arguments) -> Reply | None:
    """A promise is to be kept later."""
    promise_id = arguments.integer()
    if not arguments:
        return ask(turn, "postpone", str(promise_id), turn._(WHEN))
    when = read_when(arguments.text(), frame_of(turn))
    await turn.services.promises.put_off(turn.caller, promise_id, when)
    return None


WHEN = N_("By when instead? For example: Friday, tomorrow 15:00.")
verbs.question("promise", QUESTION)
verbs.question("postpone", WHEN)
