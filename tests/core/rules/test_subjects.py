from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import SubjectKind, SubjectState
from core.rules.subjects import (
    ACTIVE_WINDOW,
    Member,
    Move,
    ParticipantFacts,
    Scope,
    Standing,
    SubjectFacts,
    choose_head,
    choose_partner,
    decide_move,
    decide_promotion,
    is_active,
    unite_participants,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CHAIN = SubjectFacts(1, SubjectKind.CHAIN, head_id=10)
OTHER_CHAIN = SubjectFacts(2, SubjectKind.CHAIN, head_id=20)
HIDDEN = SubjectFacts(3, SubjectKind.NONE, head_id=30)
DEAL = SubjectFacts(4, SubjectKind.DEAL)
CLAIM = SubjectFacts(5, SubjectKind.CLAIM)
EVENT = SubjectFacts(6, SubjectKind.EVENT)
HEAD, MEMBER = 10, 11


class TestDecideMove:
    @pytest.mark.parametrize(
        ("interaction", "current", "target", "expected"),
        [
            # The head takes the whole chain along, wherever it goes.
            (HEAD, CHAIN, OTHER_CHAIN, Move(Scope.CHAIN, 2)),
            (HEAD, CHAIN, HIDDEN, Move(Scope.CHAIN, 3)),
            (HEAD, CHAIN, DEAL, Move(Scope.CHAIN, 4)),
            (HEAD, CHAIN, CLAIM, Move(Scope.CHAIN, 5)),
            (HEAD, CHAIN, EVENT, Move(Scope.CHAIN, 6)),
            # Another member takes it along to a real subject, and goes alone otherwise.
            (MEMBER, CHAIN, DEAL, Move(Scope.CHAIN, 4)),
            (MEMBER, CHAIN, CLAIM, Move(Scope.CHAIN, 5)),
            (MEMBER, CHAIN, EVENT, Move(Scope.CHAIN, 6)),
            (MEMBER, CHAIN, OTHER_CHAIN, Move(Scope.ALONE, 2)),
            (MEMBER, CHAIN, None, Move(Scope.ALONE, None)),
            # From a real subject one goes alone, and to none starts a chain.
            (HEAD, DEAL, CLAIM, Move(Scope.ALONE, 5)),
            (MEMBER, DEAL, CHAIN, Move(Scope.ALONE, 1)),
            (MEMBER, CLAIM, None, Move(Scope.ALONE, None)),
            # Nothing changes.
            (HEAD, CHAIN, None, Move(Scope.NOTHING)),
            (HEAD, CHAIN, CHAIN, Move(Scope.NOTHING)),
            (MEMBER, CHAIN, CHAIN, Move(Scope.NOTHING)),
            (MEMBER, DEAL, DEAL, Move(Scope.NOTHING)),
            (30, HIDDEN, None, Move(Scope.NOTHING)),
            (30, HIDDEN, DEAL, Move(Scope.CHAIN, 4)),
        ],
    )
    def test_s4_table(
        self, interaction: int, current: SubjectFacts, target: SubjectFacts | None, expected: Move
    ) -> None:
        assert decide_move(interaction, current, target) == expected

    @given(
        interaction=st.sampled_from([HEAD, MEMBER, 20, 30]),
        current=st.sampled_from([CHAIN, OTHER_CHAIN, HIDDEN, DEAL, CLAIM, EVENT]),
        target=st.sampled_from([None, CHAIN, OTHER_CHAIN, HIDDEN, DEAL, CLAIM, EVENT]),
    )
    def test_s4_only_one_that_is_no_member_of_a_real_subject_takes_companions_along(
        self, interaction: int, current: SubjectFacts, target: SubjectFacts | None
    ) -> None:
        move = decide_move(interaction, current, target)
        if move.scope is Scope.CHAIN:
            assert not current.kind.is_real
            assert target is not None
            assert move.to == target.id
        if move.scope is Scope.NOTHING:
            assert target in {None, current}


def test_s6_a_chain_goes_along_but_a_member_of_a_real_subject_goes_alone() -> None:
    assert decide_promotion(CHAIN) is Scope.CHAIN
    assert decide_promotion(HIDDEN) is Scope.CHAIN
    assert decide_promotion(DEAL) is Scope.ALONE


class TestChooseHead:
    def test_s5_the_earliest_by_happened_then_id_becomes_head(self) -> None:
        members = [Member(NOW, 7), Member(NOW - timedelta(hours=1), 9), Member(NOW - timedelta(hours=1), 8)]
        assert choose_head(members) == 8

    def test_s5_an_empty_chain_has_no_head(self) -> None:
        assert choose_head([]) is None


def participant(contact_id: int | None, *coordinates: str, user_id: int | None = None) -> ParticipantFacts:
    return ParticipantFacts(
        contact_id,
        is_user=user_id is not None,
        user_id=user_id,
        presentation="John",
        coordinates=frozenset(("phone", one) for one in coordinates),
    )


class TestUniteParticipants:
    def test_s6_contacts_once_each(self) -> None:
        assert len(unite_participants([participant(1), participant(2), participant(1)]).participants) == 2

    def test_s6_unlinked_ones_without_coordinate_stay_apart_even_with_equal_text(self) -> None:
        assert len(unite_participants([participant(None), participant(None)]).participants) == 2

    def test_s6_unlinked_ones_that_share_a_coordinate_through_a_third_are_one(self) -> None:
        people = unite_participants(
            [participant(None, "+1"), participant(None, "+3"), participant(None, "+1", "+2", "+3")]
        )
        assert [one.coordinates for one in people.participants] == [
            frozenset({("phone", "+1"), ("phone", "+2"), ("phone", "+3")})
        ]

    def test_s6_own_users_join_the_team(self) -> None:
        people = unite_participants([participant(9, user_id=3), participant(1), participant(9, user_id=3)])
        assert people.team == (3,)
        assert [one.contact_id for one in people.participants] == [1]

    @given(
        st.lists(
            st.builds(
                participant, st.none() | st.integers(1, 4), st.sampled_from("abcd"), st.sampled_from("abcd")
            )
        )
    )
    def test_s6_nobody_is_doubled_whatever_the_order(self, everybody: list[ParticipantFacts]) -> None:
        people = unite_participants(everybody).participants
        contacts = [one.contact_id for one in people if one.contact_id is not None]
        assert sorted(contacts) == sorted({one.contact_id for one in everybody if one.contact_id is not None})
        unlinked = [one for one in people if one.contact_id is None]
        coordinates = [coordinate for one in unlinked for coordinate in one.coordinates]
        assert len(coordinates) == len(set(coordinates))
        again = unite_participants(list(reversed(everybody))).participants
        assert {one.coordinates for one in again if one.contact_id is None} == {
            one.coordinates for one in unlinked
        }


class TestChoosePartner:
    def test_s6_the_only_partner_among_the_participants(self) -> None:
        assert choose_partner([5], [6, 7]) == (5,)

    def test_s6_several_are_asked(self) -> None:
        assert choose_partner([6, 5, 6], []) == (5, 6)

    def test_s6_the_partner_of_the_persons_when_none_takes_part_itself(self) -> None:
        assert choose_partner([], [7, 7]) == (7,)

    def test_s6_nobody(self) -> None:
        assert choose_partner([], []) == ()


class TestIsActive:
    @pytest.mark.parametrize("kind", [SubjectKind.DEAL, SubjectKind.CLAIM, SubjectKind.EVENT])
    def test_s9_a_real_subject_until_it_is_closed(self, kind: SubjectKind) -> None:
        assert is_active(Standing(kind, SubjectState.OPEN, 0, 0, None), NOW)
        assert not is_active(Standing(kind, SubjectState.CLOSED, 3, 1, NOW), NOW)

    @pytest.mark.parametrize(
        ("unreviewed", "planned", "last", "expected"),
        [
            (0, 0, None, False),
            (1, 0, None, True),
            (0, 1, None, True),
            (0, 0, NOW - ACTIVE_WINDOW, True),
            (0, 0, NOW - ACTIVE_WINDOW - timedelta(seconds=1), False),
        ],
    )
    def test_s9_a_chain_while_something_is_open_or_recent(
        self, unreviewed: int, planned: int, last: datetime | None, *, expected: bool
    ) -> None:
        standing = Standing(SubjectKind.CHAIN, SubjectState.OPEN, unreviewed, planned, last)
        assert is_active(standing, NOW) is expected
