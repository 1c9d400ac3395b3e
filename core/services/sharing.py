"""Sharing private mailboxes: by thread or as a whole, with a colleague or those who lead the owner (domain.md U2).

Letters of a private mailbox are its owner's alone; only the owner (or the operator) shares them and takes that back.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FunctionalOption, UserState
from core.errors import Invalid, NotAllowed, NotFound, StateForbids
from core.models import Mailbox, User
from core.repositories import access, letter_grants, letter_shares, mailboxes
from core.repositories.options import require_option
from core.services.undo_shares import SHARE_MAILBOX, SHARE_THREAD, Given, note_given, note_taken
from core.services.work import Work, Works
from core.values import Caller, InteractionId, MailboxId, Ref, RefKind, UserId


@dataclass(frozen=True, slots=True)
class ShareView:
    """With whom a mailbox is shared as a whole; without a user: with those who lead its owner."""

    user_id: UserId | None
    name: str | None
    letters: int


class Sharing:
    """Shares letters of private mailboxes."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def list_shares(self, caller: Caller | None, mailbox_id: MailboxId) -> list[ShareView]:
        """With whom a mailbox is shared as a whole.

        Raises:
            NotFound: There is no such mailbox for the caller.
        """
        async with self._works.database.reading() as session:
            seen = Mailbox.id == mailbox_id
            if caller is not None:
                seen &= await mailboxes.sees_mailbox(session, caller)
            await mailboxes.find_mailbox(session, mailbox_id, seen)
            readers = await letter_shares.list_mailbox_readers(session, mailbox_id)
            return [
                await _view(session, one, await letter_shares.count_shared(session, mailbox_id, one))
                for one in readers
            ]

    async def list_thread_shares(self, caller: Caller, interaction_id: InteractionId) -> list[ShareView]:
        """With whom the caller shares letters of a thread; nobody, where it came to no mailbox of theirs.

        Raises:
            NotFound: There is no such interaction for the caller.
        """
        async with self._works.database.reading() as session:
            await access.get_visible_interaction(session, caller, interaction_id)
            mailbox = await letter_shares.find_mailbox_of(session, interaction_id, caller.user_id)
            if mailbox is None:
                return []
            thread = await letter_shares.list_thread(session, mailbox.id, interaction_id)
            counted = await letter_shares.count_thread_shares(session, mailbox.id, thread)
            return [await _view(session, user_id, count) for user_id, count in counted]

    async def share_mailbox(
        self, caller: Caller | None, mailbox_id: MailboxId, user_id: UserId | None = None
    ) -> int:
        """Share what came to a mailbox and what will come; letters among ourselves stay private.

        Args:
            caller: Its owner; None for the operator.
            mailbox_id: Which one.
            user_id: With this colleague; None: with the team and those who lead the owner.

        Returns:
            How many letters are shared now that were not.

        Raises:
            NotFound: There is no such mailbox or active user for the caller.
            NotAllowed: It is not the caller's.
            Invalid: It is its owner's already.
            StateForbids: It belongs to a department: it is not private.
            OptionOff: The mail client is switched off.
        """
        async with self._works.begin(caller, "share_mailbox") as work:
            mailbox = await _get_shareable(work, mailbox_id)
            await _check_reader(work, mailbox, user_id)
            is_new = await letter_shares.add_mailbox_share(work.session, mailbox.id, user_id, work.now)
            last = await letter_grants.find_last_id(work.session)
            count = await letter_shares.share_present(work.session, mailbox.id, user_id)
            given = Given(
                mailbox.id, user_id, count, last, await letter_grants.find_last_id(work.session), is_new
            )
            note_given(work, SHARE_MAILBOX, Ref(RefKind.MAILBOX, mailbox.id), given)
            work.confirm(f"shares:{mailbox.id}", note="mailbox_shared")
            return count

    async def share_thread(
        self,
        caller: Caller | None,
        interaction_id: InteractionId,
        user_id: UserId | None = None,
        *,
        mailbox_id: MailboxId | None = None,
    ) -> int:
        """Share the thread of a letter, with what will come in it.

        Args:
            caller: The owner of the mailbox it came to; None for the operator.
            interaction_id: A letter of the thread.
            user_id: As in `share_mailbox`.
            mailbox_id: The mailbox; None: the caller's in which it was seen.

        Returns:
            How many letters the thread has there.

        Raises:
            NotFound, NotAllowed, Invalid, StateForbids, OptionOff: As `share_mailbox`.
        """
        async with self._works.begin(caller, "share_thread") as work:
            mailbox = await _find_mailbox(work, interaction_id, mailbox_id)
            await _check_reader(work, mailbox, user_id)
            thread = await letter_shares.list_thread(work.session, mailbox.id, interaction_id)
            last = await letter_grants.find_last_id(work.session)
            await letter_shares.share_letters(work.session, mailbox.id, thread, user_id, by_thread=True)
            given = Given(
                mailbox.id, user_id, len(thread), last, await letter_grants.find_last_id(work.session)
            )
            note_given(work, SHARE_THREAD, Ref(RefKind.INTERACTION, interaction_id), given)
            work.confirm(Ref(RefKind.INTERACTION, interaction_id), note="thread_shared")
            return len(thread)

    async def take_back(
        self,
        caller: Caller | None,
        mailbox_id: MailboxId | None = None,
        *,
        interaction_id: InteractionId | None = None,
        user_id: UserId | None = None,
    ) -> int:
        """Make letters private again; what is part of a deal stays its team's.

        Args:
            caller: The owner; None for the operator.
            mailbox_id: Of which mailbox; None: the one the letter came to.
            interaction_id: The thread of this letter alone; None: all.
            user_id: From this colleague alone; None: from everybody.

        Returns:
            How many shares of letters were taken back.

        Raises:
            NotFound, NotAllowed, StateForbids, OptionOff: As `share_mailbox`.
        """
        async with self._works.begin(caller, "unshare") as work:
            if interaction_id is not None:
                mailbox = await _find_mailbox(work, interaction_id, mailbox_id)
                thread = await letter_shares.list_thread(work.session, mailbox.id, interaction_id)
            elif mailbox_id is not None:
                mailbox, thread = await _get_shareable(work, mailbox_id), None
            else:
                raise Invalid("mailbox", "")
            of = (
                Ref(RefKind.INTERACTION, interaction_id)
                if interaction_id
                else Ref(RefKind.MAILBOX, mailbox.id)
            )
            await note_taken(work, of, mailbox.id, thread, user_id)
            count = await letter_shares.take_back(
                work.session, mailbox.id, interaction_ids=thread, user_id=user_id
            )
            work.confirm(of if interaction_id else f"shares:{mailbox.id}", note="unshared")
            return count


