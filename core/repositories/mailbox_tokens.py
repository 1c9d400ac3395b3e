"""Tokens of mailboxes, and the people who were sent to a provider for them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import MailboxToken, OAuthRequest


async def drop(session: AsyncSession, mailbox_id: int) -> None:
    """Forget the tokens of a mailbox, and who was about to renew them; there being none is no error."""
    await session.execute(delete(OAuthRequest).where(OAuthRequest.mailbox_id == mailbox_id))
    await session.execute(delete(MailboxToken).where(MailboxToken.mailbox_id == mailbox_id))


async def is_request(session: AsyncSession, state_sha256: str) -> bool:
    """Whether there is such a request, whatever its state."""
    found = select(OAuthRequest.id).where(OAuthRequest.state_sha256 == state_sha256)
    return await session.scalar(found) is not None


async def use_request(session: AsyncSession, state_sha256: str, now: datetime) -> OAuthRequest | None:
    """Take a request for oneself; None if it is unknown, used or expired. Of two takers one wins."""
    taken = await session.scalar(
        update(OAuthRequest)
        .where(
            OAuthRequest.state_sha256 == state_sha256,
            OAuthRequest.used_at.is_(None),
            OAuthRequest.expires_at > now,
        )
        .values(used_at=now)
        .returning(OAuthRequest.id)
    )
    return None if taken is None else await session.get(OAuthRequest, taken, populate_existing=True)


async def list_expired(session: AsyncSession, before: datetime) -> Sequence[OAuthRequest]:
    """The requests whose time was over at a moment, by id."""
    return (
        await session.scalars(
            select(OAuthRequest).where(OAuthRequest.expires_at <= before).order_by(OAuthRequest.id)
        )
    ).all()


async def drop_expired(session: AsyncSession, now: datetime) -> None:
    """Forget the requests whose time is over."""
    await session.execute(delete(OAuthRequest).where(OAuthRequest.expires_at <= now))
