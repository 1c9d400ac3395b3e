"""Interactions ordered as a tree (domain.md S3)."""

from hypothesis import given
from hypothesis import strategies as st

from core.queries.subject_tree import order_as_tree


def test_s3_branches_stay_together_below_their_parents() -> None:
    members = [(1, None), (2, 1), (3, None), (4, 1), (5, 2), (6, 99)]
    assert order_as_tree(members) == [(1, 0), (2, 1), (5, 2), (4, 1), (3, 0), (6, 0)]


@given(st.dictionaries(st.integers(1, 30), st.none() | st.integers(1, 30)))
def test_s3_everybody_is_there_once_whatever_the_parents_say(parents: dict[int, int | None]) -> None:
    ordered = order_as_tree(list(parents.items()))
    assert sorted(one for one, _ in ordered) == sorted(parents)
    assert all(depth >= 0 for _, depth in ordered)
