"""Capturing letters: each sighting gets its fate in the transaction that moves the folder's cursor (domain.md M).

The mail door fetches and parses; here a batch becomes interactions: recognised or new, in or out, in its
thread, on the worklists of those who keep the mailboxes it was seen in.
"""

from collections.abc import Sequence

from core import failpoints
from core.enums import (
    Direction,
    FunctionalOption,
    MailClass,
    MailFate,
    Source,
)
from core.models import Interaction, InteractionOwner
from core.repositories import letters
from core.repositories.options import require_option
from core.rules import review
from core.rules.times import letter_happened_at
from core.services import letter_threads
from core.services.letter_batch import (
    Checkpoint,
    LetterBatch,
    LetterOutcome,
    SightedLetter,
    direction_of,
    load_batch,
    predates,
)
from core.services.letter_drafts import draft_of, message_of
from core.services.recording import Circumstances, OwnerDraft, record_interaction
from core.services.work import Works
from core.values import (
    FolderId,
    InteractionId,
    Letter,
    Ref,
    RefKind,
    When,
)


class Letters:
    """The way in for mail."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def capture(
        self, folder_id: FolderId, checkpoint: Checkpoint, batch: Sequence[SightedLetter]
    ) -> list[LetterOutcome]:
        """Give every UID of a batch its fate and move the folder's cursor, in one transaction.

        The same batch twice is once: a UID keeps the fate it has. After an error nothing of the batch is
        stored; the caller tries its letters one by one and quarantines the one that fails.

        Args:
            folder_id: The folder.
            checkpoint: Moves the cursor; it never goes back.
            batch: At most 50 letters, so that the transaction stays short.

        Raises:
            OptionOff: The mail client is switched off.
            NotFound: The folder or its mailbox is gone.
            StateForbids: The folder's UIDVALIDITY has changed since, or the mailbox is removed.
        """
        async with self._works.begin(None, "capture_letters") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            await letters.lock_capture(work.session)
            place = await load_batch(work, folder_id, checkpoint)
            seen = await letters.load_sightings(
                work.session, folder_id, checkpoint.uidvalidity, [one.uid for one in batch]
            )
            for sighted in batch:
                earlier = seen.get(sighted.uid)
                if earlier is None:
                    await _give_fate(place, sighted)
                else:
                    known = earlier.interaction_id
                    place.outcomes.append(
                        LetterOutcome(
                            sighted.uid, earlier.fate, InteractionId(known) if known is not None else None
                        )
                    )
                await work.session.flush()
            place.folder.last_uid = max(place.folder.last_uid, checkpoint.last_uid)
            failpoints.reach("letters_written")
        failpoints.reach("letters_committed")
        return place.outcomes


async def _give_fate(place: LetterBatch, sighted: SightedLetter) -> None:
    letter = sighted.letter
    if sighted.excluded_by is not None:
        place.set_fate(sighted, MailFate.EXCLUDED, sighted.excluded_by, None)
    elif letter is None:
        place.set_fate(sighted, MailFate.QUARANTINED, sighted.quarantined or "unparsable", None)
    else:
        namesakes = await letters.list_namesakes(place.work.session, letter.message_id, letter.content_sha256)
        same = next((one for one in namesakes if one.content_sha256 == letter.content_sha256), None)
        if same is not None:
            await _see_again(place, sighted, letter, same.interaction_id)
        else:
            first = namesakes[0].interaction_id if namesakes else None
            await _record(place, sighted, letter, duplicate_of_id=first)


async def _record(
    place: LetterBatch, sighted: SightedLetter, letter: Letter, *, duplicate_of_id: int | None
) -> None:
    """Record a letter that is not known yet; another with its Message-ID may be."""
    work = place.work
    arrived_at = sighted.internal_date or letter.sent_on or work.now
    happened_at = letter_happened_at(arrived_at, letter.sent_on)
    seat = await letter_threads.find_place(
        work, letter, happened_at, is_duplicate=duplicate_of_id is not None
    )
    automatic = letter.mail_class is not MailClass.NORMAL and not seat.answers_or_is_answered
    older = predates(place.mailbox, arrived_at)
    interaction = await record_interaction(
        work,
        draft_of(letter, direction_of(place, letter), seat.decision.subject_id),
        Circumstances(
            responsible_id=place.keeper_id,
            when=When(happened_at),
            owners=(OwnerDraft(place.keeper_id, predates_mailbox=older),),
            author_id=None,
            timezone=place.timezone,
            automatic=automatic,
            private=place.mailbox.owner_id is not None,
        ),
    )
    interaction.parent_id = seat.parent_id
    work.session.add(message_of(interaction.id, letter, duplicate_of_id))
    await letter_threads.settle(work, interaction, seat)
    place.set_fate(sighted, MailFate.STORED, None, interaction.id)
    await work.session.flush()
    await _send_card(place, interaction)
    if seat.decision.kept_apart:
        _ask_subject(place, interaction, seat)


async def _see_again(place: LetterBatch, sighted: SightedLetter, letter: Letter, interaction_id: int) -> None:
    """Note another sighting of a known letter; deleted ones stay deleted (domain.md M1, M2, I8)."""
    work = place.work
    interaction = (await letters.list_interactions(work.session, [interaction_id]))[0]
    of = Ref(RefKind.INTERACTION, interaction.id)
    await work.touch(interaction.id)
    place.set_fate(sighted, MailFate.KNOWN, None, interaction.id)
    direction = direction_of(place, letter)
    if direction is Direction.OUT and interaction.direction is not Direction.OUT:
        work.change(interaction, of=of, direction=direction)
        first = await letters.find_first_keeper(work.session, interaction.id)
        if first is None or interaction.responsible_id == first:
            work.change(interaction, of=of, responsible_id=place.keeper_id)
    if place.mailbox.owner_id is None:
        work.change(interaction, of=of, private=False)
    if await letters.find_owner(work.session, interaction.id, place.keeper_id) is None:
        arrived_at = sighted.internal_date or interaction.happened_at
        await _add_owner(place, interaction, direction, older=predates(place.mailbox, arrived_at))
        await work.session.flush()
        await _send_card(place, interaction)


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


async def _send_card(place: LetterBatch, interaction: Interaction) -> None:
    """Have the keeper's chat show the letter, if it wants their attention."""
    owner = await letters.find_owner(place.work.session, interaction.id, place.keeper_id)
    if owner is None or owner.reviewed or interaction.deleted_at is not None:
        return
    key = f"letter:{interaction.id}:{place.keeper_id}"
    note = "answer" if await _is_awaited(place, interaction) else "letter"
    place.work.notify(place.keeper_id, Ref(RefKind.INTERACTION, interaction.id), note=note, key=key)


async def _is_awaited(place: LetterBatch, interaction: Interaction) -> bool:
    """Whether it answers a letter that the keeper has on control, that is: outgoing and not reviewed."""
    if interaction.parent_id is None:
        return False
    parent = await place.work.session.get_one(Interaction, interaction.parent_id)
    if parent.direction is not Direction.OUT:
        return False
    waiting = await letters.find_owner(place.work.session, parent.id, place.keeper_id)
    return waiting is not None and not waiting.reviewed


def _ask_subject(place: LetterBatch, interaction: Interaction, seat: letter_threads.Place) -> None:
    """Two real subjects never merge: ask which one the letter is about (domain.md M3)."""
    subjects = [seat.decision.subject_id, *seat.decision.kept_apart]
    place.work.notify(
        place.keeper_id,
        Ref(RefKind.INTERACTION, interaction.id),
        note="choose_subject",
        key=f"choose_subject:{interaction.id}:{place.keeper_id}",
        subjects=subjects,
    )
