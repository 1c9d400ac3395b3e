"""Shares of letters as one step gave or took them: what its undoing needs (domain.md U2)."""

from collections.abc import Collection

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import LetterShare, MailboxShare
from core.repositories.letter_shares import same_reader


async def find_last_id(session: AsyncSession) -> int:
    """The number of the newest share; those that come have higher ones."""
    return await session.scalar(select(func.max(LetterShare.id))) or 0


async def list_grants(
    session: AsyncSession,
    mailbox_id: int,
    *,
    interaction_ids: Collection[int] | None = None,
    user_id: int | None = None,
) -> list[LetterShare]:
    """The shares that `take_back` of the same takes."""
    wanted = [LetterShare.mailbox_id == mailbox_id]
    if user_id is not None:
        wanted.append(LetterShare.user_id == user_id)
    if interaction_ids is not None:
        wanted.append(LetterShare.interaction_id.in_(interaction_ids))
    return list(await session.scalars(select(LetterShare).where(*wanted).order_by(LetterShare.id)))


async def drop_since(
    session: AsyncSession,
    mailbox_id: int,
    user_id: int | None,
    after_id: int,
    *,
    thread: Collection[int] | None = None,
    up_to_id: int | None = None,
) -> None:
    """Take back what a reader was given since a share.

    Args:
        session: The session.
        mailbox_id: Of which mailbox.
        user_id: The reader.
        after_id: Only shares behind this one.
        thread: By their thread, of these letters; None: with the mailbox.
        up_to_id: Only shares up to this one; None: all that came since.
    """
    wanted = [
        LetterShare.mailbox_id == mailbox_id,
        LetterShare.id > after_id,
        same_reader(LetterShare.user_id, user_id),
        LetterShare.by_thread.is_(thread is not None),
    ]
    if thread is not None:
        wanted.append(LetterShare.interaction_id.in_(thread))
    if up_to_id is not None:
        wanted.append(LetterShare.id <= up_to_id)
    await session.execute(delete(LetterShare).where(*wanted))


async def drop_mailbox_share(session: AsyncSession, mailbox_id: int, user_id: int | None) -> None:
    """Share with a reader no more what will come to a mailbox."""
    await session.execute(
        delete(MailboxShare).where(
            MailboxShare.mailbox_id == mailbox_id, same_reader(MailboxShare.user_id, user_id)
        )
    )
