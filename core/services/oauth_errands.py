"""What travels with somebody who is sent to a provider and comes back: no secret of it is ever shown by repr."""

from dataclasses import dataclass, field
from datetime import datetime

from core.enums import MailAuth
from core.services.mailbox_drafts import MailboxAccess, MailboxDraft
from core.values import Caller, MailboxId


@dataclass(frozen=True, slots=True)
class OAuthTokens:
    """What a provider gave out: the access token logs in until `expires_at`, the refresh token gets the next one."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """Somebody who is about to be sent: the state to send along, where to, and as whom they are to log in."""

    state: str = field(repr=False)
    auth: MailAuth
    login: str


@dataclass(frozen=True, slots=True)
class Errand:
    """Somebody who came back from a provider: who, for which mailbox, and the secret that only we know.

    Attributes:
        caller: The user who was sent.
        verifier: PKCE's (RFC 7636).
        access: How the mailbox is reached, without any secret.
        draft: The mailbox to be added; None: the one of `access` is reconnected.
        is_shared: Whether it is a department's, which people open with accounts of their own.
        prepares: Whether a new mailbox is to wait until what of it is wanted was asked.
    """

    caller: Caller
    auth: MailAuth
    verifier: str = field(repr=False)
    access: MailboxAccess
    draft: MailboxDraft | None
    is_shared: bool
    prepares: bool


def access_of(draft: MailboxDraft) -> MailboxAccess:
    """How a mailbox is reached that is not there yet; without a secret."""
    return MailboxAccess(
        id=MailboxId(0),
        address=draft.address,
        imap=draft.imap,
        smtp=draft.smtp,
        login=draft.login,
        password="",
        folders=draft.folders,
        since=draft.since,
        verify_certificate=draft.verify_certificate,
        auth=draft.auth,
    )
