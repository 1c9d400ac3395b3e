"""Logging in with a token: XOAUTH2 with and without SASL-IR, and its refusals (mail-notes.md, 3)."""

import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.errors import (
    AuthenticationRefused,
    ConnectionLost,
    MailError,
    ProtocolViolation,
    ServerSays,
    ServerTimeout,
    ServerUnavailable,
)
from mail.imap_session import IMAPSession
from mail.xoauth2 import first_answer, read_challenge
from tests.mail.scripted_imap import CUT, FLOOD, LONG, SILENT, SOON, ScriptedIMAP, serve

GOOD = "good-token"


async def authenticate(
    script: ScriptedIMAP, *tokens: str, patience: timedelta = timedelta(seconds=5)
) -> None:
    """One attempt after another on one connection."""
    async with serve(script):
        session = IMAPSession(script.endpoint, patience=patience)
        try:
            await session.connect()
            for number, token in enumerate(tokens, start=1):
                try:
                    await session.authenticate_xoauth2("anna@zveno.example", token)
                except AuthenticationRefused:
                    if number == len(tokens):
                        raise
        finally:
            session.abort()


@pytest.mark.parametrize("capabilities", [b"IMAP4rev1 AUTH=XOAUTH2", b"IMAP4rev1 AUTH=XOAUTH2 SASL-IR"])
async def test_a_good_token_lets_in_in_as_few_words_as_the_server_allows(capabilities: bytes) -> None:
    script = ScriptedIMAP(capabilities=capabilities, access_tokens={GOOD})
    await authenticate(script, GOOD)
    answer = first_answer("anna@zveno.example", GOOD).decode()
    together = b"SASL-IR" in capabilities
    wanted = [f"AUTHENTICATE XOAUTH2 {answer}"] if together else ["AUTHENTICATE XOAUTH2", answer]
    assert script.heard[1:-1] == wanted
    assert script.heard[-1] == "CAPABILITY", "what is allowed now is learnt"


@pytest.mark.parametrize("capabilities", [b"IMAP4rev1", b"IMAP4rev1 SASL-IR"])
async def test_the_error_continuation_is_answered_and_ends_in_a_refusal(capabilities: bytes) -> None:
    script = ScriptedIMAP(capabilities=capabilities)
    with pytest.raises(AuthenticationRefused) as refused:
        await authenticate(script, "stale")
    assert script.heard[-1] == "", "an empty line"
    assert "status 400" in refused.value.text
    assert "AUTHENTICATIONFAILED" in refused.value.text
    assert "stale" not in refused.value.text


async def test_after_a_refusal_another_token_may_be_tried_on_the_same_connection() -> None:
    script = ScriptedIMAP(capabilities=b"IMAP4rev1 SASL-IR", access_tokens={GOOD})
    await authenticate(script, "stale", GOOD)
    assert script.connections == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"%t NO [UNAVAILABLE] later\r\n", ServerUnavailable),
        (b"%t NO no\r\n", AuthenticationRefused),
        (b"%t BAD what is that\r\n", AuthenticationRefused),
        (b"* BYE\r\n" + CUT, ServerUnavailable),
        (CUT, ConnectionLost),
        (SILENT, ServerTimeout),
        (b"* \xff\xfe\r\nnonsense\r\n", ProtocolViolation),
        (b"+ go on\r\n" + FLOOD, MailError),
    ],
)
async def test_whatever_a_server_says_it_ends(answer: bytes, error: type[Exception]) -> None:
    script = ScriptedIMAP(capabilities=b"IMAP4rev1 SASL-IR", answers={"AUTHENTICATE": answer})
    with pytest.raises(error):
        await authenticate(script, GOOD, patience=SOON if error is ServerTimeout else LONG)


async def test_a_server_that_never_stops_asking_is_told_to_stop() -> None:
    script = ScriptedIMAP(
        capabilities=b"IMAP4rev1", answers={"AUTHENTICATE": b"+ \r\n", "*": b"%t BAD ok\r\n"}
    )
    token = first_answer("anna@zveno.example", GOOD).decode()
    script.answers[token] = b"+ e30=\r\n"
    script.answers[""] = b"+ e30=\r\n"
    with pytest.raises((AuthenticationRefused, ServerSays)):
        await authenticate(script, GOOD)
    assert script.heard[-1] == "*"


def test_a_challenge_is_read_as_far_as_it_makes_sense() -> None:
    assert read_challenge(base64.b64encode(b'{"status":"401","x":"y"}')) == "status 401"
    assert read_challenge(base64.b64encode(b"[1]")) == ""
    assert read_challenge(b"no base64!") == ""
    assert read_challenge(b"") == ""
    assert read_challenge(base64.b64encode(b"[" * 3000)) == ""


@given(st.binary(max_size=300))
def test_no_challenge_makes_it_raise(challenge: bytes) -> None:
    assert isinstance(read_challenge(challenge), str)
    assert isinstance(read_challenge(base64.b64encode(challenge)), str)
