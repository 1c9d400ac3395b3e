"""A letter that is known is seen once more, in another folder or mailbox (domain.md M1, M2)."""

from datetime import datetime

from core.enums import Direction, Source
from core.models import Interaction, InteractionOwner
from core.repositories import letters, mail_rules
from core.repositories.letter_sightings import WaitingSighting
from core.rules import review
from core.services.letter_batch import LetterBatch, direction_of, predates
from core.services.letter_notices import send_card
from core.values import Letter, Ref, RefKind


async def see_again(
    place: LetterBatch, letter: Letter, sighting: WaitingSighting, interaction_id: int
) -> datetime:
    """Note another sighting of a known letter; deleted ones stay deleted (domain.md M1, M2, I8).

    Returns:
        When the letter happened.
    """
    work = place.work
    interaction = (await letters.list_interactions(work.session, [interaction_id]))[0]
    of = Ref(RefKind.INTERACTION, interaction.id)
    await work.touch(interaction.id)
    direction = direction_of(place, letter)
    if direction is Direction.OUT and interaction.direction is not Direction.OUT:
        work.change(interaction, of=of, direction=direction)
        first = await letters.find_first_keeper(work.session, interaction.id)
        if first is None or interaction.responsible_id == first:
            work.change(interaction, of=of, responsible_id=place.keeper_id)
    if place.mailbox.owner_id is None:
        work.change(interaction, of=of, private=False)
    is_wanted = not await mail_rules.is_dismissed(work.session, place.keeper_id, interaction.id)
    if is_wanted and await letters.find_owner(work.session, interaction.id, place.keeper_id) is None:
        arrived_at = sighting.internal_date or interaction.happened_at
        await _add_owner(place, interaction, direction, older=predates(place.mailbox, arrived_at))
    return interaction.happened_at


async def _add_owner(
    place: LetterBatch, interaction: Interaction, direction: Direction, *, older: bool
) -> None:
    """Put a known letter on another worklist; what it is there depends on how this mailbox saw it."""
    hidden = await letters.is_hidden(place.work.session, interaction.subject_id)
    reviewed = review.starts_reviewed(
        review.Arrival(
            type=interaction.type,
            state=interaction.state,
            direction=direction,
            result=None,
            source=Source.MAILBOX,
            author_id=None,
            owner_id=place.keeper_id,
            predates_mailbox=older,
            automatic=hidden,
        )
    )
    row = InteractionOwner(
        interaction_id=interaction.id,
        user_id=place.keeper_id,
        reviewed=reviewed,
        happened_at=interaction.happened_at,
    )
    await place.work.add(row, of=Ref(RefKind.INTERACTION, interaction.id))
    await place.work.session.flush()
    if not reviewed and interaction.deleted_at is None:
        await send_card(place, interaction.id, interaction.parent_id)
