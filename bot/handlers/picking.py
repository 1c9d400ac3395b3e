"""Finding what a verb is to be done with: a contact, or what an interaction may belong to.

The button ``pick:c:role:d12`` asks for words; what they find is offered as buttons of ``role:d12:…``. A
reference that is written instead is offered by itself, so that everything can be typed.
"""

from bot.errors import UsageWrong
from bot.html import esc, fill, shorten
from bot.i18n import N_
from bot.screens.base import Button, act, numbered
from bot.screens.found import found_label
from bot.turn import Reply, Say, Turn
from bot.verbs import Arguments, VerbTable
from core.values import DialogState, Ref, RefKind

verbs = VerbTable()

FLOW = "pick"
LIMIT = 8
LEAD_LIMIT = 40
"""Bytes of a verb with its arguments, so that a reference still fits behind."""

WORDS_LIMIT = 60

_CONTACTS = frozenset({RefKind.CONTACT})
_SUBJECTS = frozenset({RefKind.SUBJECT, RefKind.INTERACTION})
_KINDS = {"c": _CONTACTS, "s": _SUBJECTS}
_TYPED = {
    "c": frozenset({RefKind.CONTACT}),
    "s": frozenset({RefKind.SUBJECT, RefKind.DEAL, RefKind.INTERACTION}),
}
_QUESTIONS = {
    "c": N_("Who? A name, phone, e-mail, or a reference like c4."),
    "s": N_("What is it about? Words of its title or text, or a reference like d3."),
}


@verbs.verb("pick")
async def ask_words(turn: Turn, arguments: Arguments) -> Reply:
    """Ask what to look for."""
    kind = arguments.word()
    question = _QUESTIONS.get(kind)
    lead = arguments.rest.replace(" ", ":")
    if question is None or not lead or len(lead.encode()) > LEAD_LIMIT:
        raise UsageWrong
    turn.set_dialog(DialogState(FLOW, kind, {"lead": lead}))
    return Say(esc(turn._(question)), ((act(turn._("✖️ Cancel"), "cancel"),),))


@verbs.flow(FLOW)
async def offer_found(turn: Turn) -> Reply:
    """Offer what the words find; while they find nothing the question stays open."""
    kind = turn.dialog.step if turn.dialog is not None else ""
    lead = str(turn.answers.get("lead", ""))
    labels = await _look(turn, kind)
    again = act(turn._("🔎 Other words"), "pick", kind, lead)
    if not labels:
        text = turn._("Nothing was found for <i>{words}</i>. Other words, or /cancel.")
        return Say(fill(text, words=esc(shorten(turn.said, WORDS_LIMIT))))
    turn.set_dialog(None)
    keyboard, choices = numbered([Button(label, f"{lead}:{ref}") for label, ref in labels])
    return Say(
        fill(turn._("Found for <i>{words}</i>:"), words=esc(shorten(turn.said, WORDS_LIMIT))),
        (*keyboard, (again, act(turn._("✖️ Cancel"), "cancel"))),
        choices,
    )


async def _look(turn: Turn, kind: str) -> list[tuple[str, Ref]]:
    typed = Ref.parse(turn.said)
    if typed is not None and typed.kind in _TYPED.get(kind, frozenset()):
        return [(str(typed), typed)]
    page = await turn.services.search.find(
        turn.caller, turn.said, limit=LIMIT, kinds=_KINDS.get(kind, _CONTACTS)
    )
    return [(found_label(turn, one), one.ref) for one in page.rows]
