"""What a token server may say: nothing of it is believed without a look."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import token_server
from mail.errors import ConnectionRefused, MailError, ProviderRefusesUs, ServerUnavailable, TokenRefused
from mail.oauth import OAuthProvider, challenge_of, google
from tests.conftest import NOON
from tests.factories.authorisation import AuthorisationServer, serve_authorisation


@pytest.fixture
async def server() -> AsyncIterator[AuthorisationServer]:
    async with serve_authorisation("anna@zveno.example") as running:
        yield running


def provider(server: AuthorisationServer) -> OAuthProvider:
    return google("id", "secret", server.url)


def said(**fields: Any) -> bytes:
    return json.dumps({"access_token": "a", "token_type": "Bearer", "expires_in": 60, **fields}).encode()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b'{"error": "invalid_grant"}', TokenRefused),
        (400, b'{"error": "interaction_required"}', TokenRefused),
        (401, b'{"error": "invalid_client"}', ProviderRefusesUs),
        (400, b'{"error": "unauthorized_client"}', ProviderRefusesUs),
        (400, b'{"error": "temporarily_unavailable"}', ServerUnavailable),
        (400, b"<html>", ServerUnavailable),
        (400, b'{"error": {"code": 1}}', ServerUnavailable),
        (400, b'{"error": "Some words\\nand more"}', ServerUnavailable),
        (302, b"", ServerUnavailable),
        (429, b"", ServerUnavailable),
        (500, b'{"error": "invalid_grant"}', ServerUnavailable),
        (200, b"", ServerUnavailable),
        (200, b"[]", ServerUnavailable),
        (200, b"[" * 60_000, ServerUnavailable),
        (200, said(access_token="with blank"), ServerUnavailable),
        (200, said(access_token="line\r\nend"), ServerUnavailable),
        (200, said(access_token=""), ServerUnavailable),
        (200, said(access_token=["a"]), ServerUnavailable),
        (200, said(access_token="a" * 20_000), ServerUnavailable),
        (200, said(token_type="mac"), ServerUnavailable),
        (200, said(padding="x" * 70_000), ServerUnavailable),
    ],
    ids=range(21),
)
async def test_what_is_no_grant_has_its_reaction(
    server: AuthorisationServer, status: int, body: bytes, error: type[MailError]
) -> None:
    server.answer = (status, body)
    with pytest.raises(error):
        await token_server.renew(provider(server), "r", NOON)


async def test_a_token_server_that_is_not_there() -> None:
    with pytest.raises(ConnectionRefused):
        await token_server.renew(google("id", "secret", "http://127.0.0.1:1"), "r", NOON)


@pytest.mark.parametrize(
    ("seconds", "holds"),
    [
        (60, timedelta(minutes=1)),
        ("60", timedelta(minutes=1)),
        (0, timedelta(seconds=1)),
        (-5, timedelta(seconds=1)),
        (10**12, timedelta(days=1)),
        ("9" * 400, timedelta(days=1)),
        (None, timedelta(hours=1)),
        (True, timedelta(hours=1)),
        ("soon", timedelta(hours=1)),
    ],
)
async def test_how_long_it_holds_is_believed_within_reason(
    server: AuthorisationServer, seconds: object, holds: timedelta
) -> None:
    server.answer = (200, said(expires_in=seconds))
    grant = await token_server.renew(provider(server), "r", NOON)
    assert grant.expires_at == NOON + holds
    assert grant.refresh is None
    assert "'a'" not in repr(grant)


def id_token(claims: bytes) -> str:
    return f"e30.{base64.urlsafe_b64encode(claims).rstrip(b'=').decode()}.x"


@pytest.mark.parametrize(
    ("token", "accounts"),
    [
        (id_token(b'{"email": "Anna@Zveno.example"}'), {"anna@zveno.example"}),
        (
            id_token(b'{"preferred_username": "a@b.example", "upn": "c@d.example"}'),
            {"a@b.example", "c@d.example"},
        ),
        (id_token(b'{"email": 5, "upn": "nobody"}'), set()),
        (id_token(b"[1]"), set()),
        (id_token(b"[" * 9000), set()),
        ("a.b", set()),
        ("a.\xff.c", set()),
        (7, set()),
        (None, set()),
    ],
    ids=range(9),
)
async def test_whose_it_is_is_read_where_it_is_said(
    server: AuthorisationServer, token: object, accounts: set[str]
) -> None:
    server.answer = (200, said(id_token=token))
    assert (await token_server.renew(provider(server), "r", NOON)).accounts == accounts


def test_the_challenge_is_the_one_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@given(st.binary(max_size=400))
async def test_no_answer_makes_it_raise_anything_else(body: bytes) -> None:
    async with serve_authorisation("anna@zveno.example") as server:
        server.answer = (200, body)
        with pytest.raises(ServerUnavailable):
            await token_server.renew(provider(server), "r", NOON)
