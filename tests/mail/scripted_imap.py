"""An IMAP server that behaves as a test tells it: right by default, wrong where a script says so."""

import asyncio
import base64
import re
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.enums import MailSecurity
from mail.connections import Endpoint
from mail.imap_session import IMAPSession

CUT = b"\x00cut"
"""Instead of an answer: close the connection. After other bytes of an answer: send those first."""

RESET = b"\x00reset"
"""As CUT, but without a good-bye on the level of TCP: the peer gets a reset."""

FLOOD = b"\x00flood"
"""At the end of an answer: what stands before it is said again and again, until the peer goes away."""

SILENT = b""
"""Instead of an answer: say nothing at all."""

SOON = timedelta(seconds=0.3)
"""Patience where silence is the point of a test."""

LONG = timedelta(seconds=30)
"""Patience where a test must not end by it."""


@dataclass
class ScriptedIMAP:
    """One folder of letters and the answers to commands.

    Attributes:
        letters: Bytes by UID.
        hidden_bodies: UIDs whose bodies are not delivered, as if they had just been deleted.
        answers: Answer to a command by its name ("LOGIN", "UID FETCH"); `%t` stands for the tag. Several are used
            up one by one, then it answers rightly again.
        told_sizes: What RFC822.SIZE says of a letter, where that is a lie.
        told_literals: What the literal of a body says of its size, where that is a lie.
        poison: What is said instead of a letter whenever its body is fetched.
        interjected: Lines said unasked before every row of a FETCH and before every tagged line.
        flags: Flags by UID, blanks between them.
        highest_modseq: Its count of changes, where it keeps one.
        vanished: UIDs that left since, told to whoever asks with QRESYNC.
        backwards: Rows of a FETCH come from the highest UID down.
        unasked: UIDs that are in the answer to every FETCH, asked or not.
        budgets: How many bytes a connection may get before it is cut, one number a connection; then no limit.
        pieces: In pieces of so many bytes, and after so many seconds each, everything is said; None: at once.
        heard: The commands that arrived, without tags.
        refused_literals: Said instead of "go on" when a literal is announced.
        literals_asked_for: How many were announced and waited for.
        connections: How many there have been.
        access_tokens: Which ones XOAUTH2 lets in; it is refused with the challenge of Google and Microsoft.
        certificate: What it speaks TLS with after STARTTLS; None: it does not.
        arrived_at: When every letter came.
    """

    letters: dict[int, bytes] = field(default_factory=dict)
    uidvalidity: int = 1
    uidnext: int | None = None
    hidden_bodies: set[int] = field(default_factory=set)
    flags: dict[int, str] = field(default_factory=dict)
    highest_modseq: int | None = None
    vanished: bytes = b""
    greeting: bytes = b"* OK ready\r\n"
    capabilities: bytes = b"IMAP4rev1 IDLE"
    answers: dict[str, bytes | list[bytes]] = field(default_factory=dict)
    told_sizes: dict[int, int] = field(default_factory=dict)
    told_literals: dict[int, int] = field(default_factory=dict)
    poison: dict[int, bytes] = field(default_factory=dict)
    interjected: bytes = b""
    backwards: bool = False
    unasked: set[int] = field(default_factory=set)
    budgets: list[int] = field(default_factory=list)
    pieces: tuple[int, float] | None = None
    heard: list[str] = field(default_factory=list)
    refused_literals: bytes = b""
    literals_asked_for: int = 0
    connections: int = 0
    access_tokens: set[str] = field(default_factory=set)
    certificate: ssl.SSLContext | None = None
    arrived_at: datetime = datetime(2026, 11, 24, 12, 5, tzinfo=UTC)
    port: int = 0
    _tag: bytes = b""
    _asks: str = ""
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)
    _mouths: list["Mouth"] = field(default_factory=list)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("127.0.0.1", self.port, MailSecurity.NONE)

    async def is_left(self) -> bool:
        """Whether every peer has closed its connection."""
        return not self._writers

    def push(self, line: bytes) -> None:
        """Say something unasked on every connection."""
        for writer in self._writers:
            writer.write(line + b"\r\n")

    def dribble(self, pieces: tuple[int, float]) -> None:
        """From now on say everything in such pieces, on connections that are open as well."""
        self.pieces = pieces
        for mouth in self._mouths:
            mouth.pieces = pieces

    def cut_all(self) -> None:
        """Drop every connection."""
        for writer in self._writers:
            writer.transport.abort()

    async def end(self) -> None:
        """Drop every connection and wait until nobody speaks any more."""
        self.cut_all()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._writers.append(writer)
        self.connections += 1
        mouth = Mouth(writer, self.budgets.pop(0) if self.budgets else None, self.pieces)
        self._mouths.append(mouth)
        try:
            if not await mouth.say(self.greeting):
                return
            while line := await reader.readline():
                if not await self._answer(line.rstrip(b"\r\n"), reader, mouth):
                    return
        except (ConnectionError, ssl.SSLError, asyncio.CancelledError):
            return
        finally:
            self._writers.remove(writer)
            self._mouths.remove(mouth)
            writer.close()

    async def _answer(self, line: bytes, reader: asyncio.StreamReader, mouth: "Mouth") -> bool:
        tag, blank, command = line.partition(b" ")
        if not blank:  # DONE, or the answer to a challenge: it goes on with the command before.
            tag, command = self._tag, line
        self._tag = tag
        while literal := re.search(rb"\{(\d+)(\+?)\}\Z", command):
            if not literal[2]:
                self.literals_asked_for += 1
                if self.refused_literals:
                    return await mouth.say(self.refused_literals.replace(b"%t", tag))
                if not await mouth.say(b"+ go on\r\n"):
                    return False
            command = command[: literal.start()] + await reader.readexactly(int(literal[1]))
            command += (await reader.readline()).rstrip(b"\r\n")
        self.heard.append(command.decode())
        name = re.match(r"(UID )?\S+", command.decode())
        answer = self.answers.get(name[0] if name else "")
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if answer is None:
            answer = self.answer_rightly(command.decode())
        if not await mouth.say(answer.replace(b"%t", tag)):
            return False
        if command == b"STARTTLS" and self.certificate is not None:
            await mouth.writer.start_tls(self.certificate)
        return True

    def answer_rightly(self, command: str) -> bytes:
        if command == "IDLE":
            return b"+ idling\r\n"
        if self._asks or command.startswith("AUTHENTICATE XOAUTH2"):
            return self._authenticate(command)
        name = re.match(r"(UID )?\S+", command)
        untagged: dict[str, Callable[[], bytes]] = {
            "CAPABILITY": lambda: b"* CAPABILITY " + self.capabilities + b"\r\n",
            "LIST": lambda: b'* LIST () "/" INBOX\r\n',
            "EXAMINE": lambda: self._open(command),
            "SELECT": lambda: self._open(command),
            "ENABLE": lambda: b"* ENABLED " + command.partition(" ")[2].encode() + b"\r\n",
            "UID STORE": lambda: self._store(command),
            "STATUS": self._status,
            "UID SEARCH": lambda: (
                b"* SEARCH" + b"".join(b" %d" % uid for uid in sorted(self.letters)) + b"\r\n"
            ),
            "UID FETCH": lambda: self._fetch(command),
        }
        answer = untagged.get(name[0] if name else "", bytes)
        said = answer()
        return said if said.endswith((CUT, RESET)) else said + self.interjected + b"%t OK done\r\n"

    def _authenticate(self, command: str) -> bytes:
        """XOAUTH2: the token with the command or after "go on"; a wrong one is told of, and refused after an answer."""
        asked, self._asks = self._asks, ""
        said = command.removeprefix("AUTHENTICATE XOAUTH2").strip()
        if asked == "answer":
            return b"%t NO [AUTHENTICATIONFAILED] Invalid credentials\r\n" if not said else b"%t BAD what\r\n"
        if not said:
            self._asks = "token"
            return b"+ \r\n"
        fields = base64.b64decode(said).split(b"\x01")
        token = fields[1].removeprefix(b"auth=Bearer ").decode()
        if fields[0].startswith(b"user=") and token in self.access_tokens:
            return b"%t OK welcome\r\n"
        self._asks = "answer"
        why = b'{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}'
        return b"+ " + base64.b64encode(why) + b"\r\n"

    def _open(self, command: str) -> bytes:
        answer = b"* %d EXISTS\r\n* OK [UIDVALIDITY %d]\r\n" % (len(self.letters), self.uidvalidity)
        if self.uidnext is not None:
            answer += b"* OK [UIDNEXT %d]\r\n" % self.uidnext
        if self.highest_modseq is not None:
            answer += b"* OK [HIGHESTMODSEQ %d]\r\n" % self.highest_modseq
        if self.vanished and "QRESYNC" in command:
            answer += b"* VANISHED (EARLIER) %s\r\n" % self.vanished
        return answer

    def _store(self, command: str) -> bytes:
        _, _, uid_set, action, flags = command.split(" ", 4)
        for uid in self.letters:
            if _names(uid_set, uid, max(self.letters)):
                words = set(self.flags.get(uid, "").split())
                changed = set(flags.strip("()").split())
                self.flags[uid] = " ".join(words | changed if action.startswith("+") else words - changed)
        return b""

    def _status(self) -> bytes:
        uidnext = self.uidnext or max(self.letters, default=0) + 1
        words = (len(self.letters), uidnext, self.uidvalidity)
        return b"* STATUS INBOX (MESSAGES %d UIDNEXT %d UIDVALIDITY %d)\r\n" % words

    def _fetch(self, command: str) -> bytes:
        _, _, uid_set, items = command.split(" ", 3)
        out = b""
        for number, uid in sorted(enumerate(sorted(self.letters), start=1), reverse=self.backwards):
            if not _names(uid_set, uid, max(self.letters)) and uid not in self.unasked:
                continue
            raw = self.letters[uid]
            date = f'INTERNALDATE "{self.arrived_at:%d-%b-%Y %H:%M:%S} +0000"'.encode()
            if "BODY" in items and uid in self.hidden_bodies:
                continue
            if "BODY" in items and uid in self.poison:
                out += self.poison[uid]
                if out.endswith((CUT, RESET)):
                    return out
                continue
            if "BODY.PEEK[HEADER]" in items:
                header = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                row = b"* %d FETCH (UID %d BODY[HEADER]<0> {%d}\r\n%s)\r\n" % (
                    number,
                    uid,
                    len(header),
                    header,
                )
            elif "BODY" in items:
                said = self.told_literals.get(uid, len(raw))
                row = b"* %d FETCH (UID %d %s BODY[] {%d}\r\n%s)\r\n" % (number, uid, date, said, raw)
            else:
                said = self.told_sizes.get(uid, len(raw))
                flags = self.flags.get(uid, "").encode()
                row = b"* %d FETCH (UID %d FLAGS (%s) %s RFC822.SIZE %d)\r\n" % (
                    number,
                    uid,
                    flags,
                    date,
                    said,
                )
            out += self.interjected + row
        return out


