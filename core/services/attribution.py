"""Giving a forwarded letter to the one who wrote it (pains.md 13)."""

from collections.abc import Sequence

from sqlalchemy import select

from core.enums import Direction, LinkReason, ParticipantRole
from core.models import Interaction, MailMessage, Participant
from core.repositories import participants, subjects
from core.repositories.access import viewer_of
from core.repositories.search_texts import reindex_interaction
from core.services import automatic_links, subject_moves
from core.services.automatic_links import Newcomer
from core.services.participation import insert_participants
from core.services.work import Work
from core.values import Caller, ParticipantDraft, Ref, RefKind


async def attribute_in(
    work: Work, caller: Caller, interaction: Interaction, original: ParticipantDraft | None
) -> Sequence[int]:
    """Make somebody the sender of a letter, within a work; None: it stays as it is.

    Returns:
        The subjects that it may belong to, to be asked about.
    """
    of = Ref(RefKind.INTERACTION, interaction.id)
    message = await work.session.get(MailMessage, interaction.id)
    if message is not None:
        work.change(message, of=of, original_settled=True)
    if original is None:
        return ()
    await work.touch(interaction.id)
    forwarders = await work.session.scalars(
        select(Participant).where(
            Participant.interaction_id == interaction.id, Participant.role == ParticipantRole.FROM
        )
    )
    for row in forwarders.all():
        work.change(row, of=of, role=ParticipantRole.CC)
    work.change(interaction, of=of, direction=Direction.IN)
    (people,) = await automatic_links.recognise(work, [[original]])
    position = await participants.next_position(work.session, interaction.id)
    (draft,) = people.drafts
    sender = ParticipantDraft(draft.presentation, draft.addresses, ParticipantRole.FROM, draft.contact_id)
    await insert_participants(work, [(interaction.id, [sender])], position=position)
    await reindex_interaction(work.session, interaction.id)
    return await _link(work, caller, interaction, people.contact_ids)


async def _link(
    work: Work, caller: Caller, interaction: Interaction, contact_ids: frozenset[int]
) -> Sequence[int]:
    """Where a letter that stood alone belongs, now that its sender is known (domain.md S8)."""
    current = await subjects.get_subject(work.session, interaction.subject_id)
    if not contact_ids or current.kind.is_real or current.interactions > 1:
        return ()
    newcomer = Newcomer(contact_ids, interaction.happened_at)
    await work.session.flush()
    viewer = await viewer_of(work.session, caller)
    (decision,) = await automatic_links.find_links(work, [newcomer], viewer, but=current.id)
    if decision.subject_id is not None:
        target = await subjects.get_subject(work.session, decision.subject_id)
        await subject_moves.move_one(work, interaction, target, LinkReason.SAME_CONTACT)
        work.change(current, of=Ref(RefKind.SUBJECT, current.id), head_id=None)
    return decision.asked
