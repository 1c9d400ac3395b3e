"""The token servers of Google and Microsoft: where they are, and what is asked of them (RFC 6749, RFC 7636)."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from core.enums import MailAuth
from core.services.mailbox_drafts import MailServer

GOOGLE_SCOPES = ("https://mail.google.com/", "openid", "email")
MICROSOFT_SCOPES = (
    "https://outlook.office.com/IMAP.AccessAsUser.All",
    "https://outlook.office.com/SMTP.Send",
    "offline_access",
    "openid",
    "email",
    "profile",
)
"""The scopes of Microsoft Graph do not open IMAP (mail-notes.md, 6)."""

GOOGLE_AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
GOOGLE_TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
MICROSOFT_AUTHORITY = "https://login.microsoftonline.com/common/oauth2/v2.0"


@dataclass(frozen=True, slots=True)
class OAuthProvider:
    """A token server and this product's account with it.

    Attributes:
        authorize_url: Where people are sent.
        token_url: Where codes and refresh tokens are turned into access tokens.
        extra: Further parameters of the link.
        imap: The mail server that takes its tokens, where it is not the one that everybody has.
    """

    auth: MailAuth
    authorize_url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    imap: MailServer | None = None

    def link(self, *, state: str, verifier: str, redirect_uri: str, login: str) -> str:
        """Where a person goes to let us in; they come back to `redirect_uri` with a code and the state."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self.scopes),
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            "login_hint": login,
            **self.extra,
        }
        return f"{self.authorize_url}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class OAuthSetup:
    """What the operator has set up: the token servers, and where browsers come back to (PUBLIC_URL)."""

    providers: Mapping[MailAuth, OAuthProvider] = field(default_factory=dict)
    public_url: str | None = None


def google(
    client_id: str, client_secret: str, authority: str | None = None, imap: MailServer | None = None
) -> OAuthProvider:
    """Google; a refresh token comes only with consent that was asked for anew.

    Args:
        client_id: OAUTH_GOOGLE_CLIENT_ID.
        client_secret: OAUTH_GOOGLE_CLIENT_SECRET.
        authority: Another server that speaks alike, for trials; it has /authorize and /token.
        imap: The mail server that goes with it.
    """
    return OAuthProvider(
        MailAuth.OAUTH_GOOGLE,
        f"{authority}/authorize" if authority else GOOGLE_AUTHORIZE,
        f"{authority}/token" if authority else GOOGLE_TOKEN,
        client_id,
        client_secret,
        GOOGLE_SCOPES,
        {"access_type": "offline", "prompt": "consent"},
        imap,
    )


def microsoft(
    client_id: str, client_secret: str, authority: str | None = None, imap: MailServer | None = None
) -> OAuthProvider:
    """Microsoft 365; an organisation whose application is its own has an authority of its own.

    Its national clouds have mail servers of their own, too.
    """
    base = authority or MICROSOFT_AUTHORITY
    return OAuthProvider(
        MailAuth.OAUTH_MICROSOFT,
        f"{base}/authorize",
        f"{base}/token",
        client_id,
        client_secret,
        MICROSOFT_SCOPES,
        {"prompt": "select_account"},
        imap,
    )


def new_verifier() -> str:
    """A secret that proves that who redeems the code is who asked for it (RFC 7636, 4.1)."""
    return secrets.token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    """What is shown of the verifier beforehand: S256."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
