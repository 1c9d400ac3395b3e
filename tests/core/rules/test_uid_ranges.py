"""UIDs in runs."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.rules.uid_ranges import cut_ranges


@given(st.lists(st.integers(1, 60)))
def test_ranges_hold_these_uids_and_no_others_and_are_the_fewest(uids: list[int]) -> None:
    ranges = cut_ranges(uids)
    held = [uid for one in ranges for uid in range(one.first, one.last + 1)]
    assert held == sorted(set(uids))
    assert all(later.first > earlier.last + 1 for earlier, later in pairwise(ranges))
