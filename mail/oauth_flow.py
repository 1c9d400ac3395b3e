"""Connecting a mailbox by a browser link: the way to the provider and back (interface.md, GET /oauth/callback).

    begin_oauth ─▶ link in the chat ─▶ provider ─▶ /oauth/callback ─▶ finish ─▶ notice in the chat

Only tokens that work are kept: before a mailbox is added, its server is logged in to with them.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.clock import Clock
from core.enums import Language, MailAuth
from core.errors import CoreError, Invalid, MailboxTaken, NotFound
from core.queries.connecting import OfferedFolder
from core.services.mailbox_drafts import MailboxAccess, MailboxDraft
from core.services.mailbox_tokens import MailboxTokens
from core.services.oauth_errands import Errand, OAuthTokens
from core.values import Caller, MailboxId
from mail import token_server
from mail.connecting import list_offered
from mail.errors import MailError, NeedsPerson
from mail.fault_report import describe_fault
from mail.oauth import new_verifier
from mail.sessions import new_session
from mail.settings import MailSettings
from mail.token_server import Grant

PATIENCE_SECONDS = 30.0
"""How long somebody who came back waits at most in front of their browser for the mail server."""

MAX_CODE = 4096
"""Characters of a code that is looked at at all."""

AT_ONCE = 8
"""So many people are taken back at a time; the others wait."""

_STATE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)

CALLBACK_PATH = "/oauth/callback"

logger = logging.getLogger(__name__)


class OAuthEnd(StrEnum):
    """How somebody's way to the provider ended; every word but CONNECTED and STALE is the reason told in the chat."""

    CONNECTED = "connected"
    STALE = "stale"
    DECLINED = "declined"
    OTHER_ACCOUNT = "other_account"
    NO_REFRESH = "no_refresh"
    TAKEN = "taken"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class OAuthOutcome:
    """What the page that the browser comes back to tells.

    Attributes:
        language: The user's; None where it is not known whose way it was.
    """

    end: OAuthEnd
    language: Language | None = None


class MailOAuth:
    """The way to a provider and back.

    Args:
        tokens: The core's part of it.
        settings: How mail servers are reached, and which token servers there are.
        clock: Tells until when a token is good.
    """

    def __init__(self, tokens: MailboxTokens, settings: MailSettings, clock: Clock) -> None:
        self._tokens = tokens
        self._providers = settings.oauth.providers
        self._public_url = settings.oauth.public_url
        self._settings = settings
        self._clock = clock
        self._returning = asyncio.Semaphore(AT_ONCE)

    def offers(self, auth: MailAuth) -> bool:
        """Whether people can be sent to this provider: the operator has set it up."""
        return auth in self._providers and self._public_url is not None

    async def begin_oauth(
        self, caller: Caller, wanted: MailboxDraft | MailboxId, *, prepares: bool = False
    ) -> str:
        """The link that a user opens in a browser; it is good once, for fifteen minutes.

        The outcome comes as a notice to the user: `mailbox_connected` with the mailbox, or `oauth_failed` with a
        reason (a word of `OAuthEnd`).

        Args:
            caller: Who goes.
            wanted: The mailbox to be added (its `auth` names the provider), or the one to be reconnected.
            prepares: Have a new mailbox wait, state PREPARING, until what of it is wanted has been asked.

        Raises:
            Invalid: The provider is not set up, or the mailbox is not logged in to with tokens.
            OptionOff, NotAllowed, NotFound, Missing: As MailboxTokens.begin.
        """
        verifier = new_verifier()
        begun = await self._tokens.begin(caller, wanted, verifier, prepares=prepares)
        provider = self._providers.get(begun.auth)
        if provider is None or self._public_url is None:
            raise Invalid("auth", begun.auth)
        return provider.link(
            state=begun.state, verifier=verifier, redirect_uri=self._redirect_uri, login=begun.login
        )

    @property
    def _redirect_uri(self) -> str:
        return f"{self._public_url}{CALLBACK_PATH}"

    async def finish(self, query: Mapping[str, str]) -> OAuthOutcome:
        """Take somebody back from a provider; whatever the query holds, this says how it ended."""
        state, code = query.get("state", ""), query.get("code", "")
        if _STATE.fullmatch(state) is None or len(code) > MAX_CODE:
            return OAuthOutcome(OAuthEnd.STALE)
        async with self._returning:
            try:
                errand = await self._tokens.claim(state)
            except (NotFound, Invalid):
                return OAuthOutcome(OAuthEnd.STALE)
            if code:
                end = await self._run(errand, code)
            else:
                declined = query.get("error") == "access_denied"
                end = OAuthEnd.DECLINED if declined else OAuthEnd.REFUSED
        extra = {"event": "oauth_finished", "user_id": errand.caller.user_id, "end": str(end)}
        logger.info("somebody is back from a provider", extra=extra)
        if end is not OAuthEnd.CONNECTED:
            await self._tokens.tell_failed(errand, end)
        return OAuthOutcome(end, errand.caller.language)

    async def _run(self, errand: Errand, code: str) -> OAuthEnd:
        """As `_connect`; what goes wrong becomes a word."""
        try:
            return await self._connect(errand, code)
        except NeedsPerson:
            return OAuthEnd.REFUSED
        except (MailError, TimeoutError) as error:
            extra = {"event": "oauth_unfinished", **describe_fault(error)}
            logger.info("a server could not be reached", extra=extra)
            return OAuthEnd.UNREACHABLE
        except MailboxTaken:
            return OAuthEnd.TAKEN
        except CoreError:
            return OAuthEnd.FORBIDDEN

    async def _connect(self, errand: Errand, code: str) -> OAuthEnd:
        provider = self._providers.get(errand.auth)
        if provider is None:
            return OAuthEnd.REFUSED
        now = self._clock.now()
        grant = await token_server.redeem_code(provider, code, errand.verifier, self._redirect_uri, now)
        if not _is_expected(errand, grant):
            return OAuthEnd.OTHER_ACCOUNT
        if grant.refresh is None:
            return OAuthEnd.NO_REFRESH
        folders = await self._try(errand.access, grant)
        tokens = OAuthTokens(grant.access, grant.refresh, grant.expires_at)
        await self._tokens.connect(errand, tokens, folders)
        return OAuthEnd.CONNECTED

    async def _try(self, access: MailboxAccess, grant: Grant) -> list[OfferedFolder]:
        """Log in to the mail server; the folders there."""
        session = new_session(access, self._settings)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await session.connect()
                await session.authenticate_xoauth2(access.login, grant.access)
                folders = await list_offered(session)
                await session.logout()
                return folders
        finally:
            session.abort()


def _is_expected(errand: Errand, grant: Grant) -> bool:
    """Whether the account that let us in is the mailbox's: nobody connects another's by a link that went astray.

    A department's mailbox may be opened by an account that was given it (shared mailboxes of Microsoft 365); there
    the mail server decides alone.
    """
    wanted = {errand.access.address.lower(), errand.access.login.lower()}
    return errand.is_shared or not wanted.isdisjoint(grant.accounts)
