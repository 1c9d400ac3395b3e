"""Handing out the files of an interaction."""

import asyncio

from bot.i18n import N_
from bot.turn import Reply, SendFile, Show, Toast, Turn
from bot.verbs import Arguments, VerbTable
from core.errors import NotFound
from core.values import Ref, RefKind

verbs = VerbTable()

UPLOAD_LIMIT = 50 * 1024 * 1024
"""Bytes that Telegram lets a bot send."""


@verbs.verb("file", usage=N_("/file i5 1"))
async def hand_out(turn: Turn, arguments: Arguments) -> Reply:
    """Send one of an interaction's files, by its place from 1; without a place they are listed."""
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
        return Toast(turn._("This file is too big for Telegram."), alert=True)
    content = await asyncio.to_thread(turn.services.blobs.load, chosen.sha256)
    if not content:
        return Toast(turn._("This file is empty."), alert=True)
    return SendFile(chosen.name, content)
