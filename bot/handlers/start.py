"""The beginning, the help and the way back: /start, /help, /more, /undo."""

from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.values import DialogState

verbs = VerbTable()


@verbs.verb("start")
async def begin(turn: Turn, _arguments: Arguments) -> Reply:
    """The first questions; whoever has answered them gets the help and the keyboard at the bottom."""
    if turn.user.introduced:
        return Show("help")
    turn.set_dialog(DialogState("zone"))
    return Show("start")


@verbs.verb("help", usage=N_("/help"), menu=N_("What can be written here"), menu_order=95)
async def show_help(_turn: Turn, _arguments: Arguments) -> Reply:
    """What there is."""
    return Show("help")


@verbs.verb("more", usage=N_("/more"))
async def show_more(_turn: Turn, _arguments: Arguments) -> Reply:
    """Everything else."""
    return Show("more")


@verbs.verb("undo", usage=N_("/undo"), menu=N_("Take back the last change"), menu_order=50)
async def undo_last_change(turn: Turn, arguments: Arguments) -> None:
    """Take back the user's last change; a button names the step it means, so that it acts once."""
    step_id = arguments.integer() if arguments else None
    await turn.services.undo.undo_last(turn.caller, step_id=step_id)
