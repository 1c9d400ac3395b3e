"""Keeps `zveno run` running while it is being killed, and notes what was in flight at each death."""

import asyncio
import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from core.database import Database
from core.enums import OutboxState, UpdateState
from core.models import InboundUpdate, MailUid, OutboxItem
from tests.acceptance.house import PATIENCE, Failed, House, Running


@dataclass(frozen=True)
class Death:
    """What a killed process left half-done.

    Attributes:
        screens: What the rows of the outbox show that were claimed and not marked sent: each may come once more.
        updates: How many updates were stored and not ended: the answer to each may come once more.
    """

    screens: tuple[str, ...]
    updates: int


@dataclass(frozen=True)
class AfterLetters:
    """A moment of an import: so many letters have their fate, and then a little more time."""

    letters: int
    seconds: float


Way = str | float | AfterLetters
"""How a process dies: at a failpoint, so many seconds after its start, at a moment of an import."""


class Keeper:
    """Starts the product again after each death, with the next way to die.

    Args:
        house: Whose product.
        ways: One for each start; after the last it lives on.
    """

    def __init__(self, house: House, ways: Sequence[Way]) -> None:
        self._house = house
        self._ways = list(ways)
        self._database = Database(house.settings["DATABASE_URL"])
        self.deaths: list[Death] = []

    async def keep(self) -> None:
        """Start it, wait for its death, look at what it left, and so on, until it lives on."""
        try:
            for way in self._ways:
                running = await self._start(way)
                status = await running.process.wait()
                assert status == -signal.SIGKILL, f"it ended with {status}\n{running.tail()}"
                self.deaths.append(await self._look())
            await self._house.start(wait=False)
        finally:
            await self._database.dispose()

    async def _start(self, way: Way) -> Running:
        if isinstance(way, str):
            return await self._house.start(wait=False, settings={"FAILPOINT": way})
        running = await self._house.start(wait=False)
        if isinstance(way, AfterLetters):
            await self._wait_for_fates(running, way.letters)
        await asyncio.sleep(way.seconds if isinstance(way, AfterLetters) else way)
        running.process.send_signal(signal.SIGKILL)
        return running

    async def _wait_for_fates(self, running: Running, letters: int) -> None:
        """Look until so many are there; a process that ends by itself is left to who waits for its end."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while running.returncode is None:
            async with self._database.reading() as session:
                fated = await session.scalar(select(func.count()).select_from(MailUid))
            if (fated or 0) >= letters:
                return
            if asyncio.get_running_loop().time() > deadline:
                raise Failed(f"never gave {letters} letters a fate, only {fated}\n{running.tail()}")
            await asyncio.sleep(0.005)

    async def _look(self) -> Death:
        async with self._database.reading() as session:
            sending = await session.scalars(
                select(OutboxItem.payload).where(OutboxItem.state == OutboxState.SENDING)
            )
            screens = tuple(str(payload.get("show", "")) for payload in sending)
            updates = await session.scalar(
                select(func.count()).select_from(InboundUpdate).where(InboundUpdate.state == UpdateState.NEW)
            )
        return Death(screens, updates or 0)


def random_moments(seed: int, kills: int) -> list[float]:
    """Seconds of life before each kill; the same for the same seed."""
    chance = random.Random(seed)
    return [round(chance.uniform(0.3, 1.2), 3) for _ in range(kills)]
