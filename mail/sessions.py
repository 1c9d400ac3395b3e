"""Opening a session with a mailbox's IMAP server: connected and logged in, its folders known to the core."""

import ssl

from core.enums import MailAuth
from core.services.mail_folders import FolderCursor, WantedFolder
from core.services.mailbox_drafts import MailboxAccess, MailServer
from mail.access_tokens import AccessTokens
from mail.connections import Endpoint
from mail.errors import AuthenticationRefused, TokenRefused
from mail.folders import choose_folders
from mail.imap_session import IMAPSession
from mail.settings import MailServices, MailSettings


def endpoint_of(server: MailServer) -> Endpoint:
    """A stored server as the raw doors take it."""
    return Endpoint(server.host, server.port, server.security)


def trust_of(access: MailboxAccess, settings: MailSettings) -> ssl.SSLContext | None:
    """What the certificates of a mailbox's servers are verified with; nothing, where a person has said so for it."""
    if access.verify_certificate:
        return settings.tls
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def new_session(access: MailboxAccess, settings: MailSettings, *, plain: bool = False) -> IMAPSession:
    """A session that is not connected yet, so that its owner can abort it at any moment.

    `plain`: without the extensions that the server announced and then did not understand.
    """
    return IMAPSession(
        endpoint_of(access.imap),
        trust_of(access, settings),
        settings.patience,
        plain=plain,
        max_letter_bytes=settings.max_bytes,
    )


async def log_in(session: IMAPSession, access: MailboxAccess, tokens: AccessTokens | None = None) -> None:
    """Connect and log in; a token that is refused though it should be good is renewed, once.

    Args:
        session: Not connected yet.
        access: The mailbox.
        tokens: Gives access tokens; None where only passwords are used.

    Raises:
        TryLater, NeedsPerson
    """
    await session.connect()
    await enter(session, access, tokens)


def uses_tokens(access: MailboxAccess) -> bool:
    """Whether a mailbox is logged in to with tokens, not with a password."""
    return access.auth is not MailAuth.PASSWORD


async def enter(session: IMAPSession, access: MailboxAccess, tokens: AccessTokens | None) -> None:
    """Log in on a connection. Raises as `log_in`."""
    if not uses_tokens(access):
        await session.login(access.login, access.password)
        return
    if tokens is None:
        raise TokenRefused
    refused, said = None, ""
    for _ in range(2):
        token = await tokens.give(access, refused=refused)
        try:
            await session.authenticate_xoauth2(access.login, token)
        except AuthenticationRefused as error:
            refused, said = token, error.text
        else:
            return
    session.abort()
    raise TokenRefused(said)


async def list_wanted(session: IMAPSession, access: MailboxAccess) -> list[WantedFolder]:
    """The folders to watch, the inbox last.

    Raises:
        TryLater
    """
    return choose_folders(await session.list_folders(), access.folders, is_gmail=session.is_gmail)


async def register_folders(
    session: IMAPSession, access: MailboxAccess, services: MailServices
) -> list[FolderCursor]:
    """The cursors of the folders to watch, the inbox last.

    Raises:
        TryLater
    """
    return await services.folders.register(access.id, await list_wanted(session, access))
