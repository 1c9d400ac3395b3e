"""Parts of one process: started together, restarted when they fail, stopped in order.

A part runs until it is cancelled. When it fails it is started again after a growing pause, and health names it
as long as it is down; what no restart can mend (`Fatal`) ends the process.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

logger = logging.getLogger(__name__)

PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds between the failure of a part and its next start."""

_STEADY_SECONDS = 60.0
"""A part that ran so long has recovered; its pauses begin anew."""


class Fatal(Exception):
    """The process cannot do its work, and trying again would not help."""


async def _nothing() -> None:
    return


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the process.

    Attributes:
        run: Works until cancelled; called again after a failure.
        is_well: Whether the running part can do its work at present.
        close: Called once at the end, after `run` was cancelled: lets what is under way come to its end.
    """

    name: str
    run: Callable[[], Awaitable[None]]
    is_well: Callable[[], bool] = _always
    close: Callable[[], Awaitable[None]] = _nothing


class Supervisor:
    """Keeps parts running."""

    def __init__(self, parts: Sequence[Part], pauses: Sequence[float] = PAUSES) -> None:
        """Take the parts in the order in which they are to be stopped."""
        self._parts = list(parts)
        self._pauses = pauses
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._down: set[str] = set()

    @property
    def names(self) -> list[str]:
        """The parts, in the order of stopping."""
        return [part.name for part in self._parts]

    def find_ill(self) -> list[str]:
        """Names of the parts that are down or cannot do their work."""
        return [part.name for part in self._parts if part.name in self._down or not part.is_well()]

    def start(self) -> None:
        """Start all parts, those that stop last first."""
        for part in reversed(self._parts):
            self._tasks[part.name] = asyncio.create_task(self._keep(part), name=part.name)

    async def run_until(self, stop: asyncio.Event) -> None:
        """Start, wait for `stop`, and stop in order.

        Raises:
            Fatal: A part cannot go on; everything was stopped.
        """
        self.start()
        waiting = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([waiting, *self._tasks.values()], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            faults = await self.stop()
        for fault in faults:
            raise fault

    async def stop(self) -> list[Fatal]:
        """Stop the parts one after another; returns what made any of them give up."""
        faults = []
        for part in self._parts:
            task = self._tasks.pop(part.name, None)
            if task is None:
                continue
            task.cancel()
            [outcome] = await asyncio.gather(task, return_exceptions=True)
            if isinstance(outcome, Fatal):
                faults.append(outcome)
            try:
                await part.close()
            except Exception:
                logger.exception(
                    "Part %s did not close well",
                    part.name,
                    extra={"event": "part_close_failed", "part": part.name},
                )
            logger.info("Part %s has stopped", part.name, extra={"event": "part_stopped", "part": part.name})
        return faults

    async def _keep(self, part: Part) -> None:
        failures = 0
        while True:
            started = time.monotonic()
            self._down.discard(part.name)
            try:
                await part.run()
            except Fatal:
                self._down.add(part.name)
                raise
            except Exception:
                logger.exception(
                    "Part %s failed", part.name, extra={"event": "part_failed", "part": part.name}
                )
            else:
                logger.error(
                    "Part %s ended by itself", part.name, extra={"event": "part_ended", "part": part.name}
                )
            self._down.add(part.name)
            failures = 1 if time.monotonic() - started > _STEADY_SECONDS else failures + 1
            await asyncio.sleep(self._pauses[min(failures, len(self._pauses)) - 1])
