"""What the chat asks of a mail server while a mailbox is being connected: does the login work, which folders, how much?

Fulfils bot.ports.connecting.ConnectingDoor; the chat and the mail door do not know each other.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from core.enums import MailAuth
from core.errors import Invalid
from core.queries.connecting import ImportPreview, OfferedFolder, ServerGuess
from core.services.mailbox_connecting import MailboxConnecting
from core.services.mailbox_drafts import MailboxAccess, MailboxDraft
from core.services.mailboxes import Mailboxes
from core.values import Caller, MailboxId
from mail.access_tokens import AccessTokens
from mail.detection import Detection
from mail.errors import MailError, NeedsPerson
from mail.fault_report import describe_fault
from mail.folders import choose_folders
from mail.imap_session import IMAPSession
from mail.preview import preview_folders
from mail.sessions import log_in, new_session
from mail.settings import MailSettings

PATIENCE_SECONDS = 40.0
"""How long a person in the chat waits at most for a server's word."""

UNREACHABLE = "unreachable"
_NO_MAILBOX = MailboxId(0)
"""A login is tried before there is a mailbox."""

logger = logging.getLogger(__name__)


class LoginFailed(Exception):
    """A server did not let us in, or went away.

    Attributes:
        reason: A word for the door's texts: auth, token, certificate, encryption, key, unreachable.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LoginLinks(Protocol):
    """mail.oauth_flow.MailOAuth."""

    def offers(self, auth: MailAuth) -> bool:
        """Whether people can be sent to this provider."""
        ...

    async def begin_oauth(
        self, caller: Caller, wanted: MailboxDraft | MailboxId, *, prepares: bool = False
    ) -> str:
        """The link that a user opens in a browser."""
        ...


class ConnectingDoor:
    """Mail servers as the chat sees them while a mailbox is being connected; nothing is changed there."""

    def __init__(
        self,
        mailboxes: Mailboxes,
        connecting: MailboxConnecting,
        settings: MailSettings,
        tokens: AccessTokens | None = None,
        links: LoginLinks | None = None,
        detection: Detection | None = None,
    ) -> None:
        self._mailboxes = mailboxes
        self._connecting = connecting
        self._settings = settings
        self._tokens = tokens
        self._links = links
        self._detection = detection or Detection()

    async def guess(self, address: str) -> ServerGuess | None:
        """Where the mail of an address is likely to be; None: it has to be asked."""
        found = await self._detection.detect(address)
        if found is None or found.oauth is None:
            return found
        if self._links is None or not self._links.offers(found.oauth):
            return replace(found, oauth=None)
        return self._with_own_server(found, found.oauth)

    def _with_own_server(self, found: ServerGuess, auth: MailAuth) -> ServerGuess:
        """Where the operator has named the mail server that takes a provider's tokens, it is that one."""
        provider = self._settings.oauth.providers.get(auth)
        if provider is None or provider.imap is None:
            return found
        own = provider.imap
        return replace(found, host=own.host, port=own.port, security=own.security, smtp=None)

    async def begin_oauth(self, caller: Caller, wanted: MailboxDraft | MailboxId) -> str:
        """The link that a person opens in a browser to log in; a new mailbox then waits to be asked about.

        Raises:
            Invalid: The provider is not set up.
            OptionOff, NotAllowed, NotFound, Missing: As mail.oauth_flow.MailOAuth.begin_oauth.
        """
        if self._links is None:
            raise Invalid("auth", "")
        return await self._links.begin_oauth(caller, wanted, prepares=True)

    async def try_draft(self, draft: MailboxDraft) -> Sequence[OfferedFolder] | str:
        """Log in with what somebody said, and list the folders; or a word for what is wrong."""
        return await self._list_folders(_access_of(draft))

    async def list_folders(self, mailbox_id: MailboxId) -> Sequence[OfferedFolder] | str:
        """The folders of a mailbox that is there; or a word for what is wrong.

        Raises:
            NotFound: There is no such mailbox.
        """
        try:
            access = await self._mailboxes.open(mailbox_id)
        except Invalid:
            return "key"
        return await self._list_folders(access)

    async def _list_folders(self, access: MailboxAccess) -> Sequence[OfferedFolder] | str:
        try:
            async with self._logged_in(access) as session:
                return await list_offered(session)
        except LoginFailed as failure:
            return failure.reason

    async def preview(
        self, mailbox_id: MailboxId, folders: Sequence[str], since: datetime | None
    ) -> ImportPreview | str:
        """What an import would bring; or a word for what is wrong.

        Raises:
            NotFound: There is no such mailbox.
        """
        try:
            access = await self._mailboxes.open(mailbox_id)
            async with self._logged_in(access) as session:
                found = await preview_folders(session, folders, since)
        except Invalid:
            return "key"
        except LoginFailed as failure:
            return failure.reason
        return ImportPreview(
            letters=found.letters,
            known=await self._connecting.count_known(found.people),
            newsletters=found.newsletters,
            looked_at=found.looked_at,
            is_whole=found.is_whole,
            missing=tuple(found.missing),
        )

    @asynccontextmanager
    async def _logged_in(self, access: MailboxAccess) -> AsyncIterator[IMAPSession]:
        """A session for as long as a person waits.

        Raises:
            LoginFailed: The server does not let us in, or goes away meanwhile.
        """
        session = new_session(access, self._settings)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await log_in(session, access, self._tokens)
                yield session
                await session.logout()
        except NeedsPerson as error:
            raise LoginFailed(error.reason) from error
        except (MailError, TimeoutError) as error:
            extra = {"event": "connecting_failed", "mailbox_id": access.id, **describe_fault(error)}
            logger.info("mailbox: a server could not be asked", extra=extra)
            raise LoginFailed(UNREACHABLE) from error
        finally:
            session.abort()


async def list_offered(session: IMAPSession) -> list[OfferedFolder]:
    """The folders of a mailbox to choose from: those that are usually wanted first, the inbox last among them.

    Raises:
        TryLater
    """
    listed = await session.list_folders()
    usual = choose_folders(listed, None, is_gmail=session.is_gmail)
    roles = {one.name: one.role for one in usual}
    names = [*roles, *(one.name for one in listed if "\\noselect" not in one.flags)]
    return [OfferedFolder(name, roles.get(name)) for name in dict.fromkeys(names)]


def _access_of(draft: MailboxDraft) -> MailboxAccess:
    return MailboxAccess(
        id=_NO_MAILBOX,
        address=draft.address,
        imap=draft.imap,
        smtp=None,
        login=draft.login,
        password=draft.password,
        folders=None,
        since=None,
        verify_certificate=draft.verify_certificate,
    )
