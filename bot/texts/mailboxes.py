"""What people call the states of mailboxes and the trouble they are in."""

from bot.i18n import N_
from core.enums import MailboxState, MailSecurity

STATES = {
    MailboxState.PREPARING: N_("🔌 being connected"),
    MailboxState.ACTIVE: N_("▶️ watched"),
    MailboxState.PAUSED: N_("⏸ paused"),
    MailboxState.STOPPED: N_("⛔ stopped"),
}

REASONS = {
    "auth": N_("The mail server does not accept the login or the password."),
    "certificate": N_("The mail server's certificate cannot be trusted."),
    "encryption": N_("The mail server offers no encryption."),
    "key": N_("The stored password cannot be read with the present key."),
    "token": N_("The provider has withdrawn its permission to read this mailbox, or it has expired."),
    "owner_left": N_("Its owner has left."),
    "unreachable": N_("The mail server could not be reached the last time."),
}
"""Words of the core and of the mail door for what is wrong; every other one has `OTHER_REASON`."""

OTHER_REASON = N_("The mail server could not be used the last time.")

PROVIDERS = {
    "Yandex": N_("Yandex"),
    "Mail.ru": N_("Mail.ru"),
}
"""Providers that are called otherwise in other languages."""

SECURITIES = {
    MailSecurity.TLS: N_("TLS"),
    MailSecurity.STARTTLS: N_("STARTTLS"),
    MailSecurity.NONE: N_("no encryption"),
}
"""How a connection is protected."""

CONSEQUENCES = {
    MailboxState.PREPARING: N_("Nothing has been taken yet."),
    MailboxState.ACTIVE: N_("It is tried again and again; nothing is lost: letters stay on the server."),
    MailboxState.PAUSED: N_("No letters are taken; nothing is lost: they stay on the server."),
    MailboxState.STOPPED: N_("Capturing is stopped, nothing is lost: letters stay on the server."),
}
"""What the trouble means for letters (conversation.md, Texts for trouble)."""

REMEDIES = {
    "auth": N_("Enter the new password here; an administrator can do so on the server: {command}"),
    "key": N_("Enter the password once more here; an administrator can do so on the server: {command}"),
    "token": N_(
        "Tap “Reconnect” and allow it once more; an administrator finds out more on the server: {command}"
    ),
    "certificate": N_("An administrator finds out more on the server: {command}"),
    "encryption": N_("An administrator finds out more on the server: {command}"),
}
"""What to do next, by reason."""

COMMANDS = {
    "auth": "zveno mailbox password {id}",
    "key": "zveno mailbox password {id}",
    "token": "zveno mailbox check {id}",
    "certificate": "zveno mailbox check {id}",
    "encryption": "zveno mailbox check {id}",
}
"""What is typed on the server for that."""

PASSWORD_HELPS = frozenset({"auth", "key"})
"""What a password that is entered anew can put right."""

RECONNECTING_HELPS = frozenset({"auth", "key", "token"})
"""What being let in once more by the provider can put right, where that is how a mailbox is logged in to."""

EXCLUDED = {
    "since": N_("older than wanted"),
    "dismissed": N_("dismissed"),
    "draft": N_("drafts"),
    "not_business": N_("not business"),
    "expunged": N_("deleted on the server meanwhile"),
}
"""Rules by which letters are left out."""

QUARANTINE = {
    "too_large": N_("larger than is allowed here"),
    "no_body": N_("the mail server gave no content"),
    "unparsable": N_("could not be read"),
    "too_slow": N_("could not be read in reasonable time"),
    "too_much_memory": N_("could not be read in reasonable memory"),
    "raw_missing": N_("its bytes are gone from the store"),
    "capture_failed": N_("could not be stored"),
    "undeliverable": N_("the mail server could not give it out"),
}
"""Why a letter could not be taken; every other reason has `OTHER_QUARANTINE`."""

OTHER_QUARANTINE = N_("could not be taken")
