"""Can this mailbox be used? One line a check, for `zveno mailbox check` and `doctor`."""

from datetime import datetime, timedelta
from typing import NamedTuple

from core.services.mailbox_drafts import MailboxAccess
from core.values import MailboxId
from mail import smtp_client
from mail.access_tokens import AccessTokens
from mail.errors import AuthenticationRefused, MailError, ServerSays, ServerUnavailable, TokenRefused
from mail.imap_session import IMAPSession
from mail.sessions import endpoint_of, enter, list_wanted, new_session, trust_of, uses_tokens
from mail.settings import MailServices, MailSettings

CLOCK_TOLERANCE = timedelta(minutes=5)


class CheckLine(NamedTuple):
    """One check: its name, whether it passed, and what a person should know."""

    name: str
    passed: bool
    detail: str


async def check_mailbox(
    mailbox_id: MailboxId, services: MailServices, settings: MailSettings, now: datetime
) -> list[CheckLine]:
    """Connect, log in, look at folders and clock, and at the SMTP server if there is one.

    The first failure of a server ends the checks of that server. Nothing is changed.

    Raises:
        NotFound: There is no such mailbox.
        Invalid: Its password was sealed with another key.
    """
    access = await services.mailboxes.open(mailbox_id)
    lines: list[CheckLine] = []
    session = new_session(access, settings)
    try:
        await _check_imap(session, access, services.tokens, now, lines)
    except MailError as error:
        lines.append(CheckLine(_next_check(lines), passed=False, detail=describe(error)))
    finally:
        session.abort()
    if access.smtp is not None:
        lines.append(await _check_smtp(access, services.tokens, settings))
    return lines


_IMAP_CHECKS = ("connect", "login", "folders", "clock")


def _next_check(lines: list[CheckLine]) -> str:
    return _IMAP_CHECKS[len(lines)]


async def _check_imap(
    session: IMAPSession,
    access: MailboxAccess,
    tokens: AccessTokens | None,
    now: datetime,
    lines: list[CheckLine],
) -> None:
    await session.connect()
    lines.append(CheckLine("connect", passed=True, detail=_protection(access)))
    await enter(session, access, tokens)
    lines.append(CheckLine("login", passed=True, detail="IDLE" if session.can_idle else "no IDLE, polling"))
    folders = await list_wanted(session, access)
    shown = ", ".join(f"{one.name} ({one.role})" for one in folders)
    for folder in folders:
        await session.status(folder.name)
    lines.append(CheckLine("folders", passed=bool(folders), detail=shown))
    lines.append(
        await _check_clock(session, folders[-1].name, now)
        if folders
        else CheckLine("clock", passed=True, detail="")
    )
    await session.logout()


def _protection(access: MailboxAccess) -> str:
    """How the connection is protected, and that nobody makes sure with whom it is."""
    security = str(access.imap.security)
    return security if access.verify_certificate else f"{security}, certificate not verified"


async def _check_clock(session: IMAPSession, folder: str, now: datetime) -> CheckLine:
    """Compare clocks by the newest letter: it cannot have arrived in our future."""
    await session.select(folder)
    newest = (await session.search_uids())[-1:]
    sizes = await session.fetch_sizes(newest)
    arrived = sizes[0].internal_date if sizes else None
    if arrived is None:
        return CheckLine("clock", passed=True, detail="no letter to compare with")
    ahead = arrived - now
    passed = ahead <= CLOCK_TOLERANCE
    detail = "" if passed else f"the server is {int(ahead.total_seconds())} s ahead"
    return CheckLine("clock", passed=passed, detail=detail)


async def _check_smtp(
    access: MailboxAccess, tokens: AccessTokens | None, settings: MailSettings
) -> CheckLine:
    if access.smtp is None:
        return CheckLine("smtp", passed=True, detail="")
    try:
        secret = await tokens.give(access) if tokens is not None and uses_tokens(access) else access.password
        endpoint, tls = endpoint_of(access.smtp), trust_of(access, settings)
        await smtp_client.verify(endpoint, access.login, secret, tls, with_token=uses_tokens(access))
    except MailError as error:
        return CheckLine("smtp", passed=False, detail=describe(error))
    return CheckLine("smtp", passed=True, detail=str(access.smtp.security))


_SAYING = (AuthenticationRefused, ServerSays, ServerUnavailable, TokenRefused)


def describe(error: MailError) -> str:
    """What a person who checks should read: our words, and the server's where it said any."""
    said = error.text if isinstance(error, _SAYING) else ""
    words = (type(error).__doc__ or "").strip().partition("\n")[0].rstrip(".")
    return f"{words}: {said}" if said else words
