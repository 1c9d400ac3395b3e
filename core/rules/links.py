"""Where something new belongs that continues nothing known: automatic links (domain.md S8).

Pure functions of values; `core.services.automatic_links` finds the candidates and carries out what is decided.
Only contacts count that a coordinate or a person has named: equal or similar names say nothing here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from core.enums import SubjectKind, SubjectState
from core.rules.subjects import ACTIVE_WINDOW

LINKED_KINDS = frozenset({SubjectKind.CHAIN, SubjectKind.DEAL})
"""What something may be linked to without being asked for; claims and events are chosen by people."""

LINK_WINDOW: timedelta = ACTIVE_WINDOW
"""How long ago the last interaction of a candidate may be."""


@dataclass(frozen=True, slots=True)
class LinkCandidate:
    """A subject that the author sees and that has external contacts in common with something new.

    Attributes:
        contact_ids: The contacts that take part in it, of those asked about.
        last_interaction_at: Its latest interaction that is done; None: there is none yet.
        created_at: When work on it began.
    """

    subject_id: int
    kind: SubjectKind
    state: SubjectState
    contact_ids: frozenset[int]
    last_interaction_at: datetime | None
    created_at: datetime


class LinkDecision(NamedTuple):
    """What becomes of something new: linked to a subject, or a chain of its own with subjects to ask about."""

    subject_id: int | None = None
    asked: tuple[int, ...] = ()


NO_LINK = LinkDecision()


def decide_link(
    contact_ids: frozenset[int], candidates: Iterable[LinkCandidate], now: datetime
) -> LinkDecision:
    """Exactly one candidate: link. Several: ask, deals first, the latest first. None: a chain of its own.

    Args:
        contact_ids: The external contacts that something new is with.
        candidates: Subjects that the author sees.
        now: The moment from which the 90 days are counted.
    """
    living = [
        one
        for one in candidates
        if one.contact_ids & contact_ids
        and one.kind in LINKED_KINDS
        and one.state is SubjectState.OPEN
        and one.last_interaction_at is not None
        and now - one.last_interaction_at <= LINK_WINDOW
    ]
    if len(living) == 1:
        return LinkDecision(living[0].subject_id)
    living.sort(key=lambda one: (one.last_interaction_at or now, one.subject_id), reverse=True)
    living.sort(key=lambda one: one.kind is not SubjectKind.DEAL)
    return LinkDecision(asked=tuple(one.subject_id for one in living))


def decide_old_letter(
    contact_ids: frozenset[int], candidates: Iterable[LinkCandidate], happened_at: datetime
) -> LinkDecision:
    """Where a letter belongs that is older than the mailbox's adding: into the only open deal of its time, if any.

    Nothing is asked, for an import would ask thousands of times. Chains do not count, and the deal's own people
    and beginning do instead of its interactions: an import brings these in an order of the server's, and the
    result must not depend on it.
    """
    deals = [
        one
        for one in candidates
        if one.contact_ids & contact_ids
        and one.kind is SubjectKind.DEAL
        and one.state is SubjectState.OPEN
        and happened_at >= one.created_at - LINK_WINDOW
    ]
    return LinkDecision(deals[0].subject_id) if len(deals) == 1 else NO_LINK


def in_turns(contacts: Sequence[frozenset[int]]) -> list[list[int]]:
    """Newcomers in groups of which no two share a contact, in order: each must see what the former became.

    Args:
        contacts: The external contacts of each newcomer; those without any can go with anybody.

    Returns:
        Their numbers, group by group.
    """
    groups: list[list[int]] = []
    met: set[int] = set()
    for number, some in enumerate(contacts):
        if not groups or met & some:
            groups.append([])
            met = set()
        groups[-1].append(number)
        met |= some
    return groups
