"""Reading a letter: what is new is on its card, all of it is one tap or word away."""

from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable

verbs = VerbTable()


@verbs.verb("whole", usage=N_("/whole i5"))
async def show_whole(_turn: Turn, arguments: Arguments) -> Reply:
    """All that a letter says, with quotations and signature."""
    return Show(f"whole:{arguments.interaction()}")
