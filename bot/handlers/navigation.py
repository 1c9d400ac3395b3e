"""Moving about: showing a screen, leaving a dialog."""

from bot.html import esc
from bot.i18n import N_
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable

verbs = VerbTable()


@verbs.verb("show")
async def show_screen(_turn: Turn, arguments: Arguments) -> Reply:
    """Show the screen a button leads to."""
    return Show(arguments.text())


@verbs.verb("cancel", usage=N_("/cancel"))
async def cancel_dialog(turn: Turn, arguments: Arguments) -> Reply:
    """Leave the guided dialog, back to where its question was asked."""
    if arguments:
        turn.set_dialog(None)
        return Show(arguments.text())
    if not turn.flow:
        return Say(esc(turn._("Nothing was in progress.")))
    turn.set_dialog(None)
    return Say(esc(turn._("Cancelled. Nothing was saved.")))
