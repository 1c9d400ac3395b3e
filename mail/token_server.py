"""Talking to a token server: a code or a refresh token in, an access token out.

What it says is hostile input: bounded in size and time, no redirect is followed, and nothing of it is logged but
the error codes of RFC 6749.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from mail.errors import ConnectionRefused, ProviderRefusesUs, ServerTimeout, ServerUnavailable, TokenRefused
from mail.oauth import OAuthProvider

PATIENCE = aiohttp.ClientTimeout(total=20)
MAX_ANSWER_BYTES = 64 * 1024
MAX_TOKEN_CHARACTERS = 16 * 1024
SHORTEST, LONGEST, USUAL = timedelta(seconds=1), timedelta(days=1), timedelta(hours=1)
"""What is believed of how long a token holds, and what is assumed where nothing is said."""

_BUSY = 429
_SERVER_FAULT = 500
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_CODE = re.compile(r"[a-z_]{1,40}")
_OUR_FAULT = frozenset({"invalid_client", "unauthorized_client", "invalid_request", "invalid_scope"})


@dataclass(frozen=True, slots=True)
class Grant:
    """A token server's answer.

    Attributes:
        refresh: None where the former one goes on being good.
        account: Whose mailbox it says that it is; empty where it does not say.
    """

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    expires_at: datetime
    accounts: frozenset[str]


async def redeem_code(
    provider: OAuthProvider, code: str, verifier: str, redirect_uri: str, now: datetime
) -> Grant:
    """Turn the code that a person came back with into tokens.

    Raises:
        TokenRefused: The code is not, or no longer, good.
        TryLater: The token server cannot be used now.
    """
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    return await _ask(provider, fields, now)


async def renew(provider: OAuthProvider, refresh: str, now: datetime) -> Grant:
    """Get the next access token.

    Raises:
        TokenRefused: The refresh token was revoked, or has expired.
        TryLater: The token server cannot be used now.
    """
    return await _ask(provider, {"grant_type": "refresh_token", "refresh_token": refresh}, now)


async def _ask(provider: OAuthProvider, fields: Mapping[str, str], now: datetime) -> Grant:
    body = {**fields, "client_id": provider.client_id, "client_secret": provider.client_secret}
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE, trust_env=False) as client,
            client.post(provider.token_url, data=body, allow_redirects=False) as response,
        ):
            said = await _read(response)
            status = response.status
    except TimeoutError as error:
        raise ServerTimeout from error
    except (aiohttp.ClientError, OSError) as error:
        raise ConnectionRefused from error
    if status == _BUSY or status >= _SERVER_FAULT:
        raise ServerUnavailable
    if status != 200:
        raise _refusal(said)
    return _read_grant(said, now)


async def _read(response: aiohttp.ClientResponse) -> Mapping[str, Any]:
    raw = b""
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > MAX_ANSWER_BYTES:
            raise ServerUnavailable
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _refusal(said: Mapping[str, Any]) -> Exception:
    code = said.get("error")
    if not isinstance(code, str) or _CODE.fullmatch(code) is None:
        return ServerUnavailable()
    if code in _OUR_FAULT:
        return ProviderRefusesUs(code)
    if code in {"temporarily_unavailable", "server_error"}:
        return ServerUnavailable()
    return TokenRefused(code)


def _read_grant(said: Mapping[str, Any], now: datetime) -> Grant:
    access, refresh = said.get("access_token"), said.get("refresh_token")
    if not _is_token(access) or str(said.get("token_type", "bearer")).lower() != "bearer":
        raise ServerUnavailable
    seconds = said.get("expires_in")
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit():
        seconds = int(seconds[:9])
    holds = timedelta(seconds=min(seconds, LONGEST.total_seconds())) if type(seconds) is int else USUAL
    return Grant(
        access=str(access),
        refresh=str(refresh) if _is_token(refresh) else None,
        expires_at=now + max(holds, SHORTEST),
        accounts=_read_accounts(said.get("id_token")),
    )


def _is_token(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TOKEN_CHARACTERS and bool(_PRINTABLE.fullmatch(value))


def _read_accounts(id_token: object) -> frozenset[str]:
    """The addresses an id token names, in lower case.

    It came from the token server itself over TLS, which stands for its signature (OpenID Connect Core, 3.1.3.7).
    """
    parts = id_token.split(".") if isinstance(id_token, str) else []
    if len(parts) != 3:
        return frozenset()
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return frozenset()
    named = (
        [claims.get(key) for key in ("email", "preferred_username", "upn")]
        if isinstance(claims, dict)
        else []
    )
    return frozenset(one.strip().lower() for one in named if isinstance(one, str) and "@" in one)
