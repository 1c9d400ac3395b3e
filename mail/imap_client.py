"""The raw door to an IMAP server, and the only importer of aioimaplib.

The library's transport, tags and dates are used; its reading of responses and its waiting are replaced, because
they recurse per line, wait for ever after BYE, forget EXISTS between commands and corrupt lines (mail-notes.md,
3). Every exchange has a deadline, and a connection on which anything went wrong is aborted and never used again:
what a half-read answer would do to the next command cannot be known.
"""

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

import aioimaplib

from mail.connections import Endpoint, translate_connect_errors
from mail.errors import (
    ConnectionLost,
    MailError,
    ProtocolViolation,
    ServerSays,
    ServerTimeout,
    ServerUnavailable,
)
from mail.imap_wire import ResponseReader, Segments

CONNECT_PATIENCE = timedelta(seconds=20)
ANSWER_PATIENCE = timedelta(seconds=30)
"""Silence after which a server counts as gone; each byte received starts it anew."""

EXCHANGE_DEADLINE = timedelta(minutes=10)
"""The longest that one command may take, however lively its answer."""

MAX_LITERAL_BYTES = 512 * 1024 * 1024
"""A server that announces more than this in one piece is not believed; sizes are asked before bodies."""


class IdleEnd(Enum):
    """Why waiting for news ended."""

    WOKEN = auto()
    TIMEOUT = auto()


@dataclass(slots=True)
class _Exchange:
    """A command on its way: what was untagged meanwhile, whether the server wants more, how it ended."""

    tag: bytes
    continued: asyncio.Future[None]
    ended: asyncio.Future[tuple[str, bytes]]
    untagged: list[Segments] = field(default_factory=list)


