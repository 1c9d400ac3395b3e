"""Inserting the participants of interactions, matched to contacts: one way for the chat, mail and gateways."""

from collections.abc import Sequence

from core.models import Participant, ParticipantAddress
from core.repositories.inserting import RowInsert
from core.repositories.participants import match_participants
from core.rules.coordinates import address_tail
from core.rules.matching import Linked
from core.services.work import Work
from core.values import ParticipantDraft, Ref, RefKind

_insert_participants = RowInsert(Participant)
_insert_addresses = RowInsert(ParticipantAddress)


async def insert_participants(
    work: Work, of_interactions: Sequence[tuple[int, Sequence[ParticipantDraft]]], *, position: int = 0
) -> list[int]:
    """Insert participants, linked where their coordinates name one contact (domain.md P2).

    An interaction that exists already must be touched before (`Work.touch`), a new one born (`Work.bear`), so
    that counters follow.

    Args:
        work: The transaction.
        of_interactions: Interactions by id, each with the drafts in the order in which they are shown.
        position: The place of the first of each; a new interaction has none before.

    Returns:
        The ids of the participants in the order of the drafts.
    """
    seats = [
        (interaction_id, position + number, draft)
        for interaction_id, drafts in of_interactions
        for number, draft in enumerate(drafts)
    ]
    if not seats:
        return []
    matches = await match_participants(work.session, [draft for _, _, draft in seats])
    ids = await _insert_participants.with_keys(
        work.session,
        [
            {
                "interaction_id": interaction_id,
                "position": place,
                "role": draft.role,
                "presentation": draft.presentation,
                "contact_id": match.contact_id if isinstance(match, Linked) else None,
            }
            for (interaction_id, place, draft), match in zip(seats, matches, strict=True)
        ],
    )
    addresses = [
        (
            interaction_id,
            {
                "participant_id": participant_id,
                "kind": address.kind,
                "value": address.value,
                "original": address.original,
                "tail": address_tail(address),
            },
        )
        for (interaction_id, _, draft), participant_id in zip(seats, ids, strict=True)
        for address in {(one.kind, one.value): one for one in draft.addresses}.values()
    ]
    address_ids = await _insert_addresses.with_keys(work.session, [row for _, row in addresses])
    for (interaction_id, _, _), key in zip(seats, ids, strict=True):
        work.inserted(Participant.__tablename__, key, of=Ref(RefKind.INTERACTION, interaction_id))
    for (interaction_id, _), key in zip(addresses, address_ids, strict=True):
        work.inserted(ParticipantAddress.__tablename__, key, of=Ref(RefKind.INTERACTION, interaction_id))
    return ids
