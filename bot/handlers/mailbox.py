"""Mailboxes: the list, pausing and resuming."""

from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.values import MailboxId, RefKind

verbs = VerbTable()

MAIL = FunctionalOption.MAIL_CLIENT


@verbs.verb("mailboxes", option=MAIL, usage=N_("/mailboxes"))
async def show_mailboxes(_turn: Turn, _arguments: Arguments) -> Reply:
    """The user's mailboxes."""
    return Show("mailboxes")


@verbs.verb("pause", option=MAIL, usage=N_("/pause m3"))
async def pause(turn: Turn, arguments: Arguments) -> None:
    """Stop watching a mailbox."""
    await turn.services.mailboxes.pause(turn.caller, _mailbox(arguments))


@verbs.verb("resume", option=MAIL, usage=N_("/resume m3"))
async def resume(turn: Turn, arguments: Arguments) -> None:
    """Watch a mailbox again."""
    await turn.services.mailboxes.resume(turn.caller, _mailbox(arguments))


def _mailbox(arguments: Arguments) -> MailboxId:
    return MailboxId(arguments.ref(RefKind.MAILBOX).id)
