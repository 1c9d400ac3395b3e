"""How somebody's way to a provider ended: on the page that their browser shows, and in the chat."""

from bot.i18n import N_

HEADLINES = {True: N_("The mailbox is connected"), False: N_("The mailbox is not connected")}

ENDS = {
    "connected": N_("The provider let me in, and the mail server too."),
    "stale": N_(
        "This link was used already, or is older than fifteen minutes. Ask for a new one in the chat."
    ),
    "declined": N_("You did not agree at the provider. Nothing was changed."),
    "other_account": N_(
        "You are logged in there with another account than that of the mailbox. Nothing was changed; choose the "
        "right account next time."
    ),
    "no_refresh": N_(
        "The provider let me in for an hour only. Nothing was changed; remove this application from your account "
        "there and connect the mailbox again."
    ),
    "taken": N_("This mailbox is connected already. Nothing was changed."),
    "refused": N_(
        "The provider or the mail server refused. Nothing was changed. Perhaps IMAP is switched off in the "
        "mailbox, or an administrator there has to allow it."
    ),
    "unreachable": N_(
        "The provider or the mail server could not be reached. Nothing was changed; try again later."
    ),
    "forbidden": N_("You may no longer change this mailbox. Nothing was changed."),
}
"""Words of mail.oauth_flow.OAuthEnd."""

OTHER_END = N_("Nothing was changed; try again later.")

NEXT_STEP = N_("You can close this page and go back to the chat.")
