"""A new letter is shared as its mailbox, its thread or a rule says (domain.md U2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.repositories import letter_shares
from core.repositories.letter_sightings import WaitingSighting
from core.services.letter_batch import LetterBatch


@dataclass(frozen=True, slots=True)
class Shareable:
    """A letter that has come to a private mailbox.

    Attributes:
        relatives: What it answers and what answers it.
        has_meetings: Whether it may have made meetings, which are shared like it.
    """

    interaction_id: int
    sighting: WaitingSighting
    relatives: Collection[int]
    has_meetings: bool


async def share_new(place: LetterBatch, new: Sequence[Shareable]) -> None:
    """Share letters with those who see their mailbox or their thread; our own among ourselves only by thread."""
    if place.mailbox.owner_id is None or not new:
        return
    session, mailbox_id = place.work.session, place.mailbox.id
    relatives = {other for one in new for other in one.relatives}
    by_thread = await letter_shares.load_thread_readers(session, mailbox_id, relatives)
    for one in new:
        ids = [one.interaction_id]
        if one.has_meetings:
            ids += await letter_shares.list_meetings_of(session, one.interaction_id)
        thread = {reader for other in one.relatives for reader in by_thread.get(other, ())}
        for reader in thread:
            await letter_shares.share_letters(session, mailbox_id, ids, reader, by_thread=True)
        for reader in _readers(place, one) - thread:
            await letter_shares.share_letters(session, mailbox_id, ids, reader, by_thread=False)


def _readers(place: LetterBatch, one: Shareable) -> set[int | None]:
    sorting = place.sorting
    if not sorting.outsiders.get(one.sighting.id):
        return set()
    readers = set(sorting.readers)
    if sorting.actions_for(one.sighting).share:
        readers.add(None)
    return readers
