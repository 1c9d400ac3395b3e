"""What arrives on one connection, assigned as it comes; the only importer of aioimaplib.

The library's transport, tags and dates are used; its reading of responses and its waiting are replaced, because
they recurse per line, format every chunk for a log nobody reads, wait for ever after BYE, forget EXISTS between
commands and corrupt lines (mail-notes.md, 3).
"""

import asyncio
import re
from collections.abc import Iterable
from datetime import datetime

import aioimaplib

from mail.connections import keep_alive
from mail.errors import ConnectionLost, MailError, ProtocolViolation, ServerUnavailable
from mail.imap_exchange import Exchange, Pace
from mail.imap_reader import ResponseReader, Segments

UNASKED_ALLOWANCE = 16 * 1024 * 1024
"""Bytes that a server may say between commands and while idling; they are read and forgotten."""

_EXISTS = re.compile(rb"\* \d+ EXISTS\b")


class IMAPProtocol(aioimaplib.IMAP4ClientProtocol):  # type: ignore[misc]  # the library ships no types
    """One connection's state; every response is assigned as it arrives."""

    def __init__(self, patience: float) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(loop)
        self.reader = ResponseReader(UNASKED_ALLOWANCE)
        self.pace = Pace(patience, loop.time())
        self.greeting: asyncio.Future[bytes] = loop.create_future()
        self.lost: asyncio.Future[MailError] = loop.create_future()
        self.writable: asyncio.Future[None] = loop.create_future()
        self.writable.set_result(None)
        self.exchange: Exchange | None = None
        self.news = asyncio.Event()
        self.spoke_unasked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the line alive below IMAP too: a router's silence is noticed between two commands."""
        super().connection_made(transport)
        keep_alive(transport.get_extra_info("socket"))

    def data_received(self, d: bytes) -> None:
        """Assign every whole response; an unreadable one ends the connection."""
        if self.lost.done():
            return
        self.pace.heard_at = self.loop.time()
        try:
            for response in self.reader.feed(d):
                self._assign(response)
        except ProtocolViolation as error:
            self.end(error)
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the signature is asyncio's
        """Wake everybody who waits."""
        self.end(ConnectionLost())

    def pause_writing(self) -> None:
        """The system's buffer is full."""
        self.writable = self.loop.create_future()

    def resume_writing(self) -> None:
        """There is room again."""
        if not self.writable.done():
            self.writable.set_result(None)

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
        elif line and (self.exchange is None or not self.exchange.settle(response)):
            # The rest of a letter, perhaps, whose length was a lie: what came before it is not to be believed.
            raise ProtocolViolation

    def _assign_untagged(self, response: Segments) -> None:
        line = response[0][:32].upper()
        if line.startswith(b"* BYE"):
            self.end(ServerUnavailable(show(response[0])))
        elif _EXISTS.match(line):
            self.news.set()
        if self.exchange is None or self.exchange.ended.done():
            self.spoke_unasked = True
        elif self.exchange.keeps:
            self.exchange.untagged.append(response)


def refuse_line_ends(name: str, words: Iterable[str]) -> None:
    """NUL, CR and LF in an argument would smuggle in another command.

    Raises:
        ValueError: One of the words has them; what people typed goes as quoted strings or literals instead.
    """
    aioimaplib.Command(name, "", *words)


def format_internaldate(at: datetime) -> str:
    """An aware instant as APPEND wants it, quoted."""
    return str(aioimaplib.time2internaldate(at))


def show(text: object) -> str:
    """Bytes of the server as text, whatever they are."""
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else ""
