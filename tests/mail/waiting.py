"""Waiting for what happens by itself."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 20.0


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    """Return once it happened; a test that waits in vain fails."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await happened():  # noqa: ASYNC110 - what is waited for is in a database, there is no event
            await asyncio.sleep(0.02)
