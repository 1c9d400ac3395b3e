"""Who is quieter than usual, and what has no next step (pains.md, silence radar)."""

from bot.asking import ask
from bot.capturing import frame_of
from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.rules.answers import read_patience
from core.rules.working_time import Hours
from core.values import RefKind

verbs = VerbTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
ALWAYS = frozenset({"always", "forever", "никогда", "навсегда", "всегда"})
STOP = frozenset({"off", "no", "нет", "стоп"})
QUESTION = N_("For how long? For example: 2 weeks, until Friday, always.")


@verbs.verb("silence", option=OTHER, usage=N_("/silence"))
async def show_silence(_turn: Turn, _arguments: Arguments) -> Reply:
    """Who is quieter than usual."""
    return Show("silence:1")


@verbs.verb("nonext", option=OTHER, usage=N_("/nonext"))
async def show_without_next_step(turn: Turn, _arguments: Arguments) -> Reply:
    """Open deals and active chains in which nothing is planned."""
    return Show("nonext:chains:1" if turn.lacks(FunctionalOption.DEALS) else "nonext:deals:1")


@verbs.verb("hush", option=OTHER, usage=N_("/hush c4 2 weeks"))
async def hush(turn: Turn, arguments: Arguments) -> Reply | None:
    """Leave somebody out of the silent ones for a while, or for good; ``off`` takes that back."""
    ref = arguments.ref(RefKind.CONTACT, RefKind.DEAL)
    if not arguments:
        return ask(turn, "hush", str(ref), turn._(QUESTION))
    said = arguments.rest.casefold()
    if said in STOP:
        await turn.services.rhythms.unhush(turn.caller, ref)
    elif said in ALWAYS:
        await turn.services.rhythms.hush(turn.caller, ref, None)
    else:
        hours = Hours(turn.user.timezone, turn.user.day_starts, turn.user.day_ends)
        patience = read_patience(arguments.text(), frame_of(turn), hours)
        await turn.services.rhythms.hush(turn.caller, ref, patience.due_at)
    return None


verbs.question("hush", QUESTION)
