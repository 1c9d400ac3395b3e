"""Cutting letters into batches that are bounded by count and by bytes: one measure for receiving and capturing."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar


class Sized(Protocol):
    """What has a size."""

    @property
    def size(self) -> int:
        """Bytes."""
        ...


Item = TypeVar("Item", bound=Sized)


def cut_batches(items: Iterable[Item], *, most: int, most_bytes: int) -> Iterator[list[Item]]:
    """Batches of at most so many items and so many bytes, one item at least, in order."""
    batch: list[Item] = []
    total = 0
    for one in items:
        if batch and (len(batch) >= most or total + one.size > most_bytes):
            yield batch
            batch, total = [], 0
        batch.append(one)
        total += one.size
    if batch:
        yield batch
