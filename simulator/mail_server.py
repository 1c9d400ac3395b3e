"""What stands in for the world's mail in the demo and in tests?

`LocalMail` is one IMAP and SMTP pair on loopback with the mailboxes of the team (accounts) and, for everybody else, the
mailboxes of clients: what the product sends to the outside stays here, where the chat page shows it, and what a client
writes on the page is delivered to the team. All of it is in memory and ends with the process.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

from simulator.mail_imap import INBOX, SENT, LocalImap
from simulator.mail_letters import Draft, Letter, LetterError, read, write
from simulator.mail_smtp import LocalSmtp

DEFAULT_MAX_LETTER_BYTES: Final = 25 * 1024 * 1024
KEPT_LETTERS_OF_A_CLIENT: Final = 500


class UnknownMailboxError(LookupError):
    """A letter is addressed to a user that a domain of this server does not have (SMTP would say 550)."""


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A mailbox of the team: its address, how to log in to it, and whose it is."""

    address: str
    login: str
    password: str
    name: str


@dataclass(slots=True)
class ClientMailbox:
    """Somebody outside: their name as last heard, and their letters, the oldest forgotten first."""

    address: str
    name: str = ""
    letters: deque[Letter] = field(default_factory=lambda: deque(maxlen=KEPT_LETTERS_OF_A_CLIENT))


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class LocalMail:
    """The local IMAP and SMTP pair; an async context manager.

    Args:
        accounts: the team's mailboxes; addresses are compared without case.
        now: the clock that dates deliveries (aware UTC).
        max_letter_bytes: larger letters are refused by SMTP (552) and by APPEND.
    """

    def __init__(
        self,
        accounts: Sequence[MailAccount],
        *,
        now: Callable[[], datetime] = _wall_clock,
        max_letter_bytes: int = DEFAULT_MAX_LETTER_BYTES,
    ) -> None:
        self._accounts = {account.address.lower(): account for account in accounts}
        self._passwords = {account.login: account.password for account in accounts}
        self._clients: dict[str, ClientMailbox] = {}
        self._now = now
        self._imap = LocalImap(max_letter_bytes)
        self._smtp = LocalSmtp(self, self._route, max_letter_bytes)

    @property
    def imap_port(self) -> int:
        """The IMAP port (plain text, loopback)."""
        return self._imap.port

    @property
    def smtp_port(self) -> int:
        """The SMTP port (plain text, loopback, AUTH PLAIN and LOGIN)."""
        return self._smtp.port

    @property
    def accounts(self) -> Sequence[MailAccount]:
        """The team's mailboxes."""
        return list(self._accounts.values())

    @property
    def clients(self) -> Sequence[ClientMailbox]:
        """Everybody outside who wrote or was written to, in the order of their first letter."""
        return list(self._clients.values())

    async def start(self, *, imap_port: int = 0, smtp_port: int = 0) -> None:
        """Start both servers; 0 means any free port."""
        await self._imap.start(imap_port)
        for account in self._accounts.values():
            await self._imap.set_user(account.login, account.password)
        await self._smtp.start(smtp_port)

    async def stop(self) -> None:
        """Close both servers and every connection to them."""
        await self._smtp.stop()
        await self._imap.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def is_local(self, address: str) -> bool:
        """Whether the address belongs to the team."""
        return address.lower() in self._accounts

    def is_own_domain(self, address: str) -> bool:
        """Whether the address lies in a domain of the team."""
        domain = address.lower().rpartition("@")[2]
        return any(known.rpartition("@")[2] == domain for known in self._accounts)

    def address_of(self, login: str, password: str) -> str | None:
        """Return the address of the account these credentials open, or None."""
        if self._passwords.get(login) != password:
            return None
        return next(address for address, account in self._accounts.items() if account.login == login)

    async def change_password(self, address: str, password: str) -> None:
        """Let a mailbox's password be another from now on, as an administrator would; raises UnknownMailboxError."""
        login = self._account(address).login
        self._passwords[login] = password
        await self._imap.set_user(login, password)

    async def deliver(
        self, raw: bytes, to: str, folder: str = INBOX, when: datetime | None = None, *, seen: bool = False
    ) -> None:
        """Put raw bytes into a mailbox of the team as they are.

        Args:
            raw: the letter, well formed or not.
            to: an address of the team; else UnknownMailboxError is raised.
            folder: where; it is created where it is missing.
            when: INTERNALDATE, aware; now by default.
            seen: whether it counts as read.
        """
        await self._imap.append(self._account(to).login, folder, raw, when or self._now(), seen=seen)

    async def write_as_client(self, draft: Draft) -> Letter:
        """Send a client's letter to the team (or to other clients) and keep a copy with the client.

        Raises:
            UnknownMailboxError: the team has no such address; nothing was delivered.
            LetterError: the draft cannot be written as a letter.
        """
        if self.is_own_domain(draft.from_address):
            raise LetterError("from: this is an address of the team, a client's is needed")
        for address in draft.to:
            if self.is_own_domain(address) and not self.is_local(address):
                raise UnknownMailboxError(address)
        raw = write(draft)
        client = self._client(draft.from_address)
        client.name = draft.from_name or client.name
        await self._route(raw, draft.to)
        sent = read(raw, SENT, self._now(), seen=True)
        client.letters.append(sent)
        return sent

    async def letters(self, address: str) -> list[Letter]:
        """Return the letters of a mailbox of the team (all folders) or of a client, oldest first.

        Raises:
            UnknownMailboxError: nobody of that address is known.
        """
        key = address.lower()
        if key in self._accounts:
            stored = await self._imap.letters(self._accounts[key].login)
            shown = [
                read(letter.raw, letter.folder, letter.received_at, seen=letter.seen) for letter in stored
            ]
            return sorted(shown, key=lambda letter: letter.received_at)
        if key in self._clients:
            return list(self._clients[key].letters)
        raise UnknownMailboxError(address)

    async def unread(self, address: str) -> int:
        """Return how many letters of INBOX are not read yet; raises UnknownMailboxError."""
        return await self._imap.unseen(self._account(address).login)

    async def _route(self, raw: bytes, recipients: Sequence[str]) -> None:
        for address in dict.fromkeys(recipient.lower() for recipient in recipients):
            if self.is_local(address):
                await self.deliver(raw, address)
            else:
                self._client(address).letters.append(read(raw, INBOX, self._now(), seen=False))

    def _client(self, address: str) -> ClientMailbox:
        key = address.lower()
        return self._clients.setdefault(key, ClientMailbox(key))

    def _account(self, address: str) -> MailAccount:
        try:
            return self._accounts[address.lower()]
        except KeyError:
            raise UnknownMailboxError(address) from None
