"""What is asked of an IMAP server: log in, list folders, open one, fetch letters, wait for news.

Nothing here changes a mailbox but `append`: folders are opened by EXAMINE, bodies fetched by BODY.PEEK.
"""

import re
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
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
from mail.imap_client import ANSWER_PATIENCE, IdleEnd, IMAPConnection, format_internaldate, show
from mail.imap_names import decode_folder, encode_folder, format_uid_set, quote
from mail.imap_wire import Segments, Value, read_fetch, read_internaldate, read_number, read_values

_TEMPORARY = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", re.IGNORECASE)
"""Response codes that say "not now" (RFC 5530)."""


class FolderInfo(NamedTuple):
    """A folder as LIST tells it: its name as people read it, flags in lower case, the hierarchy delimiter."""

    name: str
    flags: frozenset[str]
    delimiter: str


class SelectedFolder(NamedTuple):
    """What opening a folder tells; `uidnext` is None where the server keeps it to itself."""

    uidvalidity: int
    uidnext: int | None
    exists: int


class FolderStatus(NamedTuple):
    """The answer to STATUS; None where the server leaves an item out."""

    uidvalidity: int | None
    uidnext: int | None
    messages: int | None


class LetterSize(NamedTuple):
    """A letter of the opened folder before its body is fetched."""

    uid: int
    size: int
    internal_date: datetime | None


class FetchedLetter(NamedTuple):
    """A letter with its bytes; None when the server has no body for it."""

    uid: int
    internal_date: datetime | None
    raw: bytes | None


