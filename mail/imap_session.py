"""What is asked of an IMAP server: log in, list folders, open one, fetch letters, wait for news.

Nothing here changes a mailbox but `append` and `mark_seen`: folders are opened by EXAMINE unless they are to be
written, bodies fetched by BODY.PEEK.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from core.enums import MailSecurity
from mail.connections import Endpoint
from mail.errors import (
    AuthenticationRefused,
    EncryptionMissing,
    FolderMissing,
    MailError,
    ProtocolViolation,
    ServerSays,
    ServerUnavailable,
)
from mail.imap_client import ANSWER_PATIENCE, IdleEnd, IMAPConnection
from mail.imap_letters import (
    MAX_LETTER_BYTES,
    FetchedLetter,
    LetterFetcher,
    LetterHeader,
    LetterSize,
    ending,
)
from mail.imap_names import decode_folder, encode_folder, format_day, format_uid_sets, quote
from mail.imap_protocol import format_internaldate, show
from mail.imap_reader import Segments
from mail.imap_selected import ResyncPoint, SelectedFolder, read_selected
from mail.imap_wire import Value, read_number, read_uid, read_values

__all__ = [
    "FetchedLetter",
    "FolderInfo",
    "FolderStatus",
    "IMAPSession",
    "LetterHeader",
    "LetterSize",
    "ResyncPoint",
    "SelectedFolder",
]

LEAVE_PATIENCE = timedelta(seconds=3)
"""Taking leave is a courtesy; nothing waits for it any longer."""


class FolderInfo(NamedTuple):
    """A folder as LIST tells it: its name as people read it, flags in lower case, the hierarchy delimiter."""

    name: str
    flags: frozenset[str]
    delimiter: str


class FolderStatus(NamedTuple):
    """The answer to STATUS; None where the server leaves an item out."""

    uidvalidity: int | None
    uidnext: int | None
    messages: int | None


class IMAPSession:
    """A conversation with one IMAP server. Any error but FolderMissing ends it; then a new one is needed.

    Args:
        endpoint: Where, and how protected.
        tls: The context that certificates are verified with; None: the system's authorities.
        patience: Silence after which the server counts as gone.
        plain: Do without ENABLE and what it allows: for servers that announce more than they can.
        max_letter_bytes: A letter that the server announces as larger is not taken.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        tls: ssl.SSLContext | None = None,
        patience: timedelta = ANSWER_PATIENCE,
        *,
        plain: bool = False,
        max_letter_bytes: int = MAX_LETTER_BYTES,
    ) -> None:
        self._endpoint = endpoint
        self._plain = plain
        self._enabled: frozenset[str] = frozenset()
        self._tls = tls
        self._connection = IMAPConnection(patience)
        self._letters = LetterFetcher(self._connection, max_letter_bytes)
        self._capabilities: frozenset[str] = frozenset()
        self._wire_names: dict[str, str] = {}

    @property
    def can_idle(self) -> bool:
        """Whether the server pushes news."""
        return "IDLE" in self._capabilities

    @property
    def can_resync(self) -> bool:
        """Whether the server tells what vanished since a point (QRESYNC, RFC 7162)."""
        return "QRESYNC" in self._enabled

    @property
    def is_gmail(self) -> bool:
        """Whether folders are labels of one store, as at Gmail."""
        return "X-GM-EXT-1" in self._capabilities

    async def connect(self) -> None:
        """Connect, protect the connection as the endpoint says, and learn the capabilities.

        Raises:
            TryLater, CertificateRefused, EncryptionMissing
        """
        security = self._endpoint.security
        if security is MailSecurity.NONE:
            await self._connection.connect(self._endpoint, None)
        elif security is MailSecurity.TLS:
            await self._connection.connect(self._endpoint, self._tls or ssl.create_default_context())
        else:
            greeting = await self._connection.connect(self._endpoint, None)
            await self._start_tls(greeting, self._tls or ssl.create_default_context())
        await self._learn_capabilities()

    async def _start_tls(self, greeting: bytes, context: ssl.SSLContext) -> None:
        await self._learn_capabilities()
        # Who is greeted as logged in already cannot ask for STARTTLS any more: that strips it, too.
        if "STARTTLS" not in self._capabilities or greeting.upper().startswith(b"* PREAUTH"):
            self.abort()
            raise EncryptionMissing
        await self._connection.run("STARTTLS")
        await self._connection.start_tls(context, self._endpoint.host)

    async def _learn_capabilities(self) -> None:
        words: set[str] = set()
        for response in await self._connection.run("CAPABILITY"):
            if response[0].upper().startswith(b"* CAPABILITY "):
                words.update(show(response[0]).upper().split()[2:])
        self._capabilities = frozenset(words)
        self._connection.unasked_literal = MAX_LETTER_BYTES if "LITERAL+" in words else 0

    async def login(self, login: str, password: str) -> None:
        """Log in; LOGIN where it is allowed, else SASL PLAIN.

        Raises:
            AuthenticationRefused: Login or password is wrong, or the server wants another way.
            ServerUnavailable: The server says that it cannot check it now.
        """
        try:
            if "LOGINDISABLED" in self._capabilities:
                await self._connection.authenticate_plain(login, password)
            else:
                await self._connection.run("LOGIN", quote(login), quote(password))
        except ServerSays as error:
            self.abort()
            if error.is_temporary:
                raise ServerUnavailable(error.text) from error
            raise AuthenticationRefused(error.text) from error
        await self._learn_capabilities()
        await self._enable()

    async def authenticate_xoauth2(self, login: str, token: str) -> None:
        """Log in with an access token; after a refusal the connection may be tried again with another.

        Raises:
            AuthenticationRefused: The token is refused, or the server wants another way.
            ServerUnavailable: The server says that it cannot check it now.
        """
        at_once = "SASL-IR" in self._capabilities
        try:
            await self._connection.authenticate_xoauth2(login, token, at_once=at_once)
        except ServerSays as error:
            if error.is_temporary:
                self.abort()
                raise ServerUnavailable(error.text) from error
            raise AuthenticationRefused(error.text) from error
        await self._learn_capabilities()
        await self._enable()

    async def _enable(self) -> None:
        """Have changes counted; before any folder is opened, some servers allow it only then (RFC 5161)."""
        wanted = [one for one in ("CONDSTORE", "QRESYNC") if one in self._capabilities]
        if self._plain or "ENABLE" not in self._capabilities or not wanted:
            return
        words: set[str] = set()
        try:
            for response in await self._connection.run("ENABLE", *wanted):
                if response[0].upper().startswith(b"* ENABLED"):
                    words.update(show(response[0]).upper().split()[2:])
        except ServerSays as error:
            if error.status != "NO":
                raise
        self._enabled = frozenset(words)

    async def list_folders(self) -> list[FolderInfo]:
        """All folders of the mailbox."""
        special = ("RETURN", "(SPECIAL-USE)") if "SPECIAL-USE" in self._capabilities else ()
        responses = await self._connection.run("LIST", '""', '"*"', *special)
        with ending(self._connection):
            return [self._read_folder(one) for one in responses if one[0].upper().startswith(b"* LIST ")]

    def _read_folder(self, response: Segments) -> FolderInfo:
        match read_values(response)[2:]:
            case [list(flags), delimiter, bytes(wire), *_]:
                name = decode_folder(wire)
                self._wire_names[name] = show(wire)
                words = frozenset(show(flag).lower() for flag in flags)
                return FolderInfo(name, words, show(delimiter))
            case _:
                raise ProtocolViolation

    async def select(
        self, name: str, since: ResyncPoint | None = None, *, writable: bool = False
    ) -> SelectedFolder:
        """Open a folder for reading, nothing in it changes; or `writable`, for its flags.

        Args:
            name: As `list_folders` gives it.
            since: Tell what vanished after this point, where the server can.
            writable: Open it for `mark_seen`.

        Raises:
            FolderMissing: The server refuses to open it.
        """
        self._connection.forget_news()
        words: tuple[str, ...] = ()
        if since is not None and self.can_resync:
            words = (f"(QRESYNC {since})",)
        elif "CONDSTORE" in self._capabilities and not self._enabled and not self._plain:
            words = ("(CONDSTORE)",)
        responses = await self._run_in("SELECT" if writable else "EXAMINE", name, *words)
        selected = read_selected(responses, writable=writable)
        if not selected.has_news:
            self._connection.forget_news()
        return selected

    async def status(self, name: str) -> FolderStatus:
        """What a folder holds, without opening it.

        Raises:
            FolderMissing: The server knows no such folder.
        """
        items: dict[str, Value] = {}
        responses = await self._run_in("STATUS", name, "(MESSAGES UIDNEXT UIDVALIDITY)")
        with ending(self._connection):
            for response in responses:
                values = read_values(response)[-1] if response[0].upper().startswith(b"* STATUS ") else None
                if isinstance(values, list):
                    items.update(zip((show(key).upper() for key in values[::2]), values[1::2], strict=False))
        return FolderStatus(
            read_number(items.get("UIDVALIDITY")),
            read_number(items.get("UIDNEXT")),
            read_number(items.get("MESSAGES")),
        )

    async def _run_in(self, command: str, folder: str, *arguments: str | bytes) -> list[Segments]:
        wire = self._wire_names.get(folder)
        name = quote(wire if wire is not None else encode_folder(folder))
        try:
            return await self._connection.run(command, name, *arguments)
        except ServerSays as error:
            if error.status != "NO" or error.is_temporary:
                self.abort()
                raise
            raise FolderMissing(folder) from error

    async def search_uids(self, within: Iterable[int] | None = None) -> list[int]:
        """The UIDs of everything in the opened folder, ascending; or those of them that are among these."""
        asked = ["ALL"] if within is None else [f"UID {uid_set}" for uid_set in format_uid_sets(within)]
        return await self._search(asked)

    async def search_since(self, day: date) -> list[int]:
        """The UIDs of what arrived on this day or later, by the server's calendar, ascending."""
        return await self._search([f"SINCE {format_day(day)}"])

    async def _search(self, asked: Sequence[str]) -> list[int]:
        uids: set[int] = set()
        for one in asked:
            for response in await self._connection.run("UID SEARCH", one):
                words = response[0].split()
                if len(words) > 1 and words[1].upper() == b"SEARCH":
                    uids.update(uid for word in words[2:] if (uid := read_uid(word)) is not None)
        return sorted(uids)

    async def fetch_sizes(self, uids: Iterable[int]) -> list[LetterSize]:
        """Sizes and arrival times of these UIDs, ascending; those that are gone are absent."""
        sizes: list[LetterSize] = []
        for uid_set in format_uid_sets(uids):
            sizes += await self._letters.fetch_sizes(uid_set)
        return sizes

    async def fetch_sizes_from(self, first: int) -> list[LetterSize]:
        """As `fetch_sizes`, of all UIDs from `first` on."""
        sizes = await self._letters.fetch_sizes(f"{first}:*")
        # `n:*` always holds the last letter, even if its UID is below n (RFC 3501, 6.4.8).
        return [one for one in sizes if one.uid >= first]

    async def fetch_headers(self, uids: Iterable[int]) -> list[LetterHeader]:
        """The header blocks of these UIDs, ascending; those that are gone are absent.

        The caller bounds how many it asks for at once: each may hold `HEADER_BYTES`.
        """
        return await self._letters.fetch_headers(uids)

    async def mark_seen(self, uids: Iterable[int], *, seen: bool) -> None:
        r"""Set or take away \Seen of these UIDs in a folder opened for writing; twice is once.

        Raises:
            ServerSays: The server keeps no flags here.
        """
        words = "+FLAGS.SILENT" if seen else "-FLAGS.SILENT"
        for uid_set in format_uid_sets(uids):
            await self._connection.run("UID STORE", uid_set, words, r"(\Seen)")

    async def fetch_raw(
        self, uids: Sequence[int], announced: int | None = None
    ) -> AsyncIterator[FetchedLetter]:
        """The letters of these UIDs as they lie on the server, unread ones staying unread.

        Those that are gone are left out. What came whole before an error is given out before it is raised.

        Args:
            uids: Which ones. The caller bounds by their sizes what one call holds in memory.
            announced: The sum of those sizes: the answer may have twice as much, and 8 MB in any case; 64 MB if
                it is not known. One letter alone may be as large as any may be.

        Raises:
            LiteralTooLarge: Its `uids` are the letters that may be to blame: one, if that one alone is too large.
            TryLater: Of any other kind; its `uids` are those that were not given out.
        """
        async for fetched in self._letters.fetch_raw(uids, announced):
            yield fetched

    async def append(self, folder: str, raw: bytes, flags: Iterable[str], date: datetime) -> None:
        r"""Put a letter into a folder with flags like `\Seen` and an aware arrival time.

        Raises:
            FolderMissing: The server refuses: there is no such folder, or it takes no letters.
        """
        await self._run_in("APPEND", folder, f"({' '.join(flags)})", format_internaldate(date), raw)

    async def noop(self) -> None:
        """Show the server that we are there, and take its news."""
        await self._connection.run("NOOP")

    async def idle(self, at_most: timedelta) -> IdleEnd:
        """Wait until the opened folder has news, no longer than `at_most`."""
        return await self._connection.idle(at_most)

    async def logout(self) -> None:
        """Take leave politely; a server that is gone already is no error."""
        try:
            async with asyncio.timeout(LEAVE_PATIENCE.total_seconds()):
                await self._connection.run("LOGOUT")
        except (MailError, TimeoutError):
            return
        finally:
            self.abort()

    def abort(self) -> None:
        """Drop the connection at once; whoever waits on it gets ConnectionLost."""
        self._connection.abort()
