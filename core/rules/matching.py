"""Whom a coordinate belongs to (domain.md P2).

Matching by name (P3) will be a rule of its own beside this one: it gets the participants that stayed
`Unknown` here, and nothing else, since a coordinate always speaks before a name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.enums import ContactKind
from core.values import ContactId


@dataclass(frozen=True, slots=True)
class CoordinateOwner:
    """A contact that has a coordinate.

    Attributes:
        contact_id: The contact.
        kind: Its kind.
        partner_ids: For a person: the partners they work or worked for.
    """

    contact_id: ContactId
    kind: ContactKind
    partner_ids: frozenset[ContactId] = frozenset()


@dataclass(frozen=True, slots=True)
class Linked:
    """It is this contact."""

    contact_id: ContactId


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """It may be any of these, in order of id: stays unlinked, the user is asked."""

    candidates: tuple[ContactId, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No contact has it."""


Match = Linked | Ambiguous | Unknown


def match_coordinate(owners: Iterable[CoordinateOwner]) -> Match:
    """Whom one coordinate names.

    Its only owner; or the partner, when all its other owners are persons of that partner; unrelated owners
    are ambiguous (domain.md P2).
    """
    by_id = {owner.contact_id: owner for owner in owners}
    if not by_id:
        return Unknown()
    if len(by_id) == 1:
        return Linked(next(iter(by_id)))
    partners = [one for one in by_id.values() if one.kind is ContactKind.PARTNER]
    if len(partners) == 1:
        partner = partners[0].contact_id
        others = [one for one in by_id.values() if one.contact_id != partner]
        if all(_is_person_of(one, partner) for one in others):
            return Linked(partner)
    return Ambiguous(tuple(sorted(by_id)))


def _is_person_of(owner: CoordinateOwner, partner: ContactId) -> bool:
    return owner.kind is ContactKind.PERSON and partner in owner.partner_ids


def match_participant(coordinates: Sequence[Iterable[CoordinateOwner]]) -> Match:
    """Whom a participant with several coordinates is: all that name somebody must name the same contact.

    Args:
        coordinates: The owners of each coordinate; one that nobody has says nothing.
    """
    matches = [match_coordinate(owners) for owners in coordinates]
    named = {contact for match in matches for contact in _contacts_of(match)}
    if not named:
        return Unknown()
    if len(named) == 1:
        return Linked(named.pop())
    return Ambiguous(tuple(sorted(named)))


def _contacts_of(match: Match) -> tuple[ContactId, ...]:
    if isinstance(match, Linked):
        return (match.contact_id,)
    return match.candidates if isinstance(match, Ambiguous) else ()
