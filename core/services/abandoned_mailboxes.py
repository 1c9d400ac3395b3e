"""Attempts to connect a mailbox that nobody finished: forgotten after a while, and their secrets with them."""

import logging
from datetime import timedelta

from core.enums import FunctionalOption, MailboxState
from core.models import Mailbox, OAuthRequest
from core.repositories import audit, mailbox_tokens, mailboxes
from core.repositories.options import load_off
from core.services.mailbox_connecting import forget_preparing
from core.services.work import Work, Works
from core.values import Ref, RefKind

logger = logging.getLogger(__name__)


class AbandonedMailboxes:
    """What was begun and left."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def clear(self, after: timedelta) -> int:
        """Forget mailboxes that were being connected and were not touched for so long, and logins never come back from.

        Each is one change in the audit, without its secret. Nothing of them was ever taken; whoever wants the mailbox
        begins anew. While the mail client is switched off nothing is done (domain.md O2).

        Returns:
            How many were forgotten, of both kinds.
        """
        async with self._works.begin(None, "clear_abandoned") as work:
            if FunctionalOption.MAIL_CLIENT in await load_off(work.session):
                return 0
            forgotten = [
                mailbox
                for mailbox in await mailboxes.list_mailboxes(work.session, MailboxState.PREPARING)
                if await self._is_left(work, mailbox, after)
            ]
            for mailbox in forgotten:
                await forget_preparing(work, mailbox)
            requests = await mailbox_tokens.list_expired(work.session, work.now - after)
            for request in requests:
                await _forget(work, request)
        if forgotten or requests:
            logger.info(
                "Forgot %d mailboxes being connected and %d logins",
                len(forgotten),
                len(requests),
                extra={"event": "abandoned_cleared"},
            )
        return len(forgotten) + len(requests)

    async def _is_left(self, work: Work, mailbox: Mailbox, after: timedelta) -> bool:
        """Whether it was neither begun nor changed since."""
        touched = await audit.find_last_change(work.session, Ref(RefKind.MAILBOX, mailbox.id))
        return max(mailbox.created_at, touched or mailbox.created_at) <= work.now - after


async def _forget(work: Work, request: OAuthRequest) -> None:
    """Forget a login under way, its sealed verifier with it; the audit tells whose it was and since when."""
    work.record(
        OAuthRequest.__tablename__,
        of=Ref(RefKind.USER, request.user_id),
        before={"auth": request.auth, "created_at": request.created_at},
        after={},
        key=str(request.id),
    )
    await work.session.delete(request)
