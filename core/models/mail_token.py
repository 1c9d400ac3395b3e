"""Logging in without a password: the tokens of a mailbox, and the requests for them that are under way (RFC 6749)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import MailAuth
from core.models.base import Base


class MailboxToken(Base):
    """What a provider gave out for a mailbox, sealed like a password. Apart from the mailbox, so that no audit sees it."""

    __tablename__ = "mailbox_tokens"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True, autoincrement=False)
    sealed_refresh: Mapped[str]
    sealed_access: Mapped[str]
    expires_at: Mapped[datetime]
    """When the access token ends; it is renewed before."""
    renewed_at: Mapped[datetime]


class OAuthRequest(Base):
    """A person who was sent to a provider and is expected back, once and soon (RFC 6749, 10.12; RFC 7636).

    Of the state only the hash is kept, as of every word that lets somebody in.
    """

    __tablename__ = "oauth_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    state_sha256: Mapped[str] = mapped_column(unique=True)
    sealed_verifier: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    auth: Mapped[MailAuth]
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailboxes.id"))
    """The mailbox that is reconnected; None: a new one, of `draft`."""
    draft: Mapped[dict[str, Any] | None]
    prepares: Mapped[bool] = mapped_column(default=False)
    """Whether a new mailbox waits to be asked what of it is wanted."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
