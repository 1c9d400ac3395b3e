"""Letters batch by batch, the next batch on its way while the present one is stored.

Without it the line is idle while letters are read and stored, and the core is idle while the line is busy. One
batch is fetched ahead, and only while both together stay small: memory stays bounded by what the caller cut.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import NamedTuple, Self

from mail.errors import TryLater
from mail.imap_session import FetchedLetter, IMAPSession, LetterSize

AHEAD_BYTES = 8 * 1024 * 1024
"""A batch is fetched ahead if it and the present one have no more than this together."""


class FetchedBatch(NamedTuple):
    """What came of a batch.

    Attributes:
        asked: The letters this is about, ascending; after an error only those that came whole before it.
        letters: Those that the server has, ascending by UID.
    """

    asked: Sequence[LetterSize]
    letters: Sequence[FetchedLetter]


class LetterStream:
    """Fetches batches of the opened folder in order: `async with LetterStream(...) as stream: async for ...`.

    Nothing else may be asked of the session meanwhile. Leaving early drops the connection, because a batch may be on
    its way; after the last batch the session is free again. What came whole before an error is given out, then the
    error is raised: a line that is cut again and again still gets on.

    Args:
        session: A folder is open.
        batches: Cut by the caller, by number and bytes; taken one by one as they are needed.
    """

    def __init__(self, session: IMAPSession, batches: Iterable[Sequence[LetterSize]]) -> None:
        self._session = session
        self._batches: Iterator[Sequence[LetterSize]] = iter(batches)
        self._next = next(self._batches, None)
        self._ahead: asyncio.Task[tuple[FetchedBatch, TryLater | None]] | None = None
        self._failure: TryLater | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.gather(self._ahead, return_exceptions=True)
            self._ahead = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> FetchedBatch:
        """The next batch.

        Raises:
            TryLater: As `IMAPSession.fetch_raw`, after what came whole was given out.
        """
        if self._failure is not None:
            raise self._failure
        task = self._ahead or self._begin()
        if task is None:
            raise StopAsyncIteration
        fetched, self._failure = await task
        self._ahead = None
        if self._failure is None:
            present = sum(len(one.raw or b"") for one in fetched.letters)
            if self._next is not None and present + _sum(self._next) <= AHEAD_BYTES:
                self._begin()
        elif not fetched.asked:
            raise self._failure
        return fetched

    def _begin(self) -> asyncio.Task[tuple[FetchedBatch, TryLater | None]] | None:
        if self._next is not None:
            self._ahead = asyncio.create_task(self._fetch(self._next), name="letters-ahead")
            self._next = next(self._batches, None)
        return self._ahead

    async def _fetch(self, batch: Sequence[LetterSize]) -> tuple[FetchedBatch, TryLater | None]:
        letters: list[FetchedLetter] = []
        failure: TryLater | None = None
        try:
            async for letter in self._session.fetch_raw([one.uid for one in batch], _sum(batch)):
                letters.append(letter)  # noqa: PERF401 - what came before an error counts
        except TryLater as error:
            failure = error
            came = {one.uid for one in letters}
            batch = [one for one in batch if one.uid in came]
        letters.sort(key=lambda one: one.uid)
        return FetchedBatch(batch, letters), failure


def _sum(batch: Sequence[LetterSize]) -> int:
    return sum(one.size for one in batch)