class _Protocol(aioimaplib.IMAP4ClientProtocol):  # type: ignore[misc]  # the library ships no types
    """One connection's state; every response is assigned as it arrives."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(loop)
        self.reader = ResponseReader(MAX_LITERAL_BYTES)
        self.greeting: asyncio.Future[bytes] = loop.create_future()
        self.lost: asyncio.Future[MailError] = loop.create_future()
        self.exchange: _Exchange | None = None
        self.news = asyncio.Event()
        self.heard_at = loop.time()
        self._bye: bytes | None = None

    def data_received(self, d: bytes) -> None:
        """Assign every whole response; an unreadable one ends the connection."""
        self.heard_at = asyncio.get_running_loop().time()
        try:
            for response in self.reader.feed(d):
                self._assign(response)
        except ProtocolViolation as error:
            self.end(error)
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the signature is asyncio's
        """Wake everybody who waits."""
        self.end(ConnectionLost() if self._bye is None else ServerUnavailable(show(self._bye)))

    def end(self, error: MailError) -> None:
        """Remember why the connection is over; the first reason counts."""
        if not self.lost.done():
            self.lost.set_result(error)
        self.news.set()

    def _assign(self, response: Segments) -> None:
        line = response[0]
        if not self.greeting.done():
            self.greeting.set_result(line)
        elif line.startswith(b"* "):
            self._assign_untagged(response)
        elif self.exchange is None:
            return
        elif line.startswith(b"+"):
            if not self.exchange.continued.done():
                self.exchange.continued.set_result(None)
        else:
            tag, _, rest = line.partition(b" ")
            if tag == self.exchange.tag and not self.exchange.ended.done():
                status, _, text = rest.partition(b" ")
                self.exchange.ended.set_result((status.decode("ascii", "replace").upper(), text))

    def _assign_untagged(self, response: Segments) -> None:
        line = response[0].upper()
        if line.startswith(b"* BYE"):
            self._bye = response[0]
        elif re.match(rb"\* \d+ EXISTS\b", line):
            self.news.set()
        if self.exchange is not None:
            self.exchange.untagged.append(response)


class IMAPConnection:
    """One connection to an IMAP server. Any error but a plain NO aborts it; then a new one is needed.

    Args:
        patience: Silence after which the server counts as gone.
    """

    def __init__(self, patience: timedelta = ANSWER_PATIENCE) -> None:
        self._patience = patience.total_seconds()
        self._open: _Protocol | None = None

    async def connect(self, endpoint: Endpoint, context: ssl.SSLContext | None) -> bytes:
        """Connect, under TLS when a context is given, and return the greeting.

        Raises:
            ConnectionRefused, ConnectionLost, ServerTimeout, ServerUnavailable, CertificateRefused
        """
        with translate_connect_errors():
            async with asyncio.timeout(CONNECT_PATIENCE.total_seconds()):
                _, self._open = await asyncio.get_running_loop().create_connection(
                    _Protocol, endpoint.host, endpoint.port, ssl=context
                )
        async with self._guard() as protocol:
            await self._wait(protocol, {protocol.greeting}, self._patience)
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
            if not protocol.reader.is_empty:
                raise ProtocolViolation
            with translate_connect_errors():
                async with asyncio.timeout(CONNECT_PATIENCE.total_seconds()):
                    protocol.transport = await asyncio.get_running_loop().start_tls(
                        protocol.transport, protocol, context, server_hostname=host
                    )

    async def run(self, name: str, *arguments: str | bytes) -> list[Segments]:
        """Run a command and give what was untagged meanwhile; bytes among the arguments go as literals.

        Raises:
            ServerSays: NO or BAD; the connection stays usable after a NO.
            ConnectionLost, ServerTimeout, ServerUnavailable, ProtocolViolation: The connection is gone.
        """
        async with self._guard() as protocol:
            exchange = self._begin(protocol, name, arguments)
            line = b"%s %s" % (exchange.tag, name.encode())
            for argument in arguments:
                if isinstance(argument, str):
                    line += b" " + argument.encode()
                    continue
                protocol.transport.write(b"%s {%d}\r\n" % (line, len(argument)))
                if not await self._continue(protocol, exchange):
                    return await self._finish(protocol, exchange, name)
                line = argument
            protocol.transport.write(line + b"\r\n")
            return await self._finish(protocol, exchange, name)

    async def authenticate_plain(self, login: str, password: str) -> None:
        """SASL PLAIN (RFC 4616); raises as `run`."""
        async with self._guard() as protocol:
            exchange = self._begin(protocol, "AUTHENTICATE", ())
            protocol.transport.write(exchange.tag + b" AUTHENTICATE PLAIN\r\n")
            if await self._continue(protocol, exchange):
                answer = base64.b64encode(f"\0{login}\0{password}".encode())
                protocol.transport.write(answer + b"\r\n")
            await self._finish(protocol, exchange, "AUTHENTICATE")

    async def idle(self, at_most: timedelta) -> IdleEnd:
        """Wait until the opened folder has news, no longer than `at_most` (RFC 2177); raises as `run`.

        News that came since the last call counts: nothing falls between a command and IDLE.
        """
        async with self._guard() as protocol:
            if protocol.news.is_set() and not protocol.lost.done():
                protocol.news.clear()
                return IdleEnd.WOKEN
            exchange = self._begin(protocol, "IDLE", ())
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
                protocol.heard_at = asyncio.get_running_loop().time()
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

    def _begin(self, protocol: _Protocol, name: str, arguments: Sequence[str | bytes]) -> _Exchange:
        words = [one for one in arguments if isinstance(one, str)]
        aioimaplib.Command(
            name, "", *words
        )  # Refuses NUL, CR and LF, which would smuggle in another command.
        if protocol.lost.done():
            raise protocol.lost.result()
        loop = asyncio.get_running_loop()
        tag = protocol.new_tag().encode()
        protocol.exchange = _Exchange(tag, loop.create_future(), loop.create_future())
        protocol.heard_at = loop.time()
        return protocol.exchange

    async def _continue(self, protocol: _Protocol, exchange: _Exchange) -> bool:
        """Wait for the server's "go on"; False: it ended the command instead."""
        await self._wait(protocol, {exchange.continued, exchange.ended}, self._patience)
        exchange.continued = asyncio.get_running_loop().create_future()
        return not exchange.ended.done()

    async def _finish(self, protocol: _Protocol, exchange: _Exchange, name: str) -> list[Segments]:
        await self._wait(protocol, {exchange.ended}, self._patience)
        status, text = exchange.ended.result()
        protocol.exchange = None
        if status != "OK":
            raise ServerSays(name, status, show(text))
        return exchange.untagged

    async def _wait(self, protocol: _Protocol, futures: set[asyncio.Future[Any]], patience: float) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + EXCHANGE_DEADLINE.total_seconds()
        while not any(future.done() for future in futures):
            if protocol.lost.done():
                raise protocol.lost.result()
            left = min(protocol.heard_at + patience, deadline) - loop.time()
            if left <= 0:
                raise ServerTimeout
            await asyncio.wait({*futures, protocol.lost}, timeout=left, return_when=asyncio.FIRST_COMPLETED)

    @asynccontextmanager
    async def _guard(self) -> AsyncIterator[_Protocol]:
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


def format_internaldate(at: datetime) -> str:
    """An aware instant as APPEND wants it, quoted."""
    return str(aioimaplib.time2internaldate(at))


def show(text: object) -> str:
    """Bytes of the server as text, whatever they are."""
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else ""
