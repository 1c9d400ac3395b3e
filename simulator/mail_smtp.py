"""What does the demo's SMTP server take, from whom, and where does it go?

The only importer of aiosmtpd. It behaves like a small company's server: anyone may write to its own users, an unknown
user of its domains is refused with 550, and only a user who has logged in may write to the outside, under their own
address. Nothing leaves this process: the outside is a row of client mailboxes kept for the chat page.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from simulator.mail_imap import LOOPBACK

GREETING_NAME: Final = "mail.demo.test"

logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd logs addresses and logins


class Recipients(Protocol):
    """What the SMTP door asks of the house behind it."""

    def is_local(self, address: str) -> bool:
        """Whether the address belongs to an account here."""

    def is_own_domain(self, address: str) -> bool:
        """Whether the address lies in a domain served here."""

    def address_of(self, login: str, password: str) -> str | None:
        """Return the address of the account these credentials open, or None."""


AcceptLetter = Callable[[bytes, Sequence[str]], Awaitable[None]]


class _Door:
    """aiosmtpd's handler and authenticator: decides about senders and recipients."""

    def __init__(self, recipients: Recipients, accept: AcceptLetter) -> None:
        self._recipients = recipients
        self._accept = accept

    def authenticate(
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        _mechanism: str,
        credentials: object,
    ) -> AuthResult:
        """Check a login; the session then carries the account's address."""
        if not isinstance(credentials, LoginPassword):
            return AuthResult(success=False, handled=False)
        login, password = (
            credentials.login.decode(errors="replace"),
            credentials.password.decode(errors="replace"),
        )
        address = self._recipients.address_of(login, password)
        return AuthResult(success=address is not None, handled=False, auth_data=address)

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self,
        _server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse a user who writes under another's address."""
        if session.authenticated and address.lower() != session.auth_data:
            return "553 5.7.1 Sender address rejected: not owned by the user"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self,
        _server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse unknown users of own domains, and the outside for those who have not logged in."""
        if not self._recipients.is_local(address):
            if self._recipients.is_own_domain(address):
                return "550 5.1.1 No such user here"
            if not session.authenticated:
                return "550 5.7.1 Relaying denied: log in first"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Hand the letter over; the 250 comes after it is kept."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        await self._accept(raw, list(envelope.rcpt_tos))
        return "250 2.0.0 OK: kept"


class LocalSmtp:
    """An SMTP server on loopback.

    Args:
        recipients: who is known here.
        accept: called with the raw letter and its recipients before the sender hears 250.
        max_letter_bytes: announced by SIZE; a larger letter is refused with 552.
    """

    def __init__(self, recipients: Recipients, accept: AcceptLetter, max_letter_bytes: int) -> None:
        self._door = _Door(recipients, accept)
        self._max_letter_bytes = max_letter_bytes
        self._server: asyncio.Server | None = None
        self._connections: set[SMTP] = set()

    @property
    def port(self) -> int:
        """The port listened on; known after `start`."""
        if self._server is None:
            raise RuntimeError("the local SMTP server is not running")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self, port: int = 0) -> None:
        """Listen on `port` of loopback (0: any free one)."""
        loop = asyncio.get_running_loop()

        def connection() -> SMTP:
            protocol = SMTP(
                self._door,
                data_size_limit=self._max_letter_bytes,
                enable_SMTPUTF8=True,
                hostname=GREETING_NAME,
                ident="Zveno demo",
                auth_require_tls=False,
                authenticator=self._door.authenticate,
                loop=loop,
            )
            self._connections = {known for known in self._connections if known.transport is not None}
            self._connections.add(protocol)
            return protocol

        self._server = await loop.create_server(connection, LOOPBACK, port)

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._server is None:
            return
        self._server.close()
        for protocol in self._connections:
            if protocol.transport is not None:
                protocol.transport.close()
        self._connections.clear()
        await self._server.wait_closed()
        self._server = None
