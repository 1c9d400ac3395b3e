"""Where do the demo's mailboxes live, and how does an IMAP client see them?

The only importer of pymap. pymap is built as a program with a command line; here its parts (dictionary backend,
connection handler) are put together by hand so that the server takes a free port, stays on loopback, speaks no name of
this machine in its greeting, hashes nothing and leaves no thread or connection behind when it stops.
"""

import asyncio
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import compare_digest
from typing import Final

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, DictBackend, Identity, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement
from pymap.parsing.specials.flag import Flag, Seen
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

LOOPBACK: Final = "127.0.0.1"
INBOX: Final = "INBOX"
SENT: Final = "Sent"


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """One letter as the server holds it: its place, its bytes, when it came and whether it was read."""

    folder: str
    uid: int
    raw: bytes
    received_at: datetime
    seen: bool


class _Utf8Cleartext(Cleartext):
    """Passwords as they are, of any letters; pysasl's own comparison raises on anything but ASCII."""

    def verify(self, secret: str, hash: str) -> bool:  # noqa: A002 - the name is pysasl's
        """Whether the two are the same."""
        return compare_digest(secret.encode(), hash.encode())


class _LoopbackConfig(Config):
    """pymap's settings for a server of throw-away accounts in one event loop."""

    def __init__(self, max_letter_bytes: int) -> None:
        in_loop = Subsystem.for_asyncio()
        super().__init__(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            demo_data=False,
            demo_user="",
            demo_password="",
            host=LOOPBACK,
            port=0,
            subsystem=in_loop,
            cpu_subsystem=in_loop,
            hash_context=_Utf8Cleartext(),
            tls_enabled=False,
            max_append_len=max_letter_bytes,
        )

    @property
    def greeting(self) -> bytes:
        """The first line a client reads; pymap would look up this machine's name for it."""
        return b"Zveno demo mailbox ready"

    @property
    def id_response(self) -> Mapping[bytes, bytes]:
        """The answer to ID."""
        return {b"name": b"zveno-simulator"}


class LocalImap:
    """An IMAP server on loopback whose mailboxes live in memory.

    Args:
        max_letter_bytes: the largest letter APPEND takes.
    """

    def __init__(self, max_letter_bytes: int) -> None:
        self._config = _LoopbackConfig(max_letter_bytes)
        self._backend: DictBackend | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port listened on; known after `start`."""
        if self._server is None:
            raise RuntimeError("the local IMAP server is not running")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self, port: int = 0) -> None:
        """Listen on `port` of loopback (0: any free one)."""
        self._config.apply_context()
        self._backend = DictBackend(Login(self._config), self._config)
        answer = IMAPServer(self._backend.login, self._config)

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._connections.add(task)
                task.add_done_callback(self._connections.discard)
            await answer(reader, writer, SocketInfo.get(writer, None))

        self._server = await asyncio.start_server(converse, LOOPBACK, port)

    async def stop(self) -> None:
        """Say BYE to every client and close; letters are gone with the server."""
        if self._server is None:
            return
        self._server.close()
        conversations = list(self._connections)
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None
        self._backend = None

    async def set_user(self, login: str, password: str) -> None:
        """Create the user with folders INBOX and Sent, or change the password of an existing one."""
        identity = self._identity(login)
        known = self._running().login.users_dict.get(login)
        if known is not None:
            changed = replace(known, password=password, previous_entity_tag=known.entity_tag)
            await identity.set(changed)
            return
        await identity.set(UserMetadata(self._config, login, password=password))
        async with identity.new_session() as session:
            await session.create_mailbox(SENT)
            await session.subscribe(SENT)

    async def append(
        self, login: str, folder: str, raw: bytes, when: datetime, *, seen: bool = False
    ) -> None:
        """Put a letter into a folder; clients in IDLE hear of it at once.

        Args:
            login: whose mailbox.
            folder: its name; it is created where it is missing.
            raw: the letter's bytes, kept as they are.
            when: INTERNALDATE, an aware time.
            seen: whether it counts as read.
        """
        flags = frozenset({Seen}) if seen else frozenset[Flag]()
        async with self._identity(login).new_session() as session:
            if folder.upper() != INBOX and folder not in await self._folder_names(login):
                await session.create_mailbox(folder)
            await session.append_messages(folder, [AppendMessage(raw, when, flags)])

    async def letters(self, login: str) -> list[StoredLetter]:
        """Return every letter of every folder of a mailbox, by folder and UID."""
        found: list[StoredLetter] = []
        async with self._identity(login).new_session() as session:
            for folder in await self._folder_names(login):
                mailbox = await session.mailbox_set.get_mailbox(folder)
                async for message in mailbox.messages():
                    content = await message.load_content(FetchRequirement.CONTENT)
                    found.append(
                        StoredLetter(
                            folder=folder,
                            uid=message.uid,
                            raw=bytes(content.get_body()),
                            received_at=message.internal_date,
                            seen=Seen in message.permanent_flags,
                        ),
                    )
        return found

    async def unseen(self, login: str) -> int:
        """Return how many letters of INBOX are not marked as read; no letter is opened for it."""
        async with self._identity(login).new_session() as session:
            inbox = await session.mailbox_set.get_mailbox(INBOX)
            return (await inbox.snapshot()).unseen

    async def _folder_names(self, login: str) -> list[str]:
        async with self._identity(login).new_session() as session:
            return [
                entry.name for entry in (await session.mailbox_set.list_mailboxes()).list() if entry.exists
            ]

    def _identity(self, login: str) -> Identity:
        return Identity(login, self._running().login, None, frozenset())

    def _running(self) -> DictBackend:
        if self._backend is None:
            raise RuntimeError("the local IMAP server is not running")
        return self._backend
