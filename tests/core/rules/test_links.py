"""Automatic links without a thread as pure functions (domain.md S8)."""

from datetime import datetime, timedelta
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import SubjectKind, SubjectState
from core.rules.links import (
    NO_LINK,
    LinkCandidate,
    LinkDecision,
    decide_link,
    decide_old_letter,
    in_turns,
)
from tests.conftest import NOON

JOHN, MARY, VERA = 1, 2, 3
CHAIN, DEAL = SubjectKind.CHAIN, SubjectKind.DEAL
OPEN, CLOSED = SubjectState.OPEN, SubjectState.CLOSED


def ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def candidate(
    subject_id: int,
    kind: SubjectKind = CHAIN,
    *contact_ids: int,
    last: float | None = 1,
    state: SubjectState = OPEN,
    created: float = 100,
) -> LinkCandidate:
    met = None if last is None else ago(last)
    return LinkCandidate(subject_id, kind, state, frozenset(contact_ids or (JOHN,)), met, ago(created))


@pytest.mark.parametrize(
    ("candidates", "decision"),
    [
        pytest.param([], NO_LINK, id="none"),
        pytest.param([candidate(7)], LinkDecision(7), id="one chain"),
        pytest.param([candidate(7, DEAL)], LinkDecision(7), id="one deal"),
        pytest.param(
            [candidate(7, DEAL, MARY, JOHN)], LinkDecision(7), id="one contact of several is enough"
        ),
        pytest.param([candidate(7, DEAL, MARY)], NO_LINK, id="somebody else's deal"),
        pytest.param([candidate(7, DEAL, state=CLOSED)], NO_LINK, id="a closed deal"),
        pytest.param([candidate(7, SubjectKind.CLAIM)], NO_LINK, id="a claim is chosen by people"),
        pytest.param([candidate(7, SubjectKind.EVENT)], NO_LINK, id="an event is chosen by people"),
        pytest.param([candidate(7, SubjectKind.NONE)], NO_LINK, id="automatic mail"),
        pytest.param([candidate(7, last=90)], LinkDecision(7), id="90 days ago"),
        pytest.param([candidate(7, last=90.01)], NO_LINK, id="more than 90 days ago"),
        pytest.param([candidate(7, DEAL, last=91)], NO_LINK, id="a deal at rest"),
        pytest.param([candidate(7, last=None)], NO_LINK, id="nothing happened yet"),
        pytest.param([candidate(7, last=91), candidate(8)], LinkDecision(8), id="one living of two"),
        pytest.param([candidate(7), candidate(8, CHAIN, MARY)], LinkDecision(7), id="one in common of two"),
        pytest.param(
            [candidate(7, last=3), candidate(8, last=1)], LinkDecision(None, (8, 7)), id="latest first"
        ),
        pytest.param(
            [candidate(7, last=1), candidate(8, DEAL, last=9)], LinkDecision(None, (8, 7)), id="deals first"
        ),
    ],
)
def test_s8_one_candidate_links_several_ask_none_starts_a_chain(
    candidates: list[LinkCandidate], decision: LinkDecision
) -> None:
    assert decide_link(frozenset({JOHN}), candidates, NOON) == decision


@given(
    st.lists(
        st.builds(
            candidate,
            st.integers(1, 99),
            st.sampled_from(SubjectKind),
            st.sampled_from([JOHN, MARY, VERA]),
            last=st.one_of(st.none(), st.floats(0, 200)),
            state=st.sampled_from(SubjectState),
        ),
        unique_by=lambda one: one.subject_id,
    ),
    st.frozensets(st.sampled_from([JOHN, MARY, VERA])),
    st.randoms(),
)
def test_s8_nothing_is_linked_without_a_contact_in_common_and_order_does_not_count(
    candidates: list[LinkCandidate], contacts: frozenset[int], random: Random
) -> None:
    decision = decide_link(contacts, candidates, NOON)
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert decide_link(contacts, shuffled, NOON) == decision
    named = {decision.subject_id, *decision.asked} - {None}
    by_id = {one.subject_id: one for one in candidates}
    assert all(by_id[one or 0].contact_ids & contacts for one in named)
    assert len(decision.asked) != 1
    assert decision.subject_id is None or not decision.asked


@pytest.mark.parametrize(
    ("candidates", "days", "subject_id"),
    [
        pytest.param([candidate(7, DEAL)], 100, 7, id="of the deal's time"),
        pytest.param([candidate(7, DEAL)], 190, 7, id="90 days before the deal began"),
        pytest.param([candidate(7, DEAL)], 191, None, id="long before the deal"),
        pytest.param([candidate(7)], 10, None, id="a chain does not count"),
        pytest.param(
            [candidate(7, DEAL, last=None)], 10, 7, id="whether anything happened in it does not count"
        ),
        pytest.param(
            [candidate(7, DEAL), candidate(8, DEAL)], 10, None, id="two deals: nothing, and no question"
        ),
        pytest.param([candidate(7, DEAL, state=CLOSED)], 10, None, id="a closed deal"),
        pytest.param([candidate(7, DEAL, MARY)], 10, None, id="somebody else's deal"),
    ],
)
def test_s8_an_old_letter_goes_into_the_only_open_deal_of_its_time_and_never_asks(
    candidates: list[LinkCandidate], days: float, subject_id: int | None
) -> None:
    decision = decide_old_letter(frozenset({JOHN}), candidates, ago(days))
    assert decision == LinkDecision(subject_id)


@given(st.lists(st.frozensets(st.integers(1, 4), max_size=3), max_size=12))
def test_s8_newcomers_of_one_turn_share_no_contact_and_keep_their_order(
    contacts: list[frozenset[int]],
) -> None:
    turns = in_turns(contacts)
    assert [number for turn in turns for number in turn] == list(range(len(contacts)))
    assert all(turn for turn in turns)
    for turn in turns:
        assert all(not contacts[one] & contacts[other] for one, other in combinations(turn, 2))
