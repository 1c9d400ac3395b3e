"""Shared mailboxes: how their letters are routed, and those that wait for somebody to take them (domain.md U3)."""

from sqlalchemy import exists, select

from core.enums import FunctionalOption, MailRouting, Role
from core.errors import NotAllowed, StateForbids
from core.models import InteractionOwner, Mailbox, MailFolder, MailUid, PooledLetter
from core.repositories import mailboxes
from core.repositories.access import get_visible_interaction
from core.repositories.options import require_option
from core.services import planning
from core.services.work import Work, Works
from core.values import Caller, InteractionId, MailboxId, Ref, RefKind


class Pool:
    """The common pool of a department."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def is_waiting(self, caller: Caller, interaction_id: InteractionId) -> bool:
        """Whether a letter waits for the caller, among others, to take it."""
        async with self._works.database.reading() as session:
            found = await session.scalar(
                select(PooledLetter.interaction_id)
                .join(InteractionOwner, InteractionOwner.interaction_id == PooledLetter.interaction_id)
                .where(
                    PooledLetter.interaction_id == interaction_id, InteractionOwner.user_id == caller.user_id
                )
            )
        return found is not None

    async def set_routing(self, caller: Caller | None, mailbox_id: MailboxId, routing: MailRouting) -> None:
        """Say to whom the letters of a department's mailbox go that people write anew.

        Raises:
            NotFound: There is no such mailbox for the caller.
            NotAllowed: The caller neither leads its department nor is an administrator.
            StateForbids: It is somebody's own.
            OptionOff: The mail client is switched off.
        """
        async with self._works.begin(caller, "set_mail_routing") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
            of = Ref(RefKind.MAILBOX, mailbox.id)
            if caller is not None and caller.role is not Role.ADMINISTRATOR:
                kept = await mailboxes.keeps_mailbox(work.session, caller)
                await mailboxes.find_mailbox(work.session, mailbox.id, kept)
                if caller.role is not Role.MANAGER:
                    raise NotAllowed("set_mail_routing")
            if mailbox.department_id is None:
                raise StateForbids(of, "private")
            work.change(mailbox, of=of, routing=routing)
            work.confirm(f"rules:{mailbox.id}", note="routing_set")

    async def take(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Take a letter: the caller answers for it, and it leaves the lists of the others; the first one has it.

        Raises:
            NotFound: No such interaction for the caller.
            NotAllowed: It did not wait for the caller.
            StateForbids: Somebody has taken it already, or it never waited.
        """
        async with self._works.begin(caller, "take") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            of = Ref(RefKind.INTERACTION, interaction.id)
            waiting = await work.session.get(PooledLetter, interaction.id, with_for_update=True)
            if waiting is None:
                raise StateForbids(of, "taken")
            owners = await planning.list_owners(work, interaction.id)
            if caller.user_id not in {one.user_id for one in owners}:
                raise NotAllowed("take")
            await work.touch(interaction.id)
            await work.remove(waiting, of=of)
            work.change(interaction, of=of, responsible_id=caller.user_id)
            for owner in owners:
                if owner.user_id != caller.user_id and not await _has_own_copy(work, owner):
                    await work.remove(owner, of=of)
            work.confirm(of, note="taken")


async def _has_own_copy(work: Work, owner: InteractionOwner) -> bool:
    """Whether a letter came to a mailbox of the owner's own too: then it stays on their list."""
    found = await work.session.scalar(
        select(
            exists().where(
                MailUid.interaction_id == owner.interaction_id,
                MailUid.folder_id == MailFolder.id,
                MailFolder.mailbox_id == Mailbox.id,
                Mailbox.owner_id == owner.user_id,
            )
        )
    )
    return bool(found)
