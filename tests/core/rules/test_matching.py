"""Whom a coordinate belongs to (domain.md P2)."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import ContactKind
from core.rules.matching import (
    Ambiguous,
    CoordinateOwner,
    Linked,
    Match,
    Unknown,
    match_coordinate,
    match_participant,
)
from core.values import ContactId


def owner(number: int, kind: ContactKind, *partners: int) -> CoordinateOwner:
    return CoordinateOwner(ContactId(number), kind, frozenset(map(ContactId, partners)))


ACME = owner(1, ContactKind.PARTNER)
BETA = owner(2, ContactKind.PARTNER)
JOHN = owner(3, ContactKind.PERSON, 1)
MARY = owner(4, ContactKind.PERSON, 1)
PETER = owner(5, ContactKind.PERSON, 2)
BOTH = owner(6, ContactKind.PERSON, 1, 2)
ALONE = owner(7, ContactKind.INDIVIDUAL)
ANNA = owner(8, ContactKind.USER)


def linked(number: int) -> Match:
    return Linked(ContactId(number))


def ambiguous(*numbers: int) -> Match:
    return Ambiguous(tuple(map(ContactId, numbers)))


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        ([], Unknown()),
        ([JOHN], linked(3)),
        ([JOHN, JOHN], linked(3)),
        ([ACME, JOHN], linked(1)),
        ([ACME, JOHN, MARY], linked(1)),
        ([MARY, ACME], linked(1)),
        ([ACME, BOTH], linked(1)),
        ([ACME, PETER], ambiguous(1, 5)),
        ([ACME, JOHN, PETER], ambiguous(1, 3, 5)),
        ([JOHN, MARY], ambiguous(3, 4)),
        ([ACME, BETA], ambiguous(1, 2)),
        ([ACME, BETA, BOTH], ambiguous(1, 2, 6)),
        ([ALONE, ANNA], ambiguous(7, 8)),
        ([ACME, ALONE], ambiguous(1, 7)),
    ],
)
def test_p2_owners_of_one_coordinate(owners: list[CoordinateOwner], expected: Match) -> None:
    assert match_coordinate(owners) == expected


@pytest.mark.parametrize(
    ("coordinates", "expected"),
    [
        ([], Unknown()),
        ([[], []], Unknown()),
        ([[JOHN], []], linked(3)),
        ([[JOHN], [JOHN]], linked(3)),
        ([[ACME, JOHN], [ACME]], linked(1)),
        ([[JOHN], [MARY]], ambiguous(3, 4)),
        ([[ACME], [JOHN]], ambiguous(1, 3)),
        ([[JOHN], [JOHN, MARY]], ambiguous(3, 4)),
    ],
)
def test_p2_several_coordinates_must_agree(coordinates: list[list[CoordinateOwner]], expected: Match) -> None:
    assert match_participant(coordinates) == expected


OWNERS = st.builds(
    CoordinateOwner,
    st.integers(1, 6).map(ContactId),
    st.sampled_from(ContactKind),
    st.frozensets(st.integers(1, 6).map(ContactId), max_size=3),
)


@given(st.lists(OWNERS, max_size=6, unique_by=lambda one: one.contact_id), st.randoms())
def test_p2_order_does_not_matter_and_only_owners_are_named(
    owners: list[CoordinateOwner], random: Random
) -> None:
    shuffled = list(owners)
    random.shuffle(shuffled)
    match = match_coordinate(owners)
    assert match_coordinate(shuffled) == match
    ids = {one.contact_id for one in owners}
    if isinstance(match, Linked):
        assert match.contact_id in ids
    elif isinstance(match, Ambiguous):
        assert set(match.candidates) == ids
        assert len(ids) > 1
    else:
        assert not owners


@given(st.lists(OWNERS, min_size=2, max_size=6, unique_by=lambda one: one.contact_id))
def test_p2_several_owners_link_to_nobody_but_a_partner_of_all_others(owners: list[CoordinateOwner]) -> None:
    match = match_coordinate(owners)
    if isinstance(match, Linked):
        by_id = {one.contact_id: one for one in owners}
        assert by_id[match.contact_id].kind is ContactKind.PARTNER
        others = [one for one in owners if one.contact_id != match.contact_id]
        assert all(match.contact_id in one.partner_ids for one in others)
