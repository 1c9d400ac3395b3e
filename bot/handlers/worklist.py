"""Lists: everything, the agenda, the search."""

from bot.asking import ask
from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption

verbs = VerbTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
QUESTION = N_("What to look for? A name, a company, a phone, an address, or words.")


@verbs.verb("list", usage=N_("/list"))
async def show_history(_turn: Turn, _arguments: Arguments) -> Reply:
    """Everything on the user's worklist."""
    return Show("list:1")


@verbs.verb("today", option=OTHER, usage=N_("/today"), menu=N_("Plans of today"), menu_order=30)
async def show_today(_turn: Turn, _arguments: Arguments) -> Reply:
    """The agenda of the day."""
    return Show("today")


@verbs.verb("week", option=OTHER, usage=N_("/week"))
async def show_week(_turn: Turn, _arguments: Arguments) -> Reply:
    """The agenda of seven days."""
    return Show("week")


@verbs.verb("find", usage=N_("/find TEXT"), menu=N_("Find a name, a number or words"), menu_order=40)
async def find(turn: Turn, arguments: Arguments) -> Reply:
    """Search; without words they are asked for."""
    if not arguments:
        return ask(turn, "find", "", turn._(QUESTION))
    return Show(f"found:1:{arguments.text()}")


verbs.question("find", QUESTION)
