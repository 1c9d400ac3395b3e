"""Which letters of a folder have no fate here, which left it, which came back; and which sightings are one letter?

Pure functions of values; `mail.catch_up` and `mail.remap` act on them (domain.md M1, M4).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple


class Presence(NamedTuple):
    """The UIDs with a fate under one UIDVALIDITY: those on the server as far as is known, and those gone."""

    present: frozenset[int]
    gone: frozenset[int]


class Compared(NamedTuple):
    """A server's UIDs against the fates here; each ascending.

    Attributes:
        missing: On the server and without a fate.
        gone: With a fate, thought to be on the server, and not there.
        back: With a fate, thought gone, and there.
    """

    missing: list[int]
    gone: list[int]
    back: list[int]


class FormerSighting(NamedTuple):
    """What is known of a letter whose number is void; `size` None: look at its bytes."""

    id: int
    uid: int
    size: int | None
    raw_sha256: str
    interaction_id: int | None


class UnreadSighting(NamedTuple):
    """A letter whose bytes were never fetched, and about which something was decided: too large, dismissed."""

    id: int
    size: int
    internal_date: datetime


def compare(on_server: Iterable[int], known: Presence) -> Compared:
    """Hold what is on a server against what is known of it."""
    there = set(on_server)
    return Compared(
        missing=sorted(there - known.present - known.gone),
        gone=sorted(known.present - there),
        back=sorted(known.gone & there),
    )


def are_one(sightings: Sequence[FormerSighting]) -> bool:
    """Whether it makes no difference which of them a letter is: one interaction, or the same bytes."""
    interactions = {one.interaction_id for one in sightings}
    if len(interactions) == 1 and interactions != {None}:
        return True
    return len({one.raw_sha256 for one in sightings}) == 1
