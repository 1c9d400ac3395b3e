"""Where a new letter sits: its parent, its subject, and the children that came before it (domain.md M3, S7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.enums import LinkReason
from core.models import Interaction, MailReference
from core.repositories import letters, subjects
from core.repositories.inserting import RowInsert
from core.rules.subjects import Member
from core.rules.threads import ThreadDecision, choose_parent, decide_thread, rank_references
from core.services import subject_moves
from core.services.work import Work
from core.values import Letter, Ref, RefKind

_insert_references = RowInsert(MailReference)

_UNBORN = 2**62
"""Stands for the id of a letter that has none yet: it comes after everything stored at the same instant."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a new letter finds around it.

    Attributes:
        ranked: The ids its parent is looked for in, in order.
        parent_id: What it answers, if known.
        children: Letters that came first and answer it.
        decision: What becomes of the subjects.
    """

    ranked: tuple[str, ...]
    parent_id: int | None
    children: tuple[Interaction, ...]
    decision: ThreadDecision

    @property
    def answers_or_is_answered(self) -> bool:
        """Whether the letter belongs to something known."""
        return self.decision.subject_id is not None


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter about to be captured.

    Attributes:
        letter: The letter.
        happened_at: Its time.
        is_duplicate: Whether another letter with its Message-ID is known: answers to that id stay with the
            first one, since this one may be forged.
    """

    letter: Letter
    happened_at: datetime
    is_duplicate: bool = False

    @property
    def ranked(self) -> tuple[str, ...]:
        """The ids its parent is looked for in, in order."""
        one = self.letter
        return rank_references(one.in_reply_to, one.references, one.own_ids, own_id=one.message_id)


async def find_places(work: Work, new: Sequence[NewLetter]) -> list[Place]:
    """Find parents and children of letters about to be captured, over all mailboxes.

    None of the letters refers to another of them, so that each one's place is independent of the others.
    """
    ranked = [one.ranked for one in new]
    known = await letters.load_known(work.session, {one for some in ranked for one in some})
    referring = await letters.load_referring(
        work.session, [one.letter.message_id for one in new if not one.is_duplicate]
    )
    parents = [choose_parent(some, known) for some in ranked]
    seats = await letters.load_parent_seats(work.session, {one for one in parents if one is not None})
    places = []
    for one, some, parent_id in zip(new, ranked, parents, strict=True):
        answers = referring.get(one.letter.message_id, ()) if not one.is_duplicate else ()
        children = await _load_children(work, one.letter, parent_id, answers) if answers else ()
        parent = seats[parent_id] if parent_id is not None else None
        if parent is not None and parent.is_deserted:
            parent = None  # Nobody could find an answer that joins a chain all of whose letters are deleted.
        around = await letters.load_seats(work.session, children) if children else {}
        decision = decide_thread(
            Member(one.happened_at, _UNBORN),
            parent.seat if parent is not None else None,
            [around[child.id] for child in children],
        )
        places.append(Place(some, parent_id, tuple(children), decision))
    return places


async def _load_children(
    work: Work, letter: Letter, parent_id: int | None, referring: Sequence[int]
) -> Sequence[Interaction]:
    adopted = await _find_children(work, letter, parent_id, referring)
    return await letters.list_interactions(work.session, adopted)


async def _find_children(
    work: Work, letter: Letter, parent_id: int | None, referring: Sequence[int]
) -> list[int]:
    """Letters for which this one is a better parent than what they have."""
    references = await letters.load_references(work.session, referring)
    known = await letters.load_known(work.session, {one for ranked in references.values() for one in ranked})
    children = [one for one in referring if _prefers(references[one], known, letter.message_id)]
    if parent_id is None:
        return children
    return [one for one in children if not await letters.has_ancestor(work.session, parent_id, one)]


def _prefers(ranked: Sequence[str], known: Mapping[str, object], message_id: str) -> bool:
    """Whether the new Message-ID stands before every known one in a letter's ranking."""
    first = next((one for one in ranked if one == message_id or known.get(one)), None)
    return first == message_id


async def write_references(work: Work, ranked: Mapping[int, Sequence[str]]) -> None:
    """Keep what letters refer to, by interaction, so that children that came first find their parents."""
    rows = [
        {"interaction_id": interaction_id, "message_id": one, "rank": rank}
        for interaction_id, some in ranked.items()
        for rank, one in enumerate(some)
    ]
    await _insert_references(work.session, rows)


async def settle(work: Work, interaction_id: int, place: Place) -> None:
    """Carry out the decision once the letter is recorded: adopt, merge, head the chain."""
    if not place.children:
        return
    for child in place.children:
        work.change(
            child,
            of=Ref(RefKind.INTERACTION, child.id),
            parent_id=interaction_id,
            link_reason=LinkReason.THREAD if child.link_reason is LinkReason.OWN else child.link_reason,
        )
    await work.session.flush()
    decision = place.decision
    if decision.subject_id is None:
        return
    for merged in decision.merged:
        await subject_moves.merge_chain(work, merged, decision.subject_id)
    if decision.heads:
        subject = await subjects.get_subject(work.session, decision.subject_id)
        work.change(subject, of=Ref(RefKind.SUBJECT, subject.id), head_id=interaction_id)