async def _view(session: AsyncSession, user_id: int | None, letters: int) -> ShareView:
    user = await session.get(User, user_id) if user_id is not None else None
    return ShareView(
        UserId(user_id) if user_id is not None else None, user.name if user is not None else None, letters
    )


async def _get_shareable(work: Work, mailbox_id: MailboxId | int) -> Mailbox:
    """A private mailbox that is the caller's to share; administrators included, nobody else shares it."""
    await require_option(work.session, FunctionalOption.MAIL_CLIENT)
    mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
    ref = Ref(RefKind.MAILBOX, mailbox.id)
    if work.caller is not None and mailbox.owner_id != work.caller.user_id:
        await mailboxes.find_mailbox(
            work.session, mailbox.id, await mailboxes.sees_mailbox(work.session, work.caller)
        )
        raise NotAllowed("share_mailbox")
    if mailbox.owner_id is None:
        raise StateForbids(ref, "not_private")
    return mailbox


async def _find_mailbox(work: Work, interaction_id: InteractionId, mailbox_id: MailboxId | None) -> Mailbox:
    """The mailbox whose thread is meant; the letter must have come to it."""
    interaction = await access.get_visible_interaction(work.session, work.caller, interaction_id)
    ref = Ref(RefKind.INTERACTION, interaction.id)
    if mailbox_id is None:
        if work.caller is None:
            raise Invalid("mailbox", "")
        found = await letter_shares.find_mailbox_of(work.session, interaction.id, work.caller.user_id)
        if found is None:
            raise NotAllowed("share_thread")
        mailbox_id = MailboxId(found.id)
    mailbox = await _get_shareable(work, mailbox_id)
    if not await letter_shares.came_to(work.session, mailbox.id, interaction.id):
        raise NotFound(ref)
    return mailbox


async def _check_reader(work: Work, mailbox: Mailbox, user_id: UserId | None) -> None:
    if user_id is None:
        return
    if user_id == mailbox.owner_id:
        raise Invalid("user", str(user_id))
    user = await work.session.get(User, user_id)
    if user is None or user.state is not UserState.ACTIVE:
        raise NotFound(Ref(RefKind.USER, user_id))