@dataclass
class Mouth:
    """What one connection may say, and how fast."""

    writer: asyncio.StreamWriter
    budget: int | None
    pieces: tuple[int, float] | None

    async def say(self, answer: bytes) -> bool:
        """Say it; whether the connection goes on."""
        words = answer.removesuffix(CUT).removesuffix(RESET).removesuffix(FLOOD)
        going_on = await self._utter(words)
        while going_on and answer.endswith(FLOOD):
            going_on = await self._utter(words * (1 + 65_536 // len(words)))
        if answer.endswith(RESET):
            connection = self.writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
        return going_on and not answer.endswith((CUT, RESET))

    async def _utter(self, words: bytes) -> bool:
        if self.budget is not None:
            words, whole = words[: self.budget], len(words) < self.budget
            self.budget -= len(words)
        else:
            whole = True
        size, pause = self.pieces or (len(words) or 1, 0.0)
        for start in range(0, len(words), size):
            self.writer.write(words[start : start + size])
            await self.writer.drain()
            if self.pieces is not None:
                await asyncio.sleep(pause)
        return whole


def _names(uid_set: str, uid: int, highest: int) -> bool:
    """Whether a sequence set names a UID; `n:*` always names the highest (RFC 3501, 6.4.8)."""
    for piece in uid_set.split(","):
        first, _, last = piece.partition(":")
        low, high = int(first), highest if last == "*" else int(last or first)
        if min(low, high) <= uid <= max(low, high):
            return True
    return False


@asynccontextmanager
async def serve(script: ScriptedIMAP, tls: ssl.SSLContext | None = None) -> AsyncIterator[ScriptedIMAP]:
    """Let a script answer on a free port of loopback, under TLS from the start if there is a context."""
    server = await asyncio.start_server(script.converse, "127.0.0.1", 0, ssl=tls)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        await script.end()
        await server.wait_closed()
        await asyncio.sleep(0)


@asynccontextmanager
async def logged_in(script: ScriptedIMAP, patience: timedelta = LONG) -> AsyncIterator[IMAPSession]:
    """A session with a script; a test that hangs fails after ten seconds."""
    async with serve(script), asyncio.timeout(10):
        session = IMAPSession(script.endpoint, patience=patience)
        await session.connect()
        await session.login("anna", "secret")
        try:
            yield session
        finally:
            session.abort()


@asynccontextmanager
async def opened(script: ScriptedIMAP, patience: timedelta = LONG) -> AsyncIterator[IMAPSession]:
    """As `logged_in`, the inbox open."""
    async with logged_in(script, patience) as session:
        await session.select("INBOX")
        yield session
