"""What an interaction is about, and what happens to its chain when that changes (domain.md S).

Pure functions of values; `core.services.subject_moves` carries out what they decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.enums import SubjectKind, SubjectState

ACTIVE_WINDOW = timedelta(days=90)
"""How long a chain counts as active, and is a candidate for links, after an interaction (domain.md S8, S9)."""


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What the rules need to know of a subject."""

    id: int
    kind: SubjectKind
    head_id: int | None = None


class Scope(StrEnum):
    """Who moves when a subject is changed."""

    NOTHING = "nothing"
    ALONE = "alone"
    CHAIN = "chain"


class Move(NamedTuple):
    """What a change of subject comes to; `to` None: the one that moves starts a new chain."""

    scope: Scope
    to: int | None = None


_STAY = Move(Scope.NOTHING)


def decide_move(interaction_id: int, current: SubjectFacts, target: SubjectFacts | None) -> Move:
    """Decide what changing the subject of an interaction does (domain.md S4).

    Args:
        interaction_id: The interaction whose subject is changed.
        current: The subject it has.
        target: The subject wanted; for a chosen interaction that interaction's subject (domain.md S2);
            None for "none".
    """
    if target is not None and target.id == current.id:
        return _STAY
    is_head = not current.kind.is_real and current.head_id == interaction_id
    if target is None:
        return _STAY if is_head else Move(Scope.ALONE)
    if current.kind.is_real:
        return Move(Scope.ALONE, target.id)
    if is_head or target.kind.is_real:
        return Move(Scope.CHAIN, target.id)
    return Move(Scope.ALONE, target.id)


def decide_promotion(current: SubjectFacts) -> Scope:
    """Who gets the real subject when an interaction is promoted (domain.md S6)."""
    return Scope.ALONE if current.kind.is_real else Scope.CHAIN


class Member(NamedTuple):
    """An interaction of a chain, in the order that decides who heads it."""

    happened_at: datetime
    id: int


def choose_head(members: Iterable[Member]) -> int | None:
    """The member that heads a chain whose head was deleted: the earliest by (happened, id) (domain.md S5)."""
    earliest = min(members, default=None)
    return None if earliest is None else earliest.id


class ParticipantFacts(NamedTuple):
    """A participant of an interaction that is promoted."""

    contact_id: int | None
    is_user: bool
    user_id: int | None
    presentation: str
    coordinates: frozenset[tuple[str, str]]


class People(NamedTuple):
    """Who takes part in a deal, claim or event made from interactions."""

    participants: tuple[ParticipantFacts, ...]
    team: tuple[int, ...]


def unite_participants(everybody: Sequence[ParticipantFacts]) -> People:
    """The union over the interactions moved (domain.md S6).

    Contacts once each; unlinked ones are one person when they share a coordinate, directly or through a third
    (domain.md P1), and never by equal text; own users join the team instead.
    """
    seen: set[int] = set()
    linked: list[ParticipantFacts] = []
    unlinked: list[ParticipantFacts] = []
    team: dict[int, None] = {}
    for one in everybody:
        if one.is_user:
            if one.user_id is not None:
                team.setdefault(one.user_id)
        elif one.contact_id is None:
            unlinked.append(one)
        elif one.contact_id not in seen:
            seen.add(one.contact_id)
            linked.append(one)
    return People((*linked, *_unite_unlinked(unlinked)), tuple(team))


def _unite_unlinked(unlinked: Sequence[ParticipantFacts]) -> list[ParticipantFacts]:
    """Groups in the order of their first members; who has no coordinate is a group alone."""
    groups: dict[int, ParticipantFacts] = {}
    holders: dict[tuple[str, str], int] = {}
    for place, one in enumerate(unlinked):
        first, *others = sorted({holders[each] for each in one.coordinates if each in holders}) or [place]
        group = groups.get(first, one)
        coordinates = group.coordinates.union(
            one.coordinates, *(groups.pop(other).coordinates for other in others)
        )
        groups[first] = group._replace(coordinates=coordinates)
        holders.update(dict.fromkeys(coordinates, first))
    return list(groups.values())


def choose_partner(direct: Iterable[int], through_persons: Iterable[int]) -> tuple[int, ...]:
    """The partners a deal may be with: one means it is settled, several that the user is asked (domain.md S6).

    Args:
        direct: Partners among the participants.
        through_persons: Partners that participating persons work for now; they count when no partner takes
            part itself.
    """
    return tuple(sorted(set(direct))) or tuple(sorted(set(through_persons)))


class Standing(NamedTuple):
    """The stored state of a subject (domain.md S9)."""

    kind: SubjectKind
    state: SubjectState
    unreviewed: int
    planned: int
    last_interaction_at: datetime | None


def is_active(standing: Standing, now: datetime) -> bool:
    """Whether work on a subject goes on (domain.md S9).

    A deal until closed, a claim until settled, an event until over; a chain while it has unreviewed or planned
    members or an interaction within 90 days.
    """
    if standing.kind.is_real:
        return standing.state is SubjectState.OPEN
    if standing.unreviewed or standing.planned:
        return True
    last = standing.last_interaction_at
    return last is not None and now - last <= ACTIVE_WINDOW
