"""OAuth2 at the edges of the process: the operator's settings, and the page that browsers come back to.

The page says how it ended, in the user's language, and shows nothing of what came with the request. It asks for no
script, picture or style from anywhere, and tells nobody where it was reached from.
"""

from html import escape
from urllib.parse import urlsplit

from aiohttp import web

from app.settings import Settings
from bot.i18n import load_catalogues
from bot.texts.oauth import ENDS, HEADLINES, NEXT_STEP
from core.enums import Language, MailAuth, MailSecurity
from core.services.mailbox_drafts import MailServer
from mail.oauth import OAuthProvider, OAuthSetup, google, microsoft
from mail.oauth_flow import CALLBACK_PATH, MailOAuth, OAuthEnd, OAuthOutcome

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{font:18px/1.5 sans-serif;max-width:32em;margin:4em auto;padding:0 1em}}</style>
</head><body><h1>{title}</h1><p>{text}</p><p>{next}</p></body></html>
"""


def read_oauth(settings: Settings) -> OAuthSetup:
    """The token servers that the operator has set up."""
    providers: dict[MailAuth, OAuthProvider] = {}
    if settings.oauth_google_client_id and settings.oauth_google_client_secret:
        providers[MailAuth.OAUTH_GOOGLE] = google(
            settings.oauth_google_client_id,
            settings.oauth_google_client_secret.get_secret_value(),
            settings.oauth_google_authority,
            _read_server(settings.oauth_google_imap),
        )
    if settings.oauth_microsoft_client_id and settings.oauth_microsoft_client_secret:
        providers[MailAuth.OAUTH_MICROSOFT] = microsoft(
            settings.oauth_microsoft_client_id,
            settings.oauth_microsoft_client_secret.get_secret_value(),
            settings.oauth_microsoft_authority,
            _read_server(settings.oauth_microsoft_imap),
        )
    return OAuthSetup(providers, settings.public_url)


def _read_server(address: str | None) -> MailServer | None:
    """``imaps://outlook.office365.us``, as the settings have checked it."""
    if address is None:
        return None
    parts = urlsplit(address)
    security, port = (MailSecurity.NONE, 143) if parts.scheme == "imap" else (MailSecurity.TLS, 993)
    return MailServer(parts.hostname or "", parts.port or port, security)


class OAuthPage:
    """Where browsers come back to from a provider.

    Args:
        oauth: Takes them back.
        language: For those of whom nothing is known.
    """

    def __init__(self, oauth: MailOAuth, language: Language) -> None:
        self._oauth = oauth
        self._language = language
        self._catalogues = load_catalogues()

    def routes(self) -> list[web.RouteDef]:
        """GET alone: what looks ahead with HEAD must not use up a state."""
        return [web.get(CALLBACK_PATH, self._take_back, allow_head=False)]

    async def _take_back(self, request: web.Request) -> web.Response:
        outcome = await self._oauth.finish(request.query)
        language = outcome.language or _preferred(request) or self._language
        status = 400 if outcome.end is OAuthEnd.STALE else 200
        return web.Response(
            text=self._render(outcome, language), status=status, content_type="text/html", headers=_HEADERS
        )

    def _render(self, outcome: OAuthOutcome, language: Language) -> str:
        tr = self._catalogues.translator(language)
        return _PAGE.format(
            language=language.value,
            title=escape(tr._(HEADLINES[outcome.end is OAuthEnd.CONNECTED])),
            text=escape(tr._(ENDS[outcome.end])),
            next=escape(tr._(NEXT_STEP)),
        )


def _preferred(request: web.Request) -> Language | None:
    """The first of our languages that the browser names."""
    for one in request.headers.get("Accept-Language", "")[:200].split(","):
        name = one.partition(";")[0].strip()[:2].lower()
        if name in {language.value for language in Language}:
            return Language(name)
    return None
