"""Access tokens that are good when they are asked for: renewed before they end, and when a server refuses one.

One renewal a mailbox at a time in this process; between processes (`zveno mailbox check` beside a running product)
whoever finds that the tokens have been replaced meanwhile takes the new ones.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from weakref import WeakValueDictionary

from core.clock import Clock
from core.enums import MailAuth
from core.services.mailbox_drafts import MailboxAccess
from core.services.mailbox_tokens import MailboxTokens
from core.services.oauth_errands import OAuthTokens
from core.values import MailboxId
from mail import token_server
from mail.errors import ProviderRefusesUs, TokenRefused
from mail.oauth import OAuthProvider

AHEAD = timedelta(minutes=5)
"""How long before its end a token is renewed: the login that it is for must end before it does."""

RACE_SECONDS = 1.0
"""A refresh token may be refused because another process has just used it: so long it has to write the next one."""

logger = logging.getLogger(__name__)


class AccessTokens:
    """Gives out access tokens of mailboxes.

    Args:
        tokens: Where they are kept.
        providers: The token servers that the operator has set up.
        clock: What tells whether one is still good.
        race_seconds: How long another process has to write what it was given.
    """

    def __init__(
        self,
        tokens: MailboxTokens,
        providers: Mapping[MailAuth, OAuthProvider],
        clock: Clock,
        race_seconds: float = RACE_SECONDS,
    ) -> None:
        self._tokens = tokens
        self._providers = providers
        self._clock = clock
        self._race_seconds = race_seconds
        self._locks: WeakValueDictionary[MailboxId, asyncio.Lock] = WeakValueDictionary()

    async def give(self, access: MailboxAccess, *, refused: str | None = None) -> str:
        """An access token of a mailbox.

        Args:
            access: The mailbox.
            refused: One that the mail server does not accept, though its time is not over.

        Raises:
            TokenRefused: There is none, or the provider renews it no more.
            TryLater: The token server cannot be used now.
            Invalid: It was sealed with another key.
        """
        lock = self._locks.setdefault(access.id, asyncio.Lock())
        async with lock:
            held = await self._tokens.find(access.id)
            if held is None:
                raise TokenRefused
            if held.access != refused and held.expires_at - self._clock.now() > AHEAD:
                return held.access
            return await self._renew(access, held)

    async def _renew(self, access: MailboxAccess, held: OAuthTokens) -> str:
        provider = self._providers.get(access.auth)
        if provider is None:
            raise ProviderRefusesUs("not set up")
        try:
            grant = await token_server.renew(provider, held.refresh, self._clock.now())
        except TokenRefused:
            await asyncio.sleep(self._race_seconds)
            now_held = await self._tokens.find(access.id)
            if now_held is not None and now_held.refresh != held.refresh:
                return now_held.access  # Another process, or the owner, was faster.
            raise
        except ProviderRefusesUs as error:
            extra = {"event": "oauth_client_refused", "mailbox_id": access.id, "reason": str(error)}
            logger.error("the token server does not accept this product's OAUTH_* settings", extra=extra)  # noqa: TRY400 - it says nothing of use beyond its code
            raise
        renewed = OAuthTokens(grant.access, grant.refresh or held.refresh, grant.expires_at)
        await self._tokens.keep_renewed(access.id, renewed, instead_of=held.refresh)
        logger.info("token renewed", extra={"event": "token_renewed", "mailbox_id": access.id})
        return renewed.access
