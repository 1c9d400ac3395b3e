"""Showing that letters could be sent with a token: SMTP's XOAUTH2, and its refusal."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from core.enums import MailSecurity
from mail import smtp_client
from mail.connections import Endpoint
from mail.errors import AuthenticationRefused
from mail.xoauth2 import first_answer

GOOD = first_answer("anna@zveno.example", "good").decode()
WHY = base64.b64encode(b'{"status":"401"}').decode()


@asynccontextmanager
async def serve_smtp() -> AsyncIterator[tuple[Endpoint, list[str]]]:
    """A server that lets one token in; and what it heard."""
    heard: list[str] = []
    over = asyncio.Event()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers = {
            "EHLO": "250-smtp.example\r\n250 AUTH XOAUTH2 PLAIN",
            f"AUTH XOAUTH2 {GOOD}": "235 welcome",
            "": "535 5.7.8 no",
            "QUIT": "221 bye",
        }
        writer.write(b"220 smtp.example\r\n")
        while line := await reader.readline():
            said = line.decode().rstrip("\r\n")
            heard.append(said)
            known = answers.get(said, answers["EHLO"] if said.startswith("EHLO") else f"334 {WHY}")
            writer.write(f"{known}\r\n".encode())
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        over.set()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    try:
        yield Endpoint("127.0.0.1", server.sockets[0].getsockname()[1], MailSecurity.NONE), heard
    finally:
        server.close()
        await over.wait()
        await server.wait_closed()


async def test_a_good_token_is_taken() -> None:
    async with serve_smtp() as (endpoint, heard):
        await smtp_client.verify(endpoint, "anna@zveno.example", "good", with_token=True)
    assert heard[1:] == [f"AUTH XOAUTH2 {GOOD}", "QUIT"]


async def test_a_stale_one_is_refused_after_the_error_was_heard_out() -> None:
    async with serve_smtp() as (endpoint, heard):
        with pytest.raises(AuthenticationRefused):
            await smtp_client.verify(endpoint, "anna@zveno.example", "stale", with_token=True)
    assert heard[2] == ""
