"""A mailbox and how it fares: what its keeper is shown when it has stopped."""

from bot.html import Html, bold, esc, fill, lines
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable
from core.enums import FunctionalOption, MailboxState
from core.queries.mailboxes import MailboxReport
from core.values import MailboxId

screens = ScreenTable()

STATES = {
    MailboxState.ACTIVE: N_("Letters are being taken."),
    MailboxState.PAUSED: N_("Paused: no letters are taken until it is resumed."),
    MailboxState.STOPPED: N_("Stopped: no letters are taken. What was taken before is safe."),
}

REASONS = {
    "auth": N_("The mail server does not accept the login or the password."),
    "certificate": N_("The mail server's certificate cannot be trusted."),
    "encryption": N_("The mail server offers no encryption."),
    "key": N_("The stored password cannot be read with the present key."),
}
"""Words of the mail door for what only a person can put right."""

WHAT_NEXT = N_("An administrator can put it right and resume it: <code>zveno mailbox</code>")


@screens.screen("m", option=FunctionalOption.MAIL_CLIENT)
async def show_mailbox(reader: Reader, address: Address) -> Screen:
    """A mailbox of the reader's."""
    (report,) = await reader.services.mailboxes.report(reader.caller, MailboxId(address.number()))
    return Screen(_describe(reader, report))


def _describe(reader: Reader, report: MailboxReport) -> Html:
    heading = fill("📮 {address} · /m{id}", address=bold(esc(report.address)), id=report.id)
    state = STATES.get(report.state)
    reason = REASONS.get(report.state_reason or "") if report.state is MailboxState.STOPPED else None
    return lines(
        heading,
        esc(reader._(state)) if state is not None else None,
        esc(reader._(reason)) if reason is not None else None,
        fill(reader._(WHAT_NEXT)) if report.state is MailboxState.STOPPED else None,
    )
