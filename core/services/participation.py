"""Inserting the participants of an interaction, matched to contacts: one way for the chat, mail and gateways."""

from collections.abc import Sequence

from core.models import Participant, ParticipantAddress
from core.repositories.participants import match_participants
from core.rules.coordinates import address_tail
from core.rules.matching import Linked
from core.services.work import Work
from core.values import ParticipantDraft, Ref, RefKind


async def add_participants(
    work: Work, interaction_id: int, drafts: Sequence[ParticipantDraft], *, position: int = 0
) -> list[Participant]:
    """Insert participants, linked where their coordinates name one contact (domain.md P2).

    The interaction must be flushed. One that exists already must be touched before (`Work.touch`), a new one
    expected (`CounterLedger.expect`), so that counters follow.

    Args:
        work: The transaction.
        interaction_id: The interaction they take part in.
        drafts: In the order in which they are shown.
        position: The place of the first of them; a new interaction has none before.

    Returns:
        The rows in the order of the drafts, flushed.
    """
    if not drafts:
        return []
    matches = await match_participants(work.session, drafts)
    of = Ref(RefKind.INTERACTION, interaction_id)
    rows = [
        Participant(
            interaction_id=interaction_id,
            position=position + number,
            role=draft.role,
            presentation=draft.presentation,
            contact_id=match.contact_id if isinstance(match, Linked) else None,
        )
        for number, (draft, match) in enumerate(zip(drafts, matches, strict=True))
    ]
    for row in rows:
        await work.add(row, of=of)
    await work.session.flush()
    await _add_addresses(work, of, rows, drafts)
    return rows


async def _add_addresses(
    work: Work, of: Ref, rows: Sequence[Participant], drafts: Sequence[ParticipantDraft]
) -> None:
    for row, draft in zip(rows, drafts, strict=True):
        for address in {(one.kind, one.value): one for one in draft.addresses}.values():
            await work.add(
                ParticipantAddress(
                    participant_id=row.id,
                    kind=address.kind,
                    value=address.value,
                    original=address.original,
                    tail=address_tail(address),
                ),
                of=of,
            )
    await work.session.flush()
