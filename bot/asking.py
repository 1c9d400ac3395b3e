"""Asking for the last argument of a verb: a button cannot carry what only a person can write.

The button ``ask:comment:i5`` asks the question of the verb ``comment``; the next text is then taken as if
``/comment i5 text`` had been typed. While that is refused, for example because a time was not understood, the
question stays open and nothing that was written is lost.
"""

from bot.errors import UnknownVerb
from bot.html import esc
from bot.i18n import N_
from bot.screens.base import act
from bot.turn import Reply, Say, Turn
from bot.verbs import Arguments, Verbs
from core.values import DialogState, Ref

ASK = "ask"
"""The verb of such buttons, and the flow of their dialogs."""

LEAD = "lead"
CANCEL = N_("✖️ Cancel")


def ask_argument(turn: Turn, verbs: Verbs, arguments: Arguments) -> Reply:
    """Ask for what is still missing after the arguments that a button carries.

    Raises:
        UnknownVerb: There is no such verb for this user, or it asks nothing.
    """
    name = arguments.word()
    question = verbs.question_of(name)
    if verbs.find(name, turn) is None or not question:
        raise UnknownVerb(name)
    return ask(turn, name, arguments.rest.replace(":", " "), turn._(question))


def ask(turn: Turn, verb: str, lead: str, question: str) -> Reply:
    """Ask a question whose answer becomes the last argument of a verb, after those in `lead`.

    Cancel leads back to the first object that `lead` names.
    """
    turn.set_dialog(DialogState(ASK, verb, {LEAD: lead}))
    named = next((word for word in lead.split() if Ref.parse(word) is not None), "")
    return Say(esc(question), keyboard=((act(turn._(CANCEL), "cancel", *([named] if named else [])),),))


async def take_argument(turn: Turn, verbs: Verbs) -> Reply | None:
    """Take a text as the argument that was asked for."""
    verb = turn.dialog.step if turn.dialog is not None else ""
    lead = str(turn.answers.get(LEAD, ""))
    turn.set_dialog(None)
    return await verbs.run(turn, verb, Arguments(f"{lead} {turn.said}"))
