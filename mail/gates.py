"""How many mailboxes may do what at once.

Providers count: connections at once, and logins within a short time, by account and by the address they come from.
Ten mailboxes of one host that all connect after a restart look like an attack and are refused, and those refused
come back together (mail-notes.md, 6). So connecting to one host is done by two at a time, whatever the others do.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CONNECTING_AT_ONCE = 2
"""One that hangs must not keep the others out; more than a few at once is what providers take amiss."""


class HostGate:
    """Lets mailboxes connect and log in to a host by twos; hosts do not wait for each other."""

    def __init__(self, at_once: int = CONNECTING_AT_ONCE) -> None:
        self._at_once = at_once
        self._hosts: dict[str, _Door] = {}

    @asynccontextmanager
    async def enter(self, host: str) -> AsyncIterator[None]:
        """Wait for one's turn to connect; leave when logged in."""
        name = host.lower().rstrip(".")
        door = self._hosts.setdefault(name, _Door(asyncio.Semaphore(self._at_once)))
        door.users += 1
        try:
            async with door.semaphore:
                yield
        finally:
            door.users -= 1
            if not door.users:
                self._hosts.pop(name, None)


class _Door:
    """A host's turn, forgotten when nobody waits for it or is inside."""

    def __init__(self, semaphore: asyncio.Semaphore) -> None:
        self.semaphore = semaphore
        self.users = 0
