"""Handing out the files of an interaction: as documents, never shown or run."""

import asyncio

from bot.html import esc, fill, lines
from bot.i18n import N_
from bot.outgoing_files import UPLOAD_LIMIT, harmless_name, is_program, plain_name
from bot.screens.base import act, go
from bot.turn import Reply, Say, SendFile, Show, Toast, Turn
from bot.verbs import Arguments, VerbTable
from core.errors import NotFound
from core.queries.interaction_card import AttachmentView
from core.values import InteractionId, Ref, RefKind

verbs = VerbTable()

_SURE = "yes"


@verbs.verb("file", usage=N_("/file i5 1"))
async def hand_out(turn: Turn, arguments: Arguments) -> Reply:
    """Send one of an interaction's files, by its place from 1; without a place they are listed.

    What might be a program is sent only after a warning (``yes``), under a name that starts nothing.
    """
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"files:{interaction_id}")
    place = arguments.integer()
    card = await turn.services.views.interaction_card(turn.caller, interaction_id)
    if not 1 <= place <= len(card.attachments) or card.deleted:
        raise NotFound(Ref(RefKind.INTERACTION, interaction_id))
    chosen = card.attachments[place - 1]
    if chosen.sha256 is None:
        return Toast(turn._("Only the name of this file is known."), alert=True)
    if chosen.size > UPLOAD_LIMIT:
        return Toast(
            turn._("This file is too big for Telegram, which takes 50 MB. It is kept on the server."),
            alert=True,
        )
    risky = is_program(chosen.name, chosen.content_type)
    if risky and arguments.optional_word().lower() != _SURE:
        return _warn(turn, interaction_id, place, chosen)
    return await _send(turn, chosen, harmless_name(chosen.name) if risky else plain_name(chosen.name))


def _warn(turn: Turn, interaction_id: InteractionId, place: int, file: AttachmentView) -> Say:
    return Say(
        lines(
            fill(turn._("⚠️ {name} may be a program."), name=esc(plain_name(file.name))),
            esc(turn._("Such files carry most of the malware in letters. Open it only if you expected it.")),
            fill(turn._("It would be sent as {name}."), name=esc(harmless_name(file.name))),
        ),
        (
            (act(turn._("⬇️ Send it"), "file", f"i{interaction_id}", place, _SURE),),
            (go(turn._("‹ Files"), f"files:{interaction_id}"),),
        ),
    )


async def _send(turn: Turn, file: AttachmentView, name: str) -> Reply:
    try:
        content = await asyncio.to_thread(turn.services.blobs.load, file.sha256 or "")
    except NotFound:
        return Toast(
            turn._("The file is no longer in the store; an administrator can look for it in a backup."),
            alert=True,
        )
    if not content:
        return Toast(turn._("This file is empty."), alert=True)
    return SendFile(name, content)
