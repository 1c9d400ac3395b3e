"""Where a new letter sits: its parent, its subject, and the children that came before it (domain.md M3, S7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.enums import LinkReason
from core.models import Interaction, MailReference
from core.repositories import letters, subjects
from core.rules.subjects import Member
from core.rules.threads import Seat, ThreadDecision, choose_parent, decide_thread, rank_references
from core.services import subject_moves
from core.services.work import Work
from core.values import Letter, Ref, RefKind

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


async def find_place(work: Work, letter: Letter, happened_at: datetime, *, is_duplicate: bool) -> Place:
    """Find parent and children of a letter about to be captured, over all mailboxes.

    Args:
        work: The transaction.
        letter: The letter.
        happened_at: Its time.
        is_duplicate: Whether another letter with its Message-ID is known: answers to that id stay with the
            first one, since this one may be forged.
    """
    ranked = rank_references(letter.in_reply_to, letter.references, letter.own_ids, own_id=letter.message_id)
    parent_id = choose_parent(ranked, await letters.load_known(work.session, ranked))
    adopted = [] if is_duplicate or not letter.message_id else await _find_children(work, letter, parent_id)
    if parent_id is None and not adopted:
        return Place(ranked, None, (), ThreadDecision(None))
    children = await letters.list_interactions(work.session, adopted)
    parents = await letters.list_interactions(work.session, [parent_id] if parent_id is not None else [])
    seats = await letters.load_seats(work.session, [*parents, *children])
    parent = seats[parents[0].id] if parents else None
    if parent is not None and await _is_deserted(work, parent):
        parent = None
    decision = decide_thread(Member(happened_at, _UNBORN), parent, [seats[child.id] for child in children])
    return Place(ranked, parent_id, tuple(children), decision)


async def _is_deserted(work: Work, seat: Seat) -> bool:
    """Whether a chain has no letter left that is not deleted: nobody could find an answer that joins it."""
    if seat.kind.is_real:
        return False
    return await subjects.find_earliest_member(work.session, seat.subject_id) is None


async def _find_children(work: Work, letter: Letter, parent_id: int | None) -> list[int]:
    """Letters for which this one is a better parent than what they have."""
    referring = await letters.list_referring(work.session, letter.message_id)
    if not referring:
        return []
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


async def settle(work: Work, interaction: Interaction, place: Place) -> None:
    """Carry out the decision once the letter is recorded: keep its references, adopt, merge, head the chain."""
    work.session.add_all(
        MailReference(interaction_id=interaction.id, message_id=one, rank=rank)
        for rank, one in enumerate(place.ranked)
    )
    for child in place.children:
        work.change(
            child,
            of=Ref(RefKind.INTERACTION, child.id),
            parent_id=interaction.id,
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
        work.change(subject, of=Ref(RefKind.SUBJECT, subject.id), head_id=interaction.id)
