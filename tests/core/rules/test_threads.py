"""Parents and chains of letters as pure functions (domain.md M3, S7)."""

from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import SubjectKind
from core.rules.subjects import Member
from core.rules.threads import Candidate, Seat, choose_parent, decide_thread, rank_references
from tests.conftest import NOON


def member(minute: int) -> Member:
    return Member(NOON + timedelta(minutes=minute), minute)


def chain(letter: int, subject_id: int, head: int | None) -> Seat:
    return Seat(member(letter), subject_id, SubjectKind.CHAIN, member(head) if head is not None else None)


def deal(letter: int, subject_id: int) -> Seat:
    return Seat(member(letter), subject_id, SubjectKind.DEAL)


class TestRanking:
    def test_m3_in_reply_to_then_references_from_last_to_first_then_own_header(self) -> None:
        ranked = rank_references(("a",), ("root", "b", "a"), ("own",), own_id="me")
        assert ranked == ("a", "b", "root", "own")

    def test_m3_no_letter_answers_itself_and_empty_ids_are_nobody(self) -> None:
        assert rank_references(("me", ""), ("me",), (), own_id="me") == ()

    @given(*[st.lists(st.sampled_from("abcdef"))] * 3)
    def test_every_id_stands_once_and_the_first_place_is_in_reply_tos(
        self, in_reply_to: list[str], references: list[str], own: list[str]
    ) -> None:
        ranked = rank_references(in_reply_to, references, own, own_id="f")
        assert sorted(ranked) == sorted(set(in_reply_to + references + own) - {"f"})
        expected = [one for one in in_reply_to if one != "f"]
        assert ranked[:1] == tuple(expected[:1]) or not expected


class TestParent:
    KNOWN: ClassVar = {"a": [Candidate(7, is_duplicate=False)], "b": [Candidate(3, is_duplicate=False)]}

    @pytest.mark.parametrize(
        ("ranked", "parent"),
        [((), None), (("x",), None), (("a", "b"), 7), (("x", "b", "a"), 3)],
    )
    def test_m3_the_first_known_id_is_the_parent(self, ranked: tuple[str, ...], parent: int | None) -> None:
        assert choose_parent(ranked, self.KNOWN) == parent

    def test_m1_a_marked_duplicate_draws_no_answers_away(self) -> None:
        known = {"a": [Candidate(2, is_duplicate=True), Candidate(5, is_duplicate=False)]}
        assert choose_parent(("a",), known) == 5

    def test_m3_itself_is_no_parent(self) -> None:
        assert choose_parent(("a", "b"), self.KNOWN, itself=7) == 3


class TestThread:
    def test_s1_without_relatives_it_starts_a_chain(self) -> None:
        assert decide_thread(member(1), None, []).subject_id is None

    def test_s7_an_answer_takes_the_subject_of_its_parent(self) -> None:
        decision = decide_thread(member(9), chain(5, subject_id=2, head=1), [])
        assert (decision.subject_id, decision.merged, decision.heads) == (2, (), False)

    def test_s7_an_answer_older_than_the_head_does_not_become_head(self) -> None:
        assert not decide_thread(member(0), chain(5, subject_id=2, head=1), []).heads

    def test_m3_a_parent_that_came_last_heads_the_chain_of_its_child(self) -> None:
        decision = decide_thread(member(1), None, [chain(5, subject_id=2, head=5)])
        assert (decision.subject_id, decision.heads) == (2, True)

    def test_m3_chains_merge_into_the_one_with_the_oldest_head(self) -> None:
        children = [
            chain(8, subject_id=4, head=8),
            chain(6, subject_id=5, head=3),
            chain(7, subject_id=6, head=7),
        ]
        decision = decide_thread(member(5), None, children)
        assert (decision.subject_id, decision.merged, decision.heads) == (5, (4, 6), False)

    def test_m3_chains_are_drawn_into_a_real_subject(self) -> None:
        decision = decide_thread(member(5), chain(1, subject_id=2, head=1), [deal(8, subject_id=9)])
        assert (decision.subject_id, decision.merged, decision.kept_apart) == (9, (2,), ())

    def test_m3_two_real_subjects_never_merge_and_the_newest_childs_is_taken(self) -> None:
        decision = decide_thread(member(1), None, [deal(8, subject_id=4), deal(9, subject_id=5)])
        assert (decision.subject_id, decision.merged, decision.kept_apart) == (5, (), (4,))

    def test_s7_the_parents_real_subject_comes_before_a_childs(self) -> None:
        decision = decide_thread(member(5), deal(1, subject_id=4), [deal(9, subject_id=5)])
        assert (decision.subject_id, decision.kept_apart) == (4, (5,))

    def test_m3_a_chain_without_living_head_is_the_last_choice(self) -> None:
        decision = decide_thread(member(5), None, [chain(2, 4, head=None), chain(6, 5, head=6)])
        assert (decision.subject_id, decision.merged) == (5, (4,))

    @given(
        st.lists(
            st.tuples(st.integers(1, 50), st.integers(1, 6)).map(
                lambda pair: deal(pair[0], pair[1]) if pair[1] > 4 else chain(pair[0], pair[1], pair[1])
            ),
            min_size=1,
        )
    )
    def test_every_chain_around_ends_in_the_subject_and_no_real_one_is_touched(
        self, seats: list[Seat]
    ) -> None:
        decision = decide_thread(member(60), None, seats)
        around = {seat.subject_id for seat in seats}
        assert {decision.subject_id, *decision.merged, *decision.kept_apart} == around
        real = {seat.subject_id for seat in seats if seat.kind.is_real}
        assert not real & set(decision.merged)
        assert (decision.subject_id in real) == bool(real)
