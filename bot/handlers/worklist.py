"""Lists: everything, the search."""

from bot.asking import ask
from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable

verbs = VerbTable()

QUESTION = N_("What to look for? A name, a company, a phone, an address, or words.")


@verbs.verb("list", usage=N_("/list"))
async def show_history(_turn: Turn, _arguments: Arguments) -> Reply:
    """Everything on the user's worklist."""
    return Show("list:1")


@verbs.verb("find", usage=N_("/find TEXT"), menu=N_("Find a name, a number or words"), menu_order=40)
async def find(turn: Turn, arguments: Arguments) -> Reply:
    """Search; without words they are asked for."""
    if not arguments:
        return ask(turn, "find", "", turn._(QUESTION))
    return Show(f"found:1:{arguments.text()}")


verbs.question("find", QUESTION)
