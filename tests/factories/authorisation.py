"""An authorisation server on loopback: codes with PKCE, refresh tokens that may rotate, revocation (RFC 6749, 7636)."""

import base64
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
from aiohttp import web

from mail.oauth import challenge_of

CLIENT_ID = "zveno-client"
CLIENT_SECRET = "zveno-secret"


@dataclass
class Consent:
    """A code that was given out: to whom, and what redeems it."""

    account: str
    challenge: str
    redirect_uri: str


@dataclass
class AuthorisationServer:
    """Lets people in who are who a test says.

    Attributes:
        account: Who sits in front of the browser.
        consents: Whether they agree.
        holds: Seconds that an access token is said to hold.
        rotates: Whether each renewal gives a new refresh token and ends the former one.
        gives_refresh: Whether a code brings a refresh token at all.
        answer: Said by /token instead of the right answer: status and body.
        access: Access tokens that a mail server is to accept.
        refresh: Refresh tokens that are good, with their accounts.
        renewals: How many there were.
    """

    account: str
    consents: bool = True
    holds: int = 3600
    rotates: bool = False
    gives_refresh: bool = True
    answer: tuple[int, bytes] | None = None
    access: set[str] = field(default_factory=set)
    refresh: dict[str, str] = field(default_factory=dict)
    renewals: int = 0
    url: str = ""
    _codes: dict[str, Consent] = field(default_factory=dict)

    def revoke(self) -> None:
        """The account takes back what it allowed."""
        self.refresh.clear()
        self.access.clear()

    async def authorize(self, request: web.Request) -> web.Response:
        query = request.query
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        back = {"state": query["state"]}
        if self.consents:
            code = secrets.token_urlsafe(16)
            self._codes[code] = Consent(self.account, query["code_challenge"], query["redirect_uri"])
            back["code"] = code
        else:
            back["error"] = "access_denied"
        raise web.HTTPFound(f"{query['redirect_uri']}?{urlencode(back)}")

    async def token(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        if self.answer is not None:
            return web.Response(status=self.answer[0], body=self.answer[1])
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return web.json_response({"error": "invalid_client"}, status=401)
        if form.get("grant_type") == "refresh_token":
            return self._renew(form.get("refresh_token", ""))
        consent = self._codes.pop(form.get("code", ""), None)
        if (
            consent is None
            or consent.redirect_uri != form.get("redirect_uri")
            or consent.challenge != challenge_of(form.get("code_verifier", ""))
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        refresh = secrets.token_urlsafe(16)
        if self.gives_refresh:
            self.refresh[refresh] = consent.account
        return self._give(consent.account, refresh if self.gives_refresh else None)

    async def introspect(self, request: web.Request) -> web.Response:
        """What a mail server asks: whose token it is, and whether it is good."""
        is_good = request.query.get("token") in self.access
        return web.json_response({"active": is_good, "email": self.account} if is_good else {"active": False})

    def _renew(self, refresh: str) -> web.Response:
        account = self.refresh.get(refresh)
        if account is None:
            return web.json_response({"error": "invalid_grant"}, status=400)
        self.renewals += 1
        self.access.clear()
        if not self.rotates:
            return self._give(account, None)
        del self.refresh[refresh]
        fresh = secrets.token_urlsafe(16)
        self.refresh[fresh] = account
        return self._give(account, fresh)

    def _give(self, account: str, refresh: str | None) -> web.Response:
        access = f"access-{secrets.token_urlsafe(16)}"
        self.access.add(access)
        claims = base64.urlsafe_b64encode(json.dumps({"email": account}).encode()).rstrip(b"=").decode()
        said = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.holds,
            "id_token": f"e30.{claims}.sig",
        }
        return web.json_response({**said, **({"refresh_token": refresh} if refresh else {})})


@asynccontextmanager
async def serve_authorisation(account: str) -> AsyncIterator[AuthorisationServer]:
    """A running server; `url` is its authority."""
    server = AuthorisationServer(account)
    application = web.Application()
    application.add_routes(
        [
            web.get("/authorize", server.authorize),
            web.post("/token", server.token),
            web.get("/introspect", server.introspect),
        ]
    )
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


async def browse(link: str) -> str:
    """Open a link as a browser would, and agree or not; where it is sent back to."""
    async with aiohttp.ClientSession() as client, client.get(link, allow_redirects=False) as answer:
        return answer.headers["Location"]


def query_of(address: str) -> dict[str, str]:
    """The query of an address."""
    return dict(parse_qsl(urlsplit(address).query))
