"""Letters that are no business: off one's list for good, and what answers them too.

The letter is remembered, not its content: whatever mailbox or folder it turns up in again, and whoever answers it,
the user who said so is spared. For colleagues who have the same letter nothing changes.
"""

from dataclasses import dataclass

from core.enums import FunctionalOption, InteractionType
from core.errors import Invalid, NotAllowed
from core.models import Interaction, InteractionOwner, LetterDismissal
from core.repositories import access, letter_shares, letters, mail_rules
from core.repositories.options import require_option
from core.services import planning
from core.services.care import delete_in
from core.services.work import Work, Works
from core.values import Caller, InteractionId, MailboxId, Ref, RefKind


@dataclass(frozen=True, slots=True)
class DismissedSender:
    """Who wrote a letter that is no business, for the rule that may be made of it.

    Attributes:
        mailbox_id: The caller's mailbox that the rule would be of; None where there is none.
        address: The sender's; None for our own people.
    """

    mailbox_id: MailboxId | None
    address: str | None


class Dismissals:
    """Says of letters that they are no business."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def dismiss(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Take a letter off the caller's list for good; it is deleted where nobody else has it (domain.md I8).

        Raises:
            NotFound: No such interaction for the caller.
            Invalid: It is no letter.
            NotAllowed: It is not on the caller's list.
            OptionOff: The mail client is switched off.
        """
        async with self._works.begin(caller, "not_business") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            interaction = await access.get_visible_interaction(work.session, caller, interaction_id)
            if interaction.type is not InteractionType.EMAIL:
                raise Invalid("interaction", interaction.type.value)
            await dismiss_in(work, interaction, caller.user_id)
            work.confirm(f"not_business:{interaction.id}", note="not_business")

    async def find_sender(self, caller: Caller, interaction_id: InteractionId) -> DismissedSender:
        """Who wrote a letter, for a rule that leaves out what else they write.

        Raises:
            NotFound: The caller has not said of such a letter that it is no business.
        """
        async with self._works.database.reading() as session:
            if not await mail_rules.is_dismissed(session, caller.user_id, interaction_id):
                await access.get_visible_interaction(session, caller, interaction_id, deleted=True)
            mailbox = await letter_shares.find_mailbox_of(session, interaction_id, caller.user_id)
            addresses = set(await letters.list_senders(session, interaction_id))
            others = sorted(addresses - await mail_rules.load_own_addresses(session, addresses))
            return DismissedSender(
                MailboxId(mailbox.id) if mailbox is not None else None, others[0] if others else None
            )


async def dismiss_in(work: Work, interaction: Interaction, user_id: int) -> None:
    """Take a letter off a user's list for good, inside a transaction that may do more.

    Raises:
        NotAllowed: It is not on their list.
    """
    of = Ref(RefKind.INTERACTION, interaction.id)
    owners = {one.user_id: one for one in await planning.list_owners(work, interaction.id)}
    own = owners.pop(user_id, None)
    if own is None:
        raise NotAllowed("not_business")
    if not await mail_rules.is_dismissed(work.session, user_id, interaction.id):
        await work.add(LetterDismissal(interaction_id=interaction.id, user_id=user_id, at=work.now), of=of)
    if owners:
        await _leave(work, interaction, own, sorted(owners))
    else:
        await delete_in(work, interaction)


async def _leave(work: Work, interaction: Interaction, own: InteractionOwner, others: list[int]) -> None:
    of = Ref(RefKind.INTERACTION, interaction.id)
    await work.touch(interaction.id)
    await work.remove(own, of=of)
    if interaction.responsible_id == own.user_id:
        work.change(interaction, of=of, responsible_id=others[0])
