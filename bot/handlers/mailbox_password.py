"""Reconnecting a mailbox: its password, typed once, tried at once, kept sealed and nowhere else.

The message is deleted from the chat and the stored update blotted out before anything else is done with it; the
dialog waits for a secret, so that nothing else of the chat takes the text for something to keep.
"""

import logging

from bot.html import bold, esc, fill, lines
from bot.i18n import N_
from bot.screens.base import act, go
from bot.texts.mailboxes import OTHER_REASON, REASONS
from bot.turn import Reply, Say, Show, Turn
from bot.typed_secrets import hide, please_delete
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.values import DialogState, MailboxId, RefKind

verbs = VerbTable()

logger = logging.getLogger(__name__)

MAIL = FunctionalOption.MAIL_CLIENT
PASSWORD = "password"  # noqa: S105 - the name of a verb and its dialog
MAILBOX = "mailbox"
CANCEL = N_("✖️ Cancel")


@verbs.verb(PASSWORD, option=MAIL, usage=N_("/password m3"))
async def ask_password(turn: Turn, arguments: Arguments) -> Reply | None:
    """Ask for the password of a mailbox; one that was typed along is taken at once."""
    if len(arguments.rest.split()) > 1 and not await hide(turn):
        logger.warning("a password stays in the chat", extra={"event": "password_not_deleted"})
    mailbox_id = MailboxId(arguments.ref(RefKind.MAILBOX).id)
    mailbox = await turn.services.mailboxes.check_may_change(turn.caller, mailbox_id)
    _wait_for(turn, mailbox_id)
    if arguments:
        return await _try(turn, mailbox_id, arguments.text().strip(), hidden=True)
    return Say(
        lines(
            fill(turn._("Password of {address}?"), address=bold(esc(mailbox.address))),
            esc(
                turn._(
                    "It is tried with the mail server at once and kept sealed. "
                    "Your message is deleted from this chat."
                )
            ),
        ),
        ((act(turn._(CANCEL), "cancel", f"m{mailbox_id}"),),),
    )


@verbs.flow(PASSWORD, secret=True)
async def take_password(turn: Turn) -> Reply | None:
    """Take the password that was asked for."""
    hidden = await hide(turn)
    mailbox_id = MailboxId(int(str(turn.answers.get(MAILBOX, 0))))
    await turn.services.mailboxes.check_may_change(turn.caller, mailbox_id)
    return await _try(turn, mailbox_id, turn.said.strip(), hidden=hidden)


def _wait_for(turn: Turn, mailbox_id: MailboxId) -> None:
    turn.set_dialog(DialogState(PASSWORD, data={MAILBOX: mailbox_id}))


async def _try(turn: Turn, mailbox_id: MailboxId, password: str, *, hidden: bool) -> Reply | None:
    """Try the password; only one that works is kept."""
    reason = await turn.services.mail_door.try_login(mailbox_id, password)
    if reason is None:
        turn.set_dialog(None)
        await turn.services.mailboxes.set_password(turn.caller, mailbox_id, password)
        return None if hidden else Say(please_delete(turn), new=True)
    _wait_for(turn, mailbox_id)
    return Say(
        lines(
            esc(turn._(REASONS.get(reason, OTHER_REASON))),
            esc(turn._("Nothing was changed, the password was not kept. Please write it once more.")),
            None if hidden else please_delete(turn),
        ),
        ((act(turn._(CANCEL), "cancel", f"m{mailbox_id}"),),),
        new=True,
    )


@verbs.variant("retry", RefKind.MAILBOX, option=MAIL, usage=N_("/retry m3"))
async def try_again(turn: Turn, arguments: Arguments) -> Reply | None:
    """Log in with the stored password; a mailbox whose server lets us in is watched at once."""
    mailbox_id = MailboxId(arguments.ref(RefKind.MAILBOX).id)
    await turn.services.mailboxes.check_may_change(turn.caller, mailbox_id)
    reason = await turn.services.mail_door.try_login(mailbox_id)
    if reason is None:
        await turn.services.mailboxes.resume(turn.caller, mailbox_id)
        return None
    return Show(f"m{mailbox_id}", toast=turn._(REASONS.get(reason, OTHER_REASON)), alert=True)


@verbs.verb("mirror", option=MAIL, usage=N_("/mirror m3 on"))
async def mirror(turn: Turn, arguments: Arguments) -> Reply | None:
    """Have the server's mark of read letters follow their review, or leave it alone; without a word ask."""
    mailbox_id = MailboxId(arguments.ref(RefKind.MAILBOX).id)
    word = arguments.optional_word().lower()
    if word not in {"on", "off"}:
        return Say(
            esc(
                turn._(
                    "Letters that are reviewed here can be marked as read on the mail server, and as unread "
                    "again. Nothing else is ever written there."
                )
            ),
            (
                (
                    act(turn._("Mark as read"), "mirror", f"m{mailbox_id}", "on"),
                    act(turn._("Leave alone"), "mirror", f"m{mailbox_id}", "off"),
                ),
                (go(turn._("‹ Back"), f"m{mailbox_id}"),),
            ),
        )
    await turn.services.mailboxes.set_mirror_seen(turn.caller, mailbox_id, is_on=word == "on")
    return None
