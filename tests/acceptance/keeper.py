"""Keeps `zveno run` running while it is being killed, and notes what was in flight at each death."""

import asyncio
import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from core.database import Database
from core.enums import OutboxState, UpdateState
from core.models import InboundUpdate, OutboxItem
from tests.acceptance.house import House, Running


@dataclass(frozen=True)
class Death:
    """What a killed process left half-done.

    Attributes:
        screens: What the rows of the outbox show that were claimed and not marked sent: each may come once more.
        updates: How many updates were stored and not ended: the answer to each may come once more.
    """

    screens: tuple[str, ...]
    updates: int


class Keeper:
    """Starts the product again after each death, with the next way to die.

    Args:
        house: Whose product.
        ways: For each start a failpoint, or the seconds after which it is killed; after the last it lives on.
    """

    def __init__(self, house: House, ways: Sequence[str | float]) -> None:
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

    async def _start(self, way: str | float) -> Running:
        if isinstance(way, str):
            return await self._house.start(wait=False, settings={"FAILPOINT": way})
        running = await self._house.start(wait=False)
        await asyncio.sleep(way)
        running.process.send_signal(signal.SIGKILL)
        return running

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
