"""UIDs in runs: thousands of neighbours are one condition to a database and one word to a server."""

from collections.abc import Iterable
from typing import NamedTuple


class UIDRange(NamedTuple):
    """All UIDs from the first to the last, both included."""

    first: int
    last: int


def cut_ranges(uids: Iterable[int]) -> list[UIDRange]:
    """The fewest ranges that hold these UIDs and no others, ascending."""
    ranges: list[UIDRange] = []
    for uid in sorted(set(uids)):
        if ranges and uid == ranges[-1].last + 1:
            ranges[-1] = UIDRange(ranges[-1].first, uid)
        else:
            ranges.append(UIDRange(uid, uid))
    return ranges
