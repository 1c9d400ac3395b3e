"""The order that people give to rows: each has a position, and what is added comes last."""

from collections.abc import Iterable
from typing import Protocol


class Positioned(Protocol):
    """A row with a place in an order."""

    @property
    def position(self) -> int:
        """Its place; 0 is the first."""
        ...


def next_position(rows: Iterable[Positioned]) -> int:
    """The place after the last of these."""
    return max((one.position for one in rows), default=-1) + 1
