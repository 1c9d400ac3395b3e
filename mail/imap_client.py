"""The raw door to an IMAP server: connect, run a command, wait for news.

Every exchange has a deadline (mail/imap_exchange.py), and a connection on which anything went wrong is aborted and
never used again: what a half-read answer would do to the next command cannot be known.
"""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from mail.connections import Endpoint, translate_connect_errors, trim_tls_buffers
from mail.errors import ConnectionLost, ProtocolViolation, ServerSays, ServerTimeout, ServerUnavailable
from mail.imap_exchange import Exchange, Pace
from mail.imap_protocol import UNASKED_ALLOWANCE, IMAPProtocol, refuse_line_ends, show
from mail.imap_reader import Segments
from mail.xoauth2 import first_answer, read_challenge

CONNECT_PATIENCE = timedelta(seconds=20)
"""For name, port and TLS together."""

ANSWER_PATIENCE = timedelta(seconds=30)
"""Silence after which a server counts as gone; each byte received starts it anew."""

ANSWER_ALLOWANCE = 64 * 1024 * 1024
"""Bytes that the answer to one command may have where nothing else is said; letters are allowed by their sizes."""

_PIECE_BYTES = 64 * 1024


class IdleEnd(Enum):
    """Why waiting for news ended."""

    WOKEN = auto()
    TIMEOUT = auto()


