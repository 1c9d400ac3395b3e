"""Servers in a thread with an event loop of their own, for code under test that runs its own loop."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar


class Startable(Protocol):
    """A server that is started and stopped."""

    async def start(self) -> Any: ...

    async def stop(self) -> None: ...


Server = TypeVar("Server", bound=Startable)


@contextmanager
def running_in_thread(server: Server) -> Iterator[Server]:
    """The server, listening until the end of the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(20)
        try:
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
