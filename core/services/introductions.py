"""Making a contact of a participant whom nobody knows yet: one step, one undo (domain.md P4, P5)."""

from dataclasses import replace

from core.errors import StateForbids
from core.repositories import participants
from core.repositories.access import get_visible_interaction
from core.services.contacts import ContactDraft, create_in
from core.services.participants import get_participant_of, link_in
from core.services.work import Works
from core.values import Caller, ContactId, InteractionId, ParticipantId, Ref, RefKind


class Introductions:
    """New contacts made of participants."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def introduce(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        participant_id: ParticipantId,
        draft: ContactDraft,
    ) -> ContactId:
        """Make a contact with a participant's coordinates, and link the participant to it.

        What else follows is as for linking by hand: every other unlinked participant with one of the
        coordinates is linked too.

        Args:
            caller: Who says so.
            interaction_id: Where the participant takes part.
            participant_id: Who it is.
            draft: Kind, name and partner; coordinates of its own come on top of the participant's.

        Raises:
            NotFound: No such interaction for the caller, no such participant of it, or no such partner.
            StateForbids: The participant is linked already.
            Invalid: The name is empty or long, or the kind cannot be made by hand.
        """
        async with self._works.begin(caller, "introduce") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            row = await get_participant_of(work, interaction, participant_id)
            if row.contact_id is not None:
                raise StateForbids(Ref(RefKind.INTERACTION, interaction.id), "linked")
            said = await participants.list_participant_addresses(work.session, [row.id])
            addresses = (*draft.addresses, *(participants.to_address(one) for one in said))
            contact, linked = await create_in(work, replace(draft, addresses=addresses))
            others = await link_in(work, interaction, row, contact)
            work.confirm(Ref(RefKind.INTERACTION, interaction.id), note="linked", others=linked + others)
            return ContactId(contact.id)
