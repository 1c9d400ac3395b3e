"""Which letter does a letter answer, and what becomes of the chains it connects? (domain.md M3, S7).

Pure functions of values; `core.services.letters` carries out what they decide. Reply-To, Thread-Index and the
topic have no say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.enums import SubjectKind
from core.rules.subjects import Member


def rank_references(
    in_reply_to: Sequence[str], references: Sequence[str], own_ids: Sequence[str], *, own_id: str
) -> tuple[str, ...]:
    """The ids in which a parent is looked for, in order: In-Reply-To, References from last to first, own header.

    Args:
        in_reply_to: Ids of In-Reply-To in order.
        references: Ids of References in order, the root first.
        own_ids: Ids that an own header carries.
        own_id: The letter's own Message-ID: no letter answers itself.
    """
    ranked = dict.fromkeys((*in_reply_to, *reversed(references), *own_ids))
    return tuple(one for one in ranked if one and one != own_id)


class Candidate(NamedTuple):
    """A known letter with a wanted Message-ID; a second one with other content is marked a duplicate."""

    interaction_id: int
    is_duplicate: bool


def choose_parent(
    ranked: Sequence[str], known: Mapping[str, Iterable[Candidate]], *, itself: int | None = None
) -> int | None:
    """The letter that is answered: the first id known; of several letters with that id the one seen first.

    A letter that came later under a known Message-ID may be forged, so it never draws answers away.
    """
    for one in ranked:
        candidates = [found for found in known.get(one, ()) if found.interaction_id != itself]
        if candidates:
            return min(
                candidates, key=lambda found: (found.is_duplicate, found.interaction_id)
            ).interaction_id
    return None


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a letter of a thread sits.

    Attributes:
        letter: The letter in the order of time.
        subject_id: Its subject now.
        kind: That subject's kind.
        head: The head of that subject; None for a real subject, or for a chain all of whose letters are deleted.
    """

    letter: Member
    subject_id: int
    kind: SubjectKind
    head: Member | None = None


@dataclass(frozen=True, slots=True)
class ThreadDecision:
    """What a new letter does to the subjects around it.

    Attributes:
        subject_id: The subject it takes; None: it starts a chain of its own.
        merged: Chains that merge into that subject.
        kept_apart: Real subjects that stay as they are, since two of them never merge: the user is asked.
        heads: Whether the new letter becomes the head of the chain it takes.
    """

    subject_id: int | None
    merged: tuple[int, ...] = ()
    kept_apart: tuple[int, ...] = ()
    heads: bool = False


def decide_thread(letter: Member, parent: Seat | None, children: Sequence[Seat]) -> ThreadDecision:
    """Decide the subject of a new letter and what happens to the chains of parent and children.

    Without children it takes its parent's subject (domain.md S7). With children that came first, chains merge
    into the one with the oldest head; a real subject draws chains in and never merges with another: the
    parent's is taken, else the newest child's.

    Args:
        letter: The new letter.
        parent: What it answers, if known.
        children: What answers it and came before it.
    """
    seats = [*([parent] if parent is not None else []), *children]
    if not seats:
        return ThreadDecision(None)
    target = _choose_target(parent, children)
    subjects = {seat.subject_id: seat.kind for seat in seats if seat.subject_id != target.subject_id}
    heads = parent is None and not target.kind.is_real and (target.head is None or letter < target.head)
    return ThreadDecision(
        target.subject_id,
        merged=tuple(one for one, kind in subjects.items() if not kind.is_real),
        kept_apart=tuple(one for one, kind in subjects.items() if kind.is_real),
        heads=heads,
    )


def _choose_target(parent: Seat | None, children: Sequence[Seat]) -> Seat:
    if parent is not None and parent.kind.is_real:
        return parent
    real = [child for child in children if child.kind.is_real]
    if real:
        return max(real, key=lambda child: child.letter)
    chains = [*([parent] if parent is not None else []), *children]
    return min(chains, key=lambda seat: (seat.head is None, seat.head or seat.letter))
