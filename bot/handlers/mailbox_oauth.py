"""Reconnecting a mailbox that a provider lets us into: a link that its owner opens in a browser."""

from bot.html import bold, esc, fill, lines
from bot.i18n import N_
from bot.screens.base import Button, go
from bot.turn import Reply, Say, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.errors import Invalid
from core.values import MailboxId, RefKind

verbs = VerbTable()


@verbs.verb("reconnect", option=FunctionalOption.MAIL_CLIENT, usage=N_("/reconnect m3"))
async def reconnect(turn: Turn, arguments: Arguments) -> Reply:
    """Give the link to the provider's page; how it ends comes as a notice."""
    mailbox_id = MailboxId(arguments.ref(RefKind.MAILBOX).id)
    mailbox = await turn.services.mailboxes.check_may_change(turn.caller, mailbox_id)
    back = (go(turn._("‹ Back"), f"m{mailbox_id}"),)
    try:
        link = await turn.services.connecting_door.begin_oauth(turn.caller, mailbox_id)
    except Invalid:
        text = turn._("This mailbox is not logged in to in a browser, or that is not set up here.")
        return Say(esc(text), (back,))
    return Say(
        lines(
            fill(turn._("Reconnecting {address}"), address=bold(esc(mailbox.address))),
            esc(
                turn._(
                    "Open the provider's page and allow the mailbox to be read. The link is for you alone: do not "
                    "pass it on. It works once, for fifteen minutes."
                )
            ),
        ),
        ((Button(turn._("🔗 Open the page"), link, is_link=True),), back),
    )
