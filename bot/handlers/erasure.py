"""Erasing for good: asked about before it is done, because nothing brings it back (conversation.md rule 4)."""

from bot.html import Html, esc, fill, lines
from bot.i18n import N_
from bot.screens.base import act, go
from bot.turn import Reply, Say, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import Role
from core.values import Ref, RefKind

verbs = VerbTable()

_SURE = "yes"


@verbs.verb("erase", roles=(Role.ADMINISTRATOR,), usage=N_("/erase i5"))
async def erase(turn: Turn, arguments: Arguments) -> Reply | None:
    """Erase an interaction for good (domain.md I8); without ``yes`` say what will happen, and ask."""
    interaction_id = arguments.interaction()
    if arguments.rest.strip().lower() == _SURE:
        await turn.services.erasure.erase(turn.caller, interaction_id)
        return None
    ref = Ref(RefKind.INTERACTION, interaction_id)
    return Say(
        lines(
            fill(turn._("Erase {ref} for good?"), ref=Html(f"/{ref}")),
            esc(
                turn._(
                    "Its words, people, files and history are removed and cannot be brought back. That it was "
                    "erased, by whom and when, stays on record."
                )
            ),
        ),
        ((act(turn._("🗑 Erase for good"), "erase", str(ref), _SURE), go(turn._("‹ Keep it"), "admin")),),
    )