class IMAPConnection:
    """One connection to an IMAP server. Any error but a plain NO aborts it; then a new one is needed.

    Args:
        patience: Silence after which the server counts as gone.

    Attributes:
        unasked_literal: Bytes that an argument may have to be sent without being asked for (RFC 7888).
    """

    def __init__(self, patience: timedelta = ANSWER_PATIENCE) -> None:
        self._patience = patience.total_seconds()
        self._open: IMAPProtocol | None = None
        self.unasked_literal = 0

    async def connect(self, endpoint: Endpoint, context: ssl.SSLContext | None) -> bytes:
        """Connect, under TLS when a context is given, and return the greeting.

        Raises:
            ConnectionRefused, ConnectionLost, ServerTimeout, ServerUnavailable, CertificateRefused
        """
        trim_tls_buffers()
        with translate_connect_errors():
            async with asyncio.timeout(CONNECT_PATIENCE.total_seconds()):
                _, self._open = await asyncio.get_running_loop().create_connection(
                    lambda: IMAPProtocol(self._patience), endpoint.host, endpoint.port, ssl=context
                )
        async with self._guard() as protocol:
            self._restart(protocol, UNASKED_ALLOWANCE)
            await self._wait(protocol, protocol.greeting)
            greeting = protocol.greeting.result()
            if not greeting.upper().startswith((b"* OK", b"* PREAUTH")):
                raise ServerUnavailable(show(greeting))
            return greeting

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Move the connection under TLS after the server's OK to STARTTLS.

        Raises:
            ProtocolViolation: Bytes slipped in before the handshake; they must not be believed.
            ConnectionRefused, ServerTimeout, CertificateRefused: The handshake failed.
        """
        async with self._guard() as protocol:
            if protocol.lost.done():
                raise protocol.lost.result()
            if protocol.spoke_unasked or not protocol.reader.is_empty:
                raise ProtocolViolation
            with translate_connect_errors():
                async with asyncio.timeout(CONNECT_PATIENCE.total_seconds()):
                    protocol.transport = await asyncio.get_running_loop().start_tls(
                        protocol.transport, protocol, context, server_hostname=host
                    )

    async def run(
        self,
        name: str,
        *arguments: str | bytes,
        allowance: int = ANSWER_ALLOWANCE,
        untagged: list[Segments] | None = None,
    ) -> list[Segments]:
        """Run a command and give what was untagged meanwhile; bytes among the arguments go as literals.

        Args:
            name: The command, UID included.
            *arguments: As they go over the wire.
            allowance: Bytes that the answer may have.
            untagged: Where to put the responses as they come: they are there even if the command fails.

        Raises:
            ServerSays: NO or BAD; the connection stays usable after a NO.
            ConnectionLost, ServerTimeout, ServerUnavailable, ProtocolViolation: The connection is gone.
        """
        async with self._guard() as protocol:
            exchange = self._begin(protocol, name, arguments, allowance)
            if untagged is not None:
                exchange.untagged = untagged
            line = b"%s %s" % (exchange.tag, name.encode())
            for argument in arguments:
                if isinstance(argument, str):
                    line += b" " + argument.encode()
                    continue
                at_once = len(argument) <= self.unasked_literal
                await self._send(protocol, b"%s {%d%s}\r\n" % (line, len(argument), b"+" if at_once else b""))
                if not at_once and not await self._continue(protocol, exchange):
                    return await self._finish(protocol, exchange, name)
                line = argument
            await self._send(protocol, line + b"\r\n")
            return await self._finish(protocol, exchange, name)

    async def authenticate_plain(self, login: str, password: str) -> None:
        """SASL PLAIN (RFC 4616); raises as `run`. A further challenge is cancelled, so that the server says NO."""
        async with self._guard() as protocol:
            exchange = self._begin(protocol, "AUTHENTICATE", (), ANSWER_ALLOWANCE)
            protocol.transport.write(exchange.tag + b" AUTHENTICATE PLAIN\r\n")
            answer = base64.b64encode(f"\0{login}\0{password}".encode())
            while await self._continue(protocol, exchange):
                protocol.transport.write(answer + b"\r\n")
                answer = b"*"
            await self._finish(protocol, exchange, "AUTHENTICATE")

    async def authenticate_xoauth2(self, login: str, token: str, *, at_once: bool) -> None:
        """SASL XOAUTH2, the way of Google and Microsoft to log in with a token.

        A refusal comes as a challenge of base64 JSON, which an empty line answers; then the server says NO.

        Args:
            login: The mailbox.
            token: The access token.
            at_once: The server takes it with the command (SASL-IR, RFC 4959).

        Raises:
            ServerSays: NO or BAD; its text ends with what the challenge said.
            TryLater: Of any other kind; the connection is gone.
        """
        answer = first_answer(login, token)
        async with self._guard() as protocol:
            exchange = self._begin(protocol, "AUTHENTICATE", (), ANSWER_ALLOWANCE)
            line = b"%s AUTHENTICATE XOAUTH2" % exchange.tag
            await self._send(protocol, line + (b" " + answer if at_once else b"") + b"\r\n")
            answers = iter(([] if at_once else [answer]) + [b""])
            said = b""
            while await self._continue(protocol, exchange):
                said = exchange.challenge or said
                await self._send(protocol, next(answers, b"*") + b"\r\n")
            try:
                await self._finish(protocol, exchange, "AUTHENTICATE")
            except ServerSays as error:
                error.text = f"{error.text} {read_challenge(said)}".strip()
                raise

    async def idle(self, at_most: timedelta) -> IdleEnd:
        """Wait until the opened folder has news, no longer than `at_most` (RFC 2177); raises as `run`.

        News that came since the last call counts: nothing falls between a command and IDLE.
        """
        async with self._guard() as protocol:
            if protocol.news.is_set() and not protocol.lost.done():
                protocol.news.clear()
                return IdleEnd.WOKEN
            exchange = self._begin(protocol, "IDLE", (), UNASKED_ALLOWANCE)
            exchange.keeps = False
            protocol.transport.write(exchange.tag + b" IDLE\r\n")
            end = IdleEnd.WOKEN
            if await self._continue(protocol, exchange):
                try:
                    await asyncio.wait_for(protocol.news.wait(), at_most.total_seconds())
                except TimeoutError:
                    end = IdleEnd.TIMEOUT
                if protocol.lost.done():
                    raise protocol.lost.result()
                protocol.news.clear()
                self._restart(protocol, UNASKED_ALLOWANCE)
                protocol.transport.write(b"DONE\r\n")
            await self._finish(protocol, exchange, "IDLE")
            return end

    def forget_news(self) -> None:
        """What was pushed so far is known: a folder is about to be looked at."""
        if self._open is not None and not self._open.lost.done():
            self._open.news.clear()

    def abort(self) -> None:
        """Drop the connection at once; whoever waits on it gets ConnectionLost."""
        if self._open is not None:
            self._open.end(ConnectionLost())
            if self._open.transport is not None:
                self._open.transport.abort()

    def _begin(
        self, protocol: IMAPProtocol, name: str, arguments: Sequence[str | bytes], allowance: int
    ) -> Exchange:
        refuse_line_ends(name, [one for one in arguments if isinstance(one, str)])
        if protocol.lost.done():
            raise protocol.lost.result()
        if protocol.exchange is not None:
            raise RuntimeError("a connection runs one command at a time")
        self._restart(protocol, allowance)
        protocol.spoke_unasked = False
        tag = protocol.new_tag().encode()
        protocol.exchange = Exchange(tag, protocol.loop.create_future(), protocol.loop.create_future())
        return protocol.exchange

    def _restart(self, protocol: IMAPProtocol, allowance: int) -> None:
        """Begin to count anew what comes and how long it takes."""
        protocol.pace = Pace(self._patience, protocol.loop.time())
        protocol.reader.allow(allowance)

    async def _send(self, protocol: IMAPProtocol, data: bytes) -> None:
        """Write as fast as the server takes it; a server that ended the command meanwhile is not heard here."""
        for start in range(0, len(data), _PIECE_BYTES):
            piece = data[start : start + _PIECE_BYTES]
            protocol.transport.write(piece)
            await self._wait(protocol, protocol.writable)
            protocol.pace.note_sent(len(piece), protocol.loop.time())

    async def _continue(self, protocol: IMAPProtocol, exchange: Exchange) -> bool:
        """Wait for the server's "go on"; False: it ended the command instead."""
        await self._wait(protocol, exchange.continued, exchange.ended)
        exchange.continued = protocol.loop.create_future()
        return not exchange.ended.done()

    async def _finish(self, protocol: IMAPProtocol, exchange: Exchange, name: str) -> list[Segments]:
        await self._wait(protocol, exchange.ended)
        status, text = exchange.ended.result()
        protocol.exchange = None
        if status != "OK":
            raise ServerSays(name, status, show(text))
        return exchange.untagged

    async def _wait(self, protocol: IMAPProtocol, *futures: asyncio.Future[Any]) -> None:
        while not any(future.done() for future in futures):
            if protocol.lost.done():
                raise protocol.lost.result()
            left = protocol.pace.left(protocol.reader.taken, protocol.loop.time())
            if left <= 0:
                raise ServerTimeout
            await asyncio.wait({*futures, protocol.lost}, timeout=left, return_when=asyncio.FIRST_COMPLETED)

    @asynccontextmanager
    async def _guard(self) -> AsyncIterator[IMAPProtocol]:
        """Abort the connection on everything but a plain NO."""
        if self._open is None:
            raise ConnectionLost
        try:
            yield self._open
        except ServerSays as error:
            if error.status != "NO":
                self.abort()
            raise
        except BaseException:
            self.abort()
            raise
