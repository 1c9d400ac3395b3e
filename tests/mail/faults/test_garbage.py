"""Anything but IMAP: whatever a server says, in whatever pieces, ends in an answer or in an error of ours."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.errors import MailError, ProtocolViolation, ServerUnavailable
from mail.imap_session import IMAPSession
from tests.mail.faults.under_fire import fetch_to_the_end
from tests.mail.scripted_imap import CUT, LONG, SOON, ScriptedIMAP, opened, serve

WORDS = st.sampled_from(
    b'* |1 FETCH (|UID 1 |BODY[] |{3}\r\n|{0}\r\n|{99}\r\n|{2147483648}\r\n|abc|)|\r\n|\r|\n|+ |%t OK |%t NO |%t |"|\\|(|[|]|NIL|'
    b"\x00|* BYE x\r\n|* 4 EXISTS\r\n|* SEARCH 1 2\r\n|* LIST () NIL x\r\n|* STATUS |RFC822.SIZE 5|\xff\xfe|[UIDVALIDITY 0]".split(
        b"|"
    )
)
NOISE = st.one_of(st.binary(max_size=200), st.lists(WORDS, max_size=40).map(b"".join))


async def converse(script: ScriptedIMAP, patience: timedelta) -> None:
    async with serve(script), asyncio.timeout(20):
        session = IMAPSession(script.endpoint, patience=patience)
        try:
            await session.connect()
            await session.login("anna", "secret")
            await session.list_folders()
            await session.status("INBOX")
            await session.select("INBOX")
            await session.fetch_sizes(await session.search_uids())
            _ = [one async for one in session.fetch_raw([1, 2])]
            await session.idle(timedelta(seconds=0.001))
            await session.noop()
        finally:
            session.abort()


@pytest.mark.parametrize(
    "greeting",
    [
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n<html>",
        b"\x15\x03\x01\x00\x02\x02\x46\r\n",
        b"\r\n",
        b"+ \r\n",
        b"* \r\n",
        b"\x00" * 100 + b"\r\n",
    ],
    ids=range(7),
)
async def test_a_greeting_of_another_protocol_is_no_greeting(greeting: bytes) -> None:
    with pytest.raises(ServerUnavailable):
        await converse(ScriptedIMAP(greeting=greeting), LONG)


@pytest.mark.parametrize(
    "answer",
    [
        b"hello\r\n%t OK done\r\n",
        b"X1 OK done\r\n%t OK done\r\n",
        b'* 1 FETCH (UID 1 BODY[] "x)\r\n%t OK done\r\n',
        b"* 1 FETCH (UID 1\r\n%t OK done\r\n",
        b"* 1 FETCH UID 1 BODY[] NIL\r\n%t OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[] NIL))\r\n%t OK done\r\n",
        b"* 1 FETCH (" + b"(" * 5_000 + b"\r\n%t OK done\r\n",
    ],
    ids=range(7),
)
async def test_garbage_in_an_answer_ends_the_connection_and_gives_out_nothing(answer: bytes) -> None:
    before = b"* 2 FETCH (UID 2 BODY[] {3}\r\nabc)\r\n"
    script = ScriptedIMAP(answers={"UID FETCH": answer.replace(b"%t OK", before + b"%t OK")})
    async with opened(script) as session:
        given, error = await fetch_to_the_end(session, [1, 2])
        assert given == []
        assert isinstance(error, ProtocolViolation)
        assert error.uids == (1, 2)
        with pytest.raises(MailError):
            await session.noop()


async def test_empty_lines_and_unknown_untagged_lines_are_passed_over() -> None:
    script = ScriptedIMAP(letters={1: b"abc"}, interjected=b"\r\n* XYZZY \xff(\r\n* 7 RECENT\r\n")
    async with opened(script) as session:
        given, error = await fetch_to_the_end(session, [1])
    assert ([one.raw for one in given], error) == ([b"abc"], None)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    command=st.sampled_from(
        ["CAPABILITY", "LOGIN", "LIST", "STATUS", "EXAMINE", "UID SEARCH", "UID FETCH", "IDLE", "NOOP"]
    ),
    noise=NOISE,
    ending=st.sampled_from([CUT, b"\r\n%t OK done\r\n" + CUT, b"\r\n%t NO no\r\n" + CUT]),
    size=st.integers(1, 50),
)
async def test_whatever_a_server_answers_nothing_but_mail_errors_comes_out(
    command: str, noise: bytes, ending: bytes, size: int
) -> None:
    script = ScriptedIMAP(letters={1: b"a", 2: b"b"}, answers={command: noise + ending})
    script.pieces = (size, 0.0)
    try:
        await converse(script, SOON)
    except MailError:
        return


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(noise=NOISE)
async def test_whatever_a_server_greets_with_nothing_but_mail_errors_comes_out(noise: bytes) -> None:
    try:
        await converse(ScriptedIMAP(greeting=noise + CUT), SOON)
    except MailError:
        return
