"""The participants of an interaction: adding, removing, and linking them to contacts by hand (domain.md P4)."""

from core.errors import ContentFixed, Invalid, NotFound
from core.models import Contact, Interaction, Participant
from core.repositories import contacts, participants
from core.repositories.access import get_visible_interaction
from core.repositories.search_texts import reindex_interaction
from core.services.attribution import attribute_in
from core.services.interaction_edits import is_sent_or_received
from core.services.linking import link_all, reindex_contact, write_coordinates
from core.services.participation import insert_participants
from core.services.work import Work, Works
from core.values import Caller, ContactId, InteractionId, ParticipantDraft, ParticipantId, Ref, RefKind

MAX_PRESENTATION = 500


class Participants:
    """Care of the people in one interaction."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def add(
        self, caller: Caller, interaction_id: InteractionId, draft: ParticipantDraft
    ) -> ParticipantId:
        """Add a participant, linked where its coordinates name one contact (domain.md P2).

        Raises:
            NotFound: No such interaction for the caller.
            ContentFixed: Who a sent or received message was with cannot change (domain.md I7).
            Invalid: The participant says nothing, or too much.
        """
        if not 0 < len(draft.presentation.strip()) <= MAX_PRESENTATION:
            raise Invalid("participant", draft.presentation[:MAX_PRESENTATION])
        async with self._works.begin(caller, "add_participant") as work:
            interaction = await _get_changeable(work, caller, interaction_id)
            await work.touch(interaction.id)
            position = await participants.next_position(work.session, interaction.id)
            (added,) = await insert_participants(work, [(interaction.id, [draft])], position=position)
            await reindex_interaction(work.session, interaction.id)
            work.confirm(Ref(RefKind.INTERACTION, interaction.id), note="participant_added")
            return ParticipantId(added)

    async def remove(
        self, caller: Caller, interaction_id: InteractionId, participant_id: ParticipantId
    ) -> None:
        """Take a participant off an interaction.

        Raises:
            NotFound: No such interaction for the caller, or no such participant of it.
            ContentFixed: Who a sent or received message was with cannot change (domain.md I7).
        """
        async with self._works.begin(caller, "remove_participant") as work:
            interaction = await _get_changeable(work, caller, interaction_id)
            row = await get_participant_of(work, interaction, participant_id)
            of = Ref(RefKind.INTERACTION, interaction.id)
            await work.touch(interaction.id)
            for address in await participants.list_participant_addresses(work.session, [row.id]):
                await work.remove(address, of=of)
            await work.session.flush()
            await work.remove(row, of=of)
            await reindex_interaction(work.session, interaction.id)
            work.confirm(of, note="participant_removed")

    async def link(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        participant_id: ParticipantId,
        contact_id: ContactId,
    ) -> int:
        """Say who a participant is (domain.md P4).

        The contact gets the participant's coordinates, and every other unlinked participant with one of them
        is linked too, in every mailbox; what is linked already is not touched. One step to undo.

        Returns:
            How many others were linked along.

        Raises:
            NotFound: No such interaction for the caller, no such participant of it, or no such contact.
        """
        async with self._works.begin(caller, "link") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            row = await get_participant_of(work, interaction, participant_id)
            contact = await contacts.get_contact(work.session, contact_id)
            others = await link_in(work, interaction, row, contact)
            of = Ref(RefKind.INTERACTION, interaction.id)
            work.confirm(of, note="linked", others=others)
            return others

    async def unlink(
        self, caller: Caller, interaction_id: InteractionId, participant_id: ParticipantId
    ) -> None:
        """Say that this participant is not that contact; others and the contact's coordinates stay.

        Raises:
            NotFound: No such interaction for the caller, or no such participant of it.
        """
        async with self._works.begin(caller, "unlink") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            row = await get_participant_of(work, interaction, participant_id)
            of = Ref(RefKind.INTERACTION, interaction.id)
            await work.touch(interaction.id)
            work.change(row, of=of, contact_id=None)
            work.confirm(of, note="unlinked")

    async def attribute(
        self, caller: Caller, interaction_id: InteractionId, original: ParticipantDraft | None
    ) -> None:
        """Say who wrote what a letter forwards; one step to undo.

        They become its sender, the colleague who forwarded it takes part in copy, and it is a letter that came in.
        If it stood alone it joins its client's only work, or its card asks (domain.md S8).

        Args:
            caller: Who says so.
            interaction_id: The letter.
            original: Who wrote it; None: the one who sent it, so that nothing changes but the question.

        Raises:
            NotFound: No such letter for the caller.
        """
        async with self._works.begin(caller, "attribute") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            asked = await attribute_in(work, caller, interaction, original)
            choices = {"subjects": list(asked)} if asked else {}
            work.confirm(Ref(RefKind.INTERACTION, interaction.id), note="attributed", **choices)


async def _get_changeable(work: Work, caller: Caller, interaction_id: InteractionId) -> Interaction:
    interaction = await get_visible_interaction(work.session, caller, interaction_id)
    if is_sent_or_received(interaction):
        raise ContentFixed(Ref(RefKind.INTERACTION, interaction.id), "participants")
    return interaction


async def link_in(work: Work, interaction: Interaction, row: Participant, contact: Contact) -> int:
    """Link a participant to a contact within a work, with all that follows from it (domain.md P4).

    Returns:
        How many others were linked along.
    """
    said = await participants.list_participant_addresses(work.session, [row.id])
    addresses = [participants.to_address(one) for one in said]
    await work.touch(interaction.id)
    work.change(row, of=Ref(RefKind.INTERACTION, interaction.id), contact_id=contact.id)
    if await write_coordinates(work, contact, addresses):
        await reindex_contact(work, contact)
    return await link_all(work, contact, addresses)


async def get_participant_of(
    work: Work, interaction: Interaction, participant_id: ParticipantId
) -> Participant:
    """A participant of an interaction.

    Raises:
        NotFound: It has none of that id.
    """
    row = await participants.get_participant(work.session, participant_id)
    if row.interaction_id != interaction.id:
        raise NotFound(Ref(RefKind.PARTICIPANT, participant_id))
    return row