class IMAPSession:
    """A conversation with one IMAP server. Any error but FolderMissing ends it; then a new one is needed.

    Args:
        endpoint: Where, and how protected.
        tls: The context that certificates are verified with; None: the system's authorities.
        patience: Silence after which the server counts as gone.
    """

    def __init__(
        self, endpoint: Endpoint, tls: ssl.SSLContext | None = None, patience: timedelta = ANSWER_PATIENCE
    ) -> None:
        self._endpoint = endpoint
        self._tls = tls
        self._connection = IMAPConnection(patience)
        self._capabilities: frozenset[str] = frozenset()
        self._wire_names: dict[str, str] = {}

    @property
    def can_idle(self) -> bool:
        """Whether the server pushes news."""
        return "IDLE" in self._capabilities

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
            await self._connection.connect(self._endpoint, None)
            await self._start_tls(self._tls or ssl.create_default_context())
        await self._learn_capabilities()

    async def _start_tls(self, context: ssl.SSLContext) -> None:
        await self._learn_capabilities()
        if "STARTTLS" not in self._capabilities:
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
            if _TEMPORARY.search(error.text):
                raise ServerUnavailable(error.text) from error
            raise AuthenticationRefused(error.text) from error
        await self._learn_capabilities()

    async def list_folders(self) -> list[FolderInfo]:
        """All folders of the mailbox."""
        special = ("RETURN", "(SPECIAL-USE)") if "SPECIAL-USE" in self._capabilities else ()
        folders = []
        for response in await self._connection.run("LIST", '""', '"*"', *special):
            if not response[0].upper().startswith(b"* LIST "):
                continue
            match read_values(response)[2:]:
                case [list(flags), delimiter, bytes(wire), *_]:
                    name = decode_folder(wire)
                    self._wire_names[name] = show(wire)
                    words = frozenset(show(flag).lower() for flag in flags)
                    folders.append(FolderInfo(name, words, show(delimiter)))
                case _:
                    self.abort()
                    raise ProtocolViolation
        return folders

    async def select(self, name: str) -> SelectedFolder:
        """Open a folder for reading; nothing in it changes.

        Raises:
            FolderMissing: The server refuses to open it.
            ProtocolViolation: The folder has no UIDVALIDITY (RFC 3501, 2.3.1.1 demands one).
        """
        self._connection.forget_news()
        responses = await self._run_in("EXAMINE", name)
        codes = b"\n".join(response[0] for response in responses)
        uidvalidity = _find_number(rb"\[UIDVALIDITY (\d{1,18})\]", codes)
        if uidvalidity is None:
            self.abort()
            raise ProtocolViolation
        exists = _find_number(rb"^\* (\d{1,18}) EXISTS", codes) or 0
        self._connection.forget_news()
        return SelectedFolder(uidvalidity, _find_number(rb"\[UIDNEXT (\d{1,18})\]", codes), exists)

    async def status(self, name: str) -> FolderStatus:
        """What a folder holds, without opening it.

        Raises:
            FolderMissing: The server knows no such folder.
        """
        items: dict[str, Value] = {}
        for response in await self._run_in("STATUS", name, "(MESSAGES UIDNEXT UIDVALIDITY)"):
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
            if error.status != "NO" or _TEMPORARY.search(error.text):
                self.abort()
                raise
            raise FolderMissing(folder) from error

    async def search_uids(self) -> list[int]:
        """The UIDs of everything in the opened folder, ascending."""
        uids: set[int] = set()
        for response in await self._connection.run("UID SEARCH", "ALL"):
            if response[0].upper().startswith(b"* SEARCH"):
                uids.update(number for value in read_values(response)[2:] if (number := read_number(value)))
        return sorted(uids)

    async def fetch_sizes(self, uids: Iterable[int]) -> list[LetterSize]:
        """Sizes and arrival times of these UIDs, ascending; those that are gone are absent."""
        return await self._fetch_sizes(format_uid_set(uids))

    async def fetch_sizes_from(self, first: int) -> list[LetterSize]:
        """As `fetch_sizes`, of all UIDs from `first` on."""
        sizes = await self._fetch_sizes(f"{first}:*")
        # `n:*` always holds the last letter, even if its UID is below n (RFC 3501, 6.4.8).
        return [one for one in sizes if one.uid >= first]

    async def _fetch_sizes(self, uid_set: str) -> list[LetterSize]:
        if not uid_set:
            return []
        sizes: dict[int, LetterSize] = {}
        for response in await self._connection.run("UID FETCH", uid_set, "(UID RFC822.SIZE INTERNALDATE)"):
            items = read_fetch(response) or {}
            uid, size = read_number(items.get("UID")), read_number(items.get("RFC822.SIZE"))
            if uid is not None and size is not None:
                sizes[uid] = LetterSize(uid, size, read_internaldate(items.get("INTERNALDATE")))
        return [sizes[uid] for uid in sorted(sizes)]

    async def fetch_raw(self, uids: Sequence[int]) -> AsyncIterator[FetchedLetter]:
        """The letters of these UIDs as they lie on the server, unread ones staying unread.

        Those that are gone are left out. The caller bounds what one call holds in memory by its sizes.
        """
        wanted = set(uids)
        if not wanted:
            return
        responses = await self._connection.run(
            "UID FETCH", format_uid_set(wanted), "(UID INTERNALDATE BODY.PEEK[])"
        )
        responses.reverse()
        while responses:
            items = read_fetch(responses.pop()) or {}
            uid = read_number(items.get("UID"))
            if uid is None or uid not in wanted or "BODY[]" not in items:
                continue  # An unsolicited FETCH that tells of changed flags.
            wanted.discard(uid)
            body = items["BODY[]"]
            raw = body if isinstance(body, bytes) else None
            yield FetchedLetter(uid, read_internaldate(items.get("INTERNALDATE")), raw)

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
            await self._connection.run("LOGOUT")
        except MailError:
            return
        finally:
            self.abort()

    def abort(self) -> None:
        """Drop the connection at once; whoever waits on it gets ConnectionLost."""
        self._connection.abort()


def _find_number(pattern: bytes, text: bytes) -> int | None:
    match = re.search(pattern, text, re.IGNORECASE | re.MULTILINE)
    return int(match[1]) if match else None
