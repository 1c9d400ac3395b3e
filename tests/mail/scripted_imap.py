"""An IMAP server that behaves as a test tells it: right by default, wrong where a script says so."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from core.enums import MailSecurity
from mail.connections import Endpoint

CUT = b"\x00cut"
"""Instead of an answer: close the connection. After other bytes of an answer: send those first."""

SILENT = b""
"""Instead of an answer: say nothing at all."""


@dataclass
class ScriptedIMAP:
    """One folder of letters and the answers to commands.

    Attributes:
        letters: Bytes by UID.
        hidden_bodies: UIDs whose bodies are not delivered, as if they had just been deleted.
        answers: Answer to a command by its name ("LOGIN", "UID FETCH"); `%t` stands for the tag.
        heard: The commands that arrived, without tags.
    """

    letters: dict[int, bytes] = field(default_factory=dict)
    uidvalidity: int = 1
    uidnext: int | None = None
    hidden_bodies: set[int] = field(default_factory=set)
    greeting: bytes = b"* OK ready\r\n"
    capabilities: bytes = b"IMAP4rev1 IDLE"
    answers: dict[str, bytes] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    port: int = 0
    _tag: bytes = b""
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("127.0.0.1", self.port, MailSecurity.NONE)

    def push(self, line: bytes) -> None:
        """Say something unasked on every connection."""
        for writer in self._writers:
            writer.write(line + b"\r\n")

    def cut_all(self) -> None:
        """Drop every connection."""
        for writer in self._writers:
            writer.transport.abort()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            writer.write(self.greeting.removesuffix(CUT))
            if self.greeting.endswith(CUT):
                return
            while line := await reader.readline():
                if not await self._answer(line.rstrip(b"\r\n"), reader, writer):
                    return
        except ConnectionError:
            return
        finally:
            self._writers.remove(writer)
            writer.close()

    async def _answer(self, line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        tag, blank, command = line.partition(b" ")
        if not blank:  # DONE, or the answer to a challenge: it goes on with the command before.
            tag, command = self._tag, line
        self._tag = tag
        while literal := re.search(rb"\{(\d+)\}\Z", command):
            writer.write(b"+ go on\r\n")
            command = command[: literal.start()] + await reader.readexactly(int(literal[1]))
            command += (await reader.readline()).rstrip(b"\r\n")
        self.heard.append(command.decode())
        name = re.match(r"(UID )?\S+", command.decode())
        answer = self.answers.get(name[0] if name else "")
        if answer is None:
            answer = self._answer_rightly(command.decode())
        writer.write(answer.replace(b"%t", tag).removesuffix(CUT))
        return not answer.endswith(CUT)

    def _answer_rightly(self, command: str) -> bytes:
        if command == "IDLE":
            return b"+ idling\r\n"
        name = re.match(r"(UID )?\S+", command)
        untagged: dict[str, Callable[[], bytes]] = {
            "CAPABILITY": lambda: b"* CAPABILITY " + self.capabilities + b"\r\n",
            "LIST": lambda: b'* LIST () "/" INBOX\r\n',
            "EXAMINE": self._examine,
            "STATUS": self._status,
            "UID SEARCH": lambda: (
                b"* SEARCH" + b"".join(b" %d" % uid for uid in sorted(self.letters)) + b"\r\n"
            ),
            "UID FETCH": lambda: self._fetch(command),
        }
        answer = untagged.get(name[0] if name else "", bytes)
        return answer() + b"%t OK done\r\n"

    def _examine(self) -> bytes:
        uidnext = b"* OK [UIDNEXT %d]\r\n" % self.uidnext if self.uidnext is not None else b""
        return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d]\r\n" % (len(self.letters), self.uidvalidity) + uidnext

    def _status(self) -> bytes:
        uidnext = self.uidnext or max(self.letters, default=0) + 1
        words = (len(self.letters), uidnext, self.uidvalidity)
        return b"* STATUS INBOX (MESSAGES %d UIDNEXT %d UIDVALIDITY %d)\r\n" % words

    def _fetch(self, command: str) -> bytes:
        _, _, uid_set, items = command.split(" ", 3)
        out = b""
        for number, uid in enumerate(sorted(self.letters), start=1):
            if not _names(uid_set, uid, max(self.letters)):
                continue
            raw = self.letters[uid]
            date = b'INTERNALDATE "24-Nov-2026 12:05:00 +0000"'
            if "BODY" in items and uid in self.hidden_bodies:
                continue
            if "BODY" in items:
                out += b"* %d FETCH (UID %d %s BODY[] {%d}\r\n%s)\r\n" % (number, uid, date, len(raw), raw)
            else:
                out += b"* %d FETCH (UID %d %s RFC822.SIZE %d)\r\n" % (number, uid, date, len(raw))
        return out


def _names(uid_set: str, uid: int, highest: int) -> bool:
    """Whether a sequence set names a UID; `n:*` always names the highest (RFC 3501, 6.4.8)."""
    for piece in uid_set.split(","):
        first, _, last = piece.partition(":")
        low, high = int(first), highest if last == "*" else int(last or first)
        if min(low, high) <= uid <= max(low, high):
            return True
    return False


@asynccontextmanager
async def serve(script: ScriptedIMAP) -> AsyncIterator[ScriptedIMAP]:
    """Let a script answer on a free port of loopback."""
    server = await asyncio.start_server(script.converse, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        script.cut_all()
        await server.wait_closed()
        await asyncio.sleep(0)
