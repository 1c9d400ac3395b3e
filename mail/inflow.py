"""Receiving goes before capturing: while letters come in by the hundred, capturing leaves them most of the machine.

A letter is safe once it is received; what it says can be told a few seconds later. Single letters are captured at
once, and those of other mailboxes are never held up for longer than a rest.
"""

import asyncio
from time import monotonic

FLOOD_LETTERS = 20
"""So many letters received together are an import, not somebody's mail of the minute."""

FLOWS_SECONDS = 0.5
"""A flood that was not fed for so long is over."""

REST = 1.0
"""A rest is so many times as long as the work before it."""

MAX_REST_SECONDS = 0.5


class Inflow:
    """What comes in, as intakes see it; one for all mailboxes of a process."""

    def __init__(self) -> None:
        self._fed_at = float("-inf")

    def note(self, letters: int) -> None:
        """Letters were received together."""
        if letters >= FLOOD_LETTERS:
            self._fed_at = monotonic()

    @property
    def is_flood(self) -> bool:
        """Whether letters come in by the hundred now."""
        return monotonic() - self._fed_at < FLOWS_SECONDS

    async def rest_after(self, worked: float) -> None:
        """Leave the machine to what comes in, if it does; others on the loop have their turn anyway.

        Args:
            worked: Seconds of work just done.
        """
        await asyncio.sleep(min(worked * REST, MAX_REST_SECONDS) if self.is_flood else 0)
